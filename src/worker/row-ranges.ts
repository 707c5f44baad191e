import type { RowRange } from "./parquet-types.ts";

/** How many rows there are in some ranges. */
export function countRows(rows: readonly RowRange[]): number {
  return rows.reduce((sum, { start, end }) => sum + end - start, 0);
}
