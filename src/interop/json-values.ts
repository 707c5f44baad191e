import type { Data, DataType, Decimal, Field, Vector } from "apache-arrow";
import { type JsonValue, toJson } from "./json.ts";
import { clockText, dayText, decimalText, momentText } from "./times.ts";

// Arrow's numbers of its types. They are part of its format; the module itself is not needed here.
const TYPE = {
  dictionary: -1,
  int: 2,
  float: 3,
  decimal: 7,
  date: 8,
  time: 9,
  timestamp: 10,
  list: 12,
  struct: 13,
  fixedSizeList: 16,
  map: 17,
  duration: 18,
  largeList: 21,
} as const;

/** Reads the value of a row. */
export type JsonReader = (row: number) => JsonValue;

type Numbers = ArrayLike<number | bigint>;

/**
 * How the values of a column read as JSON. Times and decimals are read from the column's own integers:
 * what Arrow makes of them has lost digits. They are texts, as ISO 8601 and with all digits.
 */
export function jsonReader(column: Vector): JsonReader {
  const [data] = column.data;
  // A column of a batch is one piece, and so is what is below it.
  if (!data || column.data.length > 1) return (row) => toJson(column.get(row));
  const read = readerOf(column, data);
  return (row) => (data.getValid(row) ? read(row) : null);
}

/** A bound of a column's values, which stands in the column's own unit. */
export function boundToJson(type: DataType, value: unknown): JsonValue {
  const isWhole = typeof value === "bigint" || Number.isSafeInteger(value);
  const text = isWhole ? wholeText(type, BigInt(value as bigint | number)) : undefined;
  return text ?? (Number(type.typeId) === TYPE.float ? floatValue(type, value) : toJson(value));
}

function readerOf(column: Vector, data: Data): JsonReader {
  const { type } = data;
  const values = data.values as Numbers;
  switch (Number(type.typeId)) {
    case TYPE.date:
    case TYPE.time:
    case TYPE.timestamp:
    case TYPE.duration:
      return (row) => wholeText(type, BigInt(values[row] ?? 0)) ?? null;
    case TYPE.decimal:
      return (row) => decimalText(unscaled(data, row), (type as Decimal).scale);
    case TYPE.float:
      return (row) => floatValue(type, column.get(row));
    case TYPE.list:
    case TYPE.largeList:
      return listReader(column, data);
    case TYPE.map:
      return mapReader(column, data);
    case TYPE.fixedSizeList:
      return fixedSizeListReader(column, data);
    case TYPE.struct:
      return structReader(column, type.children as Field[]);
    case TYPE.dictionary:
      return dictionaryReader(data);
    default:
      return (row) => toJson(column.get(row));
  }
}

function listReader(column: Vector, { valueOffsets }: Data): JsonReader {
  const read = childReader(column, 0);
  const offsets = valueOffsets as unknown as Numbers;
  return (row) => rangeOf(Number(offsets[row]), Number(offsets[row + 1])).map(read);
}

function fixedSizeListReader(column: Vector, { stride }: Data): JsonReader {
  const read = childReader(column, 0);
  return (row) => rangeOf(row * stride, (row + 1) * stride).map(read);
}

function mapReader(column: Vector, { valueOffsets }: Data): JsonReader {
  const entries = column.getChildAt(0);
  const key = entries ? childReader(entries, 0) : () => null;
  const value = entries ? childReader(entries, 1) : () => null;
  const offsets = valueOffsets as unknown as Numbers;
  return (row) => {
    const rows = rangeOf(Number(offsets[row]), Number(offsets[row + 1]));
    return Object.fromEntries(rows.map((at) => [keyText(key(at)), value(at)]));
  };
}

function keyText(key: JsonValue): string {
  return typeof key === "object" ? JSON.stringify(key) : String(key);
}

function structReader(column: Vector, fields: readonly Field[]): JsonReader {
  const readers = fields.map(({ name }, index) => [name, childReader(column, index)] as const);
  return (row) => Object.fromEntries(readers.map(([name, read]) => [name, read(row)]));
}

function dictionaryReader({ values, dictionary }: Data): JsonReader {
  const read: JsonReader = dictionary ? jsonReader(dictionary) : () => null;
  return (row) => read(Number((values as Numbers)[row]));
}

function childReader(column: Vector, index: number): JsonReader {
  const child = column.getChildAt(index);
  return child ? jsonReader(child) : () => null;
}

/** What an integer means in a column of times; `undefined` in any other column. */
function wholeText(type: DataType, value: bigint): string | undefined {
  const { unit, timezone, scale } = type as unknown as Record<string, unknown>;
  switch (Number(type.typeId)) {
    case TYPE.date:
      return dayText(value, unit === 0);
    case TYPE.time:
      return clockText(value, Number(unit));
    case TYPE.timestamp:
      return `${momentText(value, Number(unit))}${timezone ? "Z" : ""}`;
    case TYPE.duration:
      return String(value);
    case TYPE.decimal:
      return decimalText(value, Number(scale));
    default:
      return undefined;
  }
}

/** The fewest digits that mean a 32-bit number: 0.1, not 0.10000000149011612. */
function floatValue(type: DataType, value: unknown): JsonValue {
  const isSingle = (type as unknown as { precision?: unknown }).precision === 1;
  if (!isSingle || typeof value !== "number" || !Number.isFinite(value)) return toJson(value);
  const digits = [6, 7, 8, 9].find((count) => Math.fround(rounded(value, count)) === value);
  return digits === undefined ? value : rounded(value, digits);
}

function rounded(value: number, digits: number): number {
  return Number(value.toPrecision(digits));
}

/** Little-endian words of 32 bits, two's complement. */
function unscaled({ values, stride }: Data, row: number): bigint {
  const words = (values as Uint32Array).subarray(row * stride, (row + 1) * stride);
  const unsigned = words.reduceRight((sum, word) => (sum << 32n) | BigInt(word >>> 0), 0n);
  return BigInt.asIntN(32 * stride, unsigned);
}

function rangeOf(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index);
}
