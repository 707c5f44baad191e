import { type RecordBatch, tableFromArrays } from "apache-arrow";
import { expect } from "chai";
import type { ErrorCode, Pond } from "../../src/index.ts";
import { deletePond, openPond } from "../../src/index.ts";
import { importCsv } from "../../src/interop/index.ts";
import { failureOf, rejects } from "../tinyfs/contract/rejects.ts";
import { rawContents } from "./raw-contents.ts";

const LARGE_ROWS = 50_000;

function batchOf(columns: Record<string, Float64Array | string[]>): RecordBatch {
  const [batch] = tableFromArrays(columns).batches;
  if (!batch) throw new Error("A table of arrays has a batch");
  return batch;
}

function numbers(rows: number): RecordBatch {
  return batchOf({ x: Float64Array.from({ length: rows }, () => Math.random()) });
}

describe("bad input", () => {
  let name = "";
  let pond: Pond;
  let before: Map<string, string>;

  beforeEach(async () => {
    name = `bad-input-${crypto.randomUUID()}`;
    pond = await openPond(name);
    await pond.root.writeFile("/small.txt", "small");
    await pond.root.writeFile("/large.bin", new Uint8Array(100_000));
    await pond.root.createTableFromBatch("/table.parquet", numbers(100));
    await pond.root.createSeriesFromBatches("/series", [numbers(LARGE_ROWS)]);
    before = await rawContents(name);
  });

  afterEach(async () => {
    await pond.close();
    await deletePond(name);
  });

  async function refuses(work: PromiseLike<unknown>, code: ErrorCode, path: string): Promise<void> {
    const error = await rejects(work, code);
    expect(error.path).equal(path);
    expect(error.message).include(path);
    expect(await rawContents(name)).deep.equal(before);
  }

  it("is refused when a file that is not Parquet is given as a table", async () => {
    const text = new Blob(["a,b\n1,2\n".repeat(20_000)]);

    await refuses(pond.root.importParquet("/t", text, { as: "table" }), "NOT_PARQUET", "/t");
  });

  it("is refused when a Parquet file is cut off", async () => {
    const whole = await pond.root.readFile("/series");
    const cut = new Blob([whole.slice(0, whole.length - 1000)]);

    await refuses(pond.root.importParquet("/t", cut, { as: "table" }), "NOT_PARQUET", "/t");
  });

  it("is refused when the footer of a Parquet file does not parse", async () => {
    const whole = (await pond.root.readFile("/series")).slice();
    whole.fill(0xff, whole.length - 200, whole.length - 8);

    await refuses(pond.root.importParquet("/t", new Blob([whole])), "NOT_PARQUET", "/t");
  });

  it("is refused when bytes written as a table are not Parquet", async () => {
    const written = pond.root.writeFile("/t", "a,b\n1,2\n", { entryType: "FileTable" });

    await refuses(written, "NOT_PARQUET", "/t");
  });

  it("is refused when a CSV's row does not fit", async () => {
    const csv = `n,name\n${"1,a\n".repeat(12_000)}x,b\n`;

    await refuses(importCsv(pond.root, "/t", csv), "SCHEMA_MISMATCH", "/t");
    const error = await rejects(importCsv(pond.root, "/t", csv), "SCHEMA_MISMATCH");
    expect([error.line, error.column]).deep.equal([12_002, 1]);
  });

  it("is refused when a CSV is empty", async () => {
    await refuses(importCsv(pond.root, "/t", ""), "EMPTY_STREAM", "/t");
  });

  it("is refused when an empty file is given as a table", async () => {
    await refuses(pond.root.importParquet("/t", new Blob([])), "NOT_PARQUET", "/t");
  });

  it("is refused when a stream of batches is empty", async () => {
    await refuses(pond.root.createTableFromBatches("/t", []), "EMPTY_STREAM", "/t");
    await refuses(pond.root.createSeriesFromBatches("/s", []), "EMPTY_STREAM", "/s");
    await refuses(pond.root.appendSeries("/series", []), "EMPTY_STREAM", "/series");
  });

  it("is refused when a batch in the middle has another schema", async () => {
    const batches = [numbers(LARGE_ROWS), batchOf({ x: ["a", "b"] }), numbers(10)];

    await refuses(pond.root.createSeriesFromBatches("/s", batches), "SCHEMA_MISMATCH", "/s");
  });

  it("is refused when appended batches do not go with the series' columns", async () => {
    const other = [batchOf({ x: ["text"] })];

    await refuses(pond.root.appendSeries("/series", other), "SCHEMA_MISMATCH", "/series");
  });

  it("is refused when a name holds a NUL", async () => {
    await rejects(pond.root.writeFile("/a\0b", "x"), "INVALID_PATH");

    expect(await rawContents(name)).deep.equal(before);
  });

  it("is refused when a path leads through a file", async () => {
    await refuses(pond.root.writeFile("/small.txt/a", "x"), "NOT_A_DIRECTORY", "/small.txt/a");
  });

  it("is refused when a second writer comes", async () => {
    const writer = await pond.root.asyncWriter("/small.txt");

    await rejects(pond.root.asyncWriter("/small.txt"), "ALREADY_BEING_WRITTEN");

    await writer.abort();
    expect(await rawContents(name)).deep.equal(before);
  });

  it("leaves nothing of a source that throws half-way", async () => {
    const fault = new Error("the sensor broke");
    async function* broken() {
      yield numbers(LARGE_ROWS);
      yield numbers(LARGE_ROWS);
      throw fault;
    }

    const table = await failureOf(pond.root.createTableFromBatches("/t", broken()));
    const series = await failureOf(pond.root.appendSeries("/series", broken()));

    expect(table).equal(fault);
    expect(series).equal(fault);
    expect(await rawContents(name)).deep.equal(before);
  });

  it("leaves nothing of a byte stream that fails half-way", async () => {
    const fault = new Error("the line broke");
    let chunks = 0;
    const stream = new ReadableStream<Uint8Array>({
      pull(controller) {
        chunks += 1;
        if (chunks > 40) controller.error(fault);
        else controller.enqueue(new Uint8Array(100_000).fill(chunks));
      },
    });

    const error = await failureOf(pond.root.writeFile("/large.bin", stream));

    expect(error).equal(fault);
    expect(await rawContents(name)).deep.equal(before);
  });

  it("leaves nothing of an import that is cancelled", async () => {
    const abort = new AbortController();
    const whole = await pond.root.readFile("/series");
    const stream = new ReadableStream<Uint8Array>({
      pull(controller) {
        controller.enqueue(whole.slice(0, 200_000));
        abort.abort();
      },
    });

    const error = await failureOf(pond.root.importParquet("/t", stream, { signal: abort.signal }));

    expect(error).equal(abort.signal.reason);
    expect(await rawContents(name)).deep.equal(before);
  });

  it("is refused by a pond that is closed", async () => {
    await pond.close();

    await rejects(pond.root.writeFile("/a", "a"), "POND_CLOSED");
    await rejects(pond.root.createTableFromBatch("/t", numbers(10)), "POND_CLOSED");
    await rejects(pond.root.readTable("/table.parquet"), "POND_CLOSED");

    expect(await rawContents(name)).deep.equal(before);
  });
});

describe("rawContents()", () => {
  it("tells ponds apart that differ in one row", async () => {
    const name = `raw-${crypto.randomUUID()}`;
    await using pond = await openPond(name);
    const before = await rawContents(name);
    await pond.root.writeFile("/a", "a");

    const after = await rawContents(name);

    expect(after).not.deep.equal(before);
    await pond.close();
    await deletePond(name);
  });
});
