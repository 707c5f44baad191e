import { deletePond, openPond, type Pond } from "tinypond";
import { type Figure, percentile, timed } from "../figure.ts";
import { RawStore } from "../raw-store.ts";

const FILES = 500;
const FILE_BYTES = 1024;
const COMMITS = 20;
const POND = "bench-snapshot-stat";
const RAW = "bench-raw-snapshot-stat";

/**
 * How long a snapshot's `stat` takes while commits of many files go on beside it, and a get in a database
 * that nobody writes to: that one waits for the machine and the browser alone.
 */
export async function snapshotStat(): Promise<Figure[]> {
  await deletePond(POND);
  const pond = await openPond(POND);
  const raw = await RawStore.open(RAW);
  try {
    await raw.put(0, 0);
    await writeMany(pond, 0);
    const snapshot = await pond.snapshot();
    let isOver = false;
    const commits = (async () => {
      for (let n = 1; n <= COMMITS; n += 1) await writeMany(pond, n);
      isOver = true;
    })();
    const times: number[] = [];
    const beside: number[] = [];
    const probe = (async () => {
      while (!isOver) beside.push(await timed(() => raw.get(0)));
    })();
    for (let n = 0; !isOver; n += 1) {
      times.push(await timed(() => snapshot.root.stat(`/d/0-${n % FILES}.bin`)));
    }
    await Promise.all([commits, probe]);
    await snapshot.close();
    const detail = `${times.length} calls during ${COMMITS} commits: ${describe(times)}; a get in an idle database beside them: ${describe(beside)}`;
    const what = `a snapshot's stat during commits of ${FILES} files, 99th percentile`;
    const value = Number(percentile(times, 99).toFixed(1));
    return [{ what, value, unit: "ms", limit: 50, detail }];
  } finally {
    raw.close();
    await RawStore.delete(RAW);
    await pond.close();
    await deletePond(POND);
  }
}

function describe(times: readonly number[]): string {
  const [median, slow] = [percentile(times, 50), percentile(times, 99)];
  const longest = times.reduce((most, time) => Math.max(most, time), 0);
  return `median ${median.toFixed(1)} ms, 99th percentile ${slow.toFixed(1)} ms, longest ${longest.toFixed(0)} ms`;
}

async function writeMany(pond: Pond, round: number): Promise<void> {
  await pond.transaction(async (tx) => {
    await tx.root.createDir("/d", { recursive: true });
    const bytes = new Uint8Array(FILE_BYTES).fill(round);
    await Promise.all(
      Array.from({ length: FILES }, (_, n) => tx.root.writeFile(`/d/${round}-${n}.bin`, bytes)),
    );
  });
}
