import type { RecordBatch } from "apache-arrow";
import { deletePond, openPond } from "tinypond";
import { type Contest, collectGarbage, compare, type Figure, timed } from "../figure.ts";
import { sampleBatch } from "../sample-table.ts";

const POND = "bench-series-window";
const SEGMENTS = 100;
const ROWS = 10_000;
/** A window takes some milliseconds: the first ones are those of code that the browser has yet to compile. */
const ROUNDS = 25;
const SECONDS = 1_000_000;
const START = 1_700_000_000_000_000;

/** A thousandth of the time of a hundred segments: its bytes, and its time against reading all. */
export async function seriesWindow(): Promise<Figure[]> {
  await deletePond(POND);
  const pond = await openPond(POND, { cacheBytes: 0, compaction: false });
  const { root } = pond;
  try {
    for (let index = 0; index < SEGMENTS; index += 1) {
      const batch = laterBatch(index);
      if (index === 0) await root.createSeriesFromBatches("/s", batch, { timestampColumn: "t" });
      else await root.appendSeries("/s", batch, { timestampColumn: "t" });
    }
    const middle = START + 50.5 * ROWS * SECONDS;
    const timeRange = { start: middle, end: middle + (SEGMENTS * ROWS * SECONDS) / 1000 };
    const options = { timeRange, timestampColumn: "t" };
    const { bytes } = await root.explain("/s", options);
    const contest: Contest = {
      what: `readSeries of a 0.1 % time window of ${SEGMENTS} segments, against reading all`,
      limit: 0.05,
      ours: () => timed(() => root.readSeries("/s", options), tidy),
      byHand: () => timed(() => root.readSeries("/s"), tidy),
    };
    const speed = await compare(contest, ROUNDS);
    const value = Number((bytes.read / bytes.total).toFixed(4));
    const detail = `${bytes.read} of ${bytes.total} bytes`;
    return [{ what: "its part of the bytes", value, unit: "x", limit: 0.03, detail }, speed];
  } finally {
    await pond.close();
    await deletePond(POND);
  }
}

/** What reading all has left is not collected while a window is read. */
async function tidy(): Promise<void> {
  collectGarbage();
}

/** The sample's rows, a second apart, after those of the segments before. */
function laterBatch(index: number): RecordBatch {
  const batch = sampleBatch(ROWS, index + 1);
  const times = batch.data.children[1]?.values as BigInt64Array;
  for (let row = 0; row < ROWS; row += 1)
    times[row] = BigInt(START) + BigInt(index * ROWS + row) * BigInt(SECONDS);
  return batch;
}
