import { promisifyRequest } from "idb-keyval";
import { type Key, keysBelow, rangeAfter, seqOfTxnKey } from "../keys.ts";
import { readMeta } from "../meta.ts";
import { isIntact } from "../oplog-rows.ts";
import type { PondDatabase } from "../pond-database.ts";

/** How many rows one request of a check holds. */
export const SLICE_ROWS = 500;

/** A row as it is stored, whether or not it is what was written. */
export interface RawRow {
  readonly key: Key;
  readonly value: unknown;
  readonly intact: boolean;
}

/** Where the log stands, as far as a transaction can tell without trusting any row. */
export interface Stand {
  readonly head: number;
  /** Infinite where the pond's own row is damaged: then nothing is said to be missing from history. */
  readonly horizon: number;
}

/** A page of rows with their keys. */
export async function readRaw(
  store: IDBObjectStore,
  range: IDBKeyRange,
  limit: number = SLICE_ROWS,
): Promise<RawRow[]> {
  const [keys, values] = await Promise.all([
    promisifyRequest(store.getAllKeys(range, limit)),
    promisifyRequest<unknown[]>(store.getAll(range, limit)),
  ]);
  return (keys as Key[]).map((key, index) => {
    const value = values[index];
    return { key, value, intact: isIntact(key, value) };
  });
}

/** The row under a key, or `undefined`. */
export async function getRaw(store: IDBObjectStore, key: Key): Promise<RawRow | undefined> {
  const value: unknown = await promisifyRequest<unknown>(store.get(key));
  return value === undefined ? undefined : { key, value, intact: isIntact(key, value) };
}

/** Where the log stands. */
export async function readStand(oplog: IDBObjectStore): Promise<Stand> {
  const [key, horizon] = await Promise.all([
    promisifyRequest(oplog.getKey(keysBelow("txn"))),
    readMeta(oplog, "").then(
      (meta) => meta.horizon,
      () => Number.POSITIVE_INFINITY, // reported where the row itself is checked
    ),
  ]);
  return { head: key === undefined ? 0 : seqOfTxnKey(key), horizon };
}

/** Looks at all rows of a family, a slice and a transaction at a time. `look` awaits requests only. */
export async function eachSlice(
  database: PondDatabase,
  prefix: Key,
  look: (rows: readonly RawRow[], oplog: IDBObjectStore) => Promise<void> | void,
  afterwards: (rows: number) => Promise<void> | void,
  limit: number = SLICE_ROWS,
): Promise<void> {
  for (let after: Key | undefined; ; ) {
    const range = rangeAfter(prefix, after);
    const rows = await database.use(["oplog", "packs"])("readonly", async (oplog) => {
      const page = await readRaw(oplog, range, limit);
      await look(page, oplog);
      return page;
    });
    await afterwards(rows.length);
    after = rows.at(-1)?.key;
    if (!after || rows.length < limit) return;
  }
}

/** The fields of something that ought to be a row. */
export function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}
