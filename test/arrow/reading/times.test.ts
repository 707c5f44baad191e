import {
  Field,
  Int32,
  makeData,
  RecordBatch,
  Schema,
  Struct,
  TimestampMicrosecond,
  Vector,
  vectorFromArray,
} from "apache-arrow";
import { expect } from "chai";
import { batchOf, createReadings, createTestBatch } from "../batch-fixtures.ts";
import { failureOf } from "../with-pond.ts";
import { type CountedPond, openCountedPond } from "./counted-pond.ts";

describe("a range of time", () => {
  let pond: CountedPond;
  beforeEach(async () => {
    pond = await openCountedPond();
  });
  afterEach(() => pond.close());

  const count = async (timeRange: object) =>
    (await pond.root.readSeries("/s", { timeRange })).numRows;

  it("begins with its start and ends before its end, or is that of describe, both ends included", async () => {
    await pond.root.createSeriesFromBatches("/s", createReadings(100));
    await pond.root.appendSeries("/s", createReadings(100, 1000));
    const { timeRange } = await pond.root.describe("/s");

    expect(await count({ start: new Date(10_000), end: new Date(20_000) })).equal(10);
    expect(await count({ start: 10_000_000, end: 20_000_000n })).equal(10);
    expect(await count({ start: 10_000_001n })).equal(189);
    expect(await count({ end: new Date(1_000_000) })).equal(100);
    expect(await count({ min: 10_000_000, max: 20_000_000 })).equal(11);
    expect(await count(timeRange ?? {})).equal(200);
    expect(await count({})).equal(200);
    const plan = await pond.root.explain("/s", { timeRange: { end: 5 } });
    expect(plan.segments).deep.equal({ total: 2, skipped: 1 });
  });

  it("goes with a filter, and needs a column of times", async () => {
    await pond.root.createSeriesFromBatches("/s", createReadings(100));
    await pond.root.createSeriesFromBatches("/none", createTestBatch(3));
    const timeRange = { start: 10_000_000 };

    const table = await pond.root.readSeries("/s", {
      timeRange,
      filter: { t: { $lt: 2 } },
      columns: ["t"],
    });
    const none = await failureOf(pond.root.readSeries("/none", { timeRange }));
    const wrong = await failureOf(pond.root.readSeries("/s", { timeRange, timestampColumn: "t" }));
    const invalid = await failureOf(
      pond.root.readSeries("/s", { timeRange: { start: new Date(Number.NaN) } }),
    );

    expect([table.numRows, table.numCols]).deep.equal([10, 1]);
    expect(none).include({ code: "SCHEMA_MISMATCH", path: "/none" });
    expect((none as Error).message).include("timestamp column");
    expect(wrong).include({ code: "SCHEMA_MISMATCH", path: "/s" });
    expect(invalid).instanceOf(TypeError);
  });

  it("never leaves out a segment by the range of another column than the one asked for", async () => {
    const at = (seconds: number) =>
      new Vector([
        makeData({
          type: new TimestampMicrosecond(),
          data: BigInt64Array.of(BigInt(seconds) * 1_000_000n),
        }),
      ]);
    const batch = batchOf({ time: at(5), seen: at(500) });
    await pond.root.createSeriesFromBatches("/s", batch, {
      timestampColumn: "seen",
      statistics: "none",
    });

    expect(await count({ start: 4_000_000, end: 6_000_000 })).equal(1);
    expect(await count({ start: 400_000_000 })).equal(0);
  });

  for (const statistics of ["chunk", "none"] as const) {
    it(`is refused where times are null, told by ${statistics === "none" ? "rows" : "statistics"}`, async () => {
      const data = BigInt64Array.of(1n, 2n, 3n);
      const nullBitmap = Uint8Array.of(0b101, 0, 0, 0, 0, 0, 0, 0);
      const type = new TimestampMicrosecond();
      const time = new Vector([makeData({ type, data, nullBitmap, nullCount: 1 })]);
      await pond.root.createSeriesFromBatches("/s", batchOf({ time }), { statistics });

      const error = await failureOf(count({ start: 0 }));

      expect(error).include({ code: "SCHEMA_MISMATCH", path: "/s" });
      expect((error as Error).message).include('"time" has nulls');
      const table = await pond.root.readSeries("/s", { filter: { time: { $gte: 2n } } });
      expect(table.numRows).equal(1);
    });
  }

  it("takes columns that cannot be null, and nullable ones without a null", async () => {
    const ids = vectorFromArray([1], new Int32());
    const type = new TimestampMicrosecond();
    const time = makeData({ type, data: BigInt64Array.of(7n) });
    const fields = [new Field("id", ids.type, false), new Field("ts", type, false)];
    const rows = makeData({
      type: new Struct(fields),
      length: 1,
      nullCount: 0,
      children: [ids.data[0]!, time],
    });
    const batch = new RecordBatch(new Schema(fields), rows);
    await pond.root.createSeriesFromBatches("/s", batch, { statistics: "none" });

    expect(await count({ min: 7, max: 7 })).equal(1);
  });
});
