import { isTinyFSError } from "../../tinyfs/errors.ts";
import type { BlobRow } from "../blob-row.ts";
import { blobKey, type Key, keysBelow } from "../keys.ts";
import { blobLockName } from "../names.ts";
import { hasRow } from "../oplog-rows.ts";
import { findDeadOwners } from "../owners.ts";
import type { HeldLock } from "../pond-locks.ts";
import type { CheckRun } from "./check-run.ts";
import { eachSlice, getRaw, type RawRow } from "./raw-rows.ts";

const PAGE_BYTES = 65_536;
const SUM_BYTES = 8;

/** How many blobs that nothing names are kept from others at a time. */
const LOCKS_AT_ONCE = 50;

/** Checks blobs: their rows, their files, and with `deep` every byte. */
export class BlobCheck {
  readonly #run: CheckRun;
  /** Sizes of files whose row has not gone by. */
  readonly #files = new Map<string, number>();
  /** Blobs that no row seemed to name. */
  readonly #strays: string[] = [];

  constructor(run: CheckRun) {
    this.#run = run;
  }

  /** Checks all of them. */
  async check(): Promise<void> {
    const { engine, database } = this.#run.context;
    for (const { sha256, size } of await engine.listBlobs()) this.#files.set(sha256, size);
    let slice: readonly RawRow[] = [];
    await eachSlice(
      database,
      ["blob"],
      (rows) => {
        slice = rows;
      },
      async (count) => {
        this.#run.rows += count;
        for (const raw of slice) await this.#checkRow(raw);
      },
    );
    this.#strays.push(...this.#files.keys());
    for (let at = 0; at < this.#strays.length; at += LOCKS_AT_ONCE) {
      await this.#checkStrays(this.#strays.slice(at, at + LOCKS_AT_ONCE));
      await this.#run.tick("blobs", this.#run.blobs);
    }
    await this.#checkTemporaries();
  }

  async #checkRow(raw: RawRow): Promise<void> {
    const sha256 = String(raw.key[1]);
    const size = this.#files.get(sha256);
    this.#files.delete(sha256);
    this.#run.blobs += 1;
    if (!raw.intact || !isSound(raw.value as BlobRow)) {
      const message = `The row of blob "${sha256}" is not what was written`;
      this.#run.findings.add({ kind: "corrupt-blob-row", message, sha256, key: raw.key });
    }
    const isSuspect = !raw.intact || size !== (raw.value as BlobRow).size;
    // Whether any row needs it is asked in #confirm, with the collector kept out.
    if (isSuspect || this.#run.deep) await this.#confirm(sha256);
    else await this.#checkNeeded(sha256);
    await this.#run.tick("blobs", this.#run.blobs);
  }

