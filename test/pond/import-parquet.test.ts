import { expect } from "chai";
import { parquetMetadata } from "hyparquet";
import { type BasicType, type ColumnSource, parquetWriteBuffer } from "hyparquet-writer";
import type { ErrorCode, ImportOptions, Pond } from "../../src/index.ts";
import { deletePond, openPond } from "../../src/index.ts";
import { createReadings } from "../arrow/batch-fixtures.ts";
import { failureOf, rejects } from "../tinyfs/contract/rejects.ts";
import { withMetadata } from "../worker/foreign-footer.ts";
import { rawContents } from "./raw-contents.ts";

const MIB = 1024 * 1024;

describe("importParquet(), verifying", () => {
  let name = "";
  let pond: Pond;
  let workers: Worker[];
  let ended: Set<Worker | undefined>;
  let before: Map<string, string>;

  beforeEach(async () => {
    name = `import-${crypto.randomUUID()}`;
    workers = [];
    ended = new Set();
    pond = await openPond(name, { workers: { parquet: countedWorker } });
    await pond.root.createTableFromBatch("/good", createReadings(1000));
    before = await rawContents(name);
  });

  afterEach(async () => {
    await pond.close();
    await deletePond(name);
  });

  function countedWorker(): Worker {
    const url = new URL("../../src/worker/parquet.worker.ts", import.meta.url);
    const worker = new Worker(url, { type: "module" });
    workers.push(worker);
    worker.terminate = () => {
      ended.add(worker);
      Worker.prototype.terminate.call(worker);
    };
    return worker;
  }

  /** Refuses a file, leaves nothing of it and reads what was there. */
  async function refuses(
    file: Uint8Array | Blob,
    code: ErrorCode,
    options?: ImportOptions,
  ): Promise<string> {
    const error = await rejects(pond.root.importParquet("/foreign", file, options), code);
    expect(error.path).equal("/foreign");
    expect(await rawContents(name)).deep.equal(before);
    expect((await pond.root.readTable("/good")).numRows).equal(1000);
    return error.message;
  }

  it("refuses a page that cannot be decoded, however far in it is", async () => {
    const file = foreign({ rows: 3000, rowGroupRows: 1000 });
    const last = parquetMetadata(file.buffer).row_groups[2]?.columns[1]?.meta_data;
    const page = Number(last?.data_page_offset);
    file.fill(0xff, page, page + 12);

    expect(await refuses(file, "PARQUET_READ_FAILED")).include("row group 2");
    expect(await refuses(new Blob([file]), "PARQUET_READ_FAILED")).include("row group 2");
  });

  it("links such a file where only the footer is to be read", async () => {
    const file = foreign({ rows: 3000, rowGroupRows: 1000 });
    const last = parquetMetadata(file.buffer).row_groups[2]?.columns[1]?.meta_data;
    const page = Number(last?.data_page_offset);
    file.fill(0xff, page, page + 12);

    await pond.root.importParquet("/foreign", file, { verify: "footer" });

    expect((await pond.root.stat("/foreign")).rowCount).equal(3000);
    const error = await rejects(pond.root.readTable("/foreign"), "PARQUET_READ_FAILED");
    expect(error.path).equal("/foreign");
  });

  it("reads in a worker of its own, which it ends", async () => {
    await pond.root.readTable("/good");
    const readers = workers.length;

    await pond.root.importParquet("/foreign", foreign({ rows: 1000, rowGroupRows: 100 }));

    expect(workers.length).equal(readers + 1);
    expect(ended.has(workers.at(-1))).equal(true);
    await pond.root.readTable("/good");
    expect(workers.length).equal(readers + 1);
  });

  it("starts no worker more where only the footer is read", async () => {
    await pond.root.importParquet("/first", foreign({ rows: 10 }), { verify: "footer" });
    const readers = workers.length;

    await pond.root.importParquet("/second", foreign({ rows: 20 }), { verify: "footer" });

    expect(workers.length).equal(readers);
  });

  it("tells how many rows it has decoded", async () => {
    const file = foreign({ rows: 3000, rowGroupRows: 1000 });
    const seen: number[] = [];

    const onProgress = ({ rows }: { rows: number }) => seen.push(rows);
    await pond.root.importParquet("/foreign", file, { onProgress });

    expect(seen.filter((rows) => rows > 0)).deep.equal([1000, 2000, 3000, 3000]);
  });

  it("stops when it is aborted, and leaves nothing", async () => {
    const file = foreign({ rows: 3000, rowGroupRows: 100 });
    const abort = new AbortController();
    const reason = new Error("enough");

    const onProgress = ({ rows }: { rows: number }) => {
      if (rows === 500) abort.abort(reason);
    };
    const { signal } = abort;
    const error = await failureOf(
      pond.root.importParquet("/foreign", file, { onProgress, signal }),
    );

    expect(error).equal(reason);
    expect(await rawContents(name)).deep.equal(before);
    expect(ended.has(workers.at(-1))).equal(true);
  });

  it("rejects with what its progress throws", async () => {
    const own = new Error("no more");

    const onProgress = () => {
      throw own;
    };
    const error = await failureOf(
      pond.root.importParquet("/foreign", foreign({ rows: 10 }), { onProgress }),
    );

    expect(error).equal(own);
    expect(await rawContents(name)).deep.equal(before);
  });

  it("ends with the pond", async () => {
    const file = foreign({ rows: 3000, rowGroupRows: 10 });
    let closing: Promise<void> | undefined;

    const onProgress = ({ rows }: { rows: number }) => {
      if (rows === 100) closing = pond.close();
    };
    const error = await failureOf(pond.root.importParquet("/foreign", file, { onProgress }));

    expect(error).property("code", "POND_CLOSED");
    await closing;
    expect(ended.has(workers.at(-1))).equal(true);
  });

  it("refuses a row group of 4 GiB before it decodes any", async () => {
    const file = withMetadata(foreign({ rows: 1000 }), ({ row_groups: [group] }) => {
      const column = group?.columns[1]?.meta_data;
      if (column) column.total_uncompressed_size = 4n * 2n ** 30n;
    });

    const message = await refuses(file, "PARQUET_READ_FAILED");

    expect(message)
      .match(/42949\d{5} bytes/)
      .and.include("smaller row groups");
  });

  it("refuses a bomb whose pages say little and hold gigabytes", async function () {
    this.timeout(60_000);
    const file = bomb({ rows: 1500, valueBytes: MIB });
    expect(file.length).below(MIB);
    const start = performance.now();

    const message = await refuses(file, "PARQUET_READ_FAILED");

    expect(message).include("row group 0");
    expect(performance.now() - start).below(20_000);
  });

  it("refuses row groups that share their pages", async () => {
    const file = withMetadata(foreign({ rows: 1000, rowGroupRows: 500 }), (metadata) => {
      const [first] = metadata.row_groups;
      if (first) metadata.row_groups = Array.from({ length: 100 }, () => first);
      metadata.num_rows = 50_000n;
    });

    expect(await refuses(file, "PARQUET_READ_FAILED")).include("its pages have");
  });
});

/** As another writer makes it. */
function foreign({ rows, rowGroupRows = rows }: { rows: number; rowGroupRows?: number }) {
  const columnData: ColumnSource[] = [
    { name: "id", data: Array.from({ length: rows }, (_, row) => BigInt(row)), type: "INT64" },
    { name: "text", data: Array.from({ length: rows }, (_, row) => `text ${row}`), type: "STRING" },
  ];
  return new Uint8Array(parquetWriteBuffer({ columnData, rowGroupSize: rowGroupRows }));
}

/** One text for all rows: a dictionary of one entry, and one run of its number. */
function bomb({ rows, valueBytes }: { rows: number; valueBytes: number }) {
  const text = "x".repeat(valueBytes);
  const type: BasicType = "STRING";
  const column = { name: "text", data: Array.from({ length: rows }, () => text), type };
  return new Uint8Array(parquetWriteBuffer({ columnData: [column] }));
}
