import { Table, tableFromIPC, vectorFromArray } from "apache-arrow";
import { expect } from "chai";
import { parquetMetadata, parquetReadObjects } from "hyparquet";
import init, { readParquet } from "parquet-wasm/esm";
import type { ParquetClient } from "../../src/worker/parquet-client.ts";
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
  toIpc,
  weather,
} from "./parquet-fixtures.ts";

describe("ParquetClient.splice()", () => {
  let client: ParquetClient;

  beforeEach(() => {
    client = newClient();
  });

  afterEach(closeClients);

  async function sourcesOf(count: number, rows = 30): Promise<MemorySource[]> {
    const sources: MemorySource[] = [];
    for (let index = 0; index < count; index++) {
      const { file } = await encodeAll(client, [toIpc(weather(rows, index))], {
        compression: "snappy",
      });
      sources.push(new MemorySource(file));
    }
    return sources;
  }

  it("gives one file that parquet-wasm, hyparquet and this library read", async () => {
    const spliced = await client.splice(await sourcesOf(5));
    const bytes = await spliced.read(0, spliced.size);

    await init();
    const byWasm = tableFromIPC(readParquet(bytes).intoIPCStream());
    const byHyparquet = await parquetReadObjects({ file: bytes.buffer, columns: ["id"] });
    const byUs = await readAll(await client.openReader(spliced));

    const expected = [0, 1, 2, 3, 4].flatMap((seed) => rowsOf(new Table(weather(30, seed))));
    expect(rowsOf(byWasm)).deep.equal(expected);
    expect(byHyparquet.map(({ id }) => `${id}n`)).deep.equal(
      expected.map((row) => (row as { id: string }).id),
    );
    expect(byUs.flatMap(rowsOf)).deep.equal(expected);
    expect(bytes.length).equal(spliced.size);
    expect(parquetMetadata(bytes.buffer).num_rows).equal(150n);
  });

  it("equals, byte for byte, the file that one encoder writes of the same batches", async () => {
    const batches = [0, 1, 2].map((seed) => weather(100, seed));
    const files = await Promise.all(batches.map((columns) => encodeAll(client, [toIpc(columns)])));
    const { file } = await encodeAll(client, batches.map(toIpc));

    const spliced = await client.splice(files.map(({ file: bytes }) => new MemorySource(bytes)));

    expect(areSame(await spliced.read(0, spliced.size), file)).equal(true);
  });

  it("can be spliced again", async () => {
    const sources = await sourcesOf(4);
    const [once, left, right] = await Promise.all([
      client.splice(sources),
      client.splice(sources.slice(0, 2)),
      client.splice(sources.slice(2)),
    ]);

    const twice = await client.splice([left, right]);

    const whole = await once.read(0, once.size);
    expect(areSame(await twice.read(0, twice.size), whole)).equal(true);
  });

  it("reads footers alone, and later only the ranges that are asked for", async () => {
    const sources = await sourcesOf(3, 20_000);
    const spliced = await client.splice(sources);
    const fetched = () =>
      sources.flatMap(({ reads }) => reads).reduce((sum, { start, end }) => sum + end - start, 0);

    expect(fetched()).equal(3 * (65_536 + 4));
    const before = fetched();
    await spliced.read(10, 1010);

    expect(fetched() - before).equal(1000);
  });

  it("gives every range as it is in the whole", async () => {
    const spliced = await client.splice(await sourcesOf(3));
    const whole = await spliced.read(0, spliced.size);
    const edges = Array.from({ length: 40 }, (_, index) => Math.floor((index * spliced.size) / 39));
    const ranges = edges.flatMap((start) => edges.map((end): [number, number] => [start, end]));

    const parts = await Promise.all(ranges.map(([start, end]) => spliced.read(start, end)));

    const wrong = ranges.filter(
      ([start, end], index) =>
        !areSame(parts[index] ?? whole, whole.slice(start, Math.max(start, end))),
    );
    expect(wrong).deep.equal([]);
    expect((await spliced.read(spliced.size - 4, spliced.size + 100)).length).equal(4);
  });

  it("takes files without rows along", async () => {
    const { file: none } = await encodeAll(client, [emptyIpc(weather(1))]);
    const [some] = await sourcesOf(1);

    const spliced = await client.splice([
      new MemorySource(none),
      some as MemorySource,
      new MemorySource(none),
    ]);

    expect((await client.describe(spliced)).rowCount).equal(30);
  });

  it("refuses another schema and names the file and the column", async () => {
    const [first, second] = await sourcesOf(2);
    const { file } = await encodeAll(client, [toIpc({ id: vectorFromArray([1, 2]) })]);

    const error = await failureOf(
      client.splice([first as MemorySource, second as MemorySource, new MemorySource(file)]),
    );

    expect(error).property("code", "SCHEMA_MISMATCH");
    expect(error.message).include("file 3 of 3").and.include('"id" DOUBLE');
  });

  it("refuses to join nothing", async () => {
    expect(await failureOf(client.splice([]))).property("code", "EMPTY_STREAM");
  });

  it("closes its sources with itself, and not when it fails", async () => {
    const sources = await sourcesOf(3);
    const spliced = await client.splice(sources);
    const others = [...(await sourcesOf(1)), new MemorySource(new Uint8Array(20))];
    await failureOf(client.splice(others));

    await spliced.close();

    expect(sources.map(({ closed }) => closed)).deep.equal([true, true, true]);
    expect(others.map(({ closed }) => closed)).deep.equal([false, false]);
    expect(await failureOf(spliced.read(0, 4))).instanceOf(TypeError);
  });

  it("joins a thousand files", async () => {
    const [source] = await sourcesOf(1);
    const sources = Array.from({ length: 1000 }, () => source as MemorySource);

    const spliced = await client.splice(sources);
    const reader = await client.openReader(spliced);

    expect(reader.summary.rowCount).equal(30_000);
    expect(tableFromIPC(await reader.readRowGroup(999)).numRows).equal(30);
  });
});