  /** Looks again while neither a collector nor another tab can take the file away. */
  async #confirm(sha256: string): Promise<void> {
    const { locks, pond } = this.#run.context;
    const lock = await locks.hold(blobLockName(pond, sha256), {
      mode: "shared",
      signal: this.#run.signal,
    });
    try {
      const { row, isNeeded } = await this.#facts(sha256);
      if (!row) return; // collected meanwhile
      if (!isNeeded) this.#strays.push(sha256);
      else await this.#inspect(sha256, row);
    } finally {
      await lock.release();
    }
  }

  async #inspect(sha256: string, raw: RawRow): Promise<void> {
    const { findings, context, deep, signal } = this.#run;
    const row = raw.intact ? (raw.value as BlobRow) : undefined;
    const about = { sha256 };
    const digest = await this.#digest(sha256, () => context.engine.digestBlob(sha256, signal));
    if (digest === "unreadable") return;
    if (!digest) {
      const message = `Blob "${sha256}" is missing`;
      findings.add({ kind: "missing-blob", message, ...about });
      return;
    }
    if (deep) this.#run.bytes += digest.size;
    if (digest.sha256 === sha256) {
      if (!row) return; // said where the row was looked at
      if (row.size === digest.size && isSame(row.pageSums, digest.pageSums)) return;
      const message = `The row of blob "${sha256}" does not describe its bytes`;
      findings.add({ kind: "corrupt-blob-row", message, ...about, key: raw.key });
      return;
    }
    if (row && digest.size !== row.size) {
      const message = `Blob "${sha256}" has ${digest.size} bytes, not ${row.size}`;
      const page = Math.floor(Math.min(digest.size, row.size) / PAGE_BYTES);
      findings.add({ kind: "truncated-blob", message, ...about, page });
      return;
    }
    const pages = row ? damagedPages(row.pageSums, digest.pageSums) : [];
    for (const page of pages.length > 0 ? pages : [undefined]) {
      const where = page === undefined ? "" : ` in page ${page}`;
      const message = `Blob "${sha256}" is damaged${where}`;
      findings.add({
        kind: "corrupt-blob",
        message,
        ...about,
        ...(page !== undefined && { page }),
      });
    }
  }

  /** A file that the browser cannot read is a fault like others: the pass goes on. */
  async #digest<Value>(sha256: string, read: () => Promise<Value>): Promise<Value | "unreadable"> {
    try {
      return await read();
    } catch (error) {
      if (!isTinyFSError(error, "STORAGE_UNAVAILABLE")) throw error;
      const message = `Blob "${sha256}" cannot be read: ${error.message}`;
      this.#run.findings.add({ kind: "corrupt-blob", message, sha256 });
      return "unreadable";
    }
  }

  async #checkNeeded(sha256: string): Promise<void> {
    const { row, isNeeded } = await this.#facts(sha256);
    if (row && !isNeeded) this.#strays.push(sha256);
  }

  /** What nothing names is a leftover, unless a commit, a reader or a collector has to do with it. */
  async #checkStrays(strays: readonly string[]): Promise<void> {
    const { locks, pond, engine } = this.#run.context;
    const held = new Map<string, HeldLock>();
    try {
      for (const sha256 of strays) {
        const lock = await locks.holdIfFree(blobLockName(pond, sha256));
        if (lock) held.set(sha256, lock);
      }
      if (held.size === 0) return;
      const files = new Set(await engine.listBlobNames());
      for (const sha256 of held.keys()) {
        const { row, isNeeded } = await this.#facts(sha256);
        // One that is needed and has no row is found by the row that names it.
        if (!isNeeded && (row || files.has(sha256))) this.#orphan(sha256);
      }
    } finally {
      await Promise.all([...held.values()].map((lock) => lock.release()));
    }
  }

  #orphan(sha256: string): void {
    const message = `No row names blob "${sha256}"`;
    this.#run.findings.add({ kind: "orphan-blob", severity: "leftover", message, sha256 });
  }

  #facts(sha256: string): Promise<{ row: RawRow | undefined; isNeeded: boolean }> {
    return this.#run.context.database.use("oplog")("readonly", async (oplog) => {
      const [row, isNeeded] = await Promise.all([
        getRaw(oplog, blobKey(sha256) satisfies Key),
        hasRow(oplog, keysBelow("ref", sha256)),
      ]);
      return { row, isNeeded };
    });
  }

  async #checkTemporaries(): Promise<void> {
    const temporaries = await this.#run.context.engine.listTemporaries();
    const dead = await findDeadOwners(
      this.#run.context,
      temporaries.map(({ owner }) => owner),
    );
    for (const { owner, path } of temporaries) {
      if (!dead.has(owner)) continue;
      const message = `Temporary "${path}" was left by a tab that is gone`;
      this.#run.findings.add({
        kind: "orphan-temporary",
        severity: "leftover",
        message,
        key: [path],
      });
    }
  }
}

function isSound({ size, pageSums }: BlobRow): boolean {
  return (
    pageSums instanceof Uint8Array &&
    pageSums.byteLength === Math.ceil(size / PAGE_BYTES) * SUM_BYTES
  );
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.byteLength === b.byteLength && a.every((byte, index) => byte === b[index]);
}

function damagedPages(expected: Uint8Array, found: Uint8Array): number[] {
  const pages = new Set<number>();
  expected.forEach((byte, index) => {
    if (byte !== found[index]) pages.add(Math.floor(index / SUM_BYTES));
  });
  return [...pages];
}
