import {
  Bool,
  Dictionary,
  Field,
  Float64,
  Int32,
  List,
  makeData,
  makeVector,
  type RecordBatch,
  Struct,
  Utf8,
  vectorFromArray,
} from "apache-arrow";
import { expect } from "chai";
import type { CompactOptions } from "../../src/arrow/rewrite-options.ts";
import type { WD } from "../../src/tinyfs/index.ts";
import { openSegments } from "../../src/tinyfs/open-file.ts";
import { rejects } from "../tinyfs/contract/rejects.ts";
import type { ArrowPond, OpenPond } from "./arrow-contract.ts";
import {
  batchOf,
  createOtherBatch,
  createReadings,
  createTestBatch,
  rowsOf,
} from "./batch-fixtures.ts";
import { collect, failureOf, withPond } from "./with-pond.ts";

/** A series of so many segments, three rows each. */
export async function makeSeries(
  { root }: ArrowPond,
  segments: number,
  path = "/s",
): Promise<void> {
  await root.createSeriesFromBatches(path, [createTestBatch(3)]);
  for (let at = 1; at < segments; at += 1) {
    await root.appendSeries(path, [createTestBatch(3, 3 * at)]);
  }
}

/** What can be read of a series at each of its versions. */
export async function everythingOf({ root }: ArrowPond, path = "/s"): Promise<unknown[]> {
  const versions = await root.versions(path);
  const rows = versions.map(async ({ version }) =>
    rowsOf(await root.readSeries(path, { version })),
  );
  return [versions, ...(await Promise.all(rows))];
}

/** How many segments a series has. */
export async function segmentCount({ root }: ArrowPond, path = "/s"): Promise<number> {
  return (await root.describe(path)).segments;
}

