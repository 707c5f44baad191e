import type { Data, RecordBatch } from "apache-arrow";
import type { Arrow } from "../load-arrow.ts";
import { columnMask } from "./column-mask.ts";
import type { Condition } from "./condition.ts";

/** One byte for each row: 1 where it matches. */
export type RowMask = Uint8Array;

/** Tests all rows of a batch, column by column. */
export function matchRows(arrow: Arrow, batch: RecordBatch, condition: Condition): RowMask {
  const { numRows } = batch;
  if ("all" in condition) {
    const masks = condition.all.map((one) => matchRows(arrow, batch, one));
    return joined(masks, numRows, 1, (mask, other) => {
      for (let row = 0; row < numRows; row += 1) mask[row] = (mask[row] ?? 0) & (other[row] ?? 0);
    });
  }
  if ("any" in condition) {
    const masks = condition.any.map((one) => matchRows(arrow, batch, one));
    return joined(masks, numRows, 0, (mask, other) => {
      for (let row = 0; row < numRows; row += 1) mask[row] = (mask[row] ?? 0) | (other[row] ?? 0);
    });
  }
  if ("not" in condition) {
    const mask = matchRows(arrow, batch, condition.not);
    for (let row = 0; row < numRows; row += 1) mask[row] = (mask[row] ?? 0) ^ 1;
    return mask;
  }
  return columnMask(arrow, columnWithin(batch.data, condition.column.indexes), condition.test);
}

/** The masks in one, which the first one becomes; without any, all rows alike. */
function joined(
  [first, ...others]: readonly RowMask[],
  numRows: number,
  alike: number,
  join: (mask: RowMask, other: RowMask) => void,
): RowMask {
  if (!first) return new Uint8Array(numRows).fill(alike);
  for (const other of others) join(first, other);
  return first;
}

/** A column and the structs around it, outermost first: a null one makes all within it null. */
function columnWithin(rows: Data, indexes: readonly number[]): Data[] {
  const way: Data[] = [];
  let at = rows;
  for (const index of indexes) {
    const child = at.children[index];
    if (!child) throw new TypeError("The batch is not of the schema that the filter was made for");
    way.push(child);
    at = child;
  }
  return way;
}
