import * as arrow from "apache-arrow";
import {
  type RecordBatch as Batch,
  Dictionary,
  Float64,
  Int32,
  makeData,
  makeVector,
  type RecordBatch,
  Utf8,
  vectorFromArray,
} from "apache-arrow";
import { expect } from "chai";
import { hasSameRows } from "../../src/arrow/compact-equality.ts";
import { sliceRows } from "../../src/arrow/cut-batch.ts";
import { ArrowWD } from "../../src/arrow/index.ts";
import type { ByteSource } from "../../src/tinyfs/byte-source.ts";
import { FS, MemoryPersistence } from "../../src/tinyfs/index.ts";
import { ParquetClient } from "../../src/worker/parquet-client.ts";
import type { ParquetCodec, ParquetEncoder } from "../../src/worker/parquet-types.ts";
import { rejects } from "../tinyfs/contract/rejects.ts";
import { batchOf, createTestBatch, rowsOf } from "./batch-fixtures.ts";

const opened: ParquetClient[] = [];

/** A series over a codec that does one thing wrong. */
async function openWith(decorate: (parquet: ParquetClient) => Partial<ParquetCodec>) {
  const parquet = new ParquetClient();
  opened.push(parquet);
  const lying = decorate(parquet);
  const codec = new Proxy(parquet, {
    get(target, name) {
      const own = lying[name as keyof ParquetCodec];
      if (own) return own;
      const value: unknown = Reflect.get(target, name);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  const persistence = new MemoryPersistence();
  const fs = new FS({ persistence }, (context) => new ArrowWD({ ...context, parquet: codec }));
  await fs.root.createSeriesFromBatches("/s", [createTestBatch(40)]);
  for (const at of [1, 2]) await fs.root.appendSeries("/s", [createTestBatch(40, 40 * at)]);
  return { root: fs.root, persistence };
}

async function* stream(...batches: RecordBatch[]): AsyncGenerator<RecordBatch> {
  yield* batches;
}

describe("the check before a compaction is committed", () => {
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((parquet) => parquet.close()));
  });

  it("finds a byte of a page that differs in the joined file", async () => {
    const { root, persistence } = await openWith((parquet) => ({
      splice: async (sources, signal) => flipped(await parquet.splice(sources, signal), 20),
    }));

    await rejects(root.compactSeries("/s"), "PARQUET_READ_FAILED");

    expect((await persistence.head()).seq).equal(3);
    expect(rowsOf(await root.readSeries("/s"))).deep.equal(rowsOf(createTestBatch(120)));
  });

  it("finds a segment that is missing, doubled or in another place", async () => {
    const wrong = [
      (sources: readonly ByteSource[]) => sources.slice(1),
      (sources: readonly ByteSource[]) => [...sources, ...sources.slice(0, 1)],
      (sources: readonly ByteSource[]) => [...sources].reverse(),
    ];
    for (const change of wrong) {
      const { root, persistence } = await openWith((parquet) => ({
        splice: (sources, signal) => parquet.splice(change(sources), signal),
      }));

      await rejects(root.compactSeries("/s"), "PARQUET_READ_FAILED");

      expect((await persistence.head()).seq).equal(3);
    }
  });

  it("finds a value that differs after it was encoded anew", async () => {
    let encoders = 0;
    const { root, persistence } = await openWith((parquet) => ({
      openEncoder: async (options) => {
        encoders += 1;
        const encoder = await parquet.openEncoder(options);
        return encoders > 3 ? changing(encoder) : encoder;
      },
    }));

    await rejects(root.compactSeries("/s", { reencode: true }), "PARQUET_READ_FAILED");

    expect((await persistence.head()).seq).equal(3);
  });
});

describe("hasSameRows()", () => {
  const same = (one: RecordBatch, other: RecordBatch) =>
    hasSameRows(arrow, stream(one), stream(other));
  const floats = (...values: (number | null)[]) =>
    batchOf({ a: vectorFromArray(values, new Float64()) });

  it("takes the same rows for the same, however they are cut", async () => {
    const batch = createTestBatch(50);
    const pieces = [
      sliceRows(arrow, batch, 0, 7),
      sliceRows(arrow, batch, 7, 33),
      sliceRows(arrow, batch, 33, 50),
    ];

    const found = await hasSameRows(arrow, stream(batch), stream(...pieces));

    expect(found).equal(true);
  });

  it("tells -0 from 0, null from NaN and from a value, and one NaN from no other", async () => {
    const found = [
      await same(floats(0), floats(-0)),
      await same(floats(null), floats(Number.NaN)),
      await same(floats(null, 1), floats(0, 1)),
      await same(floats(Number.NaN), floats(Number.NaN)),
    ];

    expect(found).deep.equal([false, false, false, true]);
  });

  it("tells rows that are missing, more, or in another order", async () => {
    const found = [
      await same(createTestBatch(5), createTestBatch(4)),
      await same(createTestBatch(4), createTestBatch(5)),
      await same(createTestBatch(5), createTestBatch(5, 1)),
    ];

    expect(found).deep.equal([false, false, false]);
  });

  it("does not look at what stands in the place of a null", async () => {
    const nullAt = (hidden: number) => {
      const data = Float64Array.of(1, hidden, 3);
      const nullBitmap = Uint8Array.of(0b101);
      return batchOf({
        a: makeVector(makeData({ type: new Float64(), length: 3, nullCount: 1, nullBitmap, data })),
      });
    };

    expect(await same(nullAt(7), nullAt(8))).equal(true);
  });

  it("compares text, lists, structs and dictionaries by what they hold", async () => {
    const words = (...values: (string | null)[]) =>
      batchOf({ a: vectorFromArray(values, new Dictionary(new Utf8(), new Int32())) });
    const lists = (...values: (number | null)[][]) => {
      const type = new arrow.List(new arrow.Field("item", new Int32(), true));
      return batchOf({ a: vectorFromArray(values, type) });
    };

    const found = [
      await same(words("x", "y", null, "x"), words("x", "y", null, "x")),
      await same(words("x", "y"), words("y", "x")),
      await same(lists([1, null], [2]), lists([1, null], [2])),
      await same(lists([1], [2, 3]), lists([1, 2], [3])),
      await same(lists([1, null]), lists([1, 0])),
    ];

    expect(found).deep.equal([true, false, true, false, false]);
  });
});

/** The same source with one bit of one byte turned. */
function flipped(source: ByteSource, at: number): ByteSource {
  return {
    size: source.size,
    read: async (start, end, signal) => {
      const bytes = await source.read(start, end, signal);
      if (start <= at && at < end) bytes[at - start] = (bytes[at - start] ?? 0) ^ 1;
      return bytes;
    },
    close: () => source.close(),
  };
}

/** Encodes ids that are one too high. */
function changing(encoder: ParquetEncoder): ParquetEncoder {
  return {
    buffer: (size: number) => encoder.buffer(size),
    concurrency: encoder.concurrency,
    encode: (ipc: Uint8Array<ArrayBuffer>) => {
      const [batch] = arrow.tableFromIPC(ipc).batches as [Batch];
      const rows = createTestBatch(batch.numRows, 1);
      return encoder.encode(arrow.tableToIPC(new arrow.Table([rows]), "stream").slice());
    },
    finish: () => encoder.finish(),
    abort: () => encoder.abort(),
  };
}
