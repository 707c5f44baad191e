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
