import * as arrow from "apache-arrow";
import {
  DateDay,
  DateMillisecond,
  Decimal,
  Field,
  Float32,
  Int8,
  Int32,
  List,
  makeData,
  type RecordBatch,
  Schema,
  Struct,
  TimestampNanosecond,
  TimestampSecond,
  Uint64,
  Utf8,
  Vector,
  vectorFromArray,
} from "apache-arrow";
import { expect } from "chai";
import fc from "fast-check";
import { matchFilter } from "hyparquet/src/filter.js";
import { checkFilter } from "../../../src/arrow/reading/filter-check.ts";
import { matchRows } from "../../../src/arrow/reading/filter-rows.ts";
import { takeRows } from "../../../src/arrow/reading/take-rows.ts";
import type { RowFilter } from "../../../src/arrow/row-filter.ts";
import { batchOf, rowsOf } from "../batch-fixtures.ts";
import { batchOfRows, filters, rows } from "./filter-arbitraries.ts";

describe("rows that match a filter", () => {
  it("are those that hyparquet's matchFilter finds", () => {
    fc.assert(
      fc.property(rows, filters, (values, filter) => {
        const batch = batchOfRows(values);
        const mask = matchRows(arrow, batch, checkFilter(arrow, batch.schema, filter));
        const expected = values.map((row) => Number(matchFilter(row, filter as never)));
        expect([...mask]).deep.equal(expected);
      }),
      { numRuns: 2000 },
    );
  });

  it("are taken out of a batch with their values, nulls included", () => {
    fc.assert(
      fc.property(rows, fc.infiniteStream(fc.boolean()), (values, chosen) => {
        const batch = batchOfRows(values);
        const mask = Uint8Array.from(values, () => Number(chosen.next().value));
        const all = rowsOf(batch);

        const taken = takeRows(arrow, batch, mask);

        const expected = all.filter((_, row) => mask[row] === 1);
        expect(taken ? rowsOf(taken) : []).deep.equal(expected);
        const whole =
          taken && new arrow.Table(arrow.tableFromIPC(arrow.tableToIPC(new arrow.Table([taken]))));
        expect(whole ? rowsOf(whole) : []).deep.equal(expected);
      }),
      { numRuns: 300 },
    );
  });

  it("are taken of lists, structs and binary columns too", () => {
    const list = vectorFromArray(
      [[1, 2], null, [], [3]],
      new List(new Field("item", new Int32(), true)),
    );
    const struct = vectorFromArray(
      [{ a: 1 }, null, { a: null }, { a: 4 }],
      new Struct<{ a: Int32 }>([new Field("a", new Int32(), true)]),
    );
    const bytes = vectorFromArray(
      [new Uint8Array([1]), new Uint8Array([]), null, new Uint8Array([4, 5])],
      new arrow.Binary(),
    );
    const batch = batchOf({ list, struct, bytes });

    const taken = takeRows(arrow, batch, Uint8Array.of(1, 0, 1, 1));

    const text = (rows: RecordBatch) => rows.toArray().map(String);
    const all = text(batch);
    expect(taken && text(taken)).deep.equal([all[0], all[2], all[3]]);
  });

  const found = (columns: Record<string, Vector>, filter: RowFilter): number[] => {
    const batch = batchOf(columns);
    const mask = matchRows(arrow, batch, checkFilter(arrow, batch.schema, filter));
    return [...mask].flatMap((matches, row) => (matches ? row : []));
  };

  it("are told by value: a number equals a bigint, and fractions lie between integers", () => {
    const a = vectorFromArray([1n, 2n, 3n, 2n ** 53n + 1n, null], new arrow.Int64());
    expect(found({ a }, { a: 2 })).deep.equal([1]);
    expect(found({ a }, { a: { $gt: 1.5, $lt: 2.5 } })).deep.equal([1]);
    expect(found({ a }, { a: { $gt: 2 ** 53 } })).deep.equal([3]);
    expect(found({ a }, { a: { $in: [1.5, 3, null] } })).deep.equal([2, 4]);
    expect(found({ a }, { a: { $lt: Infinity } })).deep.equal([0, 1, 2, 3]);
    expect(found({ a }, { a: { $gt: Number.NaN } })).deep.equal([]);
    const b = vectorFromArray([1, 2, 3], new Int8());
    expect(found({ b }, { b: { $gte: 2n, $lt: 10n ** 30n } })).deep.equal([1, 2]);
    const f = vectorFromArray([0.5, 1, Number.NaN], new Float32());
    expect(found({ f }, { f: { $gte: 1n } })).deep.equal([1]);
    expect(found({ f }, { f: { $lt: 10n ** 400n } })).deep.equal([0, 1]);
    const u = vectorFromArray([0n, 2n ** 64n - 1n], new Uint64());
    expect(found({ u }, { u: { $gt: 2 ** 63 } })).deep.equal([1]);
  });

  it("are told by moment where the value is a Date, else in the column's own unit", () => {
    const at = new Date("2024-05-01T12:00:00.500Z");
    const seconds = BigInt(Math.floor(at.getTime() / 1000));
    const of = (type: arrow.Timestamp, values: bigint[]) =>
      new Vector([makeData({ type, data: BigInt64Array.from(values) })]);
    const s = of(new TimestampSecond(), [seconds - 1n, seconds, seconds + 1n]);
    expect(found({ s }, { s: { $gte: at } })).deep.equal([2]);
    expect(found({ s }, { s: { $lt: at } })).deep.equal([0, 1]);
    expect(found({ s }, { s: at })).deep.equal([]);
    expect(found({ s }, { s: seconds })).deep.equal([1]);
    const nanos = BigInt(at.getTime()) * 1_000_000n;
    const n = of(new TimestampNanosecond(), [nanos - 1n, nanos, nanos + 1n]);
    expect(found({ n }, { n: at })).deep.equal([1]);
    expect(found({ n }, { n: { $gt: at } })).deep.equal([2]);
    const day = vectorFromArray([new Date("2024-04-30"), new Date("2024-05-01")], new DateDay());
    expect(found({ day }, { day: { $gte: new Date("2024-05-01") } })).deep.equal([1]);
    expect(found({ day }, { day: { $lt: at } })).deep.equal([0, 1]);
    const milli = vectorFromArray([at, new Date(at.getTime() + 1)], new DateMillisecond());
    expect(found({ milli }, { milli: { $gt: at } })).deep.equal([1]);
  });

  it("are told of decimals by the number that is written", () => {
    const type = new Decimal(2, 10, 128);
    const data = new Uint32Array(12);
    data.set([15, 0, 0, 0, 100, 0, 0, 0, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff]);
    const d = new Vector([makeData({ type, data })]); // 0.15, 1.00, -0.01
    expect(found({ d }, { d: 0.15 })).deep.equal([0]);
    expect(found({ d }, { d: { $gt: 0.149, $lte: 1n } })).deep.equal([0, 1]);
    expect(found({ d }, { d: { $lt: 0 } })).deep.equal([2]);
  });

  it("are told within structs, where a null struct is null throughout", () => {
    const type = new Struct<{ x: Int32 }>([new Field("x", new Int32(), true)]);
    const s = vectorFromArray([{ x: 1 }, null, { x: null }, { x: 2 }], type);
    expect(found({ s }, { "s.x": { $gte: 1 } })).deep.equal([0, 3]);
    expect(found({ s }, { "s.x": null })).deep.equal([1, 2]);
    expect(found({ s }, { s: null })).deep.equal([1]);
  });

  it("are told of a sliced batch as of a whole one", () => {
    const batch = batchOfRows([
      { int: 1, long: 1n, float: 1, text: "a", word: "red", flag: true, time: 1n },
      { int: null, long: null, float: null, text: null, word: null, flag: null, time: null },
      { int: 2, long: 2n, float: 2, text: "b", word: "blue", flag: true, time: 2n },
    ]).slice(1);
    for (const filter of [
      { int: 2 },
      { word: "blue" },
      { flag: true },
      { text: "b" },
      { time: 2n },
    ]) {
      const mask = matchRows(arrow, batch, checkFilter(arrow, batch.schema, filter));
      expect([...mask]).deep.equal([0, 1]);
    }
  });
});

