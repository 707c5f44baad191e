import { makeVector, type RecordBatch, Table } from "apache-arrow";
import { expect } from "chai";
import fc from "fast-check";
import { matchFilter } from "hyparquet/src/filter.js";
import type { RowFilter } from "../../../src/arrow/row-filter.ts";
import { createReadings, createTestBatch, rowsOf } from "../batch-fixtures.ts";
import { collect, failureOf } from "../with-pond.ts";
import { type CountedPond, openCountedPond } from "./counted-pond.ts";
import { batchOfRows, filters, type Row, rows } from "./filter-arbitraries.ts";

describe("reading what is asked for", () => {
  let pond: CountedPond;
  beforeEach(async () => {
    pond = await openCountedPond();
  });
  afterEach(async () => {
    expect(pond.open).deep.equal({ sources: 0, readers: 0 });
    await pond.close();
  });

  it("finds the same rows with statistics and without, whatever the filter", async () => {
    const readings = fc.array(rows, { minLength: 1, maxLength: 4 });
    let run = 0;
    await fc.assert(
      fc.asyncProperty(readings, filters, fc.boolean(), async (segments, filter, hasStatistics) => {
        run += 1;
        const path = `/${run}`;
        const statistics = hasStatistics ? "chunk" : "none";
        const { root } = pond;
        const [first = [], ...others] = segments;
        const options = { statistics, rowGroupRows: 5 } as const;
        await root.createSeriesFromBatches(path, batchOfRows(first), options);
        for (const segment of others) await root.appendSeries(path, batchOfRows(segment), options);

        const batches = await collect(root.readSeriesAsStream(path, { filter }));

        const expected = segments.flat().filter((row) => matchFilter(row, filter as never));
        expect(rowsOf(batches).map(plain)).deep.equal(expected.map(plain));
        const { rows: planned } = await root.explain(path, { filter });
        expect(planned.atMost).least(expected.length);
      }),
      { numRuns: 40 },
    );
  }).timeout(120_000);

  it("decodes few row groups at a time, but of few columns several", async () => {
    const { root } = pond;
    const numbers = Int32Array.from({ length: 6 * 131_072 }, (_, row) => (row * 7919) % 10_007);
    const names = ["a", "b", "c", "d"];
    const columns = Object.fromEntries(names.map((name) => [name, makeVector(numbers)]));
    await root.createTableFromBatch("/t", new Table(columns).batches[0] as RecordBatch);

    await root.readTable("/t");
    const ofAll = pond.mostDecoding;
    pond.mostDecoding = 0;
    const { numRows } = await root.readTable("/t", { columns: ["b"] });

    expect(numRows).equal(numbers.length);
    expect(ofAll).equal(2);
    expect(pond.mostDecoding).equal(5);
  });

  it("leaves out segments and row groups by what is known of them", async () => {
    const { root } = pond;
    await root.createSeriesFromBatches("/s", createReadings(20), { rowGroupRows: 5 });
    await root.appendSeries("/s", createReadings(20, 100), { rowGroupRows: 5 });
    const filter = { t: { $gte: 10.7, $lt: 10.9 } };

    const plan = await root.explain("/s", { filter });
    const table = await root.readSeries("/s", { filter });

    expect(plan.segments).deep.equal({ total: 2, skipped: 1 });
    expect(plan.rowGroups).deep.equal({ total: 4, skipped: 3 });
    expect(plan.rows).deep.equal({ total: 40, atMost: 5 });
    expect(table.getChild("t")?.toArray()).deep.equal(Float64Array.of(10.7, 10.8));
  });

  it("gives the columns that are asked for, and not those that only the filter needs", async () => {
    const { root } = pond;
    await root.createTableFromBatch("/t", createTestBatch(20));

    const filter = { id: { $in: [3, 4, 17] } };
    const table = await root.readTable("/t", { columns: ["name"], filter });
    const one = await root.readTableAsBatch("/t", { columns: ["name"], filter: { id: 99 } });

    expect(rowsOf(table)).deep.equal([{ name: "name 3" }, { name: null }, { name: "name 17" }]);
    expect(table.schema.fields.map(({ name }) => name)).deep.equal(["name"]);
    expect(one.numRows).equal(0);
    expect(one.schema.fields.map(({ name }) => name)).deep.equal(["name"]);
  });

  it("reads the column of a filter without a value, too", async () => {
    const { root } = pond;
    await root.createTableFromBatch("/t", createTestBatch(5));

    const none = await root.readTable("/t", { columns: ["name"], filter: { id: { $in: [] } } });
    const all = await root.readTable("/t", { columns: ["name"], filter: { id: {} } });

    expect([none.numRows, all.numRows]).deep.equal([0, 5]);
  });

  it("counts rows that match towards the limit, cuts batches, and stops reading there", async () => {
    const { root } = pond;
    await root.createSeriesFromBatches("/s", createTestBatch(10));
    for (let at = 1; at < 40; at += 1) await root.appendSeries("/s", createTestBatch(10, at * 10));
    const filter = { id: { $nin: [3, 5] } };
    pond.opened = 0;

    const options = { filter, columns: ["id"], limit: 12, batchRows: 5 };
    const batches = await collect(root.readSeriesAsStream("/s", options));

    expect(batches.map(({ numRows }) => numRows)).deep.equal([5, 3, 4]);
    const ids = batches.flatMap((batch) => [...(batch.getChild("id") ?? [])]);
    expect(ids).deep.equal([0, 1, 2, 4, 6, 7, 8, 9, 10, 11, 12, 13]);
    expect(pond.opened).below(40);
    pond.opened = 0;
    expect((await root.readSeries("/s", { limit: 12 })).numRows).equal(12);
    expect(pond.opened).equal(2);
    const plan = await root.explain("/s", { limit: 12 });
    expect(plan.rows).deep.equal({ total: 400, atMost: 12 });
    expect(plan.segments).deep.equal({ total: 40, skipped: 38 });
    const { bytes } = await root.explain("/s");
    expect(bytes.read).equal(bytes.total);
    expect(await collect(root.readSeriesAsStream("/s", { limit: 0 }))).deep.equal([]);
  });

  it("refuses a filter before anything is read, of an empty table too", async () => {
    const { root } = pond;
    await root.createTableFromBatch("/empty", createTestBatch(1).slice(0, 0));
    await root.createTableFromBatch("/t", createTestBatch(5));
    for (const path of ["/empty", "/t"]) {
      for (const filter of [{ nothing: 1 }, { id: "1" }] as RowFilter[]) {
        const error = await failureOf(root.readTable(path, { filter }));
        expect(error).include({ code: "SCHEMA_MISMATCH", path });
      }
    }
  });

  it("reads segments that lack a column of the filter as nulls", async () => {
    const { root } = pond;
    await root.createSeriesFromBatches("/s", createTestBatch(3));
    await root.appendSeries("/s", createReadings(3));

    const withT = await root.readSeries("/s", { filter: { t: { $ne: null } } });
    const withId = await root.readSeries("/s", { filter: { t: null }, columns: ["id"] });

    expect(withT.numRows).equal(3);
    expect(rowsOf(withId)).deep.equal([{ id: 0 }, { id: 1 }, { id: 2 }]);
  });

  it("ends with the signal's reason in the middle, and lets go of all that it has opened", async () => {
    const { root } = pond;
    await root.createSeriesFromBatches("/s", createTestBatch(100), { rowGroupRows: 10 });
    for (let at = 1; at < 20; at += 1) await root.appendSeries("/s", createTestBatch(10, at));
    const controller = new AbortController();
    const reason = new Error("enough");
    let seen = 0;

    const reading = (async () => {
      const options = { filter: { id: { $gte: 0 } }, signal: controller.signal };
      for await (const _ of root.readSeriesAsStream("/s", options)) {
        seen += 1;
        if (seen === 3) controller.abort(reason);
      }
    })();

    expect(await failureOf(reading)).equal(reason);
    expect(seen).equal(3);
  });

  it("lets go of all that it has opened when the consumer leaves early", async () => {
    const { root } = pond;
    await root.createSeriesFromBatches("/s", createTestBatch(100), { rowGroupRows: 10 });
    for (let at = 1; at < 20; at += 1) await root.appendSeries("/s", createTestBatch(10, at));

    for await (const batch of root.readSeriesAsStream("/s")) if (batch.numRows > 0) break;

    expect(pond.open).deep.equal({ sources: 0, readers: 0 });
  });

  it("tells of a damaged segment in its place, after the rows before it", async () => {
    const { root } = pond;
    await root.createSeriesFromBatches("/s", createTestBatch(10));
    await root.appendSeries("/s", createTestBatch(10));
    const { sha256 } = await root.appendSeries("/s", createTestBatch(11));
    await root.appendSeries("/s", createTestBatch(10));
    pond.damaged = sha256;
    const seen: RecordBatch[] = [];

    const reading = (async () => {
      for await (const batch of root.readSeriesAsStream("/s")) seen.push(batch);
    })();

    expect(await failureOf(reading)).include({ code: "CORRUPT_BLOB", path: "/s" });
    expect(seen).lengthOf(2);
  });
});

