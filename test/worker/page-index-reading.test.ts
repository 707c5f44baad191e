import { expect } from "chai";
import fc from "fast-check";
import { ByteWriter } from "hyparquet-writer/src/bytewriter.js";
import { thriftType } from "../../src/worker/footer-thrift.ts";
import {
  writeFieldHeader,
  writeListHeader,
  writeStructEnd,
} from "../../src/worker/footer-thrift-writing.ts";
import {
  type IndexedChunk,
  type PagePlace,
  readColumnIndex,
  readOffsetIndex,
} from "../../src/worker/page-index-reading.ts";
import { planPages } from "../../src/worker/page-plan.ts";
import type { ColumnStatistics } from "../../src/worker/parquet-types.ts";
import { bytesOf, offsetIndex, rowRanges } from "./paged-files.ts";

const ROWS = 300;
const CHUNK = { pages: { start: 50, end: 400 } };
const PAGES = [
  { start: 100, end: 200, rows: { start: 0, end: 100 } },
  { start: 200, end: 250, rows: { start: 100, end: 150 } },
  { start: 250, end: 400, rows: { start: 150, end: 300 } },
];
const LEAF = { name: "n", path: ["n"], physicalType: "INT32", nullable: true };

describe("readOffsetIndex()", () => {
  it("gives the place and the rows of each page", () => {
    expect(readOffsetIndex(offsetIndex(PAGES), CHUNK, ROWS)).deep.equal(PAGES);
  });

  const [first, second, third] = PAGES as [PagePlace, PagePlace, PagePlace];
  for (const [what, pages] of [
    ["no pages", []],
    ["a first page before its chunk", [{ ...first, start: 40 }, second, third]],
    [
      "a first page without the first row",
      [{ ...first, rows: { start: 1, end: 100 } }, second, third],
    ],
    ["a gap between pages", [first, { ...second, end: 240 }, third]],
    ["pages that overlap", [first, { ...second, end: 260 }, third]],
    ["pages beyond the chunk", [first, second, { ...third, end: 401 }]],
    ["less than the whole chunk", [first, second]],
    ["a page of no bytes", [first, { ...second, end: 200 }, { ...third, start: 200 }]],
    ["rows that go back", [first, { ...second, rows: { start: 0, end: 150 } }, third]],
    ["a page beyond the rows", [first, second, { ...third, rows: { start: 300, end: 300 } }]],
  ] as const) {
    it(`refuses ${what}`, () => {
      expect(() => readOffsetIndex(offsetIndex(pages), CHUNK, ROWS)).throws(Error);
    });
  }

  it("refuses an index that ends too early, or holds something else", () => {
    const bytes = offsetIndex(PAGES);
    for (let length = 0; length < bytes.length; length += 1)
      expect(() => readOffsetIndex(bytes.slice(0, length), CHUNK, ROWS)).throws(Error);
    expect(() => readOffsetIndex(new Uint8Array(100).fill(0x19), CHUNK, ROWS)).throws(Error);
  });

  it("takes no longer than its bytes are for a list that claims to be endless", () => {
    const writer = new ByteWriter();
    writeFieldHeader(writer, 1, 1, thriftType.list);
    writeListHeader(writer, 2 ** 31, thriftType.struct);

    expect(() => readOffsetIndex(bytesOf(writer), CHUNK, ROWS)).throws("more elements than bytes");
  });
});

