import type { SegmentRow } from "../tinyfs/entry.ts";
import type { NodeId } from "../tinyfs/node-id.ts";
import { isLater, liveRows } from "../tinyfs/series.ts";
import { segmentKey, segmentRangeAsOf } from "./keys.ts";
import { type SegmentRowRecord, toSegmentRow } from "./oplog-entry.ts";
import { readRows } from "./oplog-rows.ts";

/** How many rows are looked at first; then four times as many, and so on. */
const FIRST_ROWS = 64;
const GROWTH = 4;

/**
 * The rows that the live segments of a series are found by, newest first. Of those that the newest
 * checkpoint stands for no more are read than come with it, however many there are.
 */
export async function readLiveRows(
  oplog: IDBObjectStore,
  nodeId: NodeId,
  seq: number,
): Promise<SegmentRow[]> {
  const found: SegmentRow[] = [];
  let range = segmentRangeAsOf(nodeId, seq);
  for (let limit = FIRST_ROWS; ; limit *= GROWTH) {
    const page = await readRows<SegmentRowRecord>(oplog, range, segmentKey, limit);
    found.push(...page.map(toSegmentRow));
    const last = found.at(-1);
    const checkpoint = found.find(({ kind }) => kind !== "append");
    const isCovered = last && checkpoint?.coversTo && !isLater(last, checkpoint.coversTo);
    if (!last || isCovered || page.length < limit) return liveRows(found);
    range = IDBKeyRange.bound(segmentKey(last), range.upper, true, true);
  }
}