describe("a filter that a schema does not fit", () => {
  const schema = new Schema([
    new Field("n", new Int32(), true),
    new Field("s", new Utf8(), true),
    new Field("l", new List(new Field("item", new Int32(), true)), true),
  ]);
  const failure = (filter: unknown) => {
    try {
      checkFilter(arrow, schema, filter as RowFilter);
    } catch (error) {
      return error as Error & { code?: string };
    }
    throw new Error("It was taken");
  };

  it("is SCHEMA_MISMATCH that names the column and what there is", () => {
    const missing = failure({ x: 1 });
    expect(missing).include({ code: "SCHEMA_MISMATCH" });
    expect(missing.message).match(/"x".*columns are "?n"?, "?s"?/);
    for (const filter of [
      { n: "1" },
      { s: 1 },
      { n: { $gt: null } },
      { l: 1 },
      { n: new Date(0) },
      { n: [1] },
    ]) {
      const error = failure({ $or: [filter] });
      expect(error).include({ code: "SCHEMA_MISMATCH" });
      expect(error.message).include(`Column "${Object.keys(filter)[0]}" is `);
    }
  });

  it("is a TypeError where it is no filter", () => {
    expect(failure({ n: { $like: 1 } })).instanceOf(TypeError);
    expect(failure({ $and: 1 })).instanceOf(TypeError);
    expect(failure("n")).instanceOf(TypeError);
    expect(failure({ n: { $in: 1 } })).instanceOf(TypeError);
  });
});
