import { promisifyRequest } from "idb-keyval";
import type { SegmentRow } from "../../tinyfs/entry.ts";
import type { NodeId } from "../../tinyfs/node-id.ts";
import { isSeen, type RetentionRules } from "../../tinyfs/retention-rules.ts";
import { addTotals, isLater } from "../../tinyfs/series.ts";
import { type Key, keysBelow, rangeAfter, segmentKey, segmentRefNumber } from "../keys.ts";
import { type SegmentRowRecord, toSegmentRow } from "../oplog-entry.ts";
import { readRows } from "../oplog-rows.ts";
import { PAGE_ROWS, type Run } from "./run.ts";
import type { Slice } from "./slice.ts";

/** A checkpoint that was met on the way from the newest row to the oldest. */
interface Checkpoint {
  readonly row: SegmentRow;
  /** Bytes of versions it stands for that this slice drops. */
  covered: number;
}

/** Drops the rows of a series that stands somewhere, which no retained commit and no kept version needs. */
export async function sweepSeries(run: Run, nodeId: NodeId): Promise<void> {
  const newer: Checkpoint[] = [];
  let newest: SegmentRow | undefined;
  for (let after: Key | undefined; ; ) {
    const page = await run.slice(async (slice) => {
      const rows = await readPage(slice.oplog, nodeId, after);
      for (const record of rows) {
        const row = toSegmentRow(record);
        newest ??= row;
        sweepRow(slice, run.rules, { record, row, newest, newer });
      }
      for (const checkpoint of newer) noteCovered(slice, checkpoint);
      return rows;
    });
    run.scanned(page.length);
    const last = page.at(-1);
    if (!last || page.length < PAGE_ROWS) return;
    after = segmentKey(last);
  }
}

/** All series that have rows, one after the other. */
export async function* listSeries(run: Run): AsyncGenerator<NodeId, void> {
  const { database } = run.context;
  for (let after: NodeId | undefined; ; ) {
    const range = after === undefined ? keysBelow("seg") : rangeAfter(["seg"], ["seg", after, []]);
    const key = await database.use("oplog")("readonly", (oplog) => firstKey(oplog, range));
    if (!key) return;
    after = String(key[1]) as NodeId;
    yield after;
  }
}

/** Drops up to a page of the rows of a series that stands nowhere. Returns whether none is left. */
export async function dropSegments(slice: Slice, nodeId: NodeId): Promise<boolean> {
  const rows = await readPage(slice.oplog, nodeId);
  for (const record of rows) {
    dropSegmentRow(slice, record);
    const { kind, segments, coveredBytes = 0 } = toSegmentRow(record);
    if (kind === "compact") slice.countVersion(coveredBytes, 0);
    else slice.countVersion(addTotals(undefined, segments).bytes);
  }
  return rows.length < PAGE_ROWS;
}

interface Swept {
  readonly record: SegmentRowRecord;
  readonly row: SegmentRow;
  readonly newest: SegmentRow;
  /** The newest first. */
  readonly newer: Checkpoint[];
}

function sweepRow(
  slice: Slice,
  rules: RetentionRules,
  { record, row, newest, newer }: Swept,
): void {
  const end = newer.findLast((checkpoint) => covers(checkpoint.row, row));
  if (end && !isNeeded(rules, row, end.row, newest)) {
    dropSegmentRow(slice, record);
    passOn(slice, row, end);
    return;
  }
  const next = newer.at(-1);
  const isReadable = !next || isNeeded(rules, row, next.row, newest);
  if (row.kind !== "compact" && !row.pruned && !isReadable) {
    const { sum: _, ...kept } = record;
    slice.put(segmentKey(row), { ...kept, pruned: true });
  }
  if (row.kind !== "append") newer.push({ row, covered: 0 });
}

/** Whether some retained commit, or kept version, reads a row before a checkpoint stands for it. */
function isNeeded(
  rules: RetentionRules,
  row: SegmentRow,
  end: SegmentRow,
  newest: SegmentRow,
): boolean {
  if (isSeen(rules, row.txnSeq, end.txnSeq)) return true;
  if (end.txnSeq <= rules.cutoff) return false;
  const lastBefore = end.kind === "replace" ? end.version - 1 : end.version;
  const isRead = row.kind !== "compact" || lastBefore > row.version;
  return isRead && newest.version - lastBefore < rules.keepVersions;
}

/** The bytes of versions that a compaction stands for stay in the pond. */
function passOn(
  slice: Slice,
  { kind, segments, coveredBytes = 0 }: SegmentRow,
  end: Checkpoint,
): void {
  const bytes = kind === "compact" ? coveredBytes : addTotals(undefined, segments).bytes;
  if (end.row.kind === "compact") end.covered += bytes;
  slice.countVersion(end.row.kind === "compact" ? 0 : bytes, kind === "compact" ? 0 : 1);
}

function noteCovered(slice: Slice, checkpoint: Checkpoint): void {
  const { row, covered } = checkpoint;
  if (covered === 0) return;
  checkpoint.covered = 0;
  slice.addCovered(segmentKey(row), covered);
}

function dropSegmentRow(slice: Slice, record: SegmentRowRecord): void {
  const { nodeId, txnSeq: seq, n } = record;
  record.segments.forEach((segment, index) => {
    slice.release(segment, { nodeId, seq, n: segmentRefNumber(n, index) });
  });
  slice.delete(segmentKey(record));
}

function covers({ coversTo }: SegmentRow, row: SegmentRow): boolean {
  return coversTo !== undefined && !isLater(row, coversTo);
}

function readPage(oplog: IDBObjectStore, nodeId: NodeId, after?: Key): Promise<SegmentRowRecord[]> {
  const range = after ? rangeAfter(["seg", nodeId], after) : keysBelow("seg", nodeId);
  return readRows<SegmentRowRecord>(oplog, range, segmentKey, PAGE_ROWS);
}

function firstKey(oplog: IDBObjectStore, range: IDBKeyRange): Promise<Key | undefined> {
  return promisifyRequest(oplog.getKey(range)) as Promise<Key | undefined>;
}
