import type { Description } from "./row-source.ts";

/** Parts beyond so many are drawn together with their neighbours: they would be thinner than a pixel. */
const MOST_PARTS = 600;

/** Neighbouring row groups of one segment, drawn as one. */
export interface Part {
  readonly segment: number;
  /** The first row group and how many there are. */
  readonly first: number;
  readonly groups: number;
  readonly firstRow: number;
  readonly rows: number;
  readonly bytes: number;
}

/** A segment and its sums. */
export interface SegmentSums {
  readonly segment: number;
  readonly groups: number;
  readonly firstRow: number;
  readonly rows: number;
  readonly bytes: number;
}

/** Row groups to be drawn. */
export function partsOf({ rowGroups }: Description): Part[] {
  const together = Math.ceil(rowGroups.length / MOST_PARTS);
  const parts: Part[] = [];
  let firstRow = 0;
  for (const [first, { segment, rowCount, compressedBytes }] of rowGroups.entries()) {
    const last = parts.at(-1);
    const joins = last && last.segment === segment && last.groups < together;
    if (joins) {
      parts[parts.length - 1] = {
        ...last,
        groups: last.groups + 1,
        rows: last.rows + rowCount,
        bytes: last.bytes + compressedBytes,
      };
    } else {
      parts.push({ segment, first, groups: 1, firstRow, rows: rowCount, bytes: compressedBytes });
    }
    firstRow += rowCount;
  }
  return parts;
}

/** The segments with their sums. */
export function segmentsOf({ rowGroups }: Description): SegmentSums[] {
  const sums: SegmentSums[] = [];
  let firstRow = 0;
  for (const { segment, rowCount, compressedBytes } of rowGroups) {
    const last = sums.at(-1);
    if (last?.segment === segment) {
      sums[sums.length - 1] = {
        ...last,
        groups: last.groups + 1,
        rows: last.rows + rowCount,
        bytes: last.bytes + compressedBytes,
      };
    } else {
      sums.push({ segment, groups: 1, firstRow, rows: rowCount, bytes: compressedBytes });
    }
    firstRow += rowCount;
  }
  return sums;
}

/** The time that one version has added to a series, as far as appends go on in time. */
export interface TimeStep {
  readonly version: number;
  readonly start: number;
  readonly end: number;
  readonly rows: number;
}

/** What each version has added, oldest first: what is told of a version counts all its rows. */
export function timeSteps({ versions }: Description): TimeStep[] {
  const steps: TimeStep[] = [];
  let before: { readonly end: number; readonly rows: number } | undefined;
  for (const { version, timeRange, rowCount = 0 } of versions.toReversed()) {
    if (!timeRange) continue;
    const { min: start, max: end } = timeRange;
    const from = before && before.end < end ? Math.max(start, before.end) : start;
    const rows = Math.max(0, rowCount - (before?.rows ?? 0));
    steps.push({ version, start: Math.min(from, end), end, rows });
    before = { end, rows: rowCount };
  }
  return steps;
}
