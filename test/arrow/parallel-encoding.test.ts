import type { RecordBatch } from "apache-arrow";
import { expect } from "chai";
import { ArrowWD } from "../../src/arrow/index.ts";
import { FS, MemoryPersistence } from "../../src/tinyfs/index.ts";
import { ParquetClient } from "../../src/worker/parquet-client.ts";
import type { ArrowPond } from "./arrow-contract.ts";
import { createOtherBatch, createTestBatch } from "./batch-fixtures.ts";
import { failureOf, treeOf, withPond } from "./with-pond.ts";

const workers: Worker[] = [];

/** A pond in memory whose Parquet workers are noted. */
function openWith(encoders: number): () => Promise<ArrowPond> {
  return async () => {
    workers.length = 0;
    const url = new URL("../../src/worker/parquet.worker.ts", import.meta.url);
    const worker = () => {
      const made = new Worker(url, { type: "module" });
      workers.push(made);
      return made;
    };
    const parquet = new ParquetClient({ worker, encoders });
    const services = {
      persistence: new MemoryPersistence(),
      joinSegments: (sources: Parameters<ParquetClient["splice"]>[0]) => parquet.splice(sources),
    };
    const fs = new FS(services, (context) => new ArrowWD({ ...context, parquet }));
    return { fs, root: fs.root, close: () => parquet.close() };
  };
}

function* batches(count: number, rows: number): Generator<RecordBatch> {
  for (let index = 0; index < count; index += 1) yield createTestBatch(rows, index * rows);
}

describe("writing with two Parquet workers", () => {
  it("gives the very bytes that one gives, for one large batch and for many", async () => {
    const write = async ({ root }: ArrowPond) => {
      await root.createTableFromBatch("/one", createTestBatch(500_000));
      await root.createTableFromBatches("/many", batches(30, 5000));
      return [(await root.stat("/one")).sha256, (await root.stat("/many")).sha256];
    };
    let alone: string[] = [];
    let together: string[] = [];

    await withPond(openWith(1), async (pond) => {
      alone = await write(pond);
    })();
    await withPond(openWith(2), async (pond) => {
      together = await write(pond);
    })();

    expect(together).deep.equal(alone);
    expect(workers.length).equal(2);
  }).timeout(60_000);

  it(
    "keeps at most three pieces on their way, and asks its source for no more than one batch ahead",
    withPond(openWith(2), async ({ root }) => {
      let asked = 0;
      let taken = 0;
      let ahead = 0;
      async function* source(): AsyncGenerator<RecordBatch> {
        for (const batch of batches(40, 2000)) {
          ahead = Math.max(ahead, asked - taken);
          asked += 1;
          yield batch;
        }
      }

      await root.createSeriesFromBatches("/s", source(), {
        onProgress: ({ rows }) => {
          taken = rows / 2000;
        },
      });

      expect([asked, taken]).deep.equal([40, 40]);
      expect(ahead).equal(1);
    }),
  );

  it(
    "leaves nothing when a batch is refused, when the source fails, and when it is aborted",
    withPond(openWith(2), async (pond) => {
      const own = new Error("the network is gone");
      const controller = new AbortController();
      function* refused(): Generator<RecordBatch> {
        yield* batches(6, 20_000);
        yield createOtherBatch();
      }
      function* failing(): Generator<RecordBatch> {
        yield* batches(6, 20_000);
        throw own;
      }

      const refusal = await failureOf(pond.root.createTableFromBatches("/new", refused()));
      const failure = await failureOf(pond.root.createTableFromBatches("/new", failing()));
      const abort = await failureOf(
        pond.root.createTableFromBatches("/new", batches(1000, 2000), {
          signal: controller.signal,
          onProgress: ({ rows }) => {
            if (rows >= 10_000) controller.abort(own);
          },
        }),
      );

      expect(refusal).include({ code: "SCHEMA_MISMATCH", path: "/new" });
      expect([failure, abort]).deep.equal([own, own]);
      expect(await treeOf(pond)).deep.equal([]);
      await pond.root.createTableFromBatch("/new", createTestBatch(10));
      expect((await pond.root.stat("/new")).rowCount).equal(10);
    }),
  );

  it(
    "fails at once when a worker dies while the source hangs, and leaves nothing",
    withPond(openWith(2), async (pond) => {
      let isHanging = false;
      let isReturned = false;
      const source: AsyncIterable<RecordBatch> = {
        [Symbol.asyncIterator]: () => {
          const ready = batches(1, 100_000);
          return {
            next: async () => {
              const next = ready.next();
              if (!next.done) return next;
              isHanging = true;
              return new Promise(() => {});
            },
            return: async () => {
              isReturned = true;
              return { done: true, value: undefined };
            },
          };
        },
      };

      const write = failureOf(pond.root.createTableFromBatches("/new", source));
      while (!isHanging) await new Promise((resolve) => setTimeout(resolve));
      for (const worker of workers) worker.terminate();

      expect(await write).include({ code: "WORKER_DIED", path: "/new" });
      expect(isReturned).equal(true);
      expect(await treeOf(pond)).deep.equal([]);
    }),
  );
});
