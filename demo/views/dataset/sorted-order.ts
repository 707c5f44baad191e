import type { RecordBatch } from "apache-arrow";
import { plainValues } from "../shared/cell-text.ts";
import type { SortBy } from "./row-source.ts";

/** The places of rows in the order of a column's values: nulls and what is no number come last. */
export function sortedOrder(
  batches: readonly RecordBatch[],
  rowCount: number,
  { column, isDescending }: SortBy,
): Uint32Array {
  const keys = new Array<Key>(rowCount);
  let at = 0;
  for (const batch of batches) {
    const place = batch.schema.fields.findIndex(({ name }) => name === column);
    const data = batch.data.children[place];
    const value = data && plainValues(data);
    for (let row = 0; row < batch.numRows; row += 1, at += 1) keys[at] = keyOf(value?.(row));
  }
  const order = Uint32Array.from(keys, (_, row) => row);
  const sign = isDescending ? -1 : 1;
  return order.sort((one, other) => compare(keys[one], keys[other], sign) || one - other);
}

type Key = number | bigint | string | undefined;

function keyOf(value: unknown): Key {
  if (typeof value === "bigint" || typeof value === "string") return value;
  if (typeof value === "number") return Number.isNaN(value) ? undefined : value;
  if (typeof value === "boolean") return Number(value);
  return value === null || value === undefined ? undefined : String(value);
}

function compare(one: Key, other: Key, sign: number): number {
  if (one === other) return 0;
  if (one === undefined) return 1;
  if (other === undefined) return -1;
  return one < other ? -sign : sign;
}
