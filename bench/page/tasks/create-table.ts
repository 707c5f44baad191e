import { RecordBatch } from "apache-arrow";
import { deletePond, openPond } from "tinypond";
import { compare, type Figure, timed } from "../figure.ts";
import { sampleBatch } from "../sample-table.ts";

const ROWS = 1_000_000;
const POND = "bench-create-table";

/** One batch of a million rows into a Parquet table: ours, and the same steps in one worker. */
export async function createTable(): Promise<Figure[]> {
  const batch = sampleBatch(ROWS);
  const hand = new Worker(new URL("../by-hand.worker.ts", import.meta.url), { type: "module" });
  await ask(hand, { start: true });
  await deletePond(POND);
  const pond = await openPond(POND);
  let round = 0;
  try {
    const figure = await compare({
      what: "createTableFromBatch, 1M rows x 6, against tableToIPC + fromIPCStream + writeParquet + digest + write + flush",
      limit: 1.1,
      ours: () => {
        round += 1;
        return timed(() =>
          pond.root.createTableFromBatch(`/${round}.parquet`, unique(batch, round)),
        );
      },
      byHand: async () => ask(hand, { seed: 1, rows: ROWS }),
    });
    return [figure];
  } finally {
    hand.terminate();
    await pond.close();
    await deletePond(POND);
  }
}

/** The same rows with one value changed, so that no round finds its bytes stored already. */
function unique(batch: RecordBatch, round: number): RecordBatch {
  const counts = batch.data.children[4]?.values as Int32Array;
  counts[0] = -round;
  return new RecordBatch(batch.schema, batch.data);
}

function ask(worker: Worker, message: object): Promise<number> {
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => resolve(data as number);
    worker.onerror = (event) => reject(new Error(event.message));
    worker.postMessage(message);
  });
}
