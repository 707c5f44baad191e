import type { NodeId } from "../../tinyfs/node-id.ts";
import { keepsRow } from "../../tinyfs/retention-rules.ts";
import { deadKey, dirKey, dirRange, type Key, keysBelow, oldKey, rangeAfter } from "../keys.ts";
import type { EndedOplogEntry, OplogEntry } from "../oplog-entry.ts";
import { readFirst, readRow, readRows } from "../oplog-rows.ts";
import { previousRow } from "./chain.ts";
import { type DeadNode, dropRow } from "./drop-row.ts";
import { findDroppable } from "./ended-sweep.ts";
import { PAGE_ROWS, type Run, SLICE_ROWS } from "./run.ts";
import { dropSegments } from "./series-sweep.ts";
import type { Slice } from "./slice.ts";

/** How many rows of a directory one slice looks at: each may bring its whole history. */
const DIRECTORY_ROWS = 100;

/**
 * Drops what is below directories, and in series, that have no row left. They wait in rows of their
 * own, so that a run that was interrupted is taken up by the next.
 */
export async function sweepDead(run: Run): Promise<void> {
  for (;;) {
    const isDone = await run.slice(async (slice) => {
      const dead = await readFirst<DeadNode>(slice.oplog, keysBelow("dead"), keyOfDead);
      if (!dead) return true;
      const isSeries = dead.entryType === "FileSeries";
      const isEmpty = isSeries
        ? await dropSegments(slice, dead.nodeId)
        : await dropBelow(slice, run, dead.nodeId);
      if (isEmpty) slice.delete(deadKey(dead.nodeId));
      return false;
    });
    if (isDone) return;
    run.scanned(PAGE_ROWS);
  }
}

/** Returns whether nothing is left below a directory. */
async function dropBelow(slice: Slice, run: Run, dirId: NodeId): Promise<boolean> {
  const rows = await readRows<OplogEntry>(slice.oplog, dirRange(dirId), dirKey, DIRECTORY_ROWS);
  for (const row of rows) {
    if (slice.work >= SLICE_ROWS / 2) return false;
    if (!(await dropHistory(slice, run, row))) return false;
    await dropRow(slice, row);
  }
  return rows.length < DIRECTORY_ROWS && dropEndedBelow(slice, run, dirId);
}

/** Drops what was removed from a directory before it was removed itself, unless it stands elsewhere. */
async function dropEndedBelow(slice: Slice, { rules }: Run, dirId: NodeId): Promise<boolean> {
  const { oplog } = slice;
  for (let after: Key | undefined; ; ) {
    const range = after ? rangeAfter(["old", dirId], after) : keysBelow("old", dirId);
    const rows = await readRows<EndedOplogEntry>(oplog, range, oldKey, DIRECTORY_ROWS);
    for (const { row } of (await findDroppable(oplog, rows, rules, isGone)).reverse()) {
      if (slice.work >= SLICE_ROWS / 2) return false;
      const fresh = await readRow<EndedOplogEntry>(oplog, oldKey(row));
      if (fresh) await dropRow(slice, fresh);
    }
    const last = rows.at(-1);
    if (!last || rows.length < DIRECTORY_ROWS) return true;
    after = oldKey(last);
  }
}

function isGone(_: EndedOplogEntry, live: OplogEntry | undefined): boolean {
  return live === undefined;
}

/** Drops what a row continues, as far as nothing retained sees it. Returns whether all of that went. */
async function dropHistory(slice: Slice, run: Run, row: OplogEntry): Promise<boolean> {
  for (;;) {
    const previous: EndedOplogEntry | undefined = await findUnseen(slice.oplog, run, row);
    if (!previous) return true;
    if (slice.work >= SLICE_ROWS / 2) return false;
    await dropRow(slice, previous);
    row = (await readFirst<OplogEntry>(slice.oplog, IDBKeyRange.only(dirKey(row)), dirKey)) ?? row;
  }
}

async function findUnseen(
  oplog: IDBObjectStore,
  { rules }: Run,
  row: OplogEntry,
): Promise<EndedOplogEntry | undefined> {
  let previous = await previousRow(oplog, row);
  while (previous && keepsRow(rules, previous, undefined)) {
    previous = await previousRow(oplog, previous);
  }
  return previous;
}

function keyOfDead({ nodeId }: DeadNode) {
  return deadKey(nodeId);
}
