import type { PageBounds } from "../../worker/parquet-types.ts";
import { countRows } from "../../worker/row-ranges.ts";
import { cachesOf } from "../arrow-caches.ts";
import type { ArrowContext } from "../arrow-context.ts";
import { rowsFrom } from "./page-rows.ts";
import type { PartReader } from "./part-reader.ts";
import type { OpenRowGroup } from "./row-groups.ts";
import type { RowSelection } from "./row-selection.ts";

/** Row groups below both are read whole: to ask the worker about pages costs more than it saves. */
const MIN_BYTES = 64 * 1024;
const MIN_ROWS = 20_000;

/** Which rows are looked for, and in which columns. */
export interface PageQuestion {
  readonly context: ArrowContext;
  readonly reader: PartReader;
  readonly selection: RowSelection;
  /** The columns that are read of a row group; absent: all. */
  readonly columnsIn: (open: OpenRowGroup) => readonly string[] | undefined;
  readonly signal: AbortSignal | undefined;
}

/**
 * Row groups with the rows that may match by what is known of pages, without those that have none. A row
 * group of whose pages nothing is known, or where it is not worth it, stays as it is.
 * @throws SCHEMA_MISMATCH for times that are null, PARQUET_READ_FAILED and what sources throw
 */
export async function pruneByPages(
  groups: readonly OpenRowGroup[],
  question: PageQuestion,
): Promise<OpenRowGroup[]> {
  const { context, selection, reader, signal } = question;
  const { pages } = cachesOf(context);
  const columns = selection.testedColumns;
  const asked = groups.filter((open) => isWorthAsking(open, question));
  const known = new Map<OpenRowGroup, readonly PageBounds[]>();
  for (const open of asked) {
    const bounds = pages.get(open.part.content.sha256, open.ordinal, columns);
    if (bounds) known.set(open, bounds);
  }
  const unknown = asked.filter((open) => !known.has(open));
  if (unknown.length > 0) {
    const indexes = unknown.map(({ index }) => index);
    const answers = await (await reader.get()).pageBounds(indexes, { columns, signal });
    unknown.forEach((open, at) => {
      const bounds = answers[at] ?? [];
      known.set(open, bounds);
      pages.keep(open.part.content.sha256, open.ordinal, columns, bounds);
    });
  }
  return groups.flatMap((open) => {
    const bounds = known.get(open) ?? [];
    if (bounds.length === 0) return open;
    const rows = rowsFrom(selection.rowsIn(open.summary, open.group, bounds), open.skipRows);
    return rows.length > 0 ? { ...open, rows } : [];
  });
}

/** How many rows of a row group are wanted. */
export function wantedRows({ rows, group, skipRows }: OpenRowGroup): number {
  return rows ? countRows(rows) : group.rowCount - skipRows;
}

/** A row group of which the first rows are wanted, so many at most. Small ones are read whole. */
export function upTo(open: OpenRowGroup, rows: number): OpenRowGroup {
  const { group, skipRows: start } = open;
  if (open.rows || group.rowCount <= MIN_ROWS) return open;
  const end = Math.min(group.rowCount, start + Math.max(1, rows));
  return end - start < group.rowCount ? { ...open, rows: [{ start, end }] } : open;
}

function isWorthAsking(open: OpenRowGroup, { selection, columnsIn }: PageQuestion): boolean {
  const { summary, group } = open;
  const read = columnsIn(open);
  let bytes = 0;
  let isKnown = false;
  summary.columns.forEach(({ path: [name = ""] }, leaf) => {
    const { hasPageIndex = false, compressedBytes = 0 } = group.storage[leaf] ?? {};
    if (read === undefined || read.includes(name)) bytes += compressedBytes;
    if (hasPageIndex && selection.testedColumns.includes(name)) isKnown = true;
  });
  return isKnown && (bytes >= MIN_BYTES || group.rowCount > MIN_ROWS);
}
