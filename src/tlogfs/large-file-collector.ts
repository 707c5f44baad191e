import { isTinyFSError } from "../tinyfs/errors.ts";
import type { BlobRow } from "./blob-row.ts";
import { blobKey, keysBelow, txnKey } from "./keys.ts";
import { blobLockName } from "./names.ts";
import { hasRow, readRow, seal } from "./oplog-rows.ts";
import type { PondContext } from "./pond-context.ts";
import type { HeldLock } from "./pond-locks.ts";
import { readHead } from "./txn-row.ts";

/** How many are deleted at a time. */
const BATCH = 250;

/** How many batches are under way: while the files of one are deleted, the next is looked up. */
const LANES = 2;

/** A large file, and its size in bytes where it is known. */
export interface Candidate {
  readonly sha256: string;
  readonly size: number;
}

/** What became of large files. */
export interface Collected {
  /** Files and rows without files that were deleted. */
  readonly count: number;
  /** Bytes of the files. */
  readonly bytes: number;
  /** Those that no row names, and that a commit or a reader has to do with. */
  readonly inUse: number;
}

interface Held extends Candidate {
  readonly lock: HeldLock;
}

interface Unnamed extends Candidate {
  /** What its row says, where there is one and it is whole. */
  readonly rowSize: number | undefined;
}

/** Deletes large files that no row names. */
export class LargeFileCollector {
  readonly #context: PondContext;

  constructor(context: PondContext) {
    this.#context = context;
  }

  /**
   * Deletes large files, except those that a row names, or a commit or a reader has to do with.
   * @param dryRun only tells, with the sizes that the files are known to have
   */
  async collect(
    candidates: readonly Candidate[],
    { dryRun = false }: { readonly dryRun?: boolean } = {},
  ): Promise<Collected> {
    const total = { count: 0, bytes: 0, inUse: 0 };
    let at = 0;
    const collectRest = async () => {
      while (at < candidates.length) {
        const batch = candidates.slice(at, at + BATCH);
        at += batch.length;
        const { count, bytes, inUse } = await this.#batch(batch, dryRun);
        total.count += count;
        total.bytes += bytes;
        total.inUse += inUse;
      }
    };
    // Each to its end, also when another one fails: nothing goes on after the answer.
    const lanes = await Promise.allSettled(Array.from({ length: LANES }, collectRest));
    for (const lane of lanes) if (lane.status === "rejected") throw lane.reason;
    return total;
  }

  async #batch(candidates: readonly Candidate[], dryRun: boolean): Promise<Collected> {
    const { locks, pond } = this.#context;
    const taken = await Promise.all(
      candidates.map(async (candidate) => {
        const lock = await locks.holdForDeletion(blobLockName(pond, candidate.sha256));
        return lock && { ...candidate, lock };
      }),
    );
    const held = taken.flatMap((one) => one ?? []);
    try {
      // Read under the locks: a commit may have come since the scan, and none can come now.
      const unnamed = await this.#withoutReference(held);
      const inUse = candidates.length - held.length;
      if (!dryRun) return await this.#delete(unnamed, inUse);
      return { count: unnamed.length, bytes: sumSizes(unnamed), inUse };
    } finally {
      await Promise.all(held.map(({ lock }) => lock.release()));
    }
  }

  #withoutReference(held: readonly Held[]): Promise<Unnamed[]> {
    return this.#context.database.use("oplog")("readonly", async (oplog) => {
      const found = await Promise.all(
        held.map(async ({ sha256, size }) => {
          const [isNamed, row] = await Promise.all([
            hasRow(oplog, keysBelow("ref", sha256)),
            findBlobRow(oplog, { sha256, size: Number.NaN }),
          ]);
          const rowSize = row && !Number.isNaN(row.size) ? row.size : undefined;
          return isNamed ? [] : { sha256, size, rowSize };
        }),
      );
      return found.flat();
    });
  }

  async #delete(unnamed: readonly Unnamed[], inUse: number): Promise<Collected> {
    const blobs = unnamed.map(({ sha256, rowSize }) => ({ sha256, size: rowSize }));
    const sizes = await this.#context.engine.removeBlobs(blobs);
    const gone = blobs.flatMap(({ sha256 }, index) => {
      const size = sizes[index];
      return size === undefined ? [] : { sha256, size };
    });
    // The files go first: what is left after a crash between the two is rows without files, which the
    // next collection drops, and which no commit takes for the files.
    if (gone.length > 0) {
      const use = this.#context.database.use("oplog", "relaxed");
      await use("readwrite", (oplog) => dropBlobRows(oplog, gone));
    }
    return {
      count: gone.length,
      bytes: sumSizes(gone),
      inUse: inUse + blobs.length - gone.length,
    };
  }
}

function sumSizes(files: readonly { readonly size: number }[]): number {
  return files.reduce((sum, { size }) => sum + size, 0);
}

/** Takes blobs' rows away, and the blobs from the pond's totals. */
async function dropBlobRows(oplog: IDBObjectStore, files: readonly Candidate[]): Promise<void> {
  const [head, ...found] = await Promise.all([
    readHead(oplog),
    ...files.map((file) => findBlobRow(oplog, file)),
  ]);
  const rows = found.flatMap((row) => row ?? []);
  for (const { sha256 } of rows) oplog.delete(blobKey(sha256));
  if (!head || rows.length === 0) return;
  const { stored } = head;
  const blobs = stored.blobs - rows.length;
  const blobBytes = stored.blobBytes - sumSizes(rows);
  const key = txnKey(head.seq);
  oplog.put(seal(key, { ...head, stored: { ...stored, blobs, blobBytes } }), key);
}

/** A blob's row; of a damaged one what its file says. */
async function findBlobRow(
  oplog: IDBObjectStore,
  { sha256, size }: Candidate,
): Promise<Candidate | undefined> {
  try {
    return await readRow<BlobRow>(oplog, blobKey(sha256));
  } catch (error) {
    if (isTinyFSError(error, "CORRUPT_ROW")) return { sha256, size };
    throw error;
  }
}
