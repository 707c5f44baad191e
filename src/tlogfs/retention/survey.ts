import type { NodeId } from "../../tinyfs/node-id.ts";
import { cutoffFor, isSeen, keepsRow, type RetentionRules } from "../../tinyfs/retention-rules.ts";
import { dirKey, dirRange, type Key, oldKey } from "../keys.ts";
import type { EndedOplogEntry, OplogEntry } from "../oplog-entry.ts";
import { readRows } from "../oplog-rows.ts";
import type { PondContext } from "../pond-context.ts";
import { readNewestSegment } from "../reader.ts";
import { isPassed, liveRow } from "./chain.ts";
import { readEndedPage } from "./ended-sweep.ts";
import { PAGE_ROWS } from "./run.ts";

/** How many rows of a directory are read at a time. */
const DIRECTORY_ROWS = 500;

/** The commit by which history has to end so that what the rules keep is not above a size. */
export async function findCutoff(
  context: PondContext,
  rules: RetentionRules,
  maxBytes: number,
): Promise<number> {
  const sizes = new Map<number, number>();
  for (let after: Key | undefined; ; ) {
    const from = after;
    const rows = await context.database.use("oplog")("readonly", async (oplog) => {
      const page = await readEndedPage(oplog, from);
      for (const row of page) {
        const size = await sizeKept(oplog, rules, row);
        if (size > 0) sizes.set(row.endSeq, (sizes.get(row.endSeq) ?? 0) + size);
      }
      return page;
    });
    const last = rows.at(-1);
    if (!last || rows.length < PAGE_ROWS) return cutoffFor(sizes, maxBytes);
    after = oldKey(last);
  }
}

/** Bytes of history that a row holds on to, if the rules keep it and it is not tagged or pinned. */
async function sizeKept(
  oplog: IDBObjectStore,
  rules: RetentionRules,
  row: EndedOplogEntry,
): Promise<number> {
  if (isPassed(row) || row.end === "moved") return 0; // another row holds the same
  if (isSeen({ horizon: Number.POSITIVE_INFINITY, kept: rules.kept }, row.placedSeq, row.endSeq)) {
    return 0;
  }
  const live = row.end === "removed" ? undefined : await liveRow(oplog, row);
  if (!keepsRow(rules, row, live?.version)) return 0;
  return row.end === "removed" ? sizeBelow(oplog, row) : row.size;
}

/** Bytes of what went with a row that was removed. */
async function sizeBelow(oplog: IDBObjectStore, row: OplogEntry): Promise<number> {
  if (row.entryType === "FileSeries") {
    const newest = await readNewestSegment(oplog, row.nodeId, Number.POSITIVE_INFINITY);
    return newest?.totals.bytes ?? 0;
  }
  if (row.entryType !== "Directory") return row.size;
  return sizeOfDirectory(oplog, row.nodeId);
}

async function sizeOfDirectory(oplog: IDBObjectStore, dirId: NodeId): Promise<number> {
  let size = 0;
  for (let after: string | undefined; ; ) {
    const range = dirRange(dirId, after);
    const rows = await readRows<OplogEntry>(oplog, range, dirKey, DIRECTORY_ROWS);
    for (const row of rows) size += await sizeBelow(oplog, row);
    const last = rows.at(-1);
    if (!last || rows.length < DIRECTORY_ROWS) return size;
    after = last.name;
  }
}
