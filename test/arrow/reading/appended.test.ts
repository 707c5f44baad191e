import type { RecordBatch } from "apache-arrow";
import { expect } from "chai";
import type { StreamOptions } from "../../../src/arrow/index.ts";
import { createTestBatch } from "../batch-fixtures.ts";
import { collect, failureOf } from "../with-pond.ts";
import { type CountedPond, openCountedPond } from "./counted-pond.ts";

describe("what was appended to a series", () => {
  let pond: CountedPond;
  beforeEach(async () => {
    pond = await openCountedPond();
  });
  afterEach(async () => {
    expect(pond.open).deep.equal({ sources: 0, readers: 0 });
    await pond.close();
  });

  const idsOf = (batches: readonly RecordBatch[]) =>
    batches.flatMap((batch) => [...(batch.getChild("id") ?? [])] as number[]);
  const idsAfter = async (afterVersion: number, options: StreamOptions = {}) =>
    idsOf(await collect(pond.root.readSeriesAsStream("/s", { afterVersion, ...options })));
  const appendTo = (end: number, rows: number) =>
    pond.root.appendSeries("/s", createTestBatch(rows, end - rows));

  it("is read after a version, with filters and limits, up to another version", async () => {
    await pond.root.createSeriesFromBatches("/s", createTestBatch(3));
    await appendTo(5, 2);
    await appendTo(8, 3);

    expect(await idsAfter(0)).deep.equal([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(await idsAfter(1)).deep.equal([3, 4, 5, 6, 7]);
    expect(await idsAfter(2, { filter: { id: { $ne: 6 } } })).deep.equal([5, 7]);
    expect(await idsAfter(1, { version: 2 })).deep.equal([3, 4]);
    expect(await idsAfter(1, { limit: 3 })).deep.equal([3, 4, 5]);
    expect(await idsAfter(3)).deep.equal([]);
    const plan = await pond.root.explain("/s", { afterVersion: 2 });
    expect(plan.rows).deep.equal({ total: 3, atMost: 3 });
  });

  it("is the same after a compaction, each row once", async () => {
    await pond.root.createSeriesFromBatches("/s", createTestBatch(3));
    for (let end = 5; end <= 13; end += 2) await appendTo(end, 2);
    const before = await Promise.all([0, 1, 2, 3, 4, 5, 6].map((version) => idsAfter(version)));

    await pond.root.compactSeries("/s");
    const compacted = await pond.root.describe("/s");
    await appendTo(15, 2);

    expect(compacted.segments).equal(1);
    const after = await Promise.all([0, 1, 2, 3, 4, 5, 6].map((version) => idsAfter(version)));
    expect(after).deep.equal(before.map((ids) => [...ids, 13, 14]));
  });

  it("cannot be told after rows were replaced, of versions to come, and of what is no series", async () => {
    await pond.root.createSeriesFromBatches("/s", createTestBatch(3));
    await appendTo(5, 2);
    await pond.root.createSeriesFromBatches("/s", createTestBatch(4), { create: "replace" });
    await pond.root.createTableFromBatch("/t", createTestBatch(1));

    expect(await failureOf(idsAfter(2))).include({ code: "HISTORY_TRUNCATED", path: "/s" });
    expect(await idsAfter(3)).deep.equal([]);
    expect(await failureOf(idsAfter(9))).include({ code: "NOT_FOUND", path: "/s" });
    const table = collect(pond.root.readSeriesAsStream("/t", { afterVersion: 1 }));
    expect(await failureOf(table)).include({ code: "WRONG_ENTRY_TYPE", path: "/t" });
  });

  it("is followed while appends and compactions go on, each row once and in order", async () => {
    await pond.root.createSeriesFromBatches("/s", createTestBatch(3));
    const seen: number[] = [];
    const reading = (async () => {
      for await (const batch of pond.root.readSeriesAsStream("/s", { follow: true })) {
        seen.push(...idsOf([batch]));
        if (seen.length >= 43) break;
      }
    })();

    for (let end = 5; end <= 43; end += 2) {
      await appendTo(end, 2);
      if (end % 8 === 1) await pond.root.compactSeries("/s");
    }
    await reading;

    expect(seen).deep.equal(Array.from({ length: 43 }, (_, id) => id));
  }).timeout(30_000);

  it("is followed after a version, through a filter", async () => {
    await pond.root.createSeriesFromBatches("/s", createTestBatch(3));
    const options = { follow: true, afterVersion: 1, filter: { id: { $gt: 3 } }, limit: 3 };
    const reading = collect(pond.root.readSeriesAsStream("/s", options));

    await appendTo(4, 1);
    await appendTo(6, 2);
    await appendTo(9, 3);

    expect(idsOf(await reading)).deep.equal([4, 5, 6]);
  });

  it("is no longer followed when the signal aborts, the consumer leaves, or the series is gone", async () => {
    await pond.root.createSeriesFromBatches("/s", createTestBatch(3));
    const reason = new Error("enough");
    const controller = new AbortController();
    const { signal } = controller;
    const aborted = collect(pond.root.readSeriesAsStream("/s", { follow: true, signal }));
    const left = pond.root.readSeriesAsStream("/s", { follow: true })[Symbol.asyncIterator]();
    await left.next();
    const pending = left.next();
    const removed = collect(pond.root.readSeriesAsStream("/s", { follow: true }));

    controller.abort(reason);
    expect(await failureOf(aborted)).equal(reason);
    await left.return?.();
    expect((await pending).done).equal(true);
    await pond.root.remove("/s");
    expect(await failureOf(removed)).include({ code: "NOT_FOUND", path: "/s" });
  });

  it("is no longer followed when rows are replaced", async () => {
    await pond.root.createSeriesFromBatches("/s", createTestBatch(3));
    const stream = pond.root.readSeriesAsStream("/s", { follow: true })[Symbol.asyncIterator]();
    await stream.next();

    await pond.root.createSeriesFromBatches("/s", createTestBatch(9), { create: "replace" });

    expect(await failureOf(stream.next())).include({ code: "HISTORY_TRUNCATED", path: "/s" });
  });

  it("is not followed of an old version, nor in a transaction", async () => {
    await pond.root.createSeriesFromBatches("/s", createTestBatch(3));

    const old = collect(pond.root.readSeriesAsStream("/s", { follow: true, version: 1 }));
    expect(await failureOf(old)).instanceOf(TypeError);
    await pond.fs.transaction(async (tx) => {
      const within = collect(tx.root.readSeriesAsStream("/s", { follow: true }));
      expect(await failureOf(within)).instanceOf(TypeError);
    });
  });
});
