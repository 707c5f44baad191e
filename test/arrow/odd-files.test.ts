import {
  Field,
  Float64,
  Int32,
  makeData,
  makeVector,
  SparseUnion,
  type Table,
  vectorFromArray,
} from "apache-arrow";
import { expect } from "chai";
import type { FileMetaData } from "hyparquet";
import { type BasicType, type ColumnSource, parquetWriteBuffer } from "hyparquet-writer";
import { importParquet } from "../../src/arrow/import-parquet.ts";
import { ArrowWD } from "../../src/arrow/index.ts";
import { FS, MemoryPersistence } from "../../src/tinyfs/index.ts";
import { ParquetClient } from "../../src/worker/parquet-client.ts";
import type { VerifiedFile } from "../../src/worker/parquet-types.ts";
import { withMetadata } from "../worker/foreign-footer.ts";
import { concat } from "../worker/parquet-fixtures.ts";
import type { ArrowPond } from "./arrow-contract.ts";
import { batchOf, createReadings, createTestBatch } from "./batch-fixtures.ts";
import { openMemoryPond } from "./memory-pond.ts";
import { failureOf, treeOf, withPond } from "./with-pond.ts";

type Bytes = Uint8Array<ArrayBuffer>;

describe("odd files of other writers", () => {
  /** Refuses a file by this code, naming the path, and leaves nothing. */
  async function refuses(pond: ArrowPond, file: Bytes, code: string): Promise<string> {
    const error = await failureOf(pond.root.importParquet("/odd", file));
    expect(error).include({ code, path: "/odd" });
    expect(await treeOf(pond)).deep.equal([]);
    return (error as Error).message;
  }

  const inPond = (test: (pond: ArrowPond) => Promise<void>) => withPond(openMemoryPond, test);

  it(
    "without rows are empty tables of their schema",
    inPond(async ({ root }) => {
      const columns = { x: vectorFromArray([1], new Float64()) };
      await root.createTableFromBatch("/t", batchOf(columns).slice(0, 0));

      await root.importParquet("/odd", (await root.readFile("/t")) as Bytes);

      const table = await root.readTable("/odd");
      expect(table.numRows).equal(0);
      expect(table.schema.fields.map(String)).deep.equal(["x: Float64"]);
      expect((await root.describe("/odd")).rowCount).equal(0);
    }),
  );

  it(
    "without columns are refused where they have row groups",
    inPond(async (pond) => {
      const file = withMetadata(doubles([1]), (metadata) => {
        metadata.schema = [{ name: "root", num_children: 0 }];
        for (const group of metadata.row_groups) group.columns = [];
      });

      expect(await refuses(pond, file, "NOT_PARQUET")).include("no columns");
    }),
  );

  it(
    "with a column name twice keep both columns",
    inPond(async ({ root }) => {
      const file = renamed(write({ a: [1, 2], b: [3, 4] }), "b", "a");

      await root.importParquet("/odd", file);

      const table = await root.readTable("/odd");
      expect(table.schema.fields.map(({ name }) => name)).deep.equal(["a", "a"]);
      expect([0, 1].map((at) => [...(table.getChildAt(at) ?? [])])).deep.equal([
        [1, 2],
        [3, 4],
      ]);
      expect((await root.describe("/odd")).rowCount).equal(2);
    }),
  );

  it(
    "with NaN for a bound have no such bound, and lose no row to a filter",
    inPond(async ({ root }) => {
      const values = [1, 2, 3, Number.NaN, 5];
      const bounds = { min_value: Number.NaN, max_value: Number.NaN };
      await root.importParquet("/odd", stating(doubles(values), bounds));

      const [column] = (await root.describe("/odd")).columns;
      const above = await root.readTable("/odd", { filter: { x: { $gt: 2 } } });

      expect(column).not.any.keys("min", "max");
      expect(numbers(above)).deep.equal([3, 5]);
    }),
  );

  it(
    "with NaN for one bound lose no row to a filter beyond the other",
    inPond(async ({ root }) => {
      const bounds = { min_value: 1, max_value: Number.NaN };
      await root.importParquet("/odd", stating(doubles([1, 2, 3]), bounds));

      const above = await root.readTable("/odd", { filter: { x: { $gte: 3 } } });

      expect(numbers(above)).deep.equal([3]);
    }),
  );

  it(
    "with -0 or +0 for a bound lose neither zero",
    inPond(async ({ root }) => {
      await root.importParquet(
        "/low",
        stating(doubles([-0, 0, 1]), { min_value: 0, max_value: 1 }),
      );
      await root.importParquet(
        "/high",
        stating(doubles([-1, -0, 0]), { min_value: -1, max_value: -0 }),
      );

      for (const path of ["/low", "/high"]) {
        for (const zero of [0, -0]) {
          const equal = await root.readTable(path, { filter: { x: zero } });
          const around = { x: { $gte: zero, $lte: zero } };
          expect(equal.numRows, `${path} ${zero}`).equal(2);
          expect((await root.readTable(path, { filter: around })).numRows).equal(2);
        }
      }
      expect((await root.describe("/low")).columns[0]).include({ min: 0, max: 1 });
    }),
  );

  it(
    "with nulls among their times say so where a range of time is asked for",
    inPond(async ({ root }) => {
      const at = (second: number) => new Date(second * 1000);
      await root.importParquet("/some", times([at(1), null, at(3), null, at(5)]));
      await root.importParquet("/none", times([null, null]));

      const timeRange = { start: at(2), end: at(5) };
      const [some, none] = await Promise.all([
        failureOf(root.readTable("/some", { timeRange })),
        failureOf(root.readTable("/none", { timeRange })),
      ]);
      const filter = { time: { $gte: at(2), $lt: at(5) } };

      expect(some).include({ code: "SCHEMA_MISMATCH", path: "/some" });
      expect(none).include({ code: "SCHEMA_MISMATCH", path: "/none" });
      expect((await root.readTable("/some", { filter })).numRows).equal(1);
      expect((await root.stat("/some")).timeRange).deep.equal({ min: 1_000_000, max: 5_000_000 });
      expect((await root.stat("/none")).timeRange).equal(undefined);
    }),
  );

  it(
    "that are encrypted are refused as that",
    inPond(async (pond) => {
      const file = doubles([1, 2]);
      const magic = concat([file.slice(0, -4), new TextEncoder().encode("PARE")]);

      await refuses(pond, magic, "NOT_PARQUET");
      expect(await refuses(pond, encryptedColumns(file), "NOT_PARQUET")).include("it is encrypted");
    }),
  );

  it(
    "in a codec that nobody reads are refused by its name",
    inPond(async (pond) => {
      const file = withMetadata(doubles([1, 2]), (metadata) => {
        const column = metadata.row_groups[0]?.columns[0]?.meta_data;
        if (column) column.codec = "LZO";
      });

      expect(await refuses(pond, file, "PARQUET_READ_FAILED"))
        .include('"x"')
        .and.include("LZO");
    }),
  );

  it(
    "whose schema apache-arrow does not read are refused as that",
    inPond(async ({ root }) => {
      const parquet = new ParquetClient();
      const verify = async (...asked: Parameters<ParquetClient["verify"]>) => {
        const verified = await parquet.verify(...asked);
        return { ...verified, schema: verified.schema.slice(0, 40) } satisfies VerifiedFile;
      };
      const context = {
        ...root.context,
        parquet: Object.assign(Object.create(parquet), { verify }),
      };

      const error = await failureOf(importParquet(context, "/odd", doubles([1]), {}));

      expect(error).include({ code: "UNSUPPORTED_TYPE", path: "/odd" });
      expect(await root.exists("/odd")).equal(false);
      await parquet.close();
    }),
  );

  it("are not verified by a word that is not known", async () => {
    await withPond(openMemoryPond, async ({ root }) => {
      const verify = "pages" as "full";

      const error = await failureOf(root.importParquet("/odd", doubles([1]), { verify }));

      expect(error).instanceOf(TypeError);
    })();
  });
});

