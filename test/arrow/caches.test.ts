import { expect } from "chai";
import { BatchCache } from "../../src/arrow/batch-cache.ts";
import { FooterCache } from "../../src/arrow/footer-cache.ts";
import { PageBoundsCache } from "../../src/arrow/page-bounds-cache.ts";
import { deletePond, openPond } from "../../src/index.ts";
import type { ByteSource } from "../../src/tinyfs/index.ts";
import type { ParquetCodec, ParquetSummary } from "../../src/worker/parquet-types.ts";
import { createTestBatch, rowsOf } from "./batch-fixtures.ts";

describe("the cache of footers", () => {
  const summary = { columns: [], rowGroups: [] } as unknown as ParquetSummary;
  let described = 0;
  let closed = 0;
  const parquet = {
    describe: async () => {
      described += 1;
      return summary;
    },
  } as unknown as ParquetCodec;
  const countClose = async () => {
    closed += 1;
  };
  const file = (sha256: string) => ({
    content: { sha256, size: 1 },
    open: async () => ({ close: countClose }) as unknown as ByteSource,
  });
  beforeEach(() => {
    [described, closed] = [0, 0];
  });

  it("reads a footer once, by the hash of its file, and closes the file", async () => {
    const cache = new FooterCache(parquet, 10_000);

    expect(await cache.summary(file("a"))).equal(summary);
    await cache.summary(file("a"));
    await cache.summary(file("b"));

    expect([described, closed]).deep.equal([2, 2]);
    expect(cache.use).include({ hits: 1, misses: 2 });
  });

  it("stays below its bytes, and lets go of what was not read for longest", async () => {
    const cache = new FooterCache(parquet, 2500);

    for (const sha256 of ["a", "b", "a", "c"]) await cache.summary(file(sha256));

    expect(cache.use.bytes).most(2500);
    expect([cache.get("a"), cache.get("b"), cache.get("c")]).deep.equal([
      summary,
      undefined,
      summary,
    ]);
  });

  it("keeps nothing of bytes without a hash, or without room", async () => {
    const cache = new FooterCache(parquet, 10_000);
    const none = new FooterCache(parquet, 0);

    await cache.summary(file(""));
    await none.summary(file("a"));

    expect([cache.get(""), none.get("a")]).deep.equal([undefined, undefined]);
  });
});

describe("the cache of bounds of pages", () => {
  const bounds = [{ leaf: 0, firstRows: [0, 5], statistics: [{ min: "a" }, { min: "b" }] }];

  it("tells files, row groups and columns apart", () => {
    const cache = new PageBoundsCache(10_000);
    cache.keep("a", 0, ["x"], bounds);

    expect(cache.get("a", 0, ["x"])).equal(bounds);
    expect([cache.get("b", 0, ["x"]), cache.get("a", 1, ["x"])]).deep.equal([undefined, undefined]);
    expect(cache.get("a", 0, ["x", "y"])).equal(undefined);
  });

  it("stays below its bytes, and keeps nothing of bytes without a hash", () => {
    const cache = new PageBoundsCache(2000);
    const long = [{ ...bounds[0]!, statistics: [{ min: "a".repeat(5000) }] }];

    for (let rowGroup = 0; rowGroup < 20; rowGroup += 1) cache.keep("a", rowGroup, ["x"], bounds);
    cache.keep("b", 0, ["x"], long);
    cache.keep("", 0, ["x"], bounds);

    expect(cache.bytes).within(1, 2000);
    expect(cache.get("a", 19, ["x"])).equal(bounds);
    expect([cache.get("b", 0, ["x"]), cache.get("", 0, ["x"])]).deep.equal([undefined, undefined]);
  });
});

describe("the cache of decoded row groups", () => {
  const bytes = (length: number) => new Uint8Array(length).fill(1);
  const key = { sha256: "a", rowGroup: 0 };

  it("gives copies: whoever writes into rows changes nobody else's", async () => {
    const cache = new BatchCache(100_000);
    const decode = async () => bytes(10);

    const first = await cache.read(key, decode);
    first.fill(9);
    const second = await cache.read(key, decode);
    second.fill(8);
    const third = await cache.read(key, () => Promise.reject(new Error("decoded again")));

    expect(third).deep.equal(bytes(10));
    expect(cache.use).include({ hits: 2, misses: 1 });
  });

  it("tells row groups, columns and files apart", async () => {
    const cache = new BatchCache(100_000);
    const keys = [
      key,
      { ...key, rowGroup: 1 },
      { ...key, sha256: "b" },
      { ...key, columns: ["x", "y"] },
      { ...key, columns: ["x,y"] },
      { ...key, rows: [{ start: 0, end: 7 }] },
    ];

    for (const [index, one] of keys.entries()) await cache.read(one, async () => bytes(index));

    for (const [index, one] of keys.entries())
      expect((await cache.read(one, async () => bytes(99))).length).equal(index);
  });

  it("stays below its bytes, and takes nothing that would push out most of it", async () => {
    const cache = new BatchCache(8000);

    for (let rowGroup = 0; rowGroup < 20; rowGroup += 1)
      await cache.read({ ...key, rowGroup }, async () => bytes(1000));
    await cache.read({ ...key, rowGroup: 99 }, async () => bytes(3000));

    expect(cache.use.bytes).within(1, 8000);
    expect((await cache.read({ ...key, rowGroup: 99 }, async () => bytes(1))).length).equal(1);
    expect((await cache.read({ ...key, rowGroup: 19 }, async () => bytes(1))).length).equal(1000);
  });
});

describe("pond.stats()", () => {
  it("tells how well footers and row groups are found in memory", async () => {
    const name = `caches ${crypto.randomUUID()}`;
    const pond = await openPond(name);
    try {
      const none = { hits: 0, misses: 0, bytes: 0 };
      expect((await pond.stats()).cache).deep.include({ footers: none, batches: none });
      await pond.root.createSeriesFromBatches("/s", createTestBatch(100));
      await pond.root.appendSeries("/s", createTestBatch(100, 100));

      const first = await pond.root.readTable("/s");
      const ids = first.batches[0]?.data.children[0]?.values as Int32Array;
      ids.fill(-1); // a page may write into what it was given
      const second = await pond.root.readTable("/s");
      const { footers, batches } = (await pond.stats()).cache;

      expect(rowsOf(second)).deep.equal(rowsOf(createTestBatch(200)));
      expect(batches).include({ hits: 2, misses: 2 });
      expect(batches.bytes).greaterThan(0);
      expect(footers.hits).greaterThan(0);
    } finally {
      await pond.close();
      await deletePond(name);
    }
  });

  it("keeps nothing where cacheBytes is 0", async () => {
    const name = `caches ${crypto.randomUUID()}`;
    const pond = await openPond(name, { cacheBytes: 0 });
    try {
      await pond.root.createSeriesFromBatches("/s", createTestBatch(100));
      for (const _ of [1, 2]) await pond.root.readTable("/s");

      const { footers, batches } = (await pond.stats()).cache;

      expect([footers.hits, footers.bytes, batches.hits, batches.bytes]).deep.equal([0, 0, 0, 0]);
    } finally {
      await pond.close();
      await deletePond(name);
    }
  });
});
