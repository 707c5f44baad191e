import type { Data, DataType, RecordBatch, Schema } from "apache-arrow";
import { SchemaMismatchError } from "../tinyfs/errors.ts";
import type { SortColumn } from "../worker/parquet-types.ts";
import { MAX_ROW_GROUP_ROWS } from "./cut-batch.ts";
import type { Arrow } from "./load-arrow.ts";

/** Tells how two rows of a column stand to each other: below 0 where the first is less. */
type Compare = (one: number, other: number) => number;

/**
 * Refuses rows that are not sorted as was said: readers skip what they need not see by it.
 * @throws SCHEMA_MISMATCH
 */
export class SortCheck {
  readonly #arrow: Arrow;
  readonly #columns: readonly { readonly index: number; readonly sort: SortColumn }[];
  readonly #groupRows: number;
  #rows = 0;

  /** @throws SCHEMA_MISMATCH where a column is not there, or is of a type that has no order */
  constructor(
    arrow: Arrow,
    { fields }: Schema,
    sortedBy: readonly SortColumn[],
    rowGroupRows: number = MAX_ROW_GROUP_ROWS,
  ) {
    this.#arrow = arrow;
    this.#groupRows = rowGroupRows;
    this.#columns = sortedBy.map((sort) => {
      const index = fields.findIndex(({ name }) => name === sort.column);
      const type = fields[index]?.type;
      if (type && isOrdered(arrow, type)) return { index, sort };
      const reason = type ? `it is ${type}` : "there is no such column";
      throw new SchemaMismatchError(`Rows cannot be sorted by "${sort.column}": ${reason}`);
    });
  }

  /** Takes the next row groups. @throws SCHEMA_MISMATCH that names the first row out of order */
  check(piece: RecordBatch): void {
    const compares = this.#columns.map(({ index, sort }) => {
      const data = piece.data.children[index];
      return data ? withNulls(data, sort, compareOf(this.#arrow, data)) : () => 0;
    });
    for (let row = 1; row < piece.numRows; row += 1) {
      if (row % this.#groupRows === 0 || inOrder(compares, row)) continue;
      const names = this.#columns.map(({ sort }) => `"${sort.column}"`).join(", ");
      const at = this.#rows + row + 1;
      throw new SchemaMismatchError(`The rows are not sorted by ${names}: see row ${at}`);
    }
    this.#rows += piece.numRows;
  }
}

function inOrder(compares: readonly Compare[], row: number): boolean {
  for (const compare of compares) {
    const found = compare(row - 1, row);
    if (found !== 0) return found < 0;
  }
  return true;
}

function isOrdered({ DataType: Is }: Arrow, type: DataType): boolean {
  if (Is.isDictionary(type)) return Is.isUtf8(type.dictionary);
  if (Is.isFloat(type)) return type.precision > 0;
  const isNumber = Is.isInt(type) || Is.isBool(type) || Is.isTimestamp(type) || Is.isDate(type);
  const isBytes = Is.isUtf8(type) || Is.isLargeUtf8(type) || Is.isBinary(type);
  return isNumber || isBytes || Is.isTime(type) || Is.isDuration(type);
}

/** Nulls stand at one end, whatever the direction. */
function withNulls(data: Data, { descending, nullsFirst }: SortColumn, compare: Compare): Compare {
  const directed: Compare = descending ? (one, other) => compare(other, one) : compare;
  if (data.nullCount === 0) return directed;
  const ofNull = nullsFirst ? -1 : 1;
  return (one, other) => {
    const [isOne, isOther] = [data.getValid(one), data.getValid(other)];
    if (isOne && isOther) return directed(one, other);
    if (isOne === isOther) return 0;
    return isOne ? -ofNull : ofNull;
  };
}

function compareOf({ DataType: Is }: Arrow, data: Data): Compare {
  const { type, values, valueOffsets } = data;
  if (Is.isDictionary(type)) return compareWords(data);
  if (Is.isUtf8(type) || Is.isLargeUtf8(type) || Is.isBinary(type)) {
    const bytes = values as Uint8Array;
    const at = (row: number) =>
      bytes.subarray(Number(valueOffsets[row]), Number(valueOffsets[row + 1]));
    return (one, other) => compareBytes(at(one), at(other));
  }
  if (Is.isBool(type)) {
    const bits = values as Uint8Array;
    const bit = (row: number) =>
      ((bits[(data.offset + row) >> 3] ?? 0) >> ((data.offset + row) & 7)) & 1;
    return (one, other) => bit(one) - bit(other);
  }
  const numbers = values as ArrayLike<number | bigint>;
  return (one, other) => compareNumbers(numbers[one] ?? 0, numbers[other] ?? 0);
}

/** NaN counts as greater than every number. */
function compareNumbers(one: number | bigint, other: number | bigint): number {
  if (one < other) return -1;
  if (one > other) return 1;
  return Number(Number.isNaN(one)) - Number(Number.isNaN(other));
}

function compareWords({ values, dictionary }: Data): Compare {
  const indexes = values as ArrayLike<number | bigint>;
  const encoder = new TextEncoder();
  const word = (row: number) => encoder.encode(String(dictionary?.get(Number(indexes[row])) ?? ""));
  return (one, other) => {
    return indexes[one] === indexes[other] ? 0 : compareBytes(word(one), word(other));
  };
}

function compareBytes(one: Uint8Array, other: Uint8Array): number {
  const length = Math.min(one.length, other.length);
  for (let at = 0; at < length; at += 1) {
    const difference = (one[at] ?? 0) - (other[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return one.length - other.length;
}
