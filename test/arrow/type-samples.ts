import {
  Binary,
  BinaryView,
  Bool,
  type DataType,
  DateDay,
  DateMillisecond,
  Decimal,
  DenseUnion,
  Dictionary,
  DurationMicrosecond,
  DurationMillisecond,
  DurationNanosecond,
  DurationSecond,
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
  IntervalDayTime,
  IntervalMonthDayNano,
  IntervalYearMonth,
  LargeBinary,
  LargeList,
  LargeUtf8,
  List,
  Map_,
  makeData,
  makeVector,
  Null,
  SparseUnion,
  Struct,
  TimeMicrosecond,
  TimeMillisecond,
  TimeNanosecond,
  TimeSecond,
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
  type Vector,
  vectorFromArray,
} from "apache-arrow";

/** A column with extremes, zeros and a null in row 3. */
export interface TypeSample {
  readonly name: string;
  readonly make: () => Vector;
}

const I64 = [-(2n ** 63n), 2n ** 63n - 1n, 0n, 0n, -1n, 1_700_000_000_123_456_789n];
const I32 = [-(2 ** 31), 2 ** 31 - 1, 0, 0, -1, 19_700];
const FLOATS = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, -0, 0, Number.NaN, 1.5];
const TEXTS = ["", "é🌊", "a\0b", null, "x".repeat(300), "ÿ"];
const BYTES = [[], [0, 255], [128], null, new Array(300).fill(7), [1, 2, 3]];

/** Every Arrow type that apache-arrow knows. */
export const typeSamples: readonly TypeSample[] = [
  ...integers(),
  sample("Float16", () => raw(new Float16(), Uint16Array.of(0xfc00, 0x7c00, 0x8000, 0, 0x7e00, 1))),
  sample("Float32", () => raw(new Float32(), Float32Array.from(FLOATS))),
  sample("Float64", () => raw(new Float64(), Float64Array.from(FLOATS))),
  sample("Decimal 9 digits, 128 bits", () => decimals(new Decimal(2, 9, 128), 4)),
  sample("Decimal 18 digits, 128 bits", () => decimals(new Decimal(2, 18, 128), 4)),
  sample("Decimal 38 digits, 128 bits", () => decimals(new Decimal(10, 38, 128), 4)),
  sample("Decimal 76 digits, 256 bits", () => decimals(new Decimal(10, 76, 256), 8)),
  sample("Bool", () => vectorFromArray([true, false, true, null, false, true], new Bool())),
  sample("Null", () => makeVector(makeData({ type: new Null(), length: 6 }))),
  sample("Date32 (day)", () => raw(new DateDay(), Int32Array.of(-719_162, 2_932_896, 0, 0, -1, 1))),
  sample("Date64 (ms, whole days)", () => raw(new DateMillisecond(), days())),
  ...times(),
  ...timestamps(),
  ...durations(),
  sample("Interval (year, month)", () => raw(new IntervalYearMonth(), Int32Array.from(I32))),
  sample("Interval (day, time)", () =>
    raw(new IntervalDayTime(), Int32Array.from([...I32, ...I32])),
  ),
  sample("Interval (month, day, ns)", () =>
    raw(new IntervalMonthDayNano(), new Int32Array(24).fill(3)),
  ),
  sample("Utf8", () => vectorFromArray(TEXTS, new Utf8())),
  sample("LargeUtf8", () => vectorFromArray(TEXTS, new LargeUtf8())),
  sample("Utf8View", () => vectorFromArray(TEXTS, new Utf8View())),
  sample("Binary", () => vectorFromArray(bytes(), new Binary())),
  sample("LargeBinary", () => vectorFromArray(bytes(), new LargeBinary())),
  sample("BinaryView", () => vectorFromArray(bytes(), new BinaryView())),
  sample("FixedSizeBinary", () =>
    vectorFromArray(
      bytes().map((value) => value && Uint8Array.of(value.length & 255, 0, 255)),
      new FixedSizeBinary(3),
    ),
  ),
  ...dictionaries(),
  ...nested(),
  sample("Union, sparse", () => union(new SparseUnion([0], [new Field("a", new Int32(), true)]))),
  sample("Union, dense", () =>
    union(
      new DenseUnion([0], [new Field("a", new Int32(), true)]),
      Int32Array.of(0, 1, 2, 3, 4, 5),
    ),
  ),
];

function sample(name: string, make: () => Vector): TypeSample {
  return { name, make };
}

function integers(): TypeSample[] {
  return [
    sample("Int8", () => raw(new Int8(), Int8Array.of(-128, 127, 0, 0, -1, 1))),
    sample("Int16", () => raw(new Int16(), Int16Array.of(-32_768, 32_767, 0, 0, -1, 1))),
    sample("Int32", () => raw(new Int32(), Int32Array.from(I32))),
    sample("Int64", () => raw(new Int64(), BigInt64Array.from(I64))),
    sample("Uint8", () => raw(new Uint8(), Uint8Array.of(0, 255, 128, 0, 127, 1))),
    sample("Uint16", () => raw(new Uint16(), Uint16Array.of(0, 65_535, 32_768, 0, 32_767, 1))),
    sample("Uint32", () => raw(new Uint32(), Uint32Array.of(0, 2 ** 32 - 1, 2 ** 31, 0, 9, 1))),
    sample("Uint64", () =>
      raw(new Uint64(), BigUint64Array.of(0n, 2n ** 64n - 1n, 2n ** 63n, 0n, 9n, 1n)),
    ),
  ];
}