describe("readColumnIndex()", () => {
  const chunk = (statistics: ColumnStatistics = {}): IndexedChunk => {
    return { leaf: LEAF, isOrdered: true, places: PAGES, statistics };
  };
  const lists = {
    nullPages: [false, true, false],
    minValues: [int32(-5), new Uint8Array(), int32(7)],
    maxValues: [int32(3), new Uint8Array(), int32(9)],
    nullCounts: [0, 50, 2],
  };

  it("tells bounds and nulls, of pages of nulls too", () => {
    expect(
      readColumnIndex(columnIndex(lists), chunk({ min: -5, max: 9, nullCount: 52 })),
    ).deep.equal([
      { min: -5, max: 3, nullCount: 0 },
      { nullCount: 50 },
      { min: 7, max: 9, nullCount: 2 },
    ]);
  });

  it("leaves out what is not told, and bounds that mean nothing", () => {
    const { nullCounts: _, ...untold } = lists;
    const odd = { ...untold, minValues: [new Uint8Array(3), new Uint8Array(), int32(7)] };

    expect(readColumnIndex(columnIndex(odd), chunk())).deep.equal([
      { max: 3 },
      { nullCount: 50 },
      { min: 7, max: 9 },
    ]);
  });

  it("takes no bound of NaN, and none of text that was cut within a character", () => {
    const nan = new Uint8Array(new Float64Array([Number.NaN]).buffer);
    const text = new TextEncoder().encode("é").slice(0, 1);
    const of = (bytes: Uint8Array<ArrayBuffer>) =>
      columnIndex({ ...lists, minValues: [bytes, bytes, bytes], maxValues: [bytes, bytes, bytes] });
    const double = { ...LEAF, physicalType: "DOUBLE" };
    const utf8 = { ...LEAF, physicalType: "BYTE_ARRAY", logicalType: { type: "STRING" } };
    const nullsAlone = [{ nullCount: 0 }, { nullCount: 50 }, { nullCount: 2 }];

    expect(readColumnIndex(of(nan), { ...chunk(), leaf: double })).deep.equal(nullsAlone);
    expect(readColumnIndex(of(text), { ...chunk(), leaf: utf8 })).deep.equal(nullsAlone);
    expect(
      readColumnIndex(of(text.fill(65)), { ...chunk(), leaf: utf8, isOrdered: false }),
    ).deep.equal(nullsAlone);
  });

  for (const [what, wrong] of [
    ["of another number of pages", { ...lists, nullPages: [false, true] }],
    ["of more pages than there are", { ...lists, minValues: [...lists.minValues, int32(1)] }],
    ["without bounds", { ...lists, maxValues: [] }],
    ["with more nulls than rows", { ...lists, nullCounts: [101, 50, 2] }],
    ["with fewer nulls than none", { ...lists, nullCounts: [-1, 50, 2] }],
    ["with values in a page of nulls", { ...lists, nullCounts: [0, 49, 3] }],
    ["with other nulls than the footer", { ...lists, nullCounts: [1, 50, 2] }],
    [
      "above the least value of the footer",
      { ...lists, minValues: [int32(-4), int32(0), int32(7)] },
    ],
    [
      "below the greatest value of the footer",
      { ...lists, maxValues: [int32(3), int32(0), int32(8)] },
    ],
  ] as const) {
    it(`refuses an index ${what}`, () => {
      const whole = { min: -5, max: 9, nullCount: 52 };
      expect(() => readColumnIndex(columnIndex(wrong), chunk(whole))).throws(Error);
    });
  }

  it("refuses an index that ends too early", () => {
    const bytes = columnIndex(lists);
    for (let length = 0; length < bytes.length; length += 1)
      expect(() => readColumnIndex(bytes.slice(0, length), chunk())).throws(Error);
  });
});

describe("planPages()", () => {
  const cuts = fc.uniqueArray(fc.integer({ min: 1, max: ROWS - 1 }), { maxLength: 30 });
  const leaf = fc.tuple(fc.constantFrom("a", "b", "c"), cuts).map(([column, found]) => {
    const starts = [0, ...found.sort((one, other) => one - other)];
    const pages = starts.map((start, at) => {
      const end = starts[at + 1] ?? ROWS;
      return { start: start * 1000, end: end * 1000, rows: { start, end } };
    });
    return { column, pages };
  });

  it("reads all rows that are asked for of every column, and of its leaves the same", () => {
    let planned = 0;
    fc.assert(
      fc.property(
        fc.array(leaf, { minLength: 1, maxLength: 5 }),
        rowRanges(ROWS),
        (found, rows) => {
          const leaves = found.map((one, index) => ({ ...one, leaf: index }));

          const plan = planPages(leaves, rows, ROWS);

          if (!plan) return;
          planned += 1;
          expect(plan.flatMap((group) => group.leaves.map((one) => one.leaf)).sort()).deep.equal(
            leaves.map((one) => one.leaf),
          );
          for (const group of plan) {
            const read = numbersIn(group.rows);
            for (const row of numbersIn(rows)) expect(read.has(row)).equal(true);
            for (const { pages } of group.leaves)
              expect([...numbersIn(pages.map((page) => page.rows))]).deep.equal([...read]);
          }
        },
      ),
    );
    expect(planned).greaterThan(20);
  });
});

type Lists = {
  readonly nullPages: readonly boolean[];
  readonly minValues: readonly Uint8Array[];
  readonly maxValues: readonly Uint8Array[];
  readonly nullCounts?: readonly number[];
};

function numbersIn(ranges: readonly { start: number; end: number }[]): Set<number> {
  return new Set(
    ranges.flatMap(({ start, end }) => Array.from({ length: end - start }, (_, at) => start + at)),
  );
}

function columnIndex({
  nullPages,
  minValues,
  maxValues,
  nullCounts,
}: Lists): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter();
  writeFieldHeader(writer, 1, 1, thriftType.list);
  writeListHeader(writer, nullPages.length, thriftType.true);
  for (const isNull of nullPages) writer.appendUint8(isNull ? 1 : 2);
  for (const [index, values] of [minValues, maxValues].entries()) {
    writeFieldHeader(writer, 1, index + 2, thriftType.list);
    writeListHeader(writer, values.length, thriftType.binary);
    for (const bytes of values) {
      writer.appendVarInt(bytes.length);
      writer.appendBytes(bytes);
    }
  }
  writeFieldHeader(writer, 1, 4, thriftType.i32);
  writer.appendZigZag(0); // in no order
  if (nullCounts) {
    writeFieldHeader(writer, 1, 5, thriftType.list);
    writeListHeader(writer, nullCounts.length, thriftType.i64);
    for (const count of nullCounts) writer.appendZigZag(BigInt(count));
  }
  writeStructEnd(writer);
  return bytesOf(writer);
}

function int32(value: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Int32Array.of(value).buffer);
}
