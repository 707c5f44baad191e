import type { RecordBatch } from "apache-arrow";
import { deletePond, openPond } from "tinypond";
import { compare, type Figure, ratioOf, timed } from "../figure.ts";
import { sampleBatch } from "../sample-table.ts";

const POND = "bench-series-many";
const SEGMENTS = 1000;
const ROWS = 1000;
const MANY = 10_000;
const FEW_ROWS = 20;

/** Reading a thousand small segments against one file with the same row groups; planning over ten thousand. */
export async function seriesMany(): Promise<Figure[]> {
  await deletePond(POND);
  const pond = await openPond(POND, { cacheBytes: 0, durability: "relaxed", compaction: false });
  const { root } = pond;
  const readAll = (path: string) => drain(root.readSeriesAsStream(path));
  try {
    await append("/many.series", SEGMENTS, ROWS);
    await root.createSeriesFromBatches("/one.series", batches(SEGMENTS, ROWS));
    const reading = await compare({
      what: `readSeriesAsStream of ${SEGMENTS} segments of ${ROWS} rows, against one file with the same row groups`,
      limit: 1.5,
      ours: () => timed(() => readAll("/many.series")),
      byHand: () => timed(() => readAll("/one.series")),
    });
    await append("/more.series", MANY, FEW_ROWS);
    // The last segment's first rows: everything before it is left out by what its row tells.
    const filter = { id: { $gte: BigInt(10_000_000 * MANY) } };
    const plans: number[] = [];
    const reads: number[] = [];
    for (let round = 0; round < 3; round += 1) {
      plans.push(await timed(() => root.explain("/more.series", { filter })));
      reads.push(await timed(() => readAll("/more.series")));
    }
    const what = `explain of a filter over ${MANY} segments, against reading them`;
    return [reading, ratioOf({ what, limit: 0.1, ours: plans, byHand: reads })];
  } finally {
    await pond.close();
    await deletePond(POND);
  }

  async function append(path: string, segments: number, rows: number): Promise<void> {
    for (const [index, batch] of [...batches(segments, rows)].entries()) {
      if (index === 0) await root.createSeriesFromBatches(path, batch);
      else await root.appendSeries(path, batch);
    }
  }
}

function* batches(count: number, rows: number): Generator<RecordBatch> {
  for (let seed = 1; seed <= count; seed += 1) yield sampleBatch(rows, seed);
}

async function drain(stream: AsyncIterable<RecordBatch>): Promise<number> {
  let rows = 0;
  for await (const { numRows } of stream) rows += numRows;
  return rows;
}
