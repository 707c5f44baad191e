import type { RecordBatch } from "apache-arrow";
import { deletePond, openPond } from "tinypond";
import { parameter } from "../by-hand.ts";
import { collectGarbage, type Figure } from "../figure.ts";
import { mixedBatch } from "../mixed-table.ts";
import { wasmBytes, watchWasmMemory } from "../wasm-memory.ts";

const POND = "bench-series-memory";
const BATCH_ROWS = 131_072;

/** What a long series takes of memory while it is written and read: of the page and its workers together. */
export async function seriesMemory(): Promise<Figure[]> {
  const asked = parameter("rows", 0);
  const sizes = asked > 0 ? [asked] : [5_000_000, 10_000_000, 20_000_000];
  const figures: Figure[] = [];
  watchWasmMemory();
  for (const rows of sizes) figures.push(await measure(rows));
  return figures;
}

async function measure(rows: number): Promise<Figure> {
  await deletePond(POND);
  const pond = await openPond(POND);
  try {
    await pond.root.createSeriesFromBatches("/warm", batches(2 * BATCH_ROWS));
    for await (const _ of pond.root.readSeriesAsStream("/warm"));
    const before = await memoryBytes();
    await pond.root.createSeriesFromBatches("/s", batches(rows));
    const written = await memoryBytes();
    let read = 0;
    for await (const batch of pond.root.readSeriesAsStream("/s")) read += batch.numRows;
    if (read !== rows) throw new Error(`${read} of ${rows} rows were read`);
    const after = await memoryBytes();
    const mebibytes = (bytes: number) => Math.round(bytes / 2 ** 20);
    return {
      what: `memory that writing and reading a series of ${rows} rows x 6 leaves taken, page and workers together`,
      value: mebibytes(Math.max(written, after) - before),
      unit: "MiB",
      limit: 96,
      detail: `${mebibytes(before)} MiB before, ${mebibytes(written)} written, ${mebibytes(after)} read`,
    };
  } finally {
    await pond.close();
    await deletePond(POND);
  }
}

function* batches(rows: number): Generator<RecordBatch> {
  for (let start = 0; start < rows; start += BATCH_ROWS)
    yield mixedBatch(Math.min(BATCH_ROWS, rows - start), start);
}

interface Measuring {
  readonly measureUserAgentSpecificMemory?: () => Promise<{ readonly bytes: number }>;
}

/**
 * The heaps of the page and its workers, and the wasm memory of the workers, which Chromium leaves out of
 * them. It never shrinks: what it took at its highest is in it.
 */
async function memoryBytes(): Promise<number> {
  collectGarbage();
  const heaps = await (performance as Measuring).measureUserAgentSpecificMemory?.();
  if (!heaps) throw new Error("This browser does not say how much memory a page takes");
  return heaps.bytes + (await wasmBytes());
}
