import { isTinyFSError } from "../tinyfs/errors.ts";
import { blobKey, type Key } from "./keys.ts";
import { readRow, type Sealed } from "./oplog-rows.ts";
import type { PondDatabase } from "./pond-database.ts";

/** What is known of a blob. */
export interface BlobRow extends Sealed {
  readonly sha256: string;
  /** Length in bytes. */
  readonly size: number;
  /** xxh64 of each 64 KiB page. */
  readonly pageSums: Uint8Array<ArrayBuffer>;
  /** The temporary it came from: after a power loss the bytes may still be there. */
  readonly at: string;
}

/** How many blobs' rows are remembered. */
const MAX_REMEMBERED = 200;

/** Reads the rows of blobs, and remembers some: what a hash stands for does not change. */
export class BlobRows {
  readonly #database: PondDatabase;
  readonly #remembered = new Map<string, BlobRow>();

  constructor(database: PondDatabase) {
    this.#database = database;
  }

  /** What is known of a blob, which need not be there any more. */
  async find(sha256: string): Promise<BlobRow | undefined> {
    const remembered = this.#remembered.get(sha256);
    if (remembered) return remembered;
    const row = await this.#database.use("oplog")("readonly", (oplog) => {
      return readRow<BlobRow>(oplog, blobKey(sha256));
    });
    if (row) this.#remember(row);
    return row;
  }

  /** The same for whoever has the bytes and can do without: a damaged row counts as none. */
  async findIntact(sha256: string): Promise<BlobRow | undefined> {
    try {
      return await this.find(sha256);
    } catch (error) {
      if (isTinyFSError(error, "CORRUPT_ROW")) return undefined;
      throw error;
    }
  }

  #remember(row: BlobRow): void {
    this.#remembered.set(row.sha256, row);
    const [oldest] = this.#remembered.keys();
    if (this.#remembered.size > MAX_REMEMBERED && oldest) this.#remembered.delete(oldest);
  }
}

/** The key that a blob's row says it stands under. */
export function keyOfBlob({ sha256 }: BlobRow): Key {
  return blobKey(sha256);
}
