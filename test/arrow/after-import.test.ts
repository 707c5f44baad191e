import { expect } from "chai";
import init from "parquet-wasm/esm";
import { numbered, writePages } from "../worker/paged-files.ts";
import { createTestBatch } from "./batch-fixtures.ts";
import { type CountedPond, openCountedPond } from "./reading/counted-pond.ts";

describe("a file that was just imported", () => {
  let pond: CountedPond;

  before(() => init());

  beforeEach(async () => {
    pond = await openCountedPond({ cacheBytes: 1 << 23 });
  });

  afterEach(async () => {
    expect(pond.open).deep.equal({ sources: 0, readers: 0 });
    await pond.close();
  });

  it("is described without being read, by what the import has found out", async () => {
    const { root } = pond;
    const file = writePages(numbered(3000));
    await root.importParquet("/t", new Blob([file]));
    const before = pond.bytesRead;

    const { columns, rowCount, schema } = await root.describe("/t");

    expect(pond.bytesRead).equal(before);
    expect([rowCount, columns.length, schema.fields.length]).deep.equal([3000, 2, 2]);
  });

  it("has the metadata of its schema from the import, too", async () => {
    const { root } = pond;
    const batch = createTestBatch(5);
    batch.schema.metadata.set("made by", "a test");
    await root.createTableFromBatch("/made", batch);
    const file = await root.readFile("/made");
    const other = await openCountedPond({ cacheBytes: 1 << 23 });

    await other.root.importParquet("/t", new Blob([file as Uint8Array<ArrayBuffer>]));
    const before = other.bytesRead;
    const { schema } = await other.root.describe("/t");

    expect(schema.metadata.get("made by")).equal("a test");
    expect(other.bytesRead).equal(before);
    await other.close();
  });

  it("has its first rows read while it is verified, and nothing is left open of that", async () => {
    const { root } = pond;
    await root.createTableFromBatch("/made", createTestBatch(5000), { rowGroupRows: 1000 });
    const file = await root.readFile("/made");
    const readsOf = async (bytes: Uint8Array, path: string) => {
      pond.readersOpened = 0;
      await root.importParquet(path, new Blob([bytes as Uint8Array<ArrayBuffer>]));
      return pond.readersOpened;
    };

    expect(await readsOf(file, "/five-groups")).equal(1);
    await root.createTableFromBatch("/small", createTestBatch(10));
    expect(await readsOf(await root.readFile("/small"), "/one-group")).equal(0);
  });
});
