import { makeVector } from "apache-arrow";
import { expect } from "chai";
import { deletePond, openPond } from "../../src/index.ts";
import type { Pond } from "../../src/pond.ts";
import type { PondOptions } from "../../src/pond-options.ts";
import type { ArrowPond } from "../arrow/arrow-contract.ts";
import { batchOf, createTestBatch, rowsOf } from "../arrow/batch-fixtures.ts";
import { describeCompaction, makeSeries, segmentCount } from "../arrow/compact-contract.ts";
import { describeTrimming } from "../arrow/trim-contract.ts";
import { rejects } from "../tinyfs/contract/rejects.ts";

const opened: Pond[] = [];
const names = new Set<string>();

async function open(
  options: PondOptions = {},
  name = `compaction-${crypto.randomUUID()}`,
): Promise<Pond> {
  names.add(name);
  const pond = await openPond(name, options);
  opened.push(pond);
  return pond;
}

async function openOnDisk(): Promise<ArrowPond> {
  const pond = await open({ compaction: false });
  return { fs: pond, root: pond.root, close: () => pond.close() };
}

function asArrow(pond: Pond): ArrowPond {
  return { fs: pond, root: pond.root, close: () => pond.close() };
}

/** Waits until something holds. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 20));
}

async function maintenanceCommits(pond: Pond): Promise<number> {
  let count = 0;
  for await (const { kind } of pond.log()) if (kind === "maintenance") count += 1;
  return count;
}

async function findings(pond: Pond): Promise<readonly unknown[]> {
  return (await pond.check({ deep: true })).findings;
}

async function appendAll(pond: Pond, from: number, to: number): Promise<void> {
  for (let at = from; at < to; at += 1) {
    await pond.root.appendSeries("/s", [createTestBatch(3, 3 * at)], { durability: "relaxed" });
  }
}

describe("compaction over IndexedDB and OPFS", () => {
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((pond) => pond.close()));
    for (const name of names) await deletePond(name);
    names.clear();
  });

  describeCompaction(openOnDisk);
  describeTrimming(openOnDisk);

  describe("after a compaction", () => {
    it("a check finds nothing, before and after retention", async () => {
      const pond = await open({ compaction: false });
      await makeSeries(asArrow(pond), 6);
      await pond.root.compactSeries("/s");
      await pond.root.appendSeries("/s", [createTestBatch(3, 18)]);
      await pond.root.compactSeries("/s", { reencode: true });
      await pond.root.trimSeries("/s", { keepRows: 10 });
      expect(await findings(pond)).deep.equal([]);

      await pond.vacuum({ keepVersions: 1 });
      await pond.gc();

      expect(await findings(pond)).deep.equal([]);
      expect(rowsOf(await pond.root.readSeries("/s"))).deep.equal(rowsOf(createTestBatch(10, 11)));
    });

    it("retention and gc free the old segments, but for what a tag or a snapshot shows", async () => {
      const pond = await open({ compaction: false });
      const large = (at: number) => {
        const noise = Float64Array.from({ length: 40_000 }, (_, row) =>
          Math.sin(40_000 * at + row),
        );
        return batchOf({ noise: makeVector(noise) });
      };
      await pond.root.createSeriesFromBatches("/s", [large(0)]);
      await pond.root.appendSeries("/s", [large(1)]);
      await pond.tag("two");
      await pond.root.appendSeries("/s", [large(2)]);
      const { blobs } = await pond.stats();
      await pond.root.compactSeries("/s");
      // Until there is a newer one the version that was compacted is kept as it was written.
      await pond.root.appendSeries("/s", [large(3).slice(0, 10)]);

      await pond.vacuum({ keepVersions: 1 });
      const tagged = (await pond.stats()).blobs;
      const snapshot = await pond.snapshot({ tag: "two" });
      await pond.untag("two");
      await pond.vacuum({ keepVersions: 1 });
      expect((await snapshot.root.readSeries("/s")).numRows).equal(80_000);
      await snapshot.close();
      await pond.vacuum({ keepVersions: 1 });

      expect([blobs, tagged, (await pond.stats()).blobs]).deep.equal([3, 3, 1]);
      await rejects(pond.root.readSeries("/s", { version: 2 }), "VERSION_PRUNED");
      expect((await pond.root.readSeries("/s", { version: 4 })).numRows).equal(120_010);
      expect(await findings(pond)).deep.equal([]);
    }).timeout(60_000);

    it("a series of 2,000 segments is one file, with all its rows in order", async () => {
      const pond = await open({ compaction: false });
      await pond.root.createSeriesFromBatches("/s", [createTestBatch(3)]);
      const files: Uint8Array[] = [];
      for (let at = 0; at < 8; at += 1) {
        await pond.root.createTableFromBatch(`/${at}`, createTestBatch(3, 3 * at));
        files.push(await pond.root.readFile(`/${at}`));
      }
      await pond.transaction(async ({ root }) => {
        for (let at = 1; at < 2000; at += 1) {
          await root.writeFile("/s", files[at % 8] ?? "", { append: true });
        }
      });
      const before = await pond.root.readFile("/s");

      const result = await pond.root.compactSeries("/s");
      await pond.root.importParquet("/before", before);
      await pond.root.importParquet("/after", await pond.root.readFile("/s"));

      expect(result).include({ before: 2000, after: 1 });
      const [old, now] = [
        await pond.root.readTable("/before"),
        await pond.root.readTable("/after"),
      ];
      expect(now.numRows).equal(6000);
      expect(rowsOf(now)).deep.equal(rowsOf(old));
      expect(await findings(pond)).deep.equal([]);
    }).timeout(120_000);
  });

  describe("automatic compaction", () => {
    const compaction = { minSegments: 8 };

    it("joins small segments after appends, without a version, as a commit of the pond itself", async () => {
      const pond = await open({ compaction });
      await pond.root.createSeriesFromBatches("/s", [createTestBatch(3)]);
      await appendAll(pond, 1, 16);

      await until(async () => (await segmentCount(asArrow(pond))) < 9);

      expect(await maintenanceCommits(pond)).greaterThan(0);
      expect((await pond.root.stat("/s")).version).equal(16);
      expect(rowsOf(await pond.root.readSeries("/s"))).deep.equal(rowsOf(createTestBatch(48)));
      expect(await findings(pond)).deep.equal([]);
    });

    it("is on by default: 64 small appends become few segments", async () => {
      const pond = await open();
      await pond.root.createSeriesFromBatches("/s", [createTestBatch(3)]);
      await appendAll(pond, 1, 64);

      await until(async () => (await segmentCount(asArrow(pond))) === 1);

      expect(rowsOf(await pond.root.readSeries("/s"))).deep.equal(rowsOf(createTestBatch(192)));
    }).timeout(30_000);

    it("sees what a transaction appends", async () => {
      const pond = await open({ compaction });
      await pond.transaction(async ({ root }) => {
        await root.createSeriesFromBatches("/s", [createTestBatch(3)]);
        for (let at = 1; at < 8; at += 1)
          await root.appendSeries("/s", [createTestBatch(3, 3 * at)]);
      });

      await until(async () => (await segmentCount(asArrow(pond))) === 1);

      expect(rowsOf(await pond.root.readSeries("/s"))).deep.equal(rowsOf(createTestBatch(24)));
    });

    it("is done by one of two tabs, and no append of either is lost", async () => {
      const name = `compaction-${crypto.randomUUID()}`;
      const [one, two] = [await open({ compaction }, name), await open({ compaction }, name)];
      await one.root.createSeriesFromBatches("/s", [createTestBatch(3)]);
      const append = async (pond: Pond, first: number) => {
        for (let at = first; at < 40; at += 2) {
          await pond.root.appendSeries("/s", [createTestBatch(3, 3 * at)], {
            durability: "relaxed",
          });
        }
      };

      await Promise.all([append(one, 1), append(two, 2)]);
      await until(async () => (await segmentCount(asArrow(one))) < 20);

      const ids = Array.from(
        (await one.root.readSeries("/s")).getChild("id")?.toArray() as Int32Array,
      );
      expect(ids.toSorted((a, b) => a - b)).deep.equal(Array.from({ length: 120 }, (_, at) => at));
      expect((await two.root.stat("/s")).version).equal(40);
      expect(await findings(two)).deep.equal([]);
    }).timeout(60_000);

    it("is not done where it is turned off", async () => {
      const pond = await open({ compaction: false });
      await pond.root.createSeriesFromBatches("/s", [createTestBatch(3)]);
      await appendAll(pond, 1, 64);
      const watched = await open({ compaction });
      await watched.root.createSeriesFromBatches("/s", [createTestBatch(3)]);
      await appendAll(watched, 1, 8);
      await until(async () => (await segmentCount(asArrow(watched))) === 1);

      expect(await segmentCount(asArrow(pond))).equal(64);
      expect(await maintenanceCommits(pond)).equal(0);
    }).timeout(30_000);

    it("ends when the pond is closed, and leaves it whole", async () => {
      const name = `compaction-${crypto.randomUUID()}`;
      const pond = await open({ compaction }, name);
      await pond.root.createSeriesFromBatches("/s", [createTestBatch(3)]);
      await appendAll(pond, 1, 8);
      await pond.close();

      const again = await open({ compaction: false }, name);

      expect(rowsOf(await again.root.readSeries("/s"))).deep.equal(rowsOf(createTestBatch(24)));
      expect(await findings(again)).deep.equal([]);
    });
  });
});
