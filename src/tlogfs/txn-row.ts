import { type Change, type Head, NO_TOTALS, type PondTotals } from "../tinyfs/change.ts";
import { type Key, keysBelow, txnKey } from "./keys.ts";
import { readFirst, type Sealed } from "./oplog-rows.ts";

/** What the bytes of a pond take up. */
export interface StoredTotals {
  /** Large files, each counted once however many rows name it, and their bytes. */
  readonly blobs: number;
  /** Bytes of the large files. */
  readonly blobBytes: number;
  /** Bytes in packs. */
  readonly inlineBytes: number;
  /** Bytes of all versions that retention has ever dropped. */
  readonly droppedBytes?: number;
}

/** A commit in the log; the newest one is the head. */
export interface TxnRow extends Sealed {
  readonly seq: number;
  /** The transaction's UUIDv7. */
  readonly id: string;
  /** Microseconds since 1970. */
  readonly time: number;
  readonly label?: string;
  readonly kind: "user" | "maintenance";
  readonly changeCount: number;
  /** Sums over the pond as of this commit. */
  readonly totals: PondTotals;
  readonly stored: StoredTotals;
}

/** A chunk of what a commit changed. */
export interface ChangesRow extends Sealed {
  readonly seq: number;
  readonly n: number;
  readonly changes: readonly Change[];
}

/** What stands before the first commit. */
export const NO_COMMIT: Pick<TxnRow, "seq" | "time" | "totals" | "stored"> = {
  seq: 0,
  time: 0,
  totals: NO_TOTALS,
  stored: { blobs: 0, blobBytes: 0, inlineBytes: 0 },
};

/** The newest commit. @throws CORRUPT_ROW */
export function readHead(oplog: IDBObjectStore): Promise<TxnRow | undefined> {
  return readFirst<TxnRow>(oplog, keysBelow("txn"), keyOfTxn);
}

/** The newest commit as the core knows it. */
export function toHead(row: TxnRow | undefined): Head {
  const { seq, time, totals } = row ?? NO_COMMIT;
  return { seq, time, totals };
}

/** The key that a commit says it stands under. */
export function keyOfTxn({ seq }: TxnRow): Key {
  return txnKey(seq);
}
