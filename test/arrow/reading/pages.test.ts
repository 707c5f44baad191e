import {
  Vector as ArrowVector,
  makeVector,
  Utf8,
  type Vector,
  vectorFromArray,
} from "apache-arrow";
import { expect } from "chai";
import fc from "fast-check";
import { matchFilter } from "hyparquet/src/filter.js";
import init, { Compression } from "parquet-wasm/esm";
import { mixedColumns, numbered, pageSettings, writePages } from "../../worker/paged-files.ts";
import { createReadings, rowsOf } from "../batch-fixtures.ts";
import { collect, failureOf } from "../with-pond.ts";
import { type CountedPond, openCountedPond } from "./counted-pond.ts";
import { batchOfRows, filters, type Row, rows } from "./filter-arbitraries.ts";

const ROWS = 100_000;

describe("reading pages that may have rows that match", () => {
  let pond: CountedPond;

  before(() => init());

  beforeEach(async () => {
    pond = await openCountedPond();
  });

  afterEach(async () => {
    expect(pond.open).deep.equal({ sources: 0, readers: 0 });
    await pond.close();
  });

  async function add(path: string, columns: Record<string, Vector>, settings = {}): Promise<void> {
    const file = writePages(columns, settings);
    await pond.root.importParquet(path, new Blob([file]), { verify: "footer" });
  }

  it("finds the same rows by pages and without, whatever the filter and the sizes of pages", async () => {
    let run = 0;
    let skipped = 0;
    const some = rows.filter(({ length }) => length > 2);
    await fc.assert(
      fc.asyncProperty(some, filters, pageSettings, async (few, filter, settings) => {
        run += 1;
        const path = `/${run}`;
        const length = Math.ceil(3000 / few.length);
        const many = few.flatMap((row) => Array.from({ length }, () => row));
        await add(path, withPlaces(many), settings);

        const table = await pond.root.readTable(path, { filter, columns: ["at", "noise"] });

        const expected = many.flatMap((row, at) => (matchFilter(row, filter as never) ? at : []));
        expect([...(table.getChild("at")?.toArray() ?? [])]).deep.equal(expected);
        expect([...(table.getChild("noise") ?? [])]).deep.equal(expected.map(noise));
        const plan = await pond.root.explain(path, { filter });
        expect(plan.rows.atMost).least(expected.length);
        skipped += plan.pages.skipped;
      }),
      { numRuns: 100 },
    );
    expect(skipped).greaterThan(100);
  }).timeout(120_000);

  it("knows no nulls of a piece from a count over the whole row group", async () => {
    const { root } = pond;
    // A page of NaN alone has no bounds, and so the column has no index.
    const half = Array.from({ length: 9000 }, (_, row) =>
      row < 3000 ? Number.NaN : row < 6000 ? null : row,
    );
    const ids = Array.from({ length: 9000 }, (_, row) => row);
    const settings = {
      codec: Compression.UNCOMPRESSED,
      pageBytes: 50,
      batchValues: 1,
      dictionary: false,
    };
    await add(
      "/t",
      { ...numbered(9000, 60), id: vectorFromArray(ids), half: vectorFromArray(half) },
      settings,
    );
    const filter = { $nor: [{ half: null }, { id: { $lt: 10 } }] };

    const table = await root.readTable("/t", { filter, columns: ["id"] });

    expect([...(table.getChild("id") ?? [])]).deep.equal([
      ...ids.slice(10, 3000),
      ...ids.slice(6000),
    ]);
  });

  it("leaves out pages of a table as it is written by default, and the bytes of them", async () => {
    const { root } = pond;
    await root.createTableFromBatch("/t", createReadings(ROWS), { compression: "uncompressed" });
    const filter = { t: { $gte: 5000, $lt: 5010 } };
    const plan = await root.explain("/t", { filter });
    await root.readTable("/t", { filter }); // its schema is known from now on
    pond.bytesRead = 0;

    const table = await root.readTable("/t", { filter });

    expect(table.getChild("t")?.toArray()).deep.equal(
      Float64Array.from({ length: 100 }, (_, row) => 5000 + row / 10),
    );
    expect(plan.rowGroups).deep.equal({ total: 1, skipped: 0 });
    expect(plan.pages).deep.equal({ total: 10, skipped: 8 });
    expect(plan.rows).deep.equal({ total: ROWS, atMost: 20_000 });
    expect(pond.bytesRead).equal(plan.bytes.read);
    expect(plan.bytes.read).below(0.3 * plan.bytes.total);
  });

  it("leaves out a row group where no page has a row that matches", async () => {
    const { root } = pond;
    const ids = Array.from({ length: 3000 }, (_, row) => row * 2);
    await add("/t", { ...numbered(3000, 60), id: vectorFromArray(ids) }, NARROW);
    const gap = { $and: [{ id: { $gt: 0 } }, { id: { $lt: 2 } }] };
    const between = { $or: [{ id: { $lt: 2 } }, { id: { $gt: 5996 } }] };

    const plan = await root.explain("/t", { filter: between });

    expect((await root.readTable("/t", { filter: between })).numRows).equal(2);
    expect((await root.readTable("/t", { filter: gap })).numRows).equal(0);
    expect(plan.pages.skipped).least(0.9 * plan.pages.total);
    const nowhere = { id: { $gt: 4000 }, text: { $lt: "1" } };
    const left = await root.explain("/t", { filter: nowhere });
    expect(left.rowGroups).deep.equal({ total: 1, skipped: 1 });
    expect(left.rows.atMost).equal(0);
    expect((await root.readTable("/t", { filter: nowhere })).numRows).equal(0);
  });

  it("puts columns together whose pages begin at other rows, dictionaries too", async () => {
    const { root } = pond;
    const columns = mixedColumns(4000);
    const settings = { codec: Compression.UNCOMPRESSED, pageBytes: 700 };
    await add("/t", { ...columns, word: columns["station"] as Vector }, settings);
    const filter = { id: { $in: [100, 3777, 3900].map((row) => 2n ** 53n + BigInt(row)) } };

    const plan = await root.explain("/t", { filter });
    const found = await root.readTable("/t", { filter });

    const all = rowsOf(await root.readTable("/t"));
    expect(asText(rowsOf(found))).equal(asText([all[100], all[3777], all[3900]]));
    expect(plan.pages.skipped).greaterThan(0.5 * plan.pages.total);
    expect(found.schema.fields.map(({ name }) => name)).deep.equal([
      ...Object.keys(columns),
      "word",
    ]);
  });

  it("reads a span of time by pages, and refuses one of a column with nulls", async () => {
    const { root } = pond;
    const options = { compression: "uncompressed", timestampColumn: "time" } as const;
    await root.createSeriesFromBatches("/s", createReadings(ROWS), options);
    await root.appendSeries("/s", createReadings(ROWS, ROWS), options);
    const timeRange = { start: new Date(130_000_000), end: new Date(130_010_000) };

    const plan = await root.explain("/s", { timeRange });
    const table = await root.readSeries("/s", { timeRange });

    expect(table.numRows).equal(10);
    expect(plan.segments).deep.equal({ total: 2, skipped: 1 });
    expect(plan.pages).deep.equal({ total: 10, skipped: 8 });
    const times = Array.from({ length: 3000 }, (_, row) => (row === 7 ? null : new Date(row)));
    await add("/nulls", { ...numbered(3000, 60), time: vectorFromArray(times) }, NARROW);
    const error = await failureOf(root.readTable("/nulls", { timeRange }));
    expect(error).include({ code: "SCHEMA_MISMATCH" });
  });

  it("counts only rows after a version, and ends at the limit", async () => {
    const { root } = pond;
    const { version } = await root.createSeriesFromBatches("/s", createReadings(30_000));
    await root.appendSeries("/s", createReadings(30_000, 30_000));
    await root.compactSeries("/s", { reencode: true });
    const filter = { t: { $gte: 2990, $lt: 4500 } };

    const after = await root.readSeries("/s", { filter: { t: { $lt: 3000.2 } } });
    const batches = await collect(
      root.readSeriesAsStream("/s", { filter, limit: 7, batchRows: 3 }),
    );
    const late = await collect(
      root.readSeriesAsStream("/s", { filter, afterVersion: version, limit: 2 }),
    );

    expect(after.numRows).equal(30_002);
    expect(batches.map(({ numRows }) => numRows)).deep.equal([3, 3, 1]);
    expect(late.flatMap((batch) => [...(batch.getChild("t") ?? [])])).deep.equal([3000, 3000.1]);
  });

  it("reads nothing again that is in memory: bounds, pages, and whole row groups in place of pages", async () => {
    const cached = await openCountedPond({ cacheBytes: 32 << 20 });
    try {
      const { root } = cached;
      const narrow = { t: { $gte: 5000, $lt: 5010 } };
      await root.createTableFromBatch("/t", createReadings(ROWS));
      const first = await root.readTable("/t", { filter: narrow });
      cached.bytesRead = 0;

      const again = await root.readTable("/t", { filter: narrow });

      expect([first.numRows, again.numRows, cached.bytesRead]).deep.equal([100, 100, 0]);
      expect((await root.readTable("/t", { filter: { t: { $gte: 0 } } })).numRows).equal(ROWS);
      cached.bytesRead = 0;
      const other = await root.readTable("/t", { filter: { t: { $gte: 9000, $lt: 9010 } } });
      expect([other.numRows, cached.bytesRead]).deep.equal([100, 0]);
    } finally {
      await cached.close();
    }
  });

  it("looks at no page where a single one holds all rows, or where bounds were not asked for", async () => {
    const { root } = pond;
    await root.createTableFromBatch("/small", createReadings(15_000));
    await root.createTableFromBatch("/chunk", createReadings(ROWS), { statistics: "chunk" });
    for (const path of ["/small", "/chunk"]) {
      const plan = await root.explain(path, { filter: { t: 3 } });
      expect(plan.pages).deep.equal({ total: 0, skipped: 0 });
      expect((await root.readTable(path, { filter: { t: 3 } })).numRows).equal(1);
    }
  });
});

const NARROW = { codec: Compression.UNCOMPRESSED, pageBytes: 500 };

/** Columns of the rows, the place of each, and what takes enough room for pages to be worth it. */
function withPlaces(values: readonly Row[]): Record<string, Vector> {
  const { schema, data } = batchOfRows(values);
  const columns = schema.fields.map(({ name }, index) => [
    name,
    new ArrowVector([data.children[index] as never]),
  ]);
  const places = values.map((_, at) => at);
  return {
    ...Object.fromEntries(columns),
    at: makeVector(Int32Array.from(places)),
    noise: vectorFromArray(places.map(noise), new Utf8()),
  };
}

/** A text that does not get much smaller by compression. */
function noise(at: number): string {
  let state = at + 1;
  return Array.from({ length: 40 }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return String.fromCharCode(33 + ((state >>> 16) % 90));
  }).join("");
}

/** The runner cannot report values of 64 bits. */
function asText(value: unknown): string {
  return JSON.stringify(value, (_, item) => (typeof item === "bigint" ? `${item}n` : item));
}
