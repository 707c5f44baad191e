import type { Position, Segment, SegmentRow, SeriesTotals, TimeRange } from "./entry.ts";

/** Whether `a` stands after `b`. */
export function isLater(a: Position, b: Position): boolean {
  return a.txnSeq > b.txnSeq || (a.txnSeq === b.txnSeq && a.n > b.n);
}

/**
 * The segments that a reader sees, oldest first.
 * @param rows the rows of one series, newest first
 */
export function liveSegments(rows: readonly SegmentRow[]): Segment[] {
  const checkpoint = rows.find((row) => row.kind !== "append");
  // A checkpoint does not end the scan: an append that committed after the compaction had read its
  // base stands before the checkpoint and is not covered by it.
  const appended = rows.filter((row) => row.kind === "append" && !isCovered(row, checkpoint));
  const oldestFirst = appended.reverse().flatMap((row) => row.segments);
  return [...(checkpoint?.segments ?? []), ...oldestFirst];
}

/** The rows that live segments are found by. @param rows all of one series, newest first */
export function liveRows(rows: readonly SegmentRow[]): SegmentRow[] {
  const checkpoint = rows.find((row) => row.kind !== "append");
  return rows.filter((row) => row === checkpoint || !isCovered(row, checkpoint));
}

/** Whether a row made a version that can still be read. */
export function hasOwnVersion({ kind, pruned }: SegmentRow): boolean {
  return kind !== "compact" && !pruned;
}

/**
 * The rows as they were when the series had this version, newest first; empty if it never had it. The
 * newest version has all rows: a compaction of it reads faster, and the same.
 */
export function rowsAtVersion(rows: readonly SegmentRow[], version: number): SegmentRow[] {
  if (rows[0]?.version === version) return [...rows];
  const made = rows.find((row) => hasOwnVersion(row) && row.version === version);
  return made ? rows.filter((row) => !isLater(row, made)) : [];
}

/** The totals after `added` follows what `before` sums up. */
export function addTotals(
  before: SeriesTotals | undefined,
  added: readonly Segment[],
): SeriesTotals {
  let timeRange = before?.timeRange;
  let { segments, rows, bytes } = before ?? { segments: 0, rows: 0, bytes: 0 };
  for (const segment of added) {
    segments += 1;
    rows += segment.rowCount ?? 0;
    bytes += segment.content.size;
    timeRange = joinTimeRanges(timeRange, segment.timeRange);
  }
  return { segments, rows, bytes, ...(timeRange && { timeRange }) };
}

function joinTimeRanges(a?: TimeRange, b?: TimeRange): TimeRange | undefined {
  if (!a || !b) return a ?? b;
  return { min: Math.min(a.min, b.min), max: Math.max(a.max, b.max) };
}

function isCovered(row: SegmentRow, checkpoint: SegmentRow | undefined): boolean {
  return checkpoint?.coversTo !== undefined && !isLater(row, checkpoint.coversTo);
}