describe("the bytes that a read fetches", () => {
  it("are those of the columns asked for, with small gaps, and what explain says", async () => {
    const pond = await openCountedPond();
    const { root } = pond;
    const rows = 200_000;
    await root.createTableFromBatch("/t", createReadings(rows), {
      compression: "uncompressed",
      dictionary: false,
    });
    const { size } = await root.stat("/t");
    const read = async (columns: string[] | undefined) => {
      await root.readTable("/t", { columns });
      pond.bytesRead = 0;
      await root.readTable("/t", { columns });
      return pond.bytesRead;
    };

    const one = await read(["time"]);
    const all = await read(undefined);

    expect(one).below(0.2 * all);
    expect(all).most(size + 65_540); // the end is read with the footer
    const plan = await root.explain("/t", { columns: ["time"] });
    expect(plan.columns).deep.equal({ total: 2, read: 1 });
    expect(plan.bytes).deep.equal({ total: size, read: one });
    expect((await root.explain("/t")).bytes.read).equal(all);
    await pond.close();
  });

  it("are below 3 % for a thousandth of the time of a hundred segments", async () => {
    const pond = await openCountedPond();
    const { root } = pond;
    await root.createSeriesFromBatches("/s", createReadings(2000));
    for (let at = 1; at < 100; at += 1)
      await root.appendSeries("/s", createReadings(2000, at * 2000));
    const timeRange = { start: new Date(50_000_000), end: new Date(50_200_000) };
    pond.bytesRead = 0;

    const table = await root.readSeries("/s", { timeRange });

    const { bytes, segments } = await root.explain("/s", { timeRange });
    expect(table.numRows).equal(200);
    expect(segments).deep.equal({ total: 100, skipped: 99 });
    expect(pond.bytesRead).below(2 * 0.03 * bytes.total); // schema and rows, each with the footer
    expect(bytes.read).below(0.03 * bytes.total);
    pond.bytesRead = 0;
    await root.readSeries("/s", { timeRange });
    expect(pond.bytesRead).equal(bytes.read);
    await pond.close();
  }).timeout(60_000);
});

/** NaN and zeros of both signs are told apart; times as what they are. */
function plain(row: unknown): unknown {
  return Object.entries(row as Row).map(([name, value]) =>
    name === "time" && typeof value === "bigint" ? Number(value) / 1000 : value,
  );
}
