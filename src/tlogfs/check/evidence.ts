import type { Change } from "../../tinyfs/change.ts";
import type { Place } from "../../tinyfs/entry.ts";
import { type Key, keysBelow, rangeAfter, txnKey } from "../keys.ts";
import { rowSum } from "../row-sum.ts";
import type { ChangesRow, TxnRow } from "../txn-row.ts";
import { fieldsOf, getRaw, readRaw } from "./raw-rows.ts";

/** How many rows of changes are in memory at a time. */
const CHANGE_ROWS = 4;

/** Fields that other rows say a row has. */
export type Fields = Readonly<Record<string, unknown>>;

/** All that a commit says it has changed, as far as that can be read. */
export async function changesOf(oplog: IDBObjectStore, seq: number): Promise<Change[]> {
  const rows = await readRaw(oplog, keysBelow("chg", seq), 10_000);
  return rows.flatMap(({ intact, value }) => (intact ? (value as ChangesRow).changes : []));
}

/** The first change of a place after a commit, with all changes of its commit. */
export async function nextChange(
  oplog: IDBObjectStore,
  { dirId, name }: Place,
  seq: number,
): Promise<{ seq: number; change: Change; all: Change[] } | undefined> {
  for (let after: Key = ["chg", seq, Number.POSITIVE_INFINITY]; ; ) {
    const rows = await readRaw(oplog, rangeAfter(["chg"], after), CHANGE_ROWS);
    for (const { intact, value } of rows) {
      if (!intact) continue;
      const row = value as ChangesRow;
      const change = row.changes.find((one) => {
        return one.dirId === dirId && one.name === name && one.before !== undefined;
      });
      const isEnd = change && (change.kind === "put" || change.kind === "remove");
      if (isEnd) return { seq: row.seq, change, all: await changesOf(oplog, row.seq) };
    }
    const last = rows.at(-1);
    if (!last || rows.length < CHANGE_ROWS) return undefined;
    after = last.key;
  }
}

/** The time of a commit, where its row can be read. */
export async function timeOf(oplog: IDBObjectStore, seq: number): Promise<number | undefined> {
  const txn = await getRaw(oplog, txnKey(seq));
  return txn?.intact ? (txn.value as TxnRow).time : undefined;
}

/**
 * The row as it was sealed: the damaged one with one or two groups of its fields replaced by what
 * other rows say, if that has the checksum. Which is proof: a wrong guess has it once in 2^32.
 */
export function mendByChecksum(
  key: Key,
  damaged: unknown,
  guesses: readonly Fields[],
): object | undefined {
  const row = fieldsOf(damaged);
  if (typeof row["sum"] !== "number") return undefined;
  for (const one of guesses) {
    for (const two of guesses) {
      const candidate = { ...row, ...one, ...two };
      if (hasSum(key, candidate)) return candidate;
    }
  }
  const all = Object.assign({ ...row }, ...guesses) as object;
  return hasSum(key, all) ? all : undefined;
}

function hasSum(key: Key, row: object): boolean {
  try {
    return rowSum(key, row) === fieldsOf(row)["sum"];
  } catch {
    return false; // it holds what no row holds
  }
}
