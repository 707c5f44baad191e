import {
  Vector as ArrowVector,
  Bool,
  Dictionary,
  Float64,
  Int32,
  Int64,
  makeData,
  type RecordBatch,
  TimestampMicrosecond,
  Utf8,
  type Vector,
  vectorFromArray,
} from "apache-arrow";
import fc from "fast-check";
import type { RowFilter } from "../../../src/arrow/row-filter.ts";
import { batchOf } from "../batch-fixtures.ts";

/** One row as hyparquet's filters see it; 64-bit values are bigints. */
export interface Row {
  readonly int: number | null;
  readonly long: bigint | null;
  readonly float: number | null;
  readonly text: string | null;
  readonly word: string | null;
  readonly flag: boolean | null;
  readonly time: bigint | null;
}

const ints = fc.integer({ min: -4, max: 4 });
const longs = fc.oneof(
  fc.bigInt({ min: -3n, max: 3n }),
  fc.constantFrom(2n ** 62n, -(2n ** 62n), 2n ** 53n + 1n),
);
const floats = fc.constantFrom(-1.5, -0, 0, 0.5, 1, 2, Number.NaN, Infinity, -Infinity);
const texts = fc.constantFrom("", "a", "ab", "b", "é", "\uFFFD", "😀", "\uE000", "z");
const words = fc.constantFrom("red", "green", "blue");
const times = fc.bigInt({ min: -5n, max: 5n });

/** Rows with nulls, NaN, zeros of both signs and texts beyond the first plane. */
export const rows: fc.Arbitrary<Row[]> = fc.array(
  fc.record({
    int: fc.option(ints),
    long: fc.option(longs),
    float: fc.option(floats),
    text: fc.option(texts),
    word: fc.option(words),
    flag: fc.option(fc.boolean()),
    time: fc.option(times),
  }),
  { maxLength: 30 },
);

const comparisons = <Value>(values: fc.Arbitrary<Value>, hasOrder = true) => {
  const nullable = fc.option(values, { freq: 8 });
  const plain = fc.oneof(
    ...(hasOrder
      ? ["$gt", "$gte", "$lt", "$lte"].map((name) => values.map((value) => ({ [name]: value })))
      : []),
    nullable.map((value) => ({ $eq: value })),
    nullable.map((value) => ({ $ne: value })),
    fc.array(nullable, { maxLength: 3 }).map((value) => ({ $in: value })),
    fc.array(nullable, { maxLength: 3 }).map((value) => ({ $nin: value })),
  );
  const joined = fc.tuple(plain, plain).map(([one, other]) => ({ ...one, ...other }));
  return fc.oneof(
    nullable,
    plain,
    joined,
    plain.map((value) => ({ $not: value })),
  );
};

const columnFilter = fc.oneof(
  comparisons(ints).map((int) => ({ int })),
  comparisons(longs).map((long) => ({ long })),
  comparisons(floats).map((float) => ({ float })),
  comparisons(texts).map((text) => ({ text })),
  comparisons(words).map((word) => ({ word })),
  comparisons(fc.boolean()).map((flag) => ({ flag })),
  comparisons(times).map((time) => ({ time })),
);

/** Filters that hyparquet takes too: a value has its column's own JavaScript type. */
export const filters: fc.Arbitrary<RowFilter> = fc.letrec<{ filter: RowFilter }>((tie) => ({
  filter: fc.oneof(
    { depthSize: "small" },
    columnFilter as fc.Arbitrary<RowFilter>,
    fc.tuple(columnFilter, columnFilter).map(([one, other]) => ({ ...one, ...other }) as RowFilter),
    fc.array(tie("filter"), { maxLength: 3 }).map(($and) => ({ $and })),
    fc.array(tie("filter"), { maxLength: 3 }).map(($or) => ({ $or })),
    fc.array(tie("filter"), { maxLength: 3 }).map(($nor) => ({ $nor })),
  ),
})).filter;

/** The rows as a batch; `word` is a dictionary. */
export function batchOfRows(values: readonly Row[]): RecordBatch {
  const column = <Name extends keyof Row>(name: Name) => values.map((row) => row[name]);
  return batchOf({
    int: vectorFromArray(column("int"), new Int32()),
    long: vectorFromArray(column("long"), new Int64()),
    float: vectorFromArray(column("float"), new Float64()),
    text: vectorFromArray(column("text"), new Utf8()),
    word: wordsOf(column("word")),
    flag: vectorFromArray(column("flag"), new Bool()),
    time: timesOf(column("time")),
  });
}

function wordsOf(values: readonly (string | null)[]): Vector {
  const dictionary = vectorFromArray(["blue", "green", "red"], new Utf8());
  const known = ["blue", "green", "red"];
  const type = new Dictionary(new Utf8(), new Int32(), 7);
  const data = Int32Array.from(values, (value) => (value === null ? 0 : known.indexOf(value)));
  return new ArrowVector([makeData({ type, data, dictionary, ...validity(values) })]);
}

function timesOf(values: readonly (bigint | null)[]): Vector {
  const data = BigInt64Array.from(values, (value) => value ?? 0n);
  const type = new TimestampMicrosecond();
  return new ArrowVector([makeData({ type, data, ...validity(values) })]);
}

function validity(values: readonly unknown[]): { nullCount: number; nullBitmap: Uint8Array } {
  const nullBitmap = new Uint8Array(Math.ceil(values.length / 64) * 8 || 8);
  values.forEach((value, row) => {
    if (value !== null) nullBitmap[row >> 3]! |= 1 << (row & 7);
  });
  return { nullCount: values.filter((value) => value === null).length, nullBitmap };
}
