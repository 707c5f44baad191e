import { expect } from "chai";
import { columnRanges } from "../../src/arrow/column-ranges.ts";
import type {
  ColumnStatistics,
  ParquetColumn,
  ParquetSummary,
} from "../../src/worker/parquet-types.ts";

type Column = Partial<ParquetColumn> & { name: string; groups: readonly ColumnStatistics[] };

/** The summary of a file of which each row group has ten rows. */
function summaryOf(columns: readonly Column[]): ParquetSummary {
  const count = Math.max(0, ...columns.map(({ groups }) => groups.length));
  return {
    rowCount: 10 * count,
    size: 0,
    columns: columns.map(({ groups: _, ...column }) => ({
      path: [column.name],
      physicalType: "INT64",
      nullable: true,
      ...column,
    })),
    rowGroups: Array.from({ length: count }, (_, index) => ({
      rowCount: 10,
      offset: 0,
      compressedBytes: 0,
      uncompressedBytes: 0,
      statistics: columns.map(({ groups }) => groups[index] ?? {}),
      storage: [],
    })),
    schemaFingerprint: "",
    keyValueMetadataKeys: [],
  };
}

function text(min: string, max = min): { min?: unknown; max?: unknown } {
  const column = { name: "a", physicalType: "BYTE_ARRAY", groups: [{ min, max }] };
  const [range] = columnRanges(summaryOf([column]));
  const { name: _, ...bounds } = range ?? { name: "" };
  return bounds;
}

describe("columnRanges()", () => {
  it("spans all row groups, those of nulls alone aside", () => {
    const groups = [
      { min: 5n, max: 9n, nullCount: 1 },
      { nullCount: 10 },
      { min: -3n, max: 7n, nullCount: 0 },
    ];

    const ranges = columnRanges(summaryOf([{ name: "a", groups }]));

    expect(ranges).deep.equal([{ name: "a", min: -3n, max: 9n, nullCount: 11 }]);
  });

  it("leaves out a bound, or a count, that one row group does not know", () => {
    const groups = [{ min: 5n, max: 9n, nullCount: 1 }, { max: 12n }];

    const ranges = columnRanges(summaryOf([{ name: "a", groups }]));

    expect(ranges).deep.equal([{ name: "a", max: 12n }]);
  });

  it("holds zeros of both signs within bounds of floats, and leaves integers alone", () => {
    const groups = [{ min: 0, max: -0 }];

    const [float, integer] = columnRanges(
      summaryOf([
        { name: "float", physicalType: "DOUBLE", groups },
        { name: "integer", physicalType: "INT32", groups: [{ min: 0, max: 0 }] },
      ]),
    );

    expect([Object.is(float?.min, -0), Object.is(float?.max, 0)]).deep.equal([true, true]);
    expect([Object.is(integer?.min, 0), Object.is(integer?.max, 0)]).deep.equal([true, true]);
  });

  it("leaves out binary, decimals, nested columns, and names that are there twice", () => {
    const groups = [{ min: 1n, max: 2n }];
    const columns = [
      { name: "bytes", groups: [{ min: new Uint8Array(1), max: new Uint8Array(2) }] },
      { name: "price", logicalType: { type: "DECIMAL", precision: 9, scale: 2 }, groups },
      { name: "place.lat", path: ["place", "lat"], groups },
      { name: "twice", groups },
      { name: "twice", groups },
      { name: "plain", groups },
    ];

    expect(columnRanges(summaryOf(columns)).map(({ name }) => name)).deep.equal(["plain"]);
  });

  it("cuts text to 64 units, the greatest so that it stays the greatest", () => {
    expect(text("a".repeat(64))).deep.equal({ min: "a".repeat(64), max: "a".repeat(64) });
    expect(text("a".repeat(65))).deep.equal({ min: "a".repeat(64), max: `${"a".repeat(63)}b` });
    expect(text("\ud7ff".repeat(65)).max).equal(`${"\ud7ff".repeat(63)}\ue000`);
    const last = "\u{10ffff}";
    expect(text(`b${last.repeat(40)}`)).deep.equal({ min: `b${last.repeat(31)}`, max: "c" });
    expect(text("a", last.repeat(40))).deep.equal({ min: "a" });
  });

  it("cuts no character in two", () => {
    const { min, max } = text(`${"a".repeat(63)}😀tail`);

    expect([min, max]).deep.equal(["a".repeat(63), `${"a".repeat(62)}b`]);
    expect(text("😀".repeat(40))).deep.equal({
      min: "😀".repeat(32),
      max: `${"😀".repeat(31)}😁`,
    });
  });

  it("keeps at most 100 columns and about 4 KiB, and goes on with what still fits", () => {
    const groups = [{ min: 1n, max: 2n, nullCount: 0 }];
    const wide = Array.from({ length: 150 }, (_, index) => ({ name: `c${index}`, groups }));
    const long = Array.from({ length: 30 }, (_, index) => ({
      name: `t${index}`,
      groups: [{ min: "a".repeat(64), max: "b".repeat(64) }],
    }));

    expect(columnRanges(summaryOf(wide)).length).within(50, 100);
    const names = columnRanges(summaryOf([...long, { name: "last", groups }])).map((r) => r.name);
    expect(names.length).within(10, 20);
    expect(names.at(-1)).equal("last");
    expect(names).not.include("t29");
  });
});
