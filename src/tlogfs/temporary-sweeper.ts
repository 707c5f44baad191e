import { isTinyFSError } from "../tinyfs/errors.ts";
import { type BlobRow, keyOfBlob } from "./blob-row.ts";
import { type Key, keysBelow, rangeAfter } from "./keys.ts";
import { blobLockName, sweepLockName } from "./names.ts";
import { readRows } from "./oplog-rows.ts";
import { findDeadOwners } from "./owners.ts";
import type { PondContext } from "./pond-context.ts";

/** How many rows of blobs one request reads. */
const PAGE_ROWS = 100;

/** Temporaries that were deleted, and their bytes. */
export interface Swept {
  readonly count: number;
  readonly bytes: number;
}

type Listed = Awaited<ReturnType<PondContext["engine"]["listTemporaries"]>>[number];

/** Clears away the temporaries of tabs that are gone. */
export class TemporarySweeper {
  readonly #context: PondContext;

  constructor(context: PondContext) {
    this.#context = context;
  }

  /** Sweeps, unless another tab is doing so. Leftovers of browsers (`*.crswap`) go as well. */
  async sweep({ dryRun = false }: { readonly dryRun?: boolean } = {}): Promise<Swept> {
    const { locks, pond } = this.#context;
    const lock = await locks.holdIfFree(sweepLockName(pond));
    if (!lock) return { count: 0, bytes: 0 };
    try {
      const dead = await this.#listDead();
      const lost = await this.#findLostBlobs(dead);
      if (!lost) return { count: 0, bytes: 0 };
      const swept = dead.filter(({ path }) => !lost.has(path));
      if (!dryRun) await this.#sweep(swept, lost);
      return { count: swept.length, bytes: swept.reduce((sum, { size }) => sum + size, 0) };
    } finally {
      await lock.release();
    }
  }

  async #listDead(): Promise<Listed[]> {
    const temporaries = await this.#context.engine.listTemporaries();
    const dead = await findDeadOwners(
      this.#context,
      temporaries.map(({ owner }) => owner),
    );
    return temporaries.filter(({ owner }) => dead.has(owner));
  }

  /**
   * Temporaries whose blob is missing though a row names it, with its hash: a power loss may undo
   * the move of a file and keep the row that was committed after it. `undefined` where a damaged row
   * leaves it open whether one of them is the only copy.
   */
  async #findLostBlobs(dead: readonly Listed[]): Promise<Map<string, string> | undefined> {
    try {
      return await this.#lostBlobs(dead);
    } catch (error) {
      if (isTinyFSError(error, "CORRUPT_ROW")) return undefined;
      throw error;
    }
  }

  async #lostBlobs(dead: readonly Listed[]): Promise<Map<string, string>> {
    const lost = new Map<string, string>();
    if (dead.length === 0) return lost;
    const paths = new Set(dead.map(({ path }) => path));
    const present = new Set(await this.#context.engine.listBlobNames());
    for await (const { at, sha256 } of this.#blobRows()) {
      if (paths.has(at) && !present.has(sha256)) lost.set(at, sha256);
    }
    return lost;
  }

  async *#blobRows(): AsyncGenerator<BlobRow, void> {
    for (let after: Key | undefined; ; ) {
      const range = after ? rangeAfter(["blob"], after) : keysBelow("blob");
      const page = await this.#context.database.use("oplog")("readonly", (oplog) => {
        return readRows<BlobRow>(oplog, range, keyOfBlob, PAGE_ROWS);
      });
      yield* page;
      const last = page.at(-1);
      if (!last || page.length < PAGE_ROWS) return;
      after = keyOfBlob(last);
    }
  }

  async #sweep(swept: readonly Listed[], lost: ReadonlyMap<string, string>): Promise<void> {
    // First what is of use: a sweep that is interrupted must not have deleted it.
    for (const [path, sha256] of lost) await this.#adopt(path, sha256);
    await Promise.all(swept.map(({ path }) => this.#context.engine.discard(path)));
  }

  async #adopt(path: string, sha256: string): Promise<void> {
    const { locks, pond, engine } = this.#context;
    const lock = await locks.hold(blobLockName(pond, sha256), { mode: "shared" });
    try {
      await engine.adopt(path, sha256);
    } catch (error) {
      if (!isTinyFSError(error, "LARGE_FILE_NOT_FOUND")) throw error; // else another tab was faster
    } finally {
      await lock.release();
    }
  }
}
