import { deletePond, openPond } from "tinypond";
import type { Figure } from "../figure.ts";
import { sampleBatch } from "../sample-table.ts";

const TABLE_BYTES = 100 * 1024 * 1024;
const BATCH_ROWS = 131_072;
/** id, t, city, temp, n: 8 + 8 + 4 + 8 + 4 bytes, and a bit for ok. */
const ROW_BYTES = 32.125;
const POND = "bench-main-thread";

/** How long the page's thread is blocked at most while 100 MB of batches are written as a table. */
export async function mainThread(): Promise<Figure[]> {
  const count = Math.ceil(TABLE_BYTES / ROW_BYTES / BATCH_ROWS);
  // Made before: it is the library's time on this thread that counts, not the source's.
  const batches = Array.from({ length: count }, (_, i) => sampleBatch(BATCH_ROWS, i + 1));
  await deletePond(POND);
  const pond = await openPond(POND);
  try {
    await pond.root.createTableFromBatch("/warm-up.parquet", sampleBatch(1000));
    const watch = watchThread();
    const start = performance.now();
    await pond.root.createTableFromBatches("/big.parquet", batches);
    const seconds = (performance.now() - start) / 1000;
    const { longest, blocks } = await watch();
    const detail = `${count} batches in ${seconds.toFixed(1)} s; over 50 ms: ${blocks} times`;
    const what = "longest block of the main thread while a 100 MB table is written";
    return [{ what, value: Math.round(longest), unit: "ms", limit: 16, detail }];
  } finally {
    await pond.close();
    await deletePond(POND);
  }
}

/** Notes the longest time between two turns of the event loop; returns the function that ends it. */
function watchThread(): () => Promise<{ longest: number; blocks: number }> {
  let longest = 0;
  let blocks = 0;
  let isOver = false;
  const { port1, port2 } = new MessageChannel();
  let last = performance.now();
  port1.onmessage = () => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    if (now - last > 50) blocks += 1;
    last = now;
    if (!isOver) setTimeout(() => port2.postMessage(0));
  };
  port2.postMessage(0);
  return async () => {
    await new Promise((resolve) => setTimeout(resolve, 100));
    isOver = true;
    port1.close();
    return { longest, blocks };
  };
}