function times(): TypeSample[] {
  const micros = [0n, 86_399_999_999n, 1n, 0n, 43_200_000_000n, 5n];
  return [
    sample("Time32 (s)", () => raw(new TimeSecond(), Int32Array.of(0, 86_399, 1, 0, 43_200, 5))),
    sample("Time32 (ms)", () =>
      raw(new TimeMillisecond(), Int32Array.of(0, 86_399_999, 1, 0, 2, 5)),
    ),
    sample("Time64 (µs)", () => raw(new TimeMicrosecond(), BigInt64Array.from(micros))),
    sample("Time64 (ns)", () =>
      raw(
        new TimeNanosecond(),
        BigInt64Array.from(micros, (value) => value * 1000n + 1n),
      ),
    ),
  ];
}

function timestamps(): TypeSample[] {
  const units = {
    s: TimestampSecond,
    ms: TimestampMillisecond,
    µs: TimestampMicrosecond,
    ns: TimestampNanosecond,
  };
  return Object.entries(units).flatMap(([unit, Timestamp]) =>
    [undefined, "UTC", "Europe/Berlin"].map((zone) =>
      sample(`Timestamp (${unit}${zone ? `, ${zone}` : ""})`, () =>
        // Seconds are stored as milliseconds: those of the year 9999 fit.
        raw(
          new Timestamp(zone),
          BigInt64Array.from(I64, (value) => (unit === "s" ? value >> 30n : value)),
        ),
      ),
    ),
  );
}

function durations(): TypeSample[] {
  const units = {
    s: DurationSecond,
    ms: DurationMillisecond,
    µs: DurationMicrosecond,
    ns: DurationNanosecond,
  };
  return Object.entries(units).map(([unit, Duration]) =>
    sample(`Duration (${unit})`, () => raw(new Duration(), BigInt64Array.from(I64))),
  );
}

function dictionaries(): TypeSample[] {
  const indices = {
    Int8: new Int8(),
    Int16: new Int16(),
    Int32: new Int32(),
    Uint8: new Uint8(),
    Uint16: new Uint16(),
    Uint32: new Uint32(),
  };
  return [
    ...Object.entries(indices).map(([name, type]) =>
      sample(`Dictionary (Utf8, ${name})`, () =>
        vectorFromArray(TEXTS, new Dictionary(new Utf8(), type)),
      ),
    ),
    sample("Dictionary (Int64, Int32)", () =>
      vectorFromArray(
        I64.map((value, row) => (row === 3 ? null : value)),
        new Dictionary(new Int64(), new Int32()),
      ),
    ),
  ];
}

function nested(): TypeSample[] {
  const item = new Field("item", new Int32(), true);
  const lists = [[1, null, 2], [], [3], null, [-1], [4, 5]];
  const pair = new Struct([new Field("a", new Int32(), true), new Field("b", new Utf8(), true)]);
  const pairs = [
    { a: 1, b: "x" },
    { a: null, b: null },
    { a: 2, b: "" },
    null,
    { a: 3, b: "y" },
    { a: 4, b: "z" },
  ];
  const entries = new Struct([
    new Field("keys", new Utf8()),
    new Field("values", new Int32(), true),
  ]);
  const maps = [
    new Map([["k", 1]]),
    new Map(),
    new Map([["k", null]]),
    null,
    new Map([["l", 2]]),
    new Map(),
  ];
  return [
    sample("List", () => vectorFromArray(lists, new List(item))),
    sample("LargeList", () => vectorFromArray(lists, new LargeList(item))),
    sample("FixedSizeList", () =>
      vectorFromArray(
        lists.map((_, row) => (row === 3 ? null : [row, row + 1])),
        new FixedSizeList(2, item),
      ),
    ),
    sample("Struct", () => vectorFromArray(pairs, pair)),
    sample("Map", () =>
      vectorFromArray(maps, new Map_(new Field("entries", entries) as Field<Struct>)),
    ),
    sample("List of struct", () =>
      vectorFromArray(
        lists.map((_, row) => (row === 3 ? null : pairs.slice(0, row % 3))),
        new List(new Field("item", pair, true)),
      ),
    ),
  ];
}

/** A column of fixed width over these bytes; row 3 is null. */
function raw(type: DataType, data: ArrayBufferView): Vector {
  const nullBitmap = Uint8Array.of(0b110111);
  return makeVector(
    makeData({
      type: type as Int32,
      length: 6,
      nullCount: 1,
      nullBitmap,
      data: data as Int32Array,
    }),
  );
}

function days(): BigInt64Array {
  return BigInt64Array.of(-719_162n, 2_932_896n, 0n, 0n, -1n, 1n).map((day) => day * 86_400_000n);
}

/** The greatest, the least, 0 and 1. */
function decimals(type: Decimal, words: number): Vector {
  const most = 10n ** BigInt(type.precision) - 1n;
  const data = new Uint32Array(6 * words);
  [most, -most, 0n, 0n, -1n, 1n].forEach((value, row) => {
    const bits = BigInt.asUintN(32 * words, value);
    for (let word = 0; word < words; word += 1) {
      data[row * words + word] = Number((bits >> BigInt(32 * word)) & 0xffff_ffffn);
    }
  });
  return raw(type, data);
}

function bytes(): (Uint8Array | null)[] {
  return BYTES.map((value) => value && Uint8Array.from(value));
}

function union(type: SparseUnion | DenseUnion, valueOffsets?: Int32Array): Vector {
  const child = makeData({
    type: new Int32(),
    length: 6,
    nullCount: 0,
    data: Int32Array.from(I32),
  });
  const typeIds = new Int8Array(6);
  const shape = { type: type as DenseUnion, length: 6, nullCount: 0, typeIds, children: [child] };
  return makeVector(makeData(valueOffsets ? { ...shape, valueOffsets } : (shape as never)));
}
