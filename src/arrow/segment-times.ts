import type { TimeRange } from "../tinyfs/entry.ts";
import type { TimeGap, TimeOverlap } from "./table-description.ts";

/** Overlaps that are told at most: of many segments that all overlap there are far more. */
const MAX_OVERLAPS = 1000;

interface Span extends TimeRange {
  readonly segment: number;
}

/**
 * Where no segment has a time and where several have, earliest first.
 * @param ranges of the segments in their order; a segment without one says nothing
 */
export function compareTimes(ranges: readonly (TimeRange | undefined)[]): {
  gaps: TimeGap[];
  overlaps: TimeOverlap[];
} {
  const spans = ranges.flatMap((range, segment): Span[] => (range ? [{ ...range, segment }] : []));
  spans.sort((a, b) => a.min - b.min || a.segment - b.segment);
  const gaps: TimeGap[] = [];
  const overlaps: TimeOverlap[] = [];
  let open: Span[] = [];
  let end = spans[0]?.min ?? 0;
  for (const span of spans) {
    if (span.min > end) gaps.push({ start: end, end: span.min });
    end = Math.max(end, span.max);
    open = open.filter(({ max }) => max >= span.min);
    for (const other of open.slice(0, MAX_OVERLAPS - overlaps.length))
      overlaps.push(overlapOf(span, other));
    open.push(span);
  }
  return { gaps, overlaps };
}

function overlapOf(one: Span, other: Span): TimeOverlap {
  const segments = [
    Math.min(one.segment, other.segment),
    Math.max(one.segment, other.segment),
  ] as const;
  return { start: Math.max(one.min, other.min), end: Math.min(one.max, other.max), segments };
}
