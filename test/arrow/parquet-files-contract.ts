import { expect } from "chai";
import type { OpenPond } from "./arrow-contract.ts";
import { createBatchStream, createReadings, createTestBatch, rowsOf } from "./batch-fixtures.ts";
import { failureOf, withPond } from "./with-pond.ts";

/** Parquet files in and out, and what their footers say. */
export function describeParquetFiles(open: OpenPond): void {
  describe("importParquet()", () => {
    it(
      "keeps the bytes of the file, however they come",
      withPond(open, async ({ root }) => {
        await root.createTableFromBatch("/t", createReadings(100));
        const bytes = (await root.readFile("/t")) as Uint8Array<ArrayBuffer>;
        const { sha256 } = await root.stat("/t");
        const sources = {
          bytes,
          buffer: bytes.slice().buffer,
          blob: new Blob([bytes]),
          stream: new Blob([bytes]).stream(),
        };

        for (const [name, source] of Object.entries(sources))
          await root.importParquet(`/${name}`, source, { as: "series" });

        for (const name of Object.keys(sources)) {
          const stat = await root.stat(`/${name}`);
          expect(stat).include({ sha256, rowCount: 100, entryType: "FileSeries" });
          expect(stat.timeRange).deep.equal({ min: 0, max: 99_000_000 });
        }
        await root.appendSeries("/stream", [createReadings(5, 100)]);
        expect((await root.readSeries("/stream")).numRows).equal(105);
      }),
    );

    it(
      "takes bytes as they are when it is called",
      withPond(open, async ({ root }) => {
        await root.createTableFromBatch("/t", createTestBatch(100));
        const bytes = new Uint8Array(await root.readFile("/t"));

        const importing = root.importParquet("/copy", bytes);
        bytes.fill(0);
        await importing;

        expect((await root.stat("/copy")).sha256).equal((await root.stat("/t")).sha256);
      }),
    );

    it(
      "tells how far it has come, and obeys its signal",
      withPond(open, async ({ root }) => {
        await root.createTableFromBatch("/t", createTestBatch(1000));
        const bytes = (await root.readFile("/t")) as Uint8Array<ArrayBuffer>;
        const seen: unknown[] = [];
        const signal = AbortSignal.abort(new Error("no"));

        await root.importParquet("/copy", new Blob([bytes]).stream(), {
          attributes: { a: 1 },
          onProgress: (progress) => seen.push(progress),
        });

        expect(seen.at(-1)).deep.equal({ rows: 1000, bytes: bytes.length });
        expect((await root.stat("/copy")).attributes).deep.equal({ a: 1 });
        expect(await failureOf(root.importParquet("/no", bytes, { signal }))).equal(signal.reason);
        expect(await root.exists("/no")).equal(false);
      }),
    );
  });

  describe("exportParquet()", () => {
    it(
      "gives one file, of a series the one that its segments make",
      withPond(open, async ({ root }) => {
        await root.createSeriesFromBatches("/s", createBatchStream(2, 10));
        await root.appendSeries("/s", [createTestBatch(10, 20)]);

        await using file = await root.exportParquet("/s");
        await root.importParquet("/blob", await file.toBlob());
        await root.importParquet("/stream", file.stream());
        await root.importParquet("/buffer", await file.arrayBuffer());

        for (const path of ["/blob", "/stream", "/buffer"]) {
          expect((await root.stat(path)).size).equal(file.size);
          expect(rowsOf(await root.readTable(path))).deep.equal(rowsOf(createTestBatch(30)));
        }
      }),
    );

    it(
      "slices as a Blob does",
      withPond(open, async ({ root }) => {
        await root.createTableFromBatch("/t", createTestBatch(100));
        const blob = new Blob([(await root.readFile("/t")) as Uint8Array<ArrayBuffer>]);

        await using file = await root.exportParquet("/t");

        for (const [start, end] of [[0, 4], [-8], [-8, -4], [10, 5], [5], [50, 99_999]] as const) {
          const [slice, expected] = [file.slice(start, end), blob.slice(start, end)];
          expect(slice.size).equal(expected.size);
          expect(await slice.arrayBuffer()).deep.equal(await expected.arrayBuffer());
          expect(await (await slice.slice(1, 3).toBlob()).arrayBuffer()).deep.equal(
            await expected.slice(1, 3).arrayBuffer(),
          );
        }
      }),
    );

    it(
      "gives the version that is asked for",
      withPond(open, async ({ root }) => {
        await root.createSeriesFromBatches("/s", [createTestBatch(10)]);
        await root.appendSeries("/s", [createTestBatch(10, 10)]);

        await using file = await root.exportParquet("/s", { version: 1 });

        await root.importParquet("/t", await file.toBlob());
        expect((await root.readTable("/t")).numRows).equal(10);
      }),
    );
  });

  describe("describe()", () => {
    it(
      "says what the footers of all segments say",
      withPond(open, async ({ root }) => {
        await root.createSeriesFromBatches("/s", createBatchStream(2, 10));
        await root.appendSeries("/s", [createTestBatch(5, 100)]);

        const { schema, columns, rowGroups, ...rest } = await root.describe("/s");

        expect(String(schema)).equal(String(createTestBatch(1).schema));
        expect(rest).include({ rowCount: 25, segments: 2, version: 2 });
        expect(rest.schemaFingerprint).match(/^[0-9a-f]{64}$/);
        expect(rowGroups.map(({ rowCount }) => rowCount)).deep.equal([10, 10, 5]);
        expect(rowGroups.every(({ compressedBytes }) => compressedBytes > 0)).equal(true);
        const stored = { codecs: ["zstd"], since: 1 };
        const plain = columns.map(
          ({ encodings, compressedBytes, uncompressedBytes, ...column }) => column,
        );
        for (const { encodings, compressedBytes, uncompressedBytes } of columns) {
          expect(encodings).not.lengthOf(0);
          expect(compressedBytes).greaterThan(0);
          expect(uncompressedBytes).greaterThan(0);
        }
        expect(plain).deep.equal([
          {
            ...stored,
            name: "id",
            type: "Int32",
            nullable: true,
            codec: "zstd",
            min: 0,
            max: 104,
            nullCount: 0,
          },
          {
            ...stored,
            name: "name",
            type: "Utf8",
            nullable: true,
            codec: "zstd",
            min: "name 0",
            max: "name 8",
            nullCount: 5,
          },
        ]);
      }),
    );

    it(
      "leaves out what no statistics say",
      withPond(open, async ({ root }) => {
        await root.createTableFromBatch("/t", createReadings(10), { statistics: "none" });

        const { columns, timeRange } = await root.describe("/t");

        expect(columns.map(({ name, type }) => [name, type])).deep.equal([
          ["t", "Float64"],
          ["time", "Timestamp<MICROSECOND>"],
        ]);
        expect(columns.some((column) => "min" in column || "nullCount" in column)).equal(false);
        expect(timeRange).deep.equal({ min: 0, max: 9_000_000 });
      }),
    );
  });
}