/** Joining the segments of a series. */
export function describeCompaction(open: OpenPond): void {
  describe("compactSeries()", () => {
    for (const reencode of [false, true]) {
      describe(reencode ? "with reencode" : "without reencode", () => {
        it(
          "makes one segment of many, and changes nothing that is read, at no version",
          withPond(open, async (pond) => {
            await makeSeries(pond, 5);
            const before = await everythingOf(pond);
            const stat = await pond.root.stat("/s");

            const result = await pond.root.compactSeries("/s", { reencode });

            expect(result).include({ compacted: true, before: 5, after: 1, version: 5 });
            expect(result.bytesBefore).equal(stat.size);
            expect(result.bytesAfter).lessThan(result.bytesBefore);
            expect(await segmentCount(pond)).equal(1);
            expect(await everythingOf(pond)).deep.equal(before);
            expect({ ...(await pond.root.stat("/s")), sha256: "" }).deep.equal({
              ...stat,
              sha256: "",
            });
          }),
        );

        it(
          "keeps nulls, NaN, -0, nested and dictionary values bit by bit",
          withPond(open, async (pond) => {
            await pond.root.createSeriesFromBatches("/s", [createValues(0)]);
            for (let at = 1; at < 4; at += 1)
              await pond.root.appendSeries("/s", [createValues(at)]);
            const before = await bitsOf(pond.root);

            await pond.root.compactSeries("/s", { reencode });

            expect(await segmentCount(pond)).equal(1);
            expect(await bitsOf(pond.root)).deep.equal(before);
          }),
        );

        it(
          "is read as one valid file, by bytes and by export",
          withPond(open, async (pond) => {
            await makeSeries(pond, 6);

            await pond.root.compactSeries("/s", { reencode });
            await pond.root.appendSeries("/s", [createTestBatch(3, 18)]);

            await pond.root.importParquet("/bytes", await pond.root.readFile("/s"));
            await using file = await pond.root.exportParquet("/s");
            await pond.root.importParquet("/export", await file.arrayBuffer());
            const expected = rowsOf(createTestBatch(21));
            expect(rowsOf(await pond.root.readTable("/bytes"))).deep.equal(expected);
            expect(rowsOf(await pond.root.readTable("/export"))).deep.equal(expected);
          }),
        );

        it(
          "keeps what is appended meanwhile, in its place",
          withPond(open, async (pond) => {
            await makeSeries(pond, 4);
            const appends: Promise<unknown>[] = [];

            await pond.root.compactSeries("/s", {
              reencode,
              onProgress: () => {
                for (const at of [4, 5]) {
                  const append = () => pond.root.appendSeries("/s", [createTestBatch(3, 3 * at)]);
                  appends.push(Promise.all([...appends]).then(append));
                }
              },
            });
            await Promise.all(appends);
            await pond.root.appendSeries("/s", [createTestBatch(3, 18)]);

            expect(rowsOf(await pond.root.readSeries("/s"))).deep.equal(
              rowsOf(createTestBatch(21)),
            );
            expect(await segmentCount(pond)).equal(4);
            expect((await pond.root.stat("/s")).version).equal(7);
          }),
        );

        it(
          "counts nothing twice when several run at once",
          withPond(open, async (pond) => {
            await makeSeries(pond, 8);
            const compact = () => pond.root.compactSeries("/s", { reencode });

            const results = await Promise.all([compact(), compact(), compact()]);

            expect(results.filter(({ compacted }) => compacted)).length(1);
            expect(await segmentCount(pond)).equal(1);
            expect(rowsOf(await pond.root.readSeries("/s"))).deep.equal(
              rowsOf(createTestBatch(24)),
            );
          }),
        );
      });
    }

    it(
      "copies row groups as they are, and with reencode makes few of many",
      withPond(open, async (pond) => {
        await makeSeries(pond, 5);
        const rowGroups = async () => (await pond.root.describe("/s")).rowGroups.map(countOf);

        await pond.root.compactSeries("/s");
        const spliced = await rowGroups();
        const second = await pond.root.compactSeries("/s", { reencode: true, maxRowGroupRows: 10 });

        expect(spliced).deep.equal([3, 3, 3, 3, 3]);
        expect(second).include({ compacted: true, before: 1, after: 1 });
        expect(await rowGroups()).deep.equal([10, 5]);
      }),
    );

    it(
      "has nothing to do where there is little, and says so",
      withPond(open, async (pond) => {
        await makeSeries(pond, 2);
        const few = await pond.root.compactSeries("/s", { minSegments: 3 });
        await pond.root.compactSeries("/s", { reencode: true });

        const again = [
          await pond.root.compactSeries("/s"),
          await pond.root.compactSeries("/s", { reencode: true }),
        ];

        expect(few).include({ compacted: false, before: 2, after: 2, version: 2 });
        expect(few).not.property("txnSeq");
        expect(again.map(({ compacted, before }) => [compacted, before])).deep.equal([
          [false, 1],
          [false, 1],
        ]);
      }),
    );

    it(
      "joins neighbours until they have targetBytes, and leaves larger ones",
      withPond(open, async (pond) => {
        await makeSeries(pond, 6);
        const sizes = (await pond.root.versions("/s")).map(({ size }) => size);
        const targetBytes = 1 + Math.max(...sizes.map((size, at) => size - (sizes[at + 1] ?? 0)));

        const result = await pond.root.compactSeries("/s", { targetBytes });
        const again = await pond.root.compactSeries("/s", { targetBytes });

        expect(result).include({ before: 6, after: 3 });
        expect(again.before).equal(3);
        expect(rowsOf(await pond.root.readSeries("/s"))).deep.equal(rowsOf(createTestBatch(18)));
      }),
    );

    it(
      "keeps the range of times, so that none is lost to a question by time",
      withPond(open, async ({ root }) => {
        await root.createSeriesFromBatches("/s", [createReadings(10)]);
        for (let at = 1; at < 4; at += 1)
          await root.appendSeries("/s", [createReadings(10, 10 * at)]);

        await root.compactSeries("/s");

        const { segments, close } = await openSegments(root.context, "/s");
        await close();
        const [{ rowCount, timeRange } = {}] = segments;
        expect({ rowCount, timeRange }).deep.equal({
          rowCount: 40,
          timeRange: { min: 0, max: 39_000_000 },
        });
        await root.appendSeries("/s", [createReadings(1, 40)]);
        expect((await root.stat("/s")).timeRange).deep.equal({ min: 0, max: 40_000_000 });
      }),
    );

    it(
      "tells how far it is; what is thrown there, or an abort, changes nothing",
      withPond(open, async (pond) => {
        await makeSeries(pond, 4);
        const progress: unknown[] = [];
        const targetBytes = 1;
        const ending = new AbortController();
        const stop = new Error("stop");

        const thrown = await failureOf(
          pond.root.compactSeries("/s", {
            onProgress: (step) => {
              progress.push([step.segments, step.total, step.bytes > 0]);
              throw stop;
            },
          }),
        );
        ending.abort(stop);
        const aborted = await failureOf(pond.root.compactSeries("/s", { signal: ending.signal }));

        expect([thrown, aborted]).deep.equal([stop, stop]);
        expect(progress).deep.equal([[4, 4, true]]);
        expect(await segmentCount(pond)).equal(4);
        expect(await pond.root.compactSeries("/s", { targetBytes })).include({ compacted: false });
      }),
    );

    it(
      "refuses what is no series, what is not there, and numbers that make no sense",
      withPond(open, async ({ root }) => {
        await root.createTableFromBatch("/t", createTestBatch(3));

        await rejects(root.compactSeries("/t"), "WRONG_ENTRY_TYPE");
        await rejects(root.compactSeries("/none"), "NOT_FOUND");
        const senseless: CompactOptions[] = [
          { minSegments: 1 },
          { targetBytes: 0 },
          { maxRowGroupRows: 0 },
        ];
        for (const options of senseless) {
          expect(await failureOf(root.compactSeries("/s", options))).instanceOf(RangeError);
        }
      }),
    );

    it(
      "joins runs of one schema only",
      withPond(open, async (pond) => {
        await makeSeries(pond, 2);
        const other = await bytesOfSeries(pond.root, createOtherBatch());
        const same = await bytesOfSeries(pond.root, createTestBatch(3));
        for (const bytes of [other, same, same]) {
          await pond.root.writeFile("/s", bytes, { append: true });
        }

        const result = await pond.root.compactSeries("/s", { reencode: true });

        expect(result).include({ before: 5, after: 3 });
      }),
    );
  });

  describe("compactSeries() in a transaction", () => {
    it(
      "covers what was there before, and not what the transaction adds",
      withPond(open, async (pond) => {
        await makeSeries(pond, 3);

        const result = await pond.fs.transaction(async (tx) => {
          await tx.root.appendSeries("/s", [createTestBatch(3, 9)]);
          const compacted = await tx.root.compactSeries("/s");
          await tx.root.appendSeries("/s", [createTestBatch(3, 12)]);
          expect(rowsOf(await tx.root.readSeries("/s"))).deep.equal(rowsOf(createTestBatch(15)));
          return compacted;
        });

        expect(result).include({ compacted: true, before: 3, after: 1, txnSeq: 0 });
        expect(await segmentCount(pond)).equal(3);
        expect(rowsOf(await pond.root.readSeries("/s"))).deep.equal(rowsOf(createTestBatch(15)));
        expect((await pond.root.versions("/s")).map(({ version }) => version)).deep.equal([
          5, 4, 3, 2, 1,
        ]);
      }),
    );

    it(
      "leaves alone what the transaction has made or replaced",
      withPond(open, async (pond) => {
        await makeSeries(pond, 3);

        await pond.fs.transaction(async (tx) => {
          await tx.root.createSeriesFromBatches("/new", [createTestBatch(3)]);
          await tx.root.appendSeries("/new", [createTestBatch(3, 3)]);
          expect(await tx.root.compactSeries("/new")).include({ compacted: false });
          await tx.root.createSeriesFromBatches("/s", [createTestBatch(1)], { create: "replace" });
          expect(await tx.root.compactSeries("/s")).include({ compacted: false });
        });

        expect(rowsOf(await pond.root.readSeries("/s"))).deep.equal(rowsOf(createTestBatch(1)));
        expect(rowsOf(await pond.root.readSeries("/new"))).deep.equal(rowsOf(createTestBatch(6)));
      }),
    );

    it(
      "conflicts with a move, a replacement and another compaction, and with no append",
      withPond(open, async (pond) => {
        const outcome = async (meanwhile: (root: WD, path: string) => Promise<unknown>) => {
          const path = `/${crypto.randomUUID()}`;
          await makeSeries(pond, 3, path);
          try {
            await pond.fs.transaction(
              async (tx) => {
                await tx.root.compactSeries(path);
                await meanwhile(pond.root, path);
              },
              { retries: 0 },
            );
            return "committed";
          } catch (error) {
            return (error as { code?: string }).code;
          }
        };
        const append = () => pond.root.appendSeries.bind(pond.root);

        const outcomes = [
          await outcome((root, path) => root.rename(path, `${path}-2`)),
          await outcome((root, path) => root.remove(path)),
          await outcome((_, path) => pond.root.compactSeries(path)),
          await outcome((_, path) => pond.root.trimSeries(path, { keepRows: 1 })),
          await outcome((_, path) => append()(path, [createTestBatch(3, 9)])),
        ];

        expect(outcomes).deep.equal(["CONFLICT", "CONFLICT", "CONFLICT", "CONFLICT", "committed"]);
      }),
    );
  });
}

