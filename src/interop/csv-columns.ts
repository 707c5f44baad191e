import type { Data, DataType } from "apache-arrow";
import type { Arrow } from "../arrow/load-arrow.ts";
import type { CsvType } from "./csv-options.ts";
import {
  type Parse,
  parseBoolean,
  parseDate,
  parseFloat64,
  parseInt32,
  parseInt64,
  parseTimestamp,
  parseTimestampUtc,
} from "./csv-values.ts";

/** Takes the values of one column of one batch, row by row. */
export interface ColumnBuilder {
  /** Takes a value that is not null, and says whether it is of the column's type. */
  set(row: number, text: string): boolean;
  /** The column; rows that were not set are null. */
  finish(rows: number): Data;
}

/** The Arrow type of a column. */
export function arrowTypeOf(arrow: Arrow, type: CsvType): DataType {
  switch (type) {
    case "int32":
      return new arrow.Int32();
    case "int64":
      return new arrow.Int64();
    case "float64":
      return new arrow.Float64();
    case "boolean":
      return new arrow.Bool();
    case "date":
      return new arrow.DateDay();
    case "timestamp":
      return new arrow.TimestampMicrosecond();
    case "timestamp-utc":
      return new arrow.TimestampMicrosecond("UTC");
    case "text":
      return new arrow.Utf8();
    default:
      throw new TypeError(`Unknown type "${type satisfies never}" for a CSV column`);
  }
}

/** A builder for a column of at most `capacity` rows. */
export function columnBuilder(arrow: Arrow, type: CsvType, capacity: number): ColumnBuilder {
  const arrowType = arrowTypeOf(arrow, type);
  const fixed = <Value>(values: Values<Value>, parse: Parse<Value>) =>
    new FixedColumn(arrow, arrowType, values, parse);
  switch (type) {
    case "int32":
      return fixed(new Int32Array(capacity), parseInt32);
    case "int64":
      return fixed(new BigInt64Array(capacity), parseInt64);
    case "float64":
      return fixed(new Float64Array(capacity), parseFloat64);
    case "date":
      return fixed(new Int32Array(capacity), parseDate);
    case "timestamp":
      return fixed(new BigInt64Array(capacity), parseTimestamp);
    case "timestamp-utc":
      return fixed(new BigInt64Array(capacity), parseTimestampUtc);
    case "boolean":
      return new BooleanColumn(arrow, arrowType, capacity);
    default:
      return new TextColumn(arrow, arrowType);
  }
}

/** A typed array, by what its kinds share. */
interface Values<Value> {
  readonly length: number;
  [row: number]: Value;
}

class Validity {
  readonly #bits: Uint8Array;
  #valid = 0;

  constructor(capacity: number) {
    this.#bits = new Uint8Array((capacity + 7) >> 3);
  }

  set(row: number): void {
    setBit(this.#bits, row);
    this.#valid += 1;
  }

  of(rows: number): { nullCount: number; nullBitmap?: Uint8Array } {
    const nullCount = rows - this.#valid;
    return nullCount === 0 ? { nullCount } : { nullCount, nullBitmap: this.#bits };
  }
}

class FixedColumn<Value> implements ColumnBuilder {
  readonly #arrow: Arrow;
  readonly #type: DataType;
  readonly #values: Values<Value>;
  readonly #parse: Parse<Value>;
  readonly #validity: Validity;

  constructor(arrow: Arrow, type: DataType, values: Values<Value>, parse: Parse<Value>) {
    this.#arrow = arrow;
    this.#type = type;
    this.#values = values;
    this.#parse = parse;
    this.#validity = new Validity(values.length);
  }

  set(row: number, text: string): boolean {
    const value = this.#parse(text);
    if (value === undefined) return false;
    this.#values[row] = value;
    this.#validity.set(row);
    return true;
  }

  finish(length: number): Data {
    const data = (this.#values as unknown as Uint8Array).subarray(0, length);
    return make(this.#arrow, { type: this.#type, length, data, ...this.#validity.of(length) });
  }
}

class BooleanColumn implements ColumnBuilder {
  readonly #arrow: Arrow;
  readonly #type: DataType;
  readonly #bits: Uint8Array;
  readonly #validity: Validity;

  constructor(arrow: Arrow, type: DataType, capacity: number) {
    this.#arrow = arrow;
    this.#type = type;
    this.#bits = new Uint8Array((capacity + 7) >> 3);
    this.#validity = new Validity(capacity);
  }

  set(row: number, text: string): boolean {
    const value = parseBoolean(text);
    if (value === undefined) return false;
    if (value) setBit(this.#bits, row);
    this.#validity.set(row);
    return true;
  }

  finish(length: number): Data {
    const data = this.#bits;
    return make(this.#arrow, { type: this.#type, length, data, ...this.#validity.of(length) });
  }
}

class TextColumn implements ColumnBuilder {
  readonly #arrow: Arrow;
  readonly #type: DataType;
  readonly #texts: (string | undefined)[] = [];

  constructor(arrow: Arrow, type: DataType) {
    this.#arrow = arrow;
    this.#type = type;
  }

  set(row: number, text: string): boolean {
    this.#texts[row] = text;
    return true;
  }

  finish(length: number): Data {
    const texts = this.#texts;
    texts.length = length;
    const validity = new Validity(length);
    for (let row = 0; row < length; row += 1) if (texts[row] !== undefined) validity.set(row);
    const { data, valueOffsets } = encodeTexts(texts);
    const type = this.#type;
    return make(this.#arrow, { type, length, data, valueOffsets, ...validity.of(length) });
  }
}

/** All at once, which tells where each ends as long as every character is one byte. */
function encodeTexts(texts: readonly (string | undefined)[]): {
  data: Uint8Array;
  valueOffsets: Int32Array;
} {
  const encoder = new TextEncoder();
  const joined = texts.join("");
  const data = encoder.encode(joined);
  const isAscii = data.byteLength === joined.length;
  const valueOffsets = new Int32Array(texts.length + 1);
  let end = 0;
  for (let row = 0; row < texts.length; row += 1) {
    const text = texts[row] ?? "";
    end += isAscii ? text.length : encoder.encode(text).byteLength;
    valueOffsets[row + 1] = end;
  }
  return { data, valueOffsets };
}

interface ColumnParts {
  readonly type: DataType;
  readonly length: number;
  readonly nullCount: number;
  readonly nullBitmap?: Uint8Array;
  readonly data: Uint8Array;
  readonly valueOffsets?: Int32Array;
}

function make(arrow: Arrow, parts: ColumnParts): Data {
  const { type, length, nullCount, nullBitmap, data, valueOffsets } = parts;
  const buffers = [valueOffsets, data, nullBitmap, undefined] as unknown as Data["buffers"];
  return new arrow.Data(type, 0, length, nullCount, buffers);
}

function setBit(bits: Uint8Array, at: number): void {
  bits[at >> 3] = (bits[at >> 3] ?? 0) | (1 << (at & 7));
}
