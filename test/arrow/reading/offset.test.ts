import type { RecordBatch } from "apache-arrow";
import { expect } from "chai";
import fc from "fast-check";
import { matchFilter } from "hyparquet/src/filter.js";
import init, { Compression } from "parquet-wasm/esm";
import { mixedColumns, numbered, writePages } from "../../worker/paged-files.ts";
import { createTestBatch, rowsOf } from "../batch-fixtures.ts";
import { collect, failureOf } from "../with-pond.ts";
import { type CountedPond, openCountedPond } from "./counted-pond.ts";
import { batchOfRows, filters, type Row, rows } from "./filter-arbitraries.ts";

describe("reading from a row on", () => {
  let pond: CountedPond;

  before(() => init());

  beforeEach(async () => {
    pond = await openCountedPond();
  });

  afterEach(async () => {
    expect(pond.open).deep.equal({ sources: 0, readers: 0 });
    await pond.close();
  });

  it("gives what a read of all gives from there on, whatever segments, filters and limits", async () => {
    const readings = fc.array(rows, { minLength: 1, maxLength: 4 });
    const counts = fc.integer({ min: 0, max: 70 });
    const asked = fc.option(filters, { nil: undefined });
    let run = 0;
    await fc.assert(
      fc.asyncProperty(readings, asked, counts, counts, async (segments, filter, offset, limit) => {
        run += 1;
        const path = `/${run}`;
        const { root } = pond;
        const [first = [], ...others] = segments;
        const options = { rowGroupRows: 5 };
        await root.createSeriesFromBatches(path, batchOfRows(first), options);
        for (const segment of others) await root.appendSeries(path, batchOfRows(segment), options);

        const wanted = { ...(filter && { filter }), offset, limit };
        const batches = await collect(root.readSeriesAsStream(path, wanted));

        const matching = segments
          .flat()
          .filter((row) => !filter || matchFilter(row, filter as never));
        const expected = matching.slice(offset, offset + limit);
        expect(rowsOf(batches).map(plain)).deep.equal(expected.map(plain));
        expect((await root.explain(path, wanted)).rows.atMost).least(expected.length);
      }),
      { numRuns: 40 },
    );
  }).timeout(120_000);

  it("gives the same rows of large row groups of all types", async () => {
    const { root } = pond;
    const rowCount = 30_000;
    const file = writePages(mixedColumns(rowCount), { codec: Compression.SNAPPY });
    await root.importParquet("/t", new Blob([file]), { verify: "footer" });
    const whole = await root.readTable("/t");

    for (const [offset, limit] of [
      [0, 10],
      [12_345, 7],
      [29_995, 100],
    ] as const) {
      const table = await root.readTable("/t", { offset, limit });

      expect(textsOf(table)).deep.equal(textsOf(whole.slice(offset, offset + limit)));
      expect([...table.schema.metadata]).deep.equal([...whole.schema.metadata]);
    }
  });

  it("does not read what stands before it, nor what stands behind the limit", async () => {
    const { root } = pond;
    const file = writePages(numbered(100_000), { codec: Compression.UNCOMPRESSED });
    await root.importParquet("/t", new Blob([file]), { verify: "footer" });
    const { size } = await root.stat("/t");
    await root.createSeriesFromBatches("/s", createTestBatch(10));
    for (let at = 1; at < 40; at += 1) await root.appendSeries("/s", createTestBatch(10, at * 10));
    pond.bytesRead = 0;

    const few = await root.readTable("/t", { offset: 70_000, limit: 20 });

    expect(idsOf(few.batches).map(Number)).deep.equal(
      Array.from({ length: 20 }, (_, at) => 70_000 + at),
    );
    expect(pond.bytesRead).below(size / 2);
    pond.opened = 0;
    const late = await root.readSeries("/s", { offset: 385, limit: 10 });
    expect(idsOf(late.batches)).deep.equal([385, 386, 387, 388, 389, 390, 391, 392, 393, 394]);
    expect(pond.opened).equal(2);
    const plan = await root.explain("/s", { offset: 385, limit: 10 });
    expect(plan.segments).deep.equal({ total: 40, skipped: 38 });
    expect(plan.rows).deep.equal({ total: 400, atMost: 10 });
  });

  it("counts from the first row after a version, and leaves out matching rows of a series that goes on", async () => {
    const { root } = pond;
    const { version } = await root.createSeriesFromBatches("/s", createTestBatch(10));
    await root.appendSeries("/s", createTestBatch(10, 10));

    const since = await collect(
      root.readSeriesAsStream("/s", { afterVersion: version, offset: 4, limit: 2 }),
    );
    const followed = await collect(
      root.readSeriesAsStream("/s", { follow: true, offset: 15, limit: 3 }),
    );

    expect(idsOf(since)).deep.equal([14, 15]);
    expect(idsOf(followed)).deep.equal([15, 16, 17]);
  });

  it("counts rows of a file that nobody has counted", async () => {
    const { root } = pond;
    await root.createTableFromBatch("/t", createTestBatch(50));
    await root.writeFile("/copy.parquet", await root.readFile("/t"));

    const table = await root.readTable("/copy.parquet", { offset: 45 });

    expect(idsOf(table.batches)).deep.equal([45, 46, 47, 48, 49]);
  });

  it("gives no rows beyond the last, in the schema all the same, and refuses what is no count", async () => {
    const { root } = pond;
    await root.createTableFromBatch("/t", createTestBatch(5));

    const table = await root.readTable("/t", { offset: 5, columns: ["name"] });

    expect(table.numRows).equal(0);
    expect(table.schema.fields.map(({ name }) => name)).deep.equal(["name"]);
    const options = { offset: 9, columns: ["nothing"] };
    const error = await failureOf(collect(root.readSeriesAsStream("/t", options)));
    expect(error).include({ code: "SCHEMA_MISMATCH" });
    for (const offset of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY])
      expect(await failureOf(root.readTable("/t", { offset }))).instanceOf(RangeError);
  });
});

function idsOf(batches: readonly RecordBatch[]): unknown[] {
  return batches.flatMap((batch) => [...(batch.getChild("id") ?? [])]);
}

/** Moments as Arrow gives them. */
function plain(row: unknown): unknown {
  return Object.entries(row as Row).map(([name, value]) =>
    name === "time" && typeof value === "bigint" ? Number(value) / 1000 : value,
  );
}

/** Rows as texts: lists of two tables have their values in other places. */
function textsOf(rows: Parameters<typeof rowsOf>[0]): string[] {
  const plainBigint = (_: string, value: unknown) =>
    typeof value === "bigint" ? `${value}n` : value;
  return rowsOf(rows).map((row) => JSON.stringify(row, plainBigint));
}
