import {
  Binary,
  BinaryView,
  Bool,
  type DataType,
  DateDay,
  DateMillisecond,
  Decimal,
  Dictionary,
  Field,
  FixedSizeBinary,
  FixedSizeList,
  Float16,
  Float32,
  Float64,
  Int8,
  Int16,
  Int32,
  Int64,
  LargeBinary,
  LargeUtf8,
  List,
  Map_,
  type MapRow,
  Null,
  type RecordBatch,
  Struct,
  type StructRow,
  TimestampMicrosecond,
  TimestampMillisecond,
  TimestampNanosecond,
  TimestampSecond,
  Uint8,
  Uint16,
  Uint32,
  Uint64,
  Utf8,
  Utf8View,
  Vector,
  vectorFromArray,
} from "apache-arrow";
import fc from "fast-check";

/** A type, and values that it holds. */
export interface TypedColumn {
  readonly type: DataType;
  readonly values: fc.Arbitrary<unknown>;
}

const text = fc.string({ unit: "grapheme", maxLength: 20 });
const bytes = fc.uint8Array({ maxLength: 20 });
const day = fc.integer({ min: -20_000, max: 20_000 }).map((days) => new Date(days * 86_400_000));
const second = fc.integer({ min: -1e9, max: 1e9 }).map((seconds) => seconds * 1000);
const small = fc.integer({ min: -128, max: 127 });
const natural = fc.integer({ min: 0, max: 255 });

const ints: Record<string, TypedColumn> = {
  int8: { type: new Int8(), values: small },
  int16: { type: new Int16(), values: fc.integer({ min: -32_768, max: 32_767 }) },
  int32: { type: new Int32(), values: fc.integer() },
  int64: { type: new Int64(), values: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }) },
  uint8: { type: new Uint8(), values: natural },
  uint16: { type: new Uint16(), values: fc.integer({ min: 0, max: 65_535 }) },
  uint32: { type: new Uint32(), values: fc.integer({ min: 0, max: 2 ** 32 - 1 }) },
  uint64: { type: new Uint64(), values: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }) },
};

const others: Record<string, TypedColumn> = {
  nothing: { type: new Null(), values: fc.constant(null) },
  bool: { type: new Bool(), values: fc.boolean() },
  float16: { type: new Float16(), values: fc.constantFrom(0, 1.5, -2, 1000) },
  float32: { type: new Float32(), values: fc.float({ noNaN: true }) },
  float64: { type: new Float64(), values: fc.double({ noNaN: true }) },
  day: { type: new DateDay(), values: day },
  date64: { type: new DateMillisecond(), values: day },
  seconds: { type: new TimestampSecond(), values: second },
  millis: { type: new TimestampMillisecond(), values: second },
  micros: { type: new TimestampMicrosecond(), values: second },
  nanos: { type: new TimestampNanosecond(), values: second },
  zoned: { type: new TimestampSecond("UTC"), values: second },
  utf8: { type: new Utf8(), values: text },
  largeUtf8: { type: new LargeUtf8(), values: text },
  utf8View: { type: new Utf8View(), values: text },
  binary: { type: new Binary(), values: bytes },
  largeBinary: { type: new LargeBinary(), values: bytes },
  binaryView: { type: new BinaryView(), values: bytes },
  fixed: { type: new FixedSizeBinary(2), values: fc.uint8Array({ minLength: 2, maxLength: 2 }) },
  decimal: { type: new Decimal(2, 10), values: fc.constant(new Uint32Array([1, 0, 0, 0])) },
  dictionary: { type: new Dictionary(new Utf8(), new Int8(), 7), values: text },
  wideDictionary: { type: new Dictionary(new LargeUtf8(), new Int32(), 7), values: text },
  numberDictionary: { type: new Dictionary(new Int16(), new Int8(), 8), values: small },
  list: { type: new List(item(new Int8())), values: fc.array(fc.option(small), { maxLength: 4 }) },
  listOfTexts: {
    type: new List(new Field("element", new Utf8(), true)),
    values: fc.array(fc.option(text), { maxLength: 4 }),
  },
  listOfLong: {
    type: new List(item(new Int64())),
    values: fc.array(fc.option(fc.bigInt({ min: -99n, max: 99n })), { maxLength: 4 }),
  },
  pair: {
    type: new FixedSizeList(2, item(new Int8())),
    values: fc.array(small, { minLength: 2, maxLength: 2 }),
  },
  longPair: {
    type: new FixedSizeList(2, item(new Int32())),
    values: fc.array(small, { minLength: 2, maxLength: 2 }),
  },
  struct: {
    type: new Struct([new Field("a", new Int8(), true), new Field("b", new Utf8(), true)]),
    values: fc.record({ a: fc.option(small), b: fc.option(text) }),
  },
  otherStruct: {
    type: new Struct([new Field("c", new Bool(), true), new Field("a", new Int32(), true)]),
    values: fc.record({ c: fc.option(fc.boolean()), a: fc.option(small) }),
  },
  map: { type: mapOf(new Int8()), values: fc.uniqueArray(fc.tuple(text, small), keyed(4)) },
  wideMap: { type: mapOf(new Int64()), values: fc.uniqueArray(fc.tuple(text, big()), keyed(4)) },
};

/** Columns of every type that is asked for, by a name. */
export const typedColumns: Record<string, TypedColumn> = { ...ints, ...others };

function item(type: DataType): Field {
  return new Field("item", type, true);
}

function mapOf(value: DataType): DataType {
  const entries = new Struct([
    new Field("key", new Utf8(), false),
    new Field("value", value, true),
  ]);
  return new Map_(new Field("entries", entries, false) as never);
}

function keyed(maxLength: number) {
  return { maxLength, selector: ([key]: readonly [string, unknown]) => key };
}

function big() {
  return fc.bigInt({ min: -99n, max: 99n });
}

/** A column of values, `null` where they are. */
export function columnOf({ type }: TypedColumn, values: readonly unknown[]): Vector {
  const isMap = type instanceof Map_;
  const own = isMap
    ? values.map((pairs) => pairs && new Map(pairs as [string, unknown][]))
    : values;
  return vectorFromArray(own, type);
}

/** The rows of a batch as plain values, in which a number is the same whatever its width. */
export function plainRows(batch: RecordBatch): Record<string, unknown>[] {
  return Array.from({ length: batch.numRows }, (_, row) =>
    Object.fromEntries(
      batch.schema.fields.map(({ name }, index) => [
        name,
        plain(batch.getChildAt(index)?.get(row)),
      ]),
    ),
  );
}

function plain(value: unknown): unknown {
  if (value === null || value === undefined) return null;
  if (typeof value === "bigint" || typeof value === "number") return String(value);
  if (value instanceof Date) return String(value.valueOf());
  if (ArrayBuffer.isView(value)) return Array.from(value as Uint8Array).join();
  if (typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map(plain);
  if (value instanceof Vector) return Array.from(value as Iterable<unknown>, plain);
  const entries = Object.entries((value as MapRow | StructRow).toJSON()).map(([key, item]) => [
    key,
    plain(item),
  ]);
  return Object.fromEntries(entries.filter(([, item]) => item !== null));
}
