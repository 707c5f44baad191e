import { promisifyRequest } from "idb-keyval";
import { type ErrorDetails, TinyFSError } from "../tinyfs/errors.ts";
import type { Key } from "./keys.ts";
import { rowSum } from "./row-sum.ts";

/** What every row carries. */
export interface Sealed {
  /** Checksum of the row and its key, see `rowSum`. */
  readonly sum: number;
}

/** A row with its checksum, ready to be put under `key`. */
export function seal<Row extends object>(key: readonly unknown[], row: Row): Row & Sealed {
  return { ...row, sum: rowSum(key, row) };
}

/**
 * A row as it was sealed.
 * @throws CORRUPT_ROW when it is not what was put under this key
 */
export function unseal<Row extends Sealed>(key: readonly unknown[], row: unknown): Row {
  if (!isIntact(key, row)) throw corruptRow(key, row);
  return row as Row;
}

/** Whether a row is what was put under this key. */
export function isIntact(key: readonly unknown[], row: unknown): boolean {
  if (typeof row !== "object" || row === null) return false;
  try {
    return (row as Sealed).sum === rowSum(key, row);
  } catch {
    return false; // it holds what no row holds
  }
}

function corruptRow(key: readonly unknown[], row: unknown): TinyFSError {
  const name: unknown = row instanceof Object && "name" in row ? row.name : undefined;
  const details: ErrorDetails = typeof name === "string" ? { path: name } : {};
  const label = details.path === undefined ? "" : ` of "${details.path}"`;
  const where = JSON.stringify(key);
  return new TinyFSError(
    "CORRUPT_ROW",
    `Cannot read row ${where}${label}: it is not what was written`,
    details,
  );
}

/** The row under a key. @throws CORRUPT_ROW */
export async function readRow<Row extends Sealed>(
  store: IDBObjectStore,
  key: Key,
): Promise<Row | undefined> {
  const row: unknown = await promisifyRequest<unknown>(store.get(key));
  return row === undefined ? undefined : unseal(key, row);
}

/** The first row of a range. @param keyOf the key that a row says it stands under @throws CORRUPT_ROW */
export async function readFirst<Row extends Sealed>(
  store: IDBObjectStore,
  range: IDBKeyRange,
  keyOf: (row: Row) => Key,
): Promise<Row | undefined> {
  const row = await promisifyRequest<Row | undefined>(store.get(range));
  return row === undefined ? undefined : unsealBy(keyOf, row);
}

/** Up to `limit` rows of a range, or all. @throws CORRUPT_ROW */
export async function readRows<Row extends Sealed>(
  store: IDBObjectStore,
  range: IDBKeyRange,
  keyOf: (row: Row) => Key,
  limit?: number,
): Promise<Row[]> {
  const rows = await promisifyRequest<Row[]>(store.getAll(range, limit));
  return rows.map((row) => unsealBy(keyOf, row));
}

/** Whether there is a row in a range. */
export async function hasRow(store: IDBObjectStore, range: IDBKeyRange | Key): Promise<boolean> {
  return (await promisifyRequest(store.getKey(range))) !== undefined;
}

function unsealBy<Row extends Sealed>(keyOf: (row: Row) => Key, row: Row): Row {
  return unseal(typeof row === "object" && row !== null ? keyOf(row) : [], row);
}
