import { RecordBatchStreamWriter, Table, tableToIPC } from "apache-arrow";
import { expect } from "chai";
import type { OpenPond } from "./arrow-contract.ts";
import {
  createBatchStream,
  createEmptyBatch,
  createReadings,
  createTestBatch,
  rowsOf,
} from "./batch-fixtures.ts";
import { failureOf, withPond } from "./with-pond.ts";

/** Tables: one Parquet file, all rows at once. */
export function describeTables(open: OpenPond): void {
  describe("createTableFromBatch()", () => {
    it(
      "creates a table file that reads as it was written: schema and rows",
      withPond(open, async ({ root }) => {
        const batch = createTestBatch(3);

        await root.createTableFromBatch("/people.parquet", batch);

        const read = await root.readTableAsBatch("/people.parquet");
        expect(String(read.schema)).equal(String(batch.schema));
        expect(rowsOf(read)).deep.equal(rowsOf(batch));
        expect(await root.getEntryType("/people.parquet")).equal("FileTable");
      }),
    );

    it(
      "tells how many rows a table has, and their range of time",
      withPond(open, async ({ root }) => {
        await root.createTableFromBatch("/t", createReadings(100, 5));

        const { rowCount, timeRange } = await root.stat("/t");
        expect(rowCount).equal(100);
        expect(timeRange).deep.equal({ min: 5_000_000, max: 104_000_000 });
      }),
    );

    it(
      "refuses a path that is taken, and replaces it when asked to",
      withPond(open, async ({ root }) => {
        await root.createTableFromBatch("/t", createTestBatch(1));

        const error = await failureOf(root.createTableFromBatch("/t", createTestBatch(2)));
        const result = await root.createTableFromBatch("/t", createTestBatch(2), {
          create: "replace",
        });

        expect(error).include({ code: "ALREADY_EXISTS", path: "/t" });
        expect(result.version).equal(2);
        expect((await root.readTable("/t")).numRows).equal(2);
        expect((await root.readTable("/t", { version: 1 })).numRows).equal(1);
      }),
    );

    it(
      "works in a directory that was opened",
      withPond(open, async ({ root }) => {
        await root.createDir("/data");
        const data = await root.openDir("/data");

        await data.createTableFromBatch("/t", createTestBatch(2));

        expect((await root.readTable("/data/t")).numRows).equal(2);
      }),
    );
  });

  describe("createTableFromBatches()", () => {
    it(
      "reads several batches back as one table of all their rows",
      withPond(open, async ({ root }) => {
        const batches = [createTestBatch(3), createTestBatch(5, 3)];

        await root.createTableFromBatches("/t", batches);

        expect(rowsOf(await root.readTable("/t"))).deep.equal(rowsOf(createTestBatch(8)));
        expect(rowsOf(await root.readTableAsBatch("/t"))).deep.equal(rowsOf(createTestBatch(8)));
      }),
    );

    it(
      "writes and reads a large table of 10,000 rows",
      withPond(open, async ({ root }) => {
        await root.createTableFromBatches("/t", createBatchStream(10, 1000));

        const table = await root.readTable("/t");
        expect(table.numRows).equal(10_000);
        expect(table.getChild("id")?.get(9999)).equal(9999);
      }),
    );

    it(
      "cuts a batch that is too long for a row group and keeps the order of its rows",
      withPond(open, async ({ root }) => {
        const batch = createTestBatch(300_001);

        await root.createTableFromBatch("/t", batch);

        const { rowGroups } = await root.describe("/t");
        expect(rowGroups.map(({ rowCount }) => rowCount)).deep.equal([131_072, 131_072, 37_857]);
        const ids = (await root.readTableAsBatch("/t")).getChild("id")?.toArray();
        expect(ids).deep.equal(batch.getChild("id")?.toArray());
      }),
    );

    it(
      "cuts row groups to the rows it is told",
      withPond(open, async ({ root }) => {
        await root.createTableFromBatch("/t", createTestBatch(250_000), { rowGroupRows: 50_000 });

        const { rowGroups } = await root.describe("/t");
        expect(rowGroups.map(({ rowCount }) => rowCount)).deep.equal(Array(5).fill(50_000));
      }),
    );

    it(
      "leaves out batches without rows",
      withPond(open, async ({ root }) => {
        const batches = [createEmptyBatch(), createTestBatch(2), createEmptyBatch()];

        await root.createTableFromBatches("/t", batches);

        const { rowGroups, rowCount } = await root.describe("/t");
        expect([rowGroups.length, rowCount]).deep.equal([1, 2]);
      }),
    );

    it(
      "keeps the schema of a table without rows",
      withPond(open, async ({ root }) => {
        const { schema } = createTestBatch(1);

        await root.createTableFromBatches("/batch", [createEmptyBatch()]);
        await root.createTableFromBatches("/table", new Table(schema));

        for (const path of ["/batch", "/table"]) {
          const [batch, table] = [await root.readTableAsBatch(path), await root.readTable(path)];
          expect([batch.numRows, table.numRows]).deep.equal([0, 0]);
          expect(String(batch.schema)).equal(String(schema));
          expect(String(table.schema)).equal(String(schema));
          expect((await root.stat(path)).rowCount).equal(0);
        }
      }),
    );

    it(
      "takes tables, Arrow IPC bytes, iterables, generators and streams",
      withPond(open, async ({ root }) => {
        const batches = [createTestBatch(3), createTestBatch(5, 3)];
        const table = new Table(batches);
        const inputs = {
          table,
          stream: tableToIPC(table, "stream"),
          file: tableToIPC(table, "file"),
          buffer: RecordBatchStreamWriter.writeAll(table).toUint8Array(true),
          tables: [table],
          ipcs: batches.map((batch) => tableToIPC(new Table([batch]))),
          set: new Set(batches),
          async: (async function* () {
            yield* batches;
          })(),
          readable: new ReadableStream({
            start(controller) {
              for (const batch of batches) controller.enqueue(batch);
              controller.close();
            },
          }),
        };

        for (const [name, input] of Object.entries(inputs))
          await root.createTableFromBatches(`/${name}`, input);

        const expected = rowsOf(createTestBatch(8));
        for (const name of Object.keys(inputs))
          expect(rowsOf(await root.readTable(`/${name}`)), name).deep.equal(expected);
      }),
    );

    it(
      "tells how far it has come",
      withPond(open, async ({ root }) => {
        const seen: number[] = [];
        let last = 0;

        await root.createTableFromBatches("/t", createBatchStream(3, 10), {
          onProgress: ({ rows, bytes }) => {
            seen.push(rows);
            expect(bytes).greaterThan(last);
            last = bytes;
          },
        });

        expect(seen).deep.equal([10, 20, 30]);
        expect((await root.stat("/t")).size).greaterThan(last);
      }),
    );

    it(
      "writes with the codec and the attributes it is given",
      withPond(open, async ({ root }) => {
        await root.createTableFromBatch("/t", createTestBatch(10), {
          compression: { "*": "snappy", name: "gzip" },
          attributes: { from: "test" },
        });

        const { columns } = await root.describe("/t");
        expect(columns.map(({ codec }) => codec)).deep.equal(["snappy", "gzip"]);
        expect((await root.stat("/t")).attributes).deep.equal({ from: "test" });
      }),
    );

    it(
      "may run again in a transaction that met another: batches in memory are not used up",
      withPond(open, async ({ fs, root }) => {
        let runs = 0;

        await fs
          .transaction(async (tx) => {
            runs += 1;
            await tx.root.createTableFromBatches("/t", [createTestBatch(runs)]);
            if (runs === 1) await root.createTableFromBatch("/t", createTestBatch(9));
            if (runs === 2) return;
          })
          .catch(() => {});

        expect((await root.readTable("/t")).numRows).equal(9);
        expect(runs).equal(2);
      }),
    );

    it(
      "commits tables and series with their transaction, or not at all",
      withPond(open, async ({ fs, root }) => {
        await fs.transaction(async (tx) => {
          await tx.root.createTableFromBatch("/t", createTestBatch(2));
          await tx.root.createSeriesFromBatches("/s", [createTestBatch(2)]);
          await tx.root.appendSeries("/s", [createTestBatch(3, 2)]);
          expect((await tx.root.readSeries("/s")).numRows).equal(5);
          expect(await root.exists("/s")).equal(false);
        });
        await failureOf(
          fs.transaction(async (tx) => {
            await tx.root.appendSeries("/s", [createTestBatch(3, 2)]);
            throw new Error("no");
          }),
        );

        expect((await root.readSeries("/s")).numRows).equal(5);
        expect((await root.readTable("/t")).numRows).equal(2);
      }),
    );
  });

  describe("readTable()", () => {
    it(
      "reads the columns that are asked for, and so many rows",
      withPond(open, async ({ root }) => {
        await root.createTableFromBatches("/t", createBatchStream(3, 10));

        const table = await root.readTable("/t", { columns: ["name"], limit: 12 });

        expect(table.schema.names).deep.equal(["name"]);
        expect(table.numRows).equal(12);
        expect(table.getChild("name")?.get(11)).equal("name 11");
      }),
    );

    it(
      "refuses a column that is not there and names those that are",
      withPond(open, async ({ root }) => {
        await root.createTableFromBatch("/t", createTestBatch(1));
        await root.createTableFromBatch("/empty", createEmptyBatch());

        for (const path of ["/t", "/empty"]) {
          const error = await failureOf(root.readTable(path, { columns: ["nmae"] }));
          expect(error).include({ code: "SCHEMA_MISMATCH", path });
          expect((error as Error).message)
            .include('"nmae"')
            .include('"id", "name"');
        }
      }),
    );
  });
}
