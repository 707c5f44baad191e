import type { PagePlace } from "./page-index-reading.ts";
import type { FileRange } from "./parquet-footer.ts";
import type { RowRange } from "./parquet-types.ts";
import { MAX_ROW_GROUP_ROWS } from "./parquet-write-settings.ts";
import { countRows } from "./row-ranges.ts";

/** A read by pages must save so many bytes, or this share of them: it costs a footer of its own. */
const WORTH_BYTES = 64 * 1024;
const WORTH_SHARE = 0.25;
/** Leaves of one column whose pages never end together are read whole after so many tries. */
const MAX_ROUNDS = 8;

/** The pages of a leaf column in one row group. */
export interface LeafPages {
  /** Its place among the leaf columns. */
  readonly leaf: number;
  /** The top-level column that it belongs to. */
  readonly column: string;
  /** What stands before its first page. */
  readonly dictionary?: FileRange;
  readonly pages: readonly PagePlace[];
}

/** Columns whose pages hold the same rows. */
export interface PageGroup {
  readonly columns: readonly string[];
  /** In order, without two that touch. */
  readonly rows: readonly RowRange[];
  readonly leaves: readonly LeafPages[];
}

/**
 * Which pages hold some rows. Pages of two columns need not begin together: columns that do not are read
 * apart, and hold more rows than the others.
 * @param rows in order, without two that touch; not empty
 * @returns `undefined` where nothing worth it is saved
 */
export function planPages(
  leaves: readonly LeafPages[],
  rows: readonly RowRange[],
  rowCount: number,
): readonly PageGroup[] | undefined {
  const groups = new Map<
    string,
    { columns: string[]; rows: readonly RowRange[]; leaves: LeafPages[] }
  >();
  for (const [column, ofColumn] of byColumn(leaves)) {
    const covered = coverAll(ofColumn, rows, rowCount);
    const key = JSON.stringify(covered);
    const same = groups.get(key) ?? { columns: [], rows: covered, leaves: [] };
    same.columns.push(column);
    same.leaves.push(
      ...ofColumn.map((leaf) => ({ ...leaf, pages: pagesWithin(leaf.pages, covered) })),
    );
    groups.set(key, same);
  }
  const planned = [...groups.values()];
  return isWorthIt(leaves, planned) && canBeJoined(planned) ? planned : undefined;
}

function byColumn(leaves: readonly LeafPages[]): Map<string, LeafPages[]> {
  const columns = new Map<string, LeafPages[]>();
  for (const leaf of leaves) {
    const same = columns.get(leaf.column) ?? [];
    same.push(leaf);
    columns.set(leaf.column, same);
  }
  return columns;
}

/** Rows at which pages of all the leaves begin and end. */
function coverAll(
  leaves: readonly LeafPages[],
  rows: readonly RowRange[],
  rowCount: number,
): readonly RowRange[] {
  let covered = rows;
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const before = countRows(covered);
    for (const { pages } of leaves) covered = cover(pages, covered);
    if (round > 0 && countRows(covered) === before) return covered;
    if (leaves.length === 1) return covered;
  }
  return [{ start: 0, end: rowCount }];
}

/** The rows of all pages that hold one of some rows. */
function cover(pages: readonly PagePlace[], rows: readonly RowRange[]): RowRange[] {
  const covered: { start: number; end: number }[] = [];
  let at = 0;
  for (const { rows: page } of pages) {
    while (at < rows.length && (rows[at] as RowRange).end <= page.start) at += 1;
    const next = rows[at];
    if (!next || next.start >= page.end) continue;
    const last = covered.at(-1);
    if (last?.end === page.start) last.end = page.end;
    else covered.push({ ...page });
  }
  return covered;
}

function pagesWithin(pages: readonly PagePlace[], rows: readonly RowRange[]): PagePlace[] {
  let at = 0;
  return pages.filter(({ rows: page }) => {
    while (at < rows.length && (rows[at] as RowRange).end <= page.start) at += 1;
    return (rows[at]?.start ?? Number.POSITIVE_INFINITY) < page.end;
  });
}

function isWorthIt(leaves: readonly LeafPages[], planned: readonly PageGroup[]): boolean {
  const whole = sizeOf(leaves);
  const saved = whole - planned.reduce((sum, group) => sum + sizeOf(group.leaves), 0);
  return saved >= WORTH_BYTES || (saved > 0 && saved >= WORTH_SHARE * whole);
}

/** The batches of columns that are read apart must be one each, so that their rows can be told. */
function canBeJoined(planned: readonly PageGroup[]): boolean {
  return planned.length === 1 || planned.every(({ rows }) => countRows(rows) <= MAX_ROW_GROUP_ROWS);
}

function sizeOf(leaves: readonly LeafPages[]): number {
  return leaves.flatMap(({ pages }) => pages).reduce((sum, { start, end }) => sum + end - start, 0);
}
