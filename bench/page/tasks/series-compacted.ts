import { deletePond, openPond } from "tinypond";
import { parameter } from "../by-hand.ts";
import { compare, type Figure, timed } from "../figure.ts";
import { mixedBatch } from "../mixed-table.ts";

const POND = "bench-series-compacted";
const ROWS = 1000;

/** Reading a series of a thousand small segments after they were encoded anew, against one table written at once. */
export async function seriesCompacted(): Promise<Figure[]> {
  const segments = parameter("appends", 1000);
  await deletePond(POND);
  const pond = await openPond(POND, { cacheBytes: 0, durability: "relaxed", compaction: false });
  const { root } = pond;
  try {
    for (let index = 0; index < segments; index += 1) {
      const batch = mixedBatch(ROWS, index * ROWS);
      if (index === 0) await root.createSeriesFromBatches("/s", batch);
      else await root.appendSeries("/s", batch);
    }
    await root.createTableFromBatch("/t", mixedBatch(ROWS * segments));
    const compacting = await timed(() => root.compactSeries("/s", { reencode: true }));
    const { segments: left } = await root.explain("/s");
    const figure = await compare({
      what: `readSeries of ${segments} segments of ${ROWS} rows x 6 after compactSeries({ reencode: true }), against readTable of the same rows written at once`,
      limit: 1.1,
      ours: () => timed(() => root.readSeries("/s")),
      byHand: () => timed(() => root.readTable("/t")),
    });
    const made = `${left.total} segments are left, after ${compacting.toFixed(0)} ms`;
    return [{ ...figure, detail: `${figure.detail}; ${made}` }];
  } finally {
    await pond.close();
    await deletePond(POND);
  }
}