function countOf({ rowCount }: { readonly rowCount: number }): number {
  return rowCount;
}

/** A batch as a file of its own. */
async function bytesOfSeries(root: ArrowPond["root"], batch: RecordBatch): Promise<Uint8Array> {
  const path = `/bytes-${crypto.randomUUID()}`;
  await root.createTableFromBatch(path, batch);
  return root.readFile(path);
}

/** Values that are easily lost. */
function createValues(seed: number): RecordBatch {
  const words = [`a${seed}`, "b", null, "", "ü"];
  const dictionary = new Dictionary(new Utf8(), new Int32());
  const [a, b] = [new Field("a", new Int32(), true), new Field("b", new Utf8(), true)];
  const list = new List(new Field("item", new Int32(), true));
  const struct = new Struct([a, b]);
  return batchOf({
    float: vectorFromArray([Number.NaN, -0, 0, null, seed], new Float64()),
    bool: vectorFromArray([true, null, false, seed % 2 === 0, true], new Bool()),
    word: vectorFromArray(words, dictionary),
    list: vectorFromArray([[1, null], [], null, [seed], [2, 3]], list),
    struct: vectorFromArray(
      [{ a: 1, b: "x" }, { a: null, b: null }, null, { a: seed, b: "" }, null],
      struct,
    ),
    nan: makeVector(
      makeData({ type: new Float64(), data: Float64Array.of(-0, Number.NaN, 1, 2, 3) }),
    ),
  });
}

/** Rows as text that tells -0 from 0 and NaN from null. */
async function bitsOf(root: ArrowPond["root"]): Promise<string[]> {
  const batches = await collect(root.readSeriesAsStream("/s"));
  return rowsOf(batches).map((row) =>
    JSON.stringify(row, (_, value: unknown) => {
      if (Object.is(value, -0)) return "-0";
      return Number.isNaN(value) ? "NaN" : value;
    }),
  );
}
