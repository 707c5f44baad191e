import { TimestampMillisecond, Utf8, vectorFromArray } from "apache-arrow";
import { expect } from "chai";
import type { TrimOptions } from "../../src/arrow/rewrite-options.ts";
import { rejects } from "../tinyfs/contract/rejects.ts";
import type { OpenPond } from "./arrow-contract.ts";
import { batchOf, createReadings, createTestBatch, rowsOf } from "./batch-fixtures.ts";
import { everythingOf, makeSeries, segmentCount } from "./compact-contract.ts";
import { failureOf, withPond } from "./with-pond.ts";

const SECOND = 1_000_000;

/** Dropping rows of a series. */
export function describeTrimming(open: OpenPond): void {
  describe("trimSeries()", () => {
    it(
      "keeps the last rows: whole segments go, and the one with the cut is written anew",
      withPond(open, async (pond) => {
        await makeSeries(pond, 5);

        const result = await pond.root.trimSeries("/s", { keepRows: 7 });

        expect(result).include({ rowsRemoved: 8, before: 5, after: 3, version: 6, txnSeq: 6 });
        expect(rowsOf(await pond.root.readSeries("/s"))).deep.equal(rowsOf(createTestBatch(7, 8)));
        expect((await pond.root.stat("/s")).rowCount).equal(7);
      }),
    );

    it(
      "leaves older versions as they were, and the series to be appended to",
      withPond(open, async (pond) => {
        await makeSeries(pond, 4);
        const [versions, ...rows] = await everythingOf(pond);

        await pond.root.trimSeries("/s", { keepRows: 4 });
        await pond.root.appendSeries("/s", [createTestBatch(3, 12)]);

        const [newVersions, , , ...oldRows] = await everythingOf(pond);
        expect((newVersions as unknown[]).slice(2)).deep.equal(versions);
        expect(oldRows).deep.equal(rows);
        expect(rowsOf(await pond.root.readSeries("/s"))).deep.equal(rowsOf(createTestBatch(7, 8)));
        expect((await pond.root.stat("/s")).version).equal(6);
      }),
    );

    it(
      "drops what is before a time, wherever the rows stand",
      withPond(open, async ({ root }) => {
        await root.createSeriesFromBatches("/s", [createReadings(10), createReadings(10, 5)]);
        await root.appendSeries("/s", [createReadings(10, 100)]);
        await root.appendSeries("/s", [createReadings(3)]);

        const result = await root.trimSeries("/s", { before: new Date(8000) });

        expect(result).include({ rowsRemoved: 8 + 3 + 3, before: 3, after: 2 });
        const times = (await root.readSeries("/s", { columns: ["t"] }))
          .toArray()
          .map(({ t }) => t * 10);
        const expected = [8, 9, ...from(8, 7), ...from(100, 10)];
        expect(times.map(Math.round)).deep.equal(expected);
        expect((await root.stat("/s")).timeRange).deep.equal({
          min: 8 * SECOND,
          max: 109 * SECOND,
        });
      }),
    );

    it(
      "takes microseconds as numbers and bigints, to the row",
      withPond(open, async ({ root }) => {
        const left = async (before: number | bigint) => {
          const path = `/${crypto.randomUUID()}`;
          await root.createSeriesFromBatches(path, [createReadings(10)]);
          await root.trimSeries(path, { before });
          return (await root.readSeries(path)).numRows;
        };

        const rows = [
          await left(3 * SECOND),
          await left(3n * BigInt(SECOND) + 1n),
          await left(3 * SECOND + 0.5),
          await left(-1),
          await left(10 * SECOND),
        ];

        expect(rows).deep.equal([7, 6, 6, 10, 0]);
      }),
    );

    it(
      "makes no version where nothing goes",
      withPond(open, async ({ root }) => {
        await root.createSeriesFromBatches("/s", [createReadings(10)]);

        const results = [
          await root.trimSeries("/s", { keepRows: 10 }),
          await root.trimSeries("/s", { before: 0 }),
        ];

        expect(results.map(({ rowsRemoved, version }) => [rowsRemoved, version])).deep.equal([
          [0, 1],
          [0, 1],
        ]);
        expect(results[0]).not.property("txnSeq");
      }),
    );

    it(
      "leaves an empty series that is valid and goes on",
      withPond(open, async (pond) => {
        const { root } = pond;
        await makeSeries(pond, 3);
        const { schema } = await root.readSeries("/s");

        const result = await root.trimSeries("/s", { keepRows: 0 });
        const empty = await root.readSeries("/s");
        const again = await root.trimSeries("/s", { keepRows: 0 });
        await root.importParquet("/copy", await root.readFile("/s"));
        await root.appendSeries("/s", [createTestBatch(2)]);

        expect(result).include({ rowsRemoved: 9, before: 3, after: 1, version: 4 });
        expect([empty.numRows, String(empty.schema)]).deep.equal([0, String(schema)]);
        expect(again).include({ rowsRemoved: 0, version: 4 });
        expect(rowsOf(await root.readSeries("/s"))).deep.equal(rowsOf(createTestBatch(2)));
      }),
    );

    it(
      "asks for a column of times without nulls, and names it",
      withPond(open, async (pond) => {
        const { root } = pond;
        await makeSeries(pond, 2);
        const seen = vectorFromArray([1000, null, 3000], new TimestampMillisecond());
        const batch = batchOf({ seen, word: vectorFromArray(["a", "b", "c"], new Utf8()) });
        await root.createSeriesFromBatches("/nulls", [batch]);
        const before = 2 * SECOND;

        await rejects(root.trimSeries("/s", { before }), "SCHEMA_MISMATCH");
        await rejects(root.trimSeries("/nulls", { before }), "SCHEMA_MISMATCH");
        await rejects(
          root.trimSeries("/nulls", { before, timestampColumn: "word" }),
          "SCHEMA_MISMATCH",
        );
        const nulls = { before, timestampColumn: "seen" };
        const error = await failureOf(root.trimSeries("/nulls", nulls));

        expect(error).include({ code: "SCHEMA_MISMATCH", path: "/nulls" });
        expect(String(error)).match(/"seen" has nulls/);
        expect((await root.stat("/nulls")).version).equal(1);
      }),
    );

    it(
      "refuses nulls also where they stand in what would stay, or go, as a whole",
      withPond(open, async ({ root }) => {
        for (const [before, seen] of [
          [0, [5000, null]],
          [9 * SECOND, [1000, null]],
        ] as const) {
          const path = `/${before}`;
          const time = vectorFromArray(seen, new TimestampMillisecond());
          await root.createSeriesFromBatches(path, [batchOf({ time })]);

          await rejects(root.trimSeries(path, { before }), "SCHEMA_MISMATCH");
        }
      }),
    );

    it(
      "refuses what makes no sense",
      withPond(open, async (pond) => {
        await makeSeries(pond, 2);
        const { root } = pond;
        const trims = [
          { keepRows: -1 },
          { keepRows: 1.5 },
          { before: new Date("never") },
          { before: Number.NaN },
        ];

        const errors: unknown[] = [];
        for (const options of trims)
          errors.push(await failureOf(root.trimSeries("/s", options as TrimOptions)));

        expect(errors.map((error) => (error as Error).name)).deep.equal([
          "RangeError",
          "RangeError",
          "TypeError",
          "TypeError",
        ]);
        await rejects(root.trimSeries("/none", { keepRows: 1 }), "NOT_FOUND");
      }),
    );

    it(
      "goes with appends of others: all of them are there, or were trimmed",
      withPond(open, async (pond) => {
        await makeSeries(pond, 4);

        await Promise.all([
          pond.root.trimSeries("/s", { keepRows: 2 }),
          pond.root.appendSeries("/s", [createTestBatch(3, 12)]),
        ]);

        const { version, rowCount = 0 } = await pond.root.stat("/s");
        expect(version).equal(6);
        expect([2, 5]).include(rowCount);
        const expected = rowsOf(createTestBatch(15)).slice(rowCount === 2 ? 13 : 10);
        expect(rowsOf(await pond.root.readSeries("/s"))).deep.equal(expected);
      }),
    );

    it(
      "takes in a transaction also what the transaction has appended, and conflicts with appends of others",
      withPond(open, async (pond) => {
        await makeSeries(pond, 3);
        const trim = (isDisturbed: boolean) =>
          pond.fs.transaction(
            async (tx) => {
              await tx.root.appendSeries("/s", [createTestBatch(3, 9)]);
              await tx.root.trimSeries("/s", { keepRows: 4 });
              if (isDisturbed) await pond.root.appendSeries("/s", [createTestBatch(3, 9)]);
            },
            { retries: 0 },
          );

        await trim(false);
        expect(rowsOf(await pond.root.readSeries("/s"))).deep.equal(rowsOf(createTestBatch(4, 8)));
        await rejects(trim(true), "CONFLICT");

        expect((await pond.root.stat("/s")).version).equal(6);
        expect(await segmentCount(pond)).equal(3);
      }),
    );
  });
}

function from(start: number, count: number): number[] {
  return Array.from({ length: count }, (_, at) => start + at);
}
