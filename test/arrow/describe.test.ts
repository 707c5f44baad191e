import {
  Float64,
  Int32,
  Int64,
  TimestampMicrosecond,
  TimestampSecond,
  Utf8,
  vectorFromArray,
} from "apache-arrow";
import { expect } from "chai";
import { compareTimes } from "../../src/arrow/segment-times.ts";
import { batchOf, createReadings, createTestBatch } from "./batch-fixtures.ts";
import { openMemoryPond } from "./memory-pond.ts";
import { withPond } from "./with-pond.ts";

describe("describe()", () => {
  it(
    "puts the columns of all segments together, and tells where each begins",
    withPond(openMemoryPond, async ({ root }) => {
      const times = (type: TimestampSecond | TimestampMicrosecond, seconds: number[]) =>
        vectorFromArray(
          seconds.map((second) => second * 1000),
          type,
        );
      await root.createSeriesFromBatches(
        "/s",
        batchOf({
          id: vectorFromArray([5, -1, null], new Int32()),
          time: times(new TimestampSecond(), [10, 11, 12]),
        }),
      );
      await root.appendSeries(
        "/s",
        batchOf({
          time: times(new TimestampMicrosecond(), [9]),
          id: vectorFromArray([2n ** 40n], new Int64()),
          note: vectorFromArray(["x"], new Utf8()),
        }),
      );
      await root.appendSeries("/s", batchOf({ id: vectorFromArray([7], new Int32()) }));

      const found = await root.describe("/s");

      expect(String(found.schema.fields.join())).equal(
        "id: Int64,time: Timestamp<MICROSECOND>,note: Utf8",
      );
      const [id, time, note] = found.columns;
      expect(id).include({ type: "Int64", min: -1n, max: 2n ** 40n, nullCount: 1, since: 1 });
      expect(time).include({ min: 9_000_000n, max: 12_000_000n, nullCount: 1, since: 1 });
      expect(note).include({ min: "x", max: "x", nullCount: 4, since: 2 });
      expect(id?.codecs).deep.equal(["zstd"]);
      expect(id?.encodings.length).greaterThan(0);
      const sum = (numbers: number[]) => numbers.reduce((all, one) => all + one, 0);
      const { columns, rowGroups, sizeBytes, files } = found;
      expect(
        files.map(({ firstRow, rowCount, rowGroups: groups }) => [firstRow, rowCount, groups]),
      ).deep.equal([
        [0, 3, 1],
        [3, 1, 1],
        [4, 1, 1],
      ]);
      expect(files.map(({ timeRange }) => timeRange)).deep.equal([
        { min: 10_000_000, max: 12_000_000 },
        { min: 9_000_000, max: 9_000_000 },
        undefined,
      ]);
      expect(sum(files.map((file) => file.sizeBytes))).equal(sizeBytes);
      expect(sum(columns.map(({ compressedBytes }) => compressedBytes))).equal(
        sum(rowGroups.map(({ compressedBytes }) => compressedBytes)),
      );
      expect(sum(columns.map(({ uncompressedBytes }) => uncompressedBytes))).equal(
        sum(rowGroups.map(({ uncompressedBytes }) => uncompressedBytes)),
      );
      expect(rowGroups.map(({ segment }) => segment)).deep.equal([0, 1, 2]);
      expect(sizeBytes).equal((await root.stat("/s")).size);
    }),
  );

  it(
    "tells the versions with their rows and times, the one described first",
    withPond(openMemoryPond, async ({ root }) => {
      await root.createSeriesFromBatches("/s", createReadings(10));
      await root.appendSeries("/s", createReadings(5, 100));
      await root.appendSeries("/s", createReadings(5, 102));
      await root.createTableFromBatch("/t", createTestBatch(3));
      await root.createTableFromBatch("/t", createTestBatch(4), { create: "replace" });

      const { versions, gaps, overlaps } = await root.describe("/s");
      const plain = versions.map(({ version, rowCount, timeRange }) => [
        version,
        rowCount,
        timeRange?.max,
      ]);
      expect(plain).deep.equal([
        [3, 20, 106_000_000],
        [2, 15, 104_000_000],
        [1, 10, 9_000_000],
      ]);
      expect(versions[0]?.txnSeq).equal(3);
      expect(gaps).deep.equal([{ start: 9_000_000, end: 100_000_000 }]);
      expect(overlaps).deep.equal([{ start: 102_000_000, end: 104_000_000, segments: [1, 2] }]);
      const then = await root.describe("/s", { version: 2 });
      expect([then.version, then.versions.length, then.overlaps.length]).deep.equal([2, 2, 0]);
      const table = await root.describe("/t");
      expect(table.versions.map(({ version, rowCount }) => [version, rowCount])).deep.equal([
        [2, 4],
        [1, 3],
      ]);
      expect((await root.describe("/t", { version: 1 })).rowCount).equal(3);
      expect(table.columns[0]?.since).equal(undefined);
    }),
  );

  it(
    "knows no bounds where one file says none",
    withPond(openMemoryPond, async ({ root }) => {
      await root.createSeriesFromBatches("/s", createTestBatch(3));
      await root.appendSeries("/s", createTestBatch(3), { statistics: "none" });
      await root.appendSeries("/s", batchOf({ more: vectorFromArray([1], new Float64()) }));

      const [id, , more] = (await root.describe("/s")).columns;

      expect(id).not.have.any.keys("min", "max", "nullCount");
      expect(more).include({ min: 1, max: 1, nullCount: 6, since: 3 });
    }),
  );
});

describe("the times of segments", () => {
  const range = (min: number, max: number) => ({ min, max });

  it("have no gaps and no overlaps where there are no times, or one", () => {
    expect(compareTimes([])).deep.equal({ gaps: [], overlaps: [] });
    expect(compareTimes([undefined, range(1, 2)])).deep.equal({ gaps: [], overlaps: [] });
  });

  it("are compared by when they begin, whatever the order of the segments", () => {
    const { gaps, overlaps } = compareTimes([
      range(50, 60),
      range(0, 10),
      range(5, 20),
      range(20, 20),
    ]);

    expect(gaps).deep.equal([{ start: 20, end: 50 }]);
    expect(overlaps).deep.equal([
      { start: 5, end: 10, segments: [1, 2] },
      { start: 20, end: 20, segments: [2, 3] },
    ]);
  });

  it("tell at most 1,000 overlaps of many segments that all overlap", () => {
    const { overlaps } = compareTimes(Array.from({ length: 2000 }, () => range(0, 1)));
    expect(overlaps).lengthOf(1000);
  });
});
