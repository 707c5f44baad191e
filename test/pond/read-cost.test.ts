import { expect } from "chai";
import { deletePond, openPond } from "../../src/index.ts";
import { createTestBatch } from "../arrow/batch-fixtures.ts";
import { recordTransactions } from "../tlogfs/transaction-faults.ts";

const SEGMENTS = 40;

describe("reading a series of many small segments", () => {
  it("takes a transaction for a whole chunk of them, not one each", async () => {
    const name = `segments-${crypto.randomUUID()}`;
    const pond = await openPond(name, { durability: "relaxed", compaction: false, cacheBytes: 0 });
    try {
      const { root } = pond;
      await root.createSeriesFromBatches("/s", [createTestBatch(2)]);
      for (let at = 1; at < SEGMENTS; at += 1)
        await root.appendSeries("/s", [createTestBatch(2, 2 * at)]);
      const recording = recordTransactions("readonly");

      const { numRows } = await root.readSeries("/s");

      expect(recording.stop().length).below(SEGMENTS / 2);
      expect(numRows).equal(2 * SEGMENTS);
    } finally {
      await pond.close();
      await deletePond(name);
    }
  });
});
