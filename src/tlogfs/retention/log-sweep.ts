import { promisifyRequest } from "idb-keyval";
import type { NodeId } from "../../tinyfs/node-id.ts";
import { changesKey, type Key, seqOfTxnKey, txnRange } from "../keys.ts";
import { readRows } from "../oplog-rows.ts";
import type { ChangesRow } from "../txn-row.ts";
import type { Run } from "./run.ts";

/** How many commits one transaction takes from the log. */
const COMMITS = 500;
/** How many records of changes one transaction looks at: each holds up to 1,000. */
const CHUNKS = 50;

/** The series whose segments some commit before this one has replaced or compacted. */
export async function findRewrittenSeries(run: Run, before: number): Promise<Set<NodeId>> {
  const found = new Set<NodeId>();
  for (let after: Key | undefined; ; ) {
    const range = changesBefore(before, after);
    const rows = await run.context.database.use("oplog")("readonly", (oplog) => {
      return readRows<ChangesRow>(oplog, range, keyOfChanges, CHUNKS);
    });
    for (const { kind, after: node } of rows.flatMap(({ changes }) => changes)) {
      if (node !== undefined && (kind === "replace" || kind === "compact")) found.add(node);
    }
    const last = rows.at(-1);
    if (!last || rows.length < CHUNKS) return found;
    after = keyOfChanges(last);
  }
}

/** Takes commits before this one from the log, but for the rows of retained ones. Returns how many. */
export async function sweepLog(run: Run, before: number): Promise<number> {
  let count = 0;
  for (let to = before - 1; to >= 1; ) {
    const keys = await run.slice(async (slice) => {
      const found = (await promisifyRequest(
        slice.oplog.getAllKeys(txnRange(1, to), COMMITS),
      )) as Key[];
      const dropped = found.filter((key) => !run.rules.kept.includes(seqOfTxnKey(key)));
      for (const key of dropped) slice.delete(key);
      count += dropped.length;
      return found;
    });
    const last = keys.at(-1);
    if (!last || keys.length < COMMITS) break;
    to = seqOfTxnKey(last) - 1;
  }
  for (let isDone = false; !isDone; ) {
    isDone = await run.slice(async (slice) => {
      const keys = (await promisifyRequest(
        slice.oplog.getAllKeys(changesBefore(before), COMMITS),
      )) as Key[];
      for (const key of keys) slice.delete(key);
      return keys.length < COMMITS;
    });
  }
  return count;
}

function changesBefore(seq: number, after?: Key): IDBKeyRange {
  return IDBKeyRange.bound(after ?? ["chg"], ["chg", seq], true, true);
}

function keyOfChanges({ seq, n }: ChangesRow): Key {
  return changesKey(seq, n);
}
