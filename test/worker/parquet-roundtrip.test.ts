import { type Schema, Table, tableFromIPC, vectorFromArray } from "apache-arrow";
import { expect } from "chai";
import { parquetMetadata, parquetReadObjects } from "hyparquet";
import { isTinyFSError } from "../../src/tinyfs/errors.ts";
import type { ParquetCodec } from "../../src/worker/parquet-types.ts";
import {
  areSame,
  closeClients,
  emptyIpc,
  encodeAll,
  failureOf,
  MemorySource,
  newClient,
  readAll,
  rowsOf,
  schemaOf,
  toIpc,
  unsupportedIpc,
  weather,
} from "./parquet-fixtures.ts";

describe("ParquetClient", () => {
  afterEach(closeClients);

  describe("openEncoder()", () => {
    it("gives back one batch per batch, with all rows as they were", async () => {
      const client = newClient();
      const batches = Array.from({ length: 20 }, (_, index) => weather(50 + index, index));

      const { file, summary } = await encodeAll(client, batches.map(toIpc));
      const reader = await client.openReader(new MemorySource(file));
      const tables = await readAll(reader);

      expect(summary.rowGroups.map(({ rowCount }) => rowCount)).deep.equal(
        batches.map((_, index) => 50 + index),
      );
      expect(tables.map((table) => table.batches.length)).deep.equal(batches.map(() => 1));
      expect(tables.map(rowsOf)).deep.equal(batches.map((columns) => rowsOf(new Table(columns))));
      expect(String(tables[0]?.schema)).equal(String(schemaOf(weather(1))));
    });

    it("describes on finishing what the file says when it is read again", async () => {
      const client = newClient();

      const { file, summary } = await encodeAll(client, [
        toIpc(weather(10)),
        toIpc(weather(20, 1)),
      ]);

      expect(await client.describe(new MemorySource(file))).deep.equal(summary);
      expect((await client.openReader(new MemorySource(file))).summary).deep.equal(summary);
      expect(summary).include({ rowCount: 30, size: file.length });
      expect(summary.keyValueMetadataKeys).deep.equal(["ARROW:schema"]);
      expect(summary.columns.find(({ name }) => name === "t")).deep.equal({
        name: "t",
        path: ["t"],
        physicalType: "INT64",
        logicalType: { type: "TIMESTAMP", isAdjustedToUTC: false, unit: "MICROS" },
        nullable: true,
        codec: "zstd",
      });
      expect(summary.columns.map(({ name }) => name)).include.members([
        "place.lat",
        "readings.list.item",
      ]);
    });

    it("writes a file that another implementation reads", async () => {
      const client = newClient();
      const batches = [weather(30), weather(40, 1)];

      const { file } = await encodeAll(client, batches.map(toIpc), { compression: "snappy" });
      const rows = await parquetReadObjects({ file: file.buffer, columns: ["id", "name"] });

      const expected = batches.flatMap((columns) => new Table(columns).toArray());
      expect(rows).deep.equal(expected.map(({ id, name }) => ({ id, name })));
    });

    it("gives the same bytes for the same batches", async () => {
      const [one, other] = [newClient(), newClient()];
      const ipc = () => [toIpc(weather(1000)), toIpc(weather(1000, 1))];
      const options = { keyValueMetadata: { b: "2", a: "1", c: "3" } };

      const first = await encodeAll(one, ipc(), options);
      const second = await encodeAll(other, ipc(), options);

      expect(areSame(second.file, first.file)).equal(true);
      expect(first.summary.keyValueMetadataKeys).deep.equal(["ARROW:schema", "b", "a", "c"]);
    });

    it("cuts batches into row groups of the asked size", async () => {
      const client = newClient();

      const { file, summary } = await encodeAll(
        client,
        [toIpc(weather(25)), toIpc(weather(5, 5))],
        {
          rowGroupRows: 10,
        },
      );
      const tables = await readAll(await client.openReader(new MemorySource(file)));

      expect(summary.rowGroups.map(({ rowCount }) => rowCount)).deep.equal([10, 10, 5, 5]);
      const expected = [weather(25), weather(5, 5)].flatMap((columns) =>
        rowsOf(new Table(columns)),
      );
      expect(tables.flatMap(rowsOf)).deep.equal(expected);
    });

    it("keeps the schema of a batch without rows and writes no row group", async () => {
      const client = newClient();
      const ipc = emptyIpc(weather(1));

      const { file, summary } = await encodeAll(client, [ipc, emptyIpc(weather(1))]);
      const reader = await client.openReader(new MemorySource(file));

      expect(summary).include({ rowCount: 0, size: file.length });
      expect(summary.rowGroups).deep.equal([]);
      expect(schemaText(await reader.schema())).equal(String(schemaOf(weather(1))));
      expect(parquetMetadata(file.buffer).num_rows).equal(0n);
    });

    it("skips batches without rows beside others", async () => {
      const client = newClient();

      const { file, summary } = await encodeAll(client, [
        emptyIpc(weather(1)),
        toIpc(weather(3)),
        emptyIpc(weather(1)),
        toIpc(weather(4, 1)),
      ]);
      const tables = await readAll(await client.openReader(new MemorySource(file)));

      expect(summary.rowGroups.map(({ rowCount }) => rowCount)).deep.equal([3, 4]);
      expect(tables.map(({ numRows }) => numRows)).deep.equal([3, 4]);
    });

    it("refuses to finish when it was given nothing", async () => {
      const encoder = await newClient().openEncoder();

      expect(await failureOf(encoder.finish())).property("code", "EMPTY_STREAM");
    });

    it("refuses a batch of another schema, names its column, and gives no byte of it", async () => {
      const encoder = await newClient().openEncoder();
      await encoder.encode(toIpc({ a: vectorFromArray([1, 2]), b: vectorFromArray(["x", "y"]) }));

      const error = await failureOf(
        encoder.encode(toIpc({ a: vectorFromArray([1, 2]), b: vectorFromArray([true, false]) })),
      );

      expect(error).property("code", "SCHEMA_MISMATCH");
      expect(error.message).include('"b" BOOLEAN').and.include("batch 2");
      expect(await failureOf(encoder.finish())).equal(error);
    });

    it("refuses columns whose type Parquet does not have", async () => {
      const client = newClient();
      const error = await failureOf(encodeAll(client, [unsupportedIpc()]));

      expect(error).property("code", "UNSUPPORTED_TYPE");
      expect((await encodeAll(client, [toIpc(weather(3))])).summary.rowCount).equal(3);
    });

    it("refuses bytes that are no Arrow IPC stream", async () => {
      const error = await failureOf(encodeAll(newClient(), [new Uint8Array(100).fill(7)]));

      expect(isTinyFSError(error, "UNSUPPORTED_TYPE")).equal(true);
    });

    it("compresses as it is told, by column", async () => {
      const { summary } = await encodeAll(newClient(), [toIpc(weather(30))], {
        compression: {
          "*": "gzip",
          id: "snappy",
          t: "uncompressed",
          name: "brotli",
          temp: "lz4_raw",
        },
      });

      const codecs = Object.fromEntries(summary.columns.map(({ name, codec }) => [name, codec]));
      expect(codecs).include({
        id: "snappy",
        t: "uncompressed",
        name: "brotli",
        temp: "lz4_raw",
        station: "gzip",
      });
    });

    it("delta-encodes integers and keeps dictionaries for strings, unless told otherwise", async () => {
      const client = newClient();

      const usual = await encodeAll(client, [toIpc(weather(30))]);
      const other = await encodeAll(client, [toIpc(weather(30))], {
        dictionary: { id: true, name: false },
      });

      expect(encodings(usual.file)).include({
        id: "RLE,DELTA_BINARY_PACKED",
        name: "PLAIN,RLE,RLE_DICTIONARY",
      });
      expect(encodings(other.file)).include({ id: "PLAIN,RLE,RLE_DICTIONARY", name: "PLAIN,RLE" });
    });

    it("refuses options for columns that are not there", async () => {
      const error = await failureOf(
        encodeAll(newClient(), [toIpc(weather(3))], { dictionary: { humidity: true } }),
      );

      expect(error).property("code", "SCHEMA_MISMATCH");
      expect(error.message).include('"humidity"').and.include('"temp"');
    });

    it("leaves statistics out when asked to", async () => {
      const { summary } = await encodeAll(newClient(), [toIpc(weather(30))], {
        statistics: "none",
      });

      expect(summary.rowGroups[0]?.statistics).deep.equal(summary.columns.map(() => ({})));
    });

    it("refuses what no data can cure with a TypeError or RangeError", async () => {
      const client = newClient();

      expect(await failureOf(client.openEncoder({ compression: "lzo" as never }))).instanceOf(
        TypeError,
      );
      expect(await failureOf(client.openEncoder({ rowGroupRows: 0 }))).instanceOf(RangeError);
      expect(
        await failureOf(client.openEncoder({ keyValueMetadata: { "ARROW:schema": "" } })),
      ).instanceOf(TypeError);
    });

    it("takes calls that are not awaited, in their order, and none after the end", async () => {
      const encoder = await newClient().openEncoder();

      const [first, second, end] = await Promise.all([
        encoder.encode(toIpc(weather(3))),
        encoder.encode(toIpc(weather(4, 1))),
        encoder.finish(),
      ]);

      expect(end.summary.rowGroups.map(({ rowCount }) => rowCount)).deep.equal([3, 4]);
      expect(end.summary.size).equal(first.length + second.length + end.tail.length);
      expect(await failureOf(encoder.encode(toIpc(weather(1))))).property("code", "WRITER_CLOSED");
    });
  });

  describe("openReader()", () => {
    it("reads the asked columns alone, and only their bytes", async () => {
      const client = newClient();
      const { file } = await encodeAll(client, [toIpc(weather(20_000))]);
      const source = new MemorySource(file);
      const reader = await client.openReader(source);

      source.reads = [];
      const [table] = await readAll(reader, ["temp", "id"]);

      expect(table?.schema.names).deep.equal(["id", "temp"]);
      expect(source.reads.reduce((sum, { start, end }) => sum + end - start, 0)).lessThan(
        file.length / 2,
      );
      expect(schemaText(await reader.schema({ columns: ["temp"] }))).equal(
        "Schema<{ 0: temp: Float64 }>",
      );
    });

    it("reads a small file in one go", async () => {
      const client = newClient();
      const { file } = await encodeAll(client, [toIpc(weather(20)), toIpc(weather(20, 1))]);
      const source = new MemorySource(file);

      await readAll(await client.openReader(source));

      expect(source.reads).deep.equal([{ start: 0, end: file.length }]);
    });

    it("serves calls side by side and closes after them", async () => {
      const client = newClient();
      const batches = Array.from({ length: 8 }, (_, index) => weather(500, index));
      const { file } = await encodeAll(client, batches.map(toIpc));
      const reader = await client.openReader(new MemorySource(file));

      const reads = batches.map((_, index) => reader.readRowGroup(index));
      await reader.close();
      const tables = await Promise.all(reads);

      expect(tables.map((ipc) => tableFromIPC(ipc).numRows)).deep.equal(batches.map(() => 500));
      expect(await failureOf(reader.readRowGroup(0))).property("code", "PARQUET_READ_FAILED");
    });

    it("reads a file of another writer: LargeUtf8, zstd, row groups in batches of 131,072", async () => {
      const response = await fetch(
        new URL("../../node_modules/vega-datasets/data/flights-3m.parquet", import.meta.url),
      );
      const source = new MemorySource(new Uint8Array(await response.arrayBuffer()));
      const reader = await newClient().openReader(source);

      const tables = await readAll(reader, ["delay", "origin"]);

      const { rowGroups, rowCount } = reader.summary;
      expect(rowGroups.length).equal(11);
      expect(tables.map(({ numRows }) => numRows)).deep.equal(
        rowGroups.map((group) => group.rowCount),
      );
      expect(tables.reduce((sum, { numRows }) => sum + numRows, 0)).equal(rowCount);
      expect(String(tables[0]?.schema)).equal("Schema<{ 0: delay: Int64, 1: origin: LargeUtf8 }>");
      expect(tables[0]?.batches.map(({ numRows }) => numRows)).deep.equal([
        131_072, 131_072, 10_583,
      ]);
    });
  });

  it("runs inline", async () => {
    const client = newClient({ worker: "inline" });

    const { file } = await encodeAll(client, [toIpc(weather(10))]);
    const [table] = await readAll(await client.openReader(new MemorySource(file)));

    expect(table && rowsOf(table)).deep.equal(rowsOf(new Table(weather(10))));
  });

  it("fetches the wasm where it is told, and not before it decodes", async () => {
    const { file } = await encodeAll(newClient(), [toIpc(weather(10))]);
    const lost = newClient({ wasmUrl: "/nowhere.wasm" });

    const reader = await lost.openReader(new MemorySource(file));
    const error = await failureOf(reader.readRowGroup(0));

    expect((await lost.describe(new MemorySource(file))).rowCount).equal(10);
    expect(error).property("code", "WORKER_START");
    expect(await failureOf(encodeAll(lost, [toIpc(weather(1))]))).property("code", "WORKER_START");
  });

  it("fulfils the contract of the layers above", () => {
    expect(newClient() satisfies ParquetCodec).instanceOf(Object);
  });
});

function schemaText(ipc: Uint8Array): string {
  const table = tableFromIPC(ipc);
  expect(table.numRows).equal(0);
  return String(table.schema satisfies Schema);
}

function encodings(file: Uint8Array<ArrayBuffer>): Record<string, string | undefined> {
  const chunks = parquetMetadata(file.buffer).row_groups.flatMap(({ columns }) => columns);
  return Object.fromEntries(
    chunks.map(({ meta_data }) => [
      meta_data?.path_in_schema.join("."),
      meta_data?.encodings.join(),
    ]),
  );
}
