import type { RecordBatch } from "apache-arrow";
import { expect } from "chai";
import type { OpenPond } from "./arrow-contract.ts";
import {
  createBatchStream,
  createOtherBatch,
  createReadings,
  createTestBatch,
  rowsOf,
} from "./batch-fixtures.ts";
import { collect, failureOf, treeOf, withPond } from "./with-pond.ts";

/** Series: segments of batches, streamed. */
export function describeSeries(open: OpenPond): void {
  describe("createSeriesFromBatches()", () => {
    it(
      "streams 5 batches back as 5 batches",
      withPond(open, async ({ root }) => {
        await root.createSeriesFromBatches("/s", createBatchStream(5, 10));

        const batches = await collect(root.readSeriesAsStream("/s"));
        expect(batches.map(({ numRows }) => numRows)).deep.equal([10, 10, 10, 10, 10]);
        expect(rowsOf(batches)).deep.equal(rowsOf(createTestBatch(50)));
        expect(await root.getEntryType("/s")).equal("FileSeries");
      }),
    );

    it(
      "streams a large series of 1000 batches, the source no further ahead than there are encoding workers",
      withPond(open, async ({ root }) => {
        let [asked, taken, ahead] = [0, 0, 0];
        async function* source(): AsyncGenerator<RecordBatch> {
          for (; asked < 1000; asked += 1) {
            ahead = Math.max(ahead, asked - taken);
            yield createTestBatch(100, asked * 100);
          }
        }

        await root.createSeriesFromBatches("/s", source(), {
          onProgress: () => {
            taken += 1;
          },
        });

        let [count, rows] = [0, 0];
        for await (const batch of root.readSeriesAsStream("/s")) {
          expect(batch.getChild("id")?.get(0)).equal(rows);
          count += 1;
          rows += batch.numRows;
        }
        expect([count, rows]).deep.equal([1000, 100_000]);
        const workers = navigator.hardwareConcurrency > 1 ? 2 : 1;
        expect(taken).equal(1000);
        expect(ahead).below(workers);
      }),
    ).timeout(60_000);

    it(
      "keeps the range of its times, nulls left out",
      withPond(open, async ({ root }) => {
        await root.createSeriesFromBatches("/s", [createReadings(10), createReadings(10, 100)]);
        await root.appendSeries("/s", [createReadings(5, 50)]);

        const { timeRange, segments, rowCount } = await root.describe("/s");
        expect(timeRange).deep.equal({ min: 0, max: 109_000_000 });
        expect([segments, rowCount]).deep.equal([2, 25]);
      }),
    );
  });

  describe("appendSeries()", () => {
    it(
      "adds a segment; the series reads as one, by batches, as a table and as bytes",
      withPond(open, async ({ root }) => {
        await root.createSeriesFromBatches("/s", createBatchStream(2, 10));

        const result = await root.appendSeries("/s", [createTestBatch(5, 20)]);
        await root.appendSeries("/s", createTestBatch(5, 25));

        expect(result.version).equal(2);
        const batches = await collect(root.readSeriesAsStream("/s"));
        expect(batches.map(({ numRows }) => numRows)).deep.equal([10, 10, 5, 5]);
        expect(new Set(batches.map(({ schema }) => String(schema)))).lengthOf(1);
        const expected = rowsOf(createTestBatch(30));
        expect(rowsOf(await root.readSeries("/s"))).deep.equal(expected);
        expect(rowsOf(await root.readTableAsBatch("/s"))).deep.equal(expected);
        await root.importParquet("/copy", await root.readFile("/s"));
        expect(rowsOf(await root.readTable("/copy"))).deep.equal(expected);
      }),
    );

    it(
      "shows an old version as it was",
      withPond(open, async ({ root }) => {
        await root.createSeriesFromBatches("/s", [createTestBatch(3)]);
        await root.appendSeries("/s", [createTestBatch(3, 3)]);
        await root.createSeriesFromBatches("/s", [createTestBatch(1)], { create: "replace" });

        const rows = async (version: number) => (await root.readSeries("/s", { version })).numRows;
        expect([await rows(1), await rows(2), await rows(3)]).deep.equal([3, 6, 1]);
        const { version, segments } = await root.describe("/s", { version: 2 });
        expect([version, segments]).deep.equal([2, 2]);
      }),
    );

    it(
      "takes appends from many at once",
      withPond(open, async ({ root }) => {
        await root.createSeriesFromBatches("/s", [createTestBatch(1)]);

        await Promise.all(
          Array.from({ length: 8 }, (_, index) =>
            root.appendSeries("/s", [createTestBatch(10, index)]),
          ),
        );

        const { segments, rowCount, version } = await root.describe("/s");
        expect([segments, rowCount, version]).deep.equal([9, 81, 9]);
      }),
    );

    it(
      "refuses another schema, and says what differs",
      withPond(open, async (pond) => {
        const { root } = pond;
        await root.createSeriesFromBatches("/s", [createTestBatch(1)]);
        const before = await treeOf(pond);

        const error = await failureOf(root.appendSeries("/s", [createOtherBatch()]));

        expect(error).include({ code: "SCHEMA_MISMATCH", path: "/s" });
        expect((error as Error).message).include('column "id" is Float64');
        expect(await treeOf(pond)).deep.equal(before);
      }),
    );

    it(
      "refuses what is not there, and what is no series",
      withPond(open, async ({ root }) => {
        await root.createTableFromBatch("/t", createTestBatch(1));

        const missing = await failureOf(root.appendSeries("/s", createTestBatch(1)));
        const table = await failureOf(root.appendSeries("/t", createTestBatch(1)));

        expect(missing).include({ code: "NOT_FOUND", path: "/s" });
        expect(table).include({ code: "WRONG_ENTRY_TYPE", path: "/t" });
      }),
    );
  });

  describe("readSeriesAsStream()", () => {
    it(
      "reads columns, so many rows, and batches of at most so many",
      withPond(open, async ({ root }) => {
        await root.createSeriesFromBatches("/s", createBatchStream(3, 10));

        const options = { columns: ["id"], limit: 17, batchRows: 4 };
        const batches = await collect(root.readSeriesAsStream("/s", options));

        expect(batches.map(({ numRows }) => numRows)).deep.equal([4, 4, 2, 4, 3]);
        expect(rowsOf(batches)).deep.equal(Array.from({ length: 17 }, (_, id) => ({ id })));
      }),
    );

    it(
      "throws at its place: at the first item where nothing is there",
      withPond(open, async ({ root }) => {
        const stream = root.readSeriesAsStream("/nothing");

        const error = await failureOf(collect(stream));

        expect(error).include({ code: "NOT_FOUND", path: "/nothing" });
      }),
    );

    it(
      "reads anew for each iteration, and lets go when the consumer leaves",
      withPond(open, async ({ root }) => {
        await root.createSeriesFromBatches("/s", createBatchStream(5, 10));
        const stream = root.readSeriesAsStream("/s");

        for await (const batch of stream) if (batch.numRows === 10) break;

        expect(await collect(stream)).lengthOf(5);
      }),
    );

    it(
      "ends with the signal's reason",
      withPond(open, async ({ root }) => {
        await root.createSeriesFromBatches("/s", createBatchStream(5, 10));
        const controller = new AbortController();
        const reason = new Error("enough");
        const seen: RecordBatch[] = [];

        const reading = (async () => {
          for await (const batch of root.readSeriesAsStream("/s", { signal: controller.signal })) {
            seen.push(batch);
            controller.abort(reason);
          }
        })();

        expect(await failureOf(reading)).equal(reason);
        expect(seen).lengthOf(1);
      }),
    );
  });
}
