import { deletePond, openPond } from "tinypond";
import { EncodingByHand, parameter } from "../by-hand.ts";
import { type Figure, ratioOf, timed } from "../figure.ts";
import { mixedBatch } from "../mixed-table.ts";
import { RawStore } from "../raw-store.ts";

const POND = "bench-append-many";
const RAW = "bench-append-raw";
const ROWS = 1000;

/**
 * Appends of a thousand rows, one after the other, against encoding them and one strict put each; and against
 * the same with the way to the worker that encodes and back, which a page that stays responsive has to take.
 */
export async function appendMany(): Promise<Figure[]> {
  const appends = parameter("appends", 1000);
  const hand = new EncodingByHand();
  const raw = await RawStore.open(RAW);
  await deletePond(POND);
  const pond = await openPond(POND);
  const ours: number[] = [];
  const byHand: number[] = [];
  const fromThePage: number[] = [];
  try {
    await pond.root.createSeriesFromBatches("/s", [mixedBatch(ROWS)]);
    await hand.run({ how: "parquet-wasm", rows: ROWS, start: 0 });
    for (let index = 1; index <= appends; index += 1) {
      const start = index * ROWS;
      const batch = mixedBatch(ROWS, start);
      ours.push(await timed(() => pond.root.appendSeries("/s", [batch])));
      const task = { how: "parquet-wasm", rows: ROWS, start } as const;
      const { ms, bytes } = await hand.run(task);
      const put = await timed(() => raw.put(index, bytes));
      byHand.push(ms + put);
      fromThePage.push(put + (await timed(() => hand.run(task))));
    }
    const { rowCount } = await pond.root.stat("/s");
    if (rowCount !== ROWS * (appends + 1)) throw new Error(`The series has ${rowCount} rows`);
    const what = `an append of ${ROWS} rows x 6, ${appends} of them, against encoding them and one strict put`;
    return [
      ratioOf({ what, limit: 1.5, ours, byHand }),
      ratioOf({ what: `${what}, asked of a worker`, ours, byHand: fromThePage }),
    ];
  } finally {
    hand.close();
    raw.close();
    await RawStore.delete(RAW);
    await pond.close();
    await deletePond(POND);
  }
}
