import { deletePond, openPond, type WDArrowExt } from "tinypond";
import { compare, type Figure, median, ratioOf, timed } from "../figure.ts";
import { sampleBatch } from "../sample-table.ts";

const ROWS = 1_000_000;
const POND = "bench-read-table";
const ROUNDS = 5;

/** A million rows to Arrow: all columns against parquet-wasm by hand, and single columns against all. */
export async function readTable(): Promise<Figure[]> {
  await deletePond(POND);
  const pond = await openPond(POND, { cacheBytes: 0 });
  const { root } = pond;
  const hand = new Worker(new URL("../decode-by-hand.worker.ts", import.meta.url), {
    type: "module",
  });
  try {
    await root.createTableFromBatch("/t.parquet", sampleBatch(ROWS));
    const bytes = await root.readFile("/t.parquet");
    await ask(hand, { write: bytes });
    const all = await compare(
      {
        what: "readTable, 1M rows x 6, against ParquetFile.read of a File in a worker, transfer and tableFromIPC",
        limit: 1.15,
        ours: () => timed(() => root.readTable("/t.parquet")),
        byHand: () => timed(() => ask(hand, { read: true })),
      },
      ROUNDS,
    );
    return [all, ...(await columnsAgainstAll(root))];
  } finally {
    hand.terminate();
    await pond.close();
    await deletePond(POND);
    await (await navigator.storage.getDirectory()).removeEntry("bench-read-table.parquet");
  }
}

/** Each column by itself: the one in the middle, and the one that takes longest (its bytes are most of the file). */
async function columnsAgainstAll(root: WDArrowExt): Promise<Figure[]> {
  const { columns } = await root.describe("/t.parquet");
  const alone = new Map(columns.map(({ name }) => [name, [] as number[]]));
  const all: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [name, times] of alone) {
      times.push(await timed(() => root.readTable("/t.parquet", { columns: [name] })));
    }
    all.push(await timed(() => root.readTable("/t.parquet")));
  }
  const sorted = [...alone].sort(([, one], [, other]) => median(one) - median(other));
  const figureOf = ([name, ours]: [string, number[]], which: string, limit?: number) => {
    const what = `readTable of one column, against all six: ${which} (${name})`;
    return ratioOf({ what, ours, byHand: all, ...(limit !== undefined && { limit }) });
  };
  const [middle, slowest] = [sorted[sorted.length >> 1], sorted.at(-1)];
  if (!middle || !slowest) throw new Error("There are no columns");
  return [figureOf(middle, "the one in the middle", 0.35), figureOf(slowest, "the slowest", 0.35)];
}

async function ask(worker: Worker, request: object): Promise<number> {
  const { tableFromIPC } = await import("apache-arrow");
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<readonly Uint8Array[]>) =>
      resolve(data.reduce((rows, stream) => rows + tableFromIPC(stream).numRows, 0));
    worker.onerror = (event) => reject(new Error(event.message));
    worker.postMessage(request);
  });
}
