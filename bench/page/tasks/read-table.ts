import { deletePond, openPond } from "tinypond";
import { compare, type Figure, ratioOf, timed } from "../figure.ts";
import { sampleBatch } from "../sample-table.ts";

const ROWS = 1_000_000;
const POND = "bench-read-table";
const ROUNDS = 5;

/** A million rows to Arrow: all columns against parquet-wasm by hand, and one column against all. */
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
    const times = { one: [] as number[], six: [] as number[] };
    for (let round = 0; round < ROUNDS; round += 1) {
      times.one.push(await timed(() => root.readTable("/t.parquet", { columns: ["temp"] })));
      times.six.push(await timed(() => root.readTable("/t.parquet")));
    }
    const what = "readTable of one column, against all six";
    return [all, ratioOf({ what, limit: 0.35, ours: times.one, byHand: times.six })];
  } finally {
    hand.terminate();
    await pond.close();
    await deletePond(POND);
    await (await navigator.storage.getDirectory()).removeEntry("bench-read-table.parquet");
  }
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
