import { isTinyFSError } from "../tinyfs/errors.ts";
import { type BlobRow, keyOfBlob } from "./blob-row.ts";
import { blobKey, keysBelow, txnKey } from "./keys.ts";
import { blobLockName } from "./names.ts";
import { hasRow, readRow, seal } from "./oplog-rows.ts";
import type { PondContext } from "./pond-context.ts";
import { readHead } from "./txn-row.ts";

/** What became of a large file: deleted, with its size in bytes; still named by a row; or in use. */
export type Collected =
  | { readonly kind: "deleted"; readonly freedBytes: number }
  | { readonly kind: "referenced" }
  | { readonly kind: "in use" };

/** Deletes large files that no row names. */
export class LargeFileCollector {
  readonly #context: PondContext;

  constructor(context: PondContext) {
    this.#context = context;
  }

  /**
   * Deletes one, unless a row names it, or a commit or a reader has to do with it.
   * @param dryRun only tells, with the size that the file is known to have
   */
  async collect(
    sha256: string,
    { dryRun = false, size = 0 }: { readonly dryRun?: boolean; readonly size?: number } = {},
  ): Promise<Collected> {
    const { locks, pond } = this.#context;
    const lock = await locks.holdIfFree(blobLockName(pond, sha256));
    if (!lock) return { kind: "in use" };
    try {
      // Read under the lock: a commit may have come since the scan, and none can come now.
      if (await this.#isReferenced(sha256)) return { kind: "referenced" };
      return dryRun ? { kind: "deleted", freedBytes: size } : await this.#delete(sha256);
    } finally {
      await lock.release();
    }
  }

  #isReferenced(sha256: string): Promise<boolean> {
    return this.#context.database.use("oplog")("readonly", (oplog) => {
      return hasRow(oplog, keysBelow("ref", sha256));
    });
  }

  async #delete(sha256: string): Promise<Collected> {
    const freedBytes = await this.#removeFile(sha256);
    if (freedBytes === undefined) return { kind: "in use" };
    // The file goes first: what is left after a crash between the two is a row without a file,
    // which the next collection drops, and which no commit takes for the file.
    await this.#context.database.use("oplog")("readwrite", (oplog) => dropBlobRow(oplog, sha256));
    return { kind: "deleted", freedBytes };
  }

  /** Deletes the file and returns its size in bytes, or `undefined` where somebody reads it. */
  async #removeFile(sha256: string): Promise<number | undefined> {
    try {
      return (await this.#context.engine.removeBlob(sha256)) ?? 0;
    } catch (error) {
      if (isTinyFSError(error, "STORAGE_UNAVAILABLE")) return undefined;
      throw error;
    }
  }
}

/** Takes a blob's row away, and the blob from the pond's totals. */
async function dropBlobRow(oplog: IDBObjectStore, sha256: string): Promise<void> {
  const [row, head] = await Promise.all([
    readRow<BlobRow>(oplog, blobKey(sha256)),
    readHead(oplog),
  ]);
  if (!row) return;
  oplog.delete(keyOfBlob(row));
  if (!head) return;
  const { blobs, blobBytes, inlineBytes } = head.stored;
  const stored = { blobs: blobs - 1, blobBytes: blobBytes - row.size, inlineBytes };
  const key = txnKey(head.seq);
  oplog.put(seal(key, { ...head, stored }), key);
}
