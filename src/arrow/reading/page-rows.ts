import type {
  ColumnStatistics,
  PageBounds,
  ParquetRowGroup,
  RowRange,
} from "../../worker/parquet-types.ts";

/**
 * The rows of a row group that may match, by what is known of pages. Where a page of any column begins the
 * rows are cut; each piece is asked about as if it were a row group, with the bounds of the pages around it.
 * @returns in order, without two that touch
 */
export function rowsWithin(
  group: ParquetRowGroup,
  pages: readonly PageBounds[],
  mayMatch: (piece: ParquetRowGroup) => boolean,
): RowRange[] {
  const found: { start: number; end: number }[] = [];
  const at = pages.map(() => 0);
  for (const { start, end } of piecesOf(group.rowCount, pages)) {
    const statistics = group.statistics.map((whole) => ofPiece(whole, group.rowCount, end - start));
    pages.forEach((column, index) => {
      let page = at[index] ?? 0;
      while ((column.firstRows[page + 1] ?? Number.POSITIVE_INFINITY) <= start) page += 1;
      at[index] = page;
      statistics[column.leaf] = statisticsOf(group, column, page, end - start);
    });
    if (!mayMatch({ ...group, rowCount: end - start, statistics })) continue;
    const last = found.at(-1);
    if (last?.end === start) last.end = end;
    else found.push({ start, end });
  }
  return found;
}

/** Rows from `from` on. */
export function rowsFrom(rows: readonly RowRange[], from: number): RowRange[] {
  return rows.flatMap(({ start, end }) =>
    end > from ? { start: Math.max(start, from), end } : [],
  );
}

function piecesOf(rowCount: number, pages: readonly PageBounds[]): RowRange[] {
  const firstRows = new Set(pages.flatMap((column) => column.firstRows));
  const cuts = [...firstRows].sort((one, other) => one - other);
  return cuts.map((start, index) => ({ start, end: cuts[index + 1] ?? rowCount }));
}

/** The bounds of a page around a piece; where it does not count its nulls the row group may know that it has none. */
function statisticsOf(
  group: ParquetRowGroup,
  column: PageBounds,
  page: number,
  pieceRows: number,
): ColumnStatistics {
  const around = column.statistics[page] ?? {};
  const start = column.firstRows[page] ?? 0;
  const rowCount = (column.firstRows[page + 1] ?? group.rowCount) - start;
  const hasNone = group.statistics[column.leaf]?.nullCount === 0;
  return { ...ofPiece(around, rowCount, pieceRows), ...(hasNone && { nullCount: 0 }) };
}

/** Of some of the rows it is known how many nulls there are where all rows have none, or nothing else. */
function ofPiece(
  { nullCount, ...bounds }: ColumnStatistics,
  rowCount: number,
  pieceRows: number,
): ColumnStatistics {
  if (nullCount === 0) return { ...bounds, nullCount };
  return nullCount !== undefined && nullCount >= rowCount
    ? { ...bounds, nullCount: pieceRows }
    : bounds;
}
