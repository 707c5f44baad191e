import type { Segment, TimeRange } from "../tinyfs/entry.ts";
import type { ParquetRowGroup } from "../worker/parquet-types.ts";
import { MAX_ROW_GROUP_ROWS } from "./cut-batch.ts";

/** Segments are joined until they have so many bytes. */
export const DEFAULT_TARGET_BYTES: number = 64 << 20;

/** Rows of several row groups become one up to so many bytes, as they are in memory. */
export const MAX_ROW_GROUP_BYTES: number = 64 << 20;

/** A segment whose schema is known. */
export interface KnownSegment extends Segment {
  readonly schemaFingerprint: string;
}

/** Neighbours of one schema that are looked at together. */
export interface SegmentGroup {
  readonly segments: readonly KnownSegment[];
  readonly bytes: number;
}

/** Puts neighbours together, in order: of one schema each, and until they have `targetBytes`. */
export function groupSegments(
  segments: readonly KnownSegment[],
  targetBytes: number,
): SegmentGroup[] {
  const groups: SegmentGroup[] = [];
  let last: { segments: KnownSegment[]; bytes: number } | undefined;
  for (const segment of segments) {
    const { size } = segment.content;
    const isFull = !last || last.bytes >= targetBytes || size >= targetBytes;
    if (!last || isFull || last.segments[0]?.schemaFingerprint !== segment.schemaFingerprint) {
      last = { segments: [], bytes: 0 };
      groups.push(last);
    }
    last.segments.push(segment);
    last.bytes += size;
  }
  return groups;
}

/** Whether two neighbouring row groups would fit into one. */
export function hasSmallRowGroups(
  rowGroups: readonly ParquetRowGroup[],
  maxRows: number = MAX_ROW_GROUP_ROWS,
): boolean {
  return rowGroups.some(({ rowCount, uncompressedBytes }, index) => {
    const next = rowGroups[index + 1];
    if (!next) return false;
    const bytes = uncompressedBytes + next.uncompressedBytes;
    return rowCount + next.rowCount <= maxRows && bytes <= MAX_ROW_GROUP_BYTES;
  });
}

/** The time of all rows of several segments: unknown where that of one of them is. */
export function joinTimeRange(segments: readonly Segment[]): TimeRange | undefined {
  let joined: TimeRange | undefined;
  for (const { timeRange, rowCount } of segments) {
    if (rowCount === 0) continue;
    if (!timeRange) return undefined;
    const { min, max } = joined ?? timeRange;
    joined = { min: Math.min(min, timeRange.min), max: Math.max(max, timeRange.max) };
  }
  return joined;
}
