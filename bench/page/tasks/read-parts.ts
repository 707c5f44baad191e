import { deletePond, openPond, type WDArrowExt } from "tinypond";
import { parameter } from "../by-hand.ts";
import { compare, type Figure, timed } from "../figure.ts";
import { sampleBatch } from "../sample-table.ts";

const POND = "bench-read-parts";
const PATH = "/t.parquet";
/** The sample's first time and the step between its rows, in microseconds. */
const START = 1_700_000_000_000_000;
const STEP = 1_000_000;

/** A part of a table against parquet-wasm reading all of it by hand: what a user gets who asks for what is needed. */
export async function readParts(): Promise<Figure[]> {
  const rows = parameter("rows", 1_000_000);
  await deletePond(POND);
  const pond = await openPond(POND, { cacheBytes: 0 });
  const { root } = pond;
  const hand = new Worker(new URL("../decode-by-hand.worker.ts", import.meta.url), {
    type: "module",
  });
  const byHand = () => timed(async () => assertRows(await readAllByHand(hand), rows));
  try {
    await root.createTableFromBatch(PATH, sampleBatch(rows));
    await ask(hand, { write: await root.readFile(PATH) });
    const column = await middleColumn(root);
    const start = START + Math.floor(rows / 2) * STEP;
    const count = Math.ceil(rows / 1000);
    const timeRange = { start, end: start + count * STEP };
    return [
      await compare({
        what: `readTable of one of six columns of ${rows} rows (${column}, the one in the middle), against parquet-wasm reading all by hand`,
        limit: 0.3,
        ours: () => timed(async () => void (await root.readTable(PATH, { columns: [column] }))),
        byHand,
      }),
      await compare({
        what: `readTable of a window of 0.1 % of ${rows} rows, against parquet-wasm reading all by hand`,
        limit: 0.05,
        ours: () =>
          timed(async () => {
            const found = await root.readTable(PATH, { timeRange, timestampColumn: "t" });
            assertRows(found.numRows, count);
          }),
        byHand,
      }),
    ];
  } finally {
    hand.terminate();
    await pond.close();
    await deletePond(POND);
    await (await navigator.storage.getDirectory()).removeEntry("bench-read-table.parquet");
  }
}

/** The column of medium cost: whichever one is asked for, half of them take less. */
async function middleColumn(root: WDArrowExt): Promise<string> {
  const { columns } = await root.describe(PATH);
  const sorted = [...columns].sort((a, b) => a.compressedBytes - b.compressedBytes);
  const middle = sorted[sorted.length >> 1];
  if (!middle) throw new Error("There are no columns");
  return middle.name;
}

async function readAllByHand(worker: Worker): Promise<number> {
  const { tableFromIPC } = await import("apache-arrow");
  const streams = await ask(worker, { read: true });
  return streams.reduce((rows, stream) => rows + tableFromIPC(stream).numRows, 0);
}

function assertRows(found: number, wanted: number): void {
  if (found !== wanted) throw new Error(`${found} of ${wanted} rows were read`);
}

function ask(worker: Worker, request: object): Promise<readonly Uint8Array[]> {
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<readonly Uint8Array[]>) => resolve(data);
    worker.onerror = (event) => reject(new Error(event.message));
    worker.postMessage(request);
  });
}
