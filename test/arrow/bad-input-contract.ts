import { type RecordBatch, Table, tableToIPC } from "apache-arrow";
import { expect } from "chai";
import type { BatchInput } from "../../src/arrow/index.ts";
import { TinyFSError } from "../../src/tinyfs/index.ts";
import type { ArrowPond, OpenPond } from "./arrow-contract.ts";
import {
  createBatchStream,
  createOtherBatch,
  createReadings,
  createTestBatch,
} from "./batch-fixtures.ts";
import { collect, failureOf, treeOf, withPond } from "./with-pond.ts";

/** Whatever is wrong with the input: a typed error that names the path, and nothing has changed. */
export function describeBadInput(open: OpenPond): void {
  /** A test of a write that fails over a tree that holds a series, a table and a text. */
  function leavesNothing(run: (pond: ArrowPond) => Promise<void>): () => Promise<void> {
    return withPond(open, async (pond) => {
      const { root } = pond;
      await root.createSeriesFromBatches("/series", [createTestBatch(2)]);
      await root.createTableFromBatch("/table", createTestBatch(2));
      await root.writeFile("/text", "no parquet");
      const before = await snapshot(pond);

      await run(pond);

      expect(await snapshot(pond)).deep.equal(before);
    });
  }

  describe("bad input", () => {
    it(
      "is an empty stream",
      leavesNothing(async ({ root }) => {
        const errors = [
          await failureOf(root.createSeriesFromBatches("/new", [])),
          await failureOf(root.createTableFromBatches("/new", createBatchStream(0, 1))),
          await failureOf(root.appendSeries("/series", [])),
        ];

        expect(errors.map((error) => (error as TinyFSError).code)).deep.equal(
          Array(3).fill("EMPTY_STREAM"),
        );
        expect(errors.map((error) => (error as TinyFSError).path)).deep.equal([
          "/new",
          "/new",
          "/series",
        ]);
      }),
    );

    it(
      "is another schema in the middle, which ends the source",
      leavesNothing(async ({ root }) => {
        let isEnded = false;
        async function* source(): AsyncGenerator<RecordBatch> {
          try {
            yield createTestBatch(10);
            yield createOtherBatch();
            yield createTestBatch(10);
          } finally {
            isEnded = true;
          }
        }

        const error = await failureOf(root.createSeriesFromBatches("/new", source()));

        expect(error).include({ code: "SCHEMA_MISMATCH", path: "/new" });
        expect((error as Error).message)
          .include("batch 2")
          .include('"id" Float64');
        expect(isEnded).equal(true);
      }),
    );

    it(
      "is a source that throws half-way: with its own error",
      leavesNothing(async ({ root }) => {
        const own = new Error("the network is gone");
        async function* source(): AsyncGenerator<RecordBatch> {
          yield createTestBatch(10);
          throw own;
        }
        const failing = () =>
          new ReadableStream<RecordBatch>({
            start: (controller) => controller.enqueue(createTestBatch(10)),
            pull: (controller) => controller.error(own),
          });

        expect(await failureOf(root.createSeriesFromBatches("/new", source()))).equal(own);
        expect(await failureOf(root.createTableFromBatches("/new", failing()))).equal(own);
        expect(await failureOf(root.appendSeries("/series", source()))).equal(own);
      }),
    );

    it(
      "is cancelled: with the signal's reason, and the source is told",
      leavesNothing(async ({ root }) => {
        const reason = new Error("enough");
        const controller = new AbortController();
        const { signal } = controller;
        let isReturned = false;
        const source: AsyncIterable<RecordBatch> = {
          [Symbol.asyncIterator]: () => ({
            next: async () => ({ done: false, value: createTestBatch(100) }),
            return: async () => {
              isReturned = true;
              return { done: true, value: undefined };
            },
          }),
        };

        const onProgress = ({ rows }: { rows: number }) => {
          if (rows === 300) controller.abort(reason);
        };
        const write = root.createSeriesFromBatches("/new", source, { signal, onProgress });

        expect(await failureOf(write)).equal(reason);
        expect(isReturned).equal(true);
      }),
    );

    it(
      "is cancelled while the source hangs",
      leavesNothing(async ({ root }) => {
        const controller = new AbortController();
        const { signal } = controller;
        const hanging = new ReadableStream<RecordBatch>({ pull: () => new Promise(() => {}) });
        setTimeout(() => controller.abort(), 50);

        const error = await failureOf(root.createTableFromBatches("/new", hanging, { signal }));

        expect(error).equal(signal.reason);
      }),
    );

    it(
      "is a callback that throws",
      leavesNothing(async ({ root }) => {
        const own = new Error("no progress");
        const onProgress = () => {
          throw own;
        };

        const write = root.createTableFromBatch("/new", createTestBatch(1), { onProgress });

        expect(await failureOf(write)).equal(own);
      }),
    );

    it(
      "is a source for a path that is taken: it is not touched",
      leavesNothing(async ({ root }) => {
        let asked = 0;
        const source = new ReadableStream<RecordBatch>(
          {
            pull(controller) {
              asked += 1;
              controller.enqueue(createTestBatch(1));
            },
          },
          { highWaterMark: 0 },
        );

        const error = await failureOf(root.createTableFromBatches("/table", source));

        expect(error).include({ code: "ALREADY_EXISTS", path: "/table" });
        expect([asked, source.locked]).deep.equal([0, false]);
      }),
    );

    it(
      "is a truncated Parquet file",
      leavesNothing(async ({ root }) => {
        const bytes = await root.readFile("/table");

        for (const source of [
          bytes.subarray(0, bytes.length - 1),
          bytes.subarray(0, 20),
          new Uint8Array(),
          new Blob([bytes.slice(0, -9)]).stream(),
        ]) {
          const error = await failureOf(root.importParquet("/new", source));
          expect(error).include({ code: "NOT_PARQUET", path: "/new" });
        }
      }),
    );

    it(
      "is a Parquet file with a footer that is damaged",
      leavesNothing(async ({ root }) => {
        const bytes = (await root.readFile("/table")).slice();
        bytes.fill(0xff, bytes.length - 60, bytes.length - 8);

        const error = await failureOf(root.importParquet("/new", bytes, { as: "series" }));

        expect(error).include({ code: "NOT_PARQUET", path: "/new" });
      }),
    );

    it(
      "is a file that is no Parquet, read as a table",
      leavesNothing(async ({ root }) => {
        for (const read of [
          () => root.readTable("/text"),
          () => root.readTableAsBatch("/text"),
          () => root.describe("/text"),
          () => collect(root.readSeriesAsStream("/text")),
        ])
          expect(await failureOf(read())).include({ code: "NOT_PARQUET", path: "/text" });
      }),
    );

    it(
      "is a file of no bytes, read as a table",
      withPond(open, async ({ root }) => {
        await root.writeFile("/nothing", "");

        expect(await failureOf(root.readTable("/nothing"))).include({
          code: "EMPTY_TABLE",
          path: "/nothing",
        });
      }),
    );

    it(
      "is what holds no batches",
      leavesNothing(async ({ root }) => {
        for (const input of [{ a: 1 }, 5, null, "text", [[1, 2]]] as unknown as BatchInput[])
          expect(await failureOf(root.createTableFromBatches("/new", input))).instanceOf(TypeError);
        const noIpc = await failureOf(root.createTableFromBatches("/new", Uint8Array.of(1, 2, 3)));
        expect(noIpc).include({ code: "UNSUPPORTED_TYPE", path: "/new" });
      }),
    );

    it(
      "is Arrow IPC that was cut off",
      leavesNothing(async ({ root }) => {
        const bytes = tableToIPC(new Table([createTestBatch(1000)]), "stream");

        const error = await failureOf(
          root.createTableFromBatches("/new", bytes.subarray(0, bytes.length - 500)),
        );

        expect(error).include({ code: "UNSUPPORTED_TYPE", path: "/new" });
      }),
    );

    it(
      "is a timestamp column that is not there, or is no timestamp",
      leavesNothing(async ({ root }) => {
        for (const timestampColumn of ["when", "t"]) {
          const error = await failureOf(
            root.createTableFromBatch("/new", createReadings(3), { timestampColumn }),
          );
          expect(error).include({ code: "SCHEMA_MISMATCH", path: "/new" });
          expect((error as Error).message).include(`"${timestampColumn}"`);
        }
      }),
    );

    it(
      "is an option for a column that is not there",
      leavesNothing(async ({ root }) => {
        const compression = { nmae: "gzip" } as const;

        const error = await failureOf(
          root.createTableFromBatch("/new", createTestBatch(3), { compression }),
        );

        expect(error).include({ code: "SCHEMA_MISMATCH", path: "/new" });
      }),
    );

    it(
      "is a version that the file does not have",
      leavesNothing(async ({ root }) => {
        const ifVersion = 7;

        const append = await failureOf(
          root.appendSeries("/series", createTestBatch(1), { ifVersion }),
        );
        const read = await failureOf(root.readTable("/table", { version: 7 }));

        expect(append).include({ code: "CONFLICT", path: "/series" });
        expect(read).instanceOf(TinyFSError).include({ code: "NOT_FOUND", path: "/table" });
      }),
    );
  });
}

async function snapshot(pond: ArrowPond): Promise<unknown> {
  const { root } = pond;
  const versions = [];
  for (const path of ["/series", "/table", "/text"]) versions.push(await root.versions(path));
  return { tree: await treeOf(pond), versions };
}
