import type { FileRange } from "./parquet-footer.ts";

/** Ranges that are closer than this are read together: a read beside others costs more than so many bytes. */
const NEIGHBOUR_BYTES = 32 * 1024;

/** What is read together at most, so that it is not held twice; a longer chunk is read by itself. */
const MAX_JOINED_BYTES = 4 * 1024 * 1024;

/** The reads that some ranges of a file take: neighbours in one. */
export function joinRanges(ranges: readonly FileRange[]): FileRange[] {
  const joined: { start: number; end: number }[] = [];
  for (const { start, end } of [...ranges].sort((one, other) => one.start - other.start)) {
    const last = joined.at(-1);
    const isNear = last !== undefined && start <= last.end + NEIGHBOUR_BYTES;
    if (last && isNear && Math.max(last.end, end) - last.start <= MAX_JOINED_BYTES)
      last.end = Math.max(last.end, end);
    else joined.push({ start, end });
  }
  return joined;
}

/** Bytes in some ranges. */
export function sumRanges(ranges: readonly FileRange[]): number {
  return ranges.reduce((sum, { start, end }) => sum + end - start, 0);
}

/** Whether a range holds another. */
export function isWithin(inner: FileRange, outer: FileRange): boolean {
  return inner.start >= outer.start && inner.end <= outer.end;
}
