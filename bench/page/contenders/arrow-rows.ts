import type { Vector } from "apache-arrow";
import type { ReadRows } from "./contender.ts";

/** What is used of a table of any version of Arrow. */
interface AnyTable {
  readonly numRows: number;
  getChild(name: string): Iterable<unknown> | null;
}

/** The rows of an Arrow table. */
export function rowsOfTable(table: AnyTable): ReadRows {
  return { rowCount: table.numRows, column: (name) => table.getChild(name) ?? [] };
}

/** Whole numbers and times of a column as numbers that are whole, in the column's own unit; all else as Arrow gives it. */
export function plainValues(column: Vector | null): unknown[] {
  const values: unknown = column?.toArray();
  // Arrow's get() makes milliseconds of times, with fractions.
  if (values instanceof BigInt64Array) return Array.from(values, Number);
  return Array.from(column ?? []);
}