describe("a column of unions", () => {
  it("is refused by name before it can take the writers down", async () => {
    let started = 0;
    const parquet = new ParquetClient({
      worker: () => {
        started += 1;
        const url = new URL("../../src/worker/parquet.worker.ts", import.meta.url);
        return new Worker(url, { type: "module" });
      },
    });
    const services = { persistence: new MemoryPersistence() };
    const { root } = new FS(services, (context) => new ArrowWD({ ...context, parquet }));
    await root.createTableFromBatch("/t", createTestBatch(3));
    const before = started;

    const error = await failureOf(root.createTableFromBatch("/odd", unions()));

    expect(error).include({ code: "UNSUPPORTED_TYPE", path: "/odd" });
    expect((error as Error).message).include('"either"');
    await root.createTableFromBatch("/next", createReadings(3));
    expect(started).equal(before);
    await parquet.close();
  });
});

function write(columns: Record<string, unknown[]>, type: BasicType = "DOUBLE"): Bytes {
  const columnData: ColumnSource[] = Object.entries(columns).map(([name, data]) => ({
    name,
    data,
    type,
  }));
  return new Uint8Array(parquetWriteBuffer({ columnData }));
}

function doubles(values: number[]): Bytes {
  return write({ x: values });
}

function times(values: (Date | null)[]): Bytes {
  return write({ time: values }, "TIMESTAMP");
}

function numbers(table: Table): unknown[] {
  return [...(table.getChild("x") ?? [])];
}

function stating(file: Bytes, bounds: { min_value: number; max_value: number }): Bytes {
  return withMetadata(file, (metadata) => {
    const column = metadata.row_groups[0]?.columns[0]?.meta_data;
    if (column) column.statistics = { ...bounds, null_count: 0n };
  });
}

function renamed(file: Bytes, from: string, to: string): Bytes {
  return withMetadata(file, (metadata: FileMetaData) => {
    for (const element of metadata.schema) if (element.name === from) element.name = to;
    for (const { meta_data: data } of metadata.row_groups.flatMap(({ columns }) => columns)) {
      if (data)
        data.path_in_schema = data.path_in_schema.map((name) => (name === from ? to : name));
    }
  });
}

/** A footer in plain text that says how its columns are encrypted: field 8, behind field 7. */
function encryptedColumns(file: Bytes): Bytes {
  const plain = file.slice(0, -9);
  const length = new DataView(file.buffer).getUint32(file.length - 8, true);
  const end = new Uint8Array(4);
  new DataView(end.buffer).setUint32(0, length + 2, true);
  return concat([plain, Uint8Array.of(0x1c, 0, 0), end, new TextEncoder().encode("PAR1")]);
}

function unions() {
  const type = new SparseUnion([0], [new Field("a", new Int32(), true)]);
  const children = [
    makeData({ type: new Int32(), length: 2, nullCount: 0, data: Int32Array.of(1, 2) }),
  ];
  const column = makeData({ type, length: 2, nullCount: 0, typeIds: new Int8Array(2), children });
  const numbersToo = makeData({
    type: new Float64(),
    length: 2,
    nullCount: 0,
    data: Float64Array.of(1, 2),
  });
  return batchOf({ x: makeVector(numbersToo), either: makeVector(column) });
}
