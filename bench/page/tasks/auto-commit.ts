import { deletePond, openPond, type Pond } from "tinypond";
import { type Figure, ratioOf, timed } from "../figure.ts";
import { RawStore } from "../raw-store.ts";

const FILE_BYTES = 4096;
/** How often a single call is measured. */
const CALLS = 300;
const WARM_UP = 50;
const PARALLEL = 1000;
const POND = "bench-auto-commit";
const RAW = "bench-raw-auto-commit";

/** Single small files, one call and one commit each, against a put and a get of the same bytes. */
export async function autoCommit(): Promise<Figure[]> {
  await deletePond(POND);
  const raw = await RawStore.open(RAW);
  // Nothing is kept in memory here, so that every read is cold.
  const cold = await openPond(POND, { cacheBytes: 0 });
  try {
    const written = await measureWrites(cold, raw);
    const readCold = await measureReads(cold, raw, {
      what: "reading a 4 KiB file whose bytes are not in memory, against a get in a transaction of its own",
      limit: 2.2,
    });
    const parallel = await measureParallel(cold);
    await cold.close();
    const warm = await openPond(POND);
    for (let n = 0; n < CALLS; n += 1) await warm.root.readFile(`/${n}`);
    const readWarm = await measureReads(warm, raw, {
      what: "the same when its bytes are in memory",
      limit: 1.1,
    });
    await warm.close();
    return [written, readCold, readWarm, parallel];
  } finally {
    raw.close();
    await RawStore.delete(RAW);
    await deletePond(POND);
  }
}

async function measureWrites({ root }: Pond, raw: RawStore): Promise<Figure> {
  const [ours, byHand] = await inTurn(
    (n) => timed(() => root.writeFile(`/${n}`, randomBytes())),
    (n) => timed(() => raw.put(n, randomBytes())),
  );
  const what = "one auto-committed file of 4 KiB, strict, against a strict put of its bytes";
  return ratioOf({ what, limit: 1.6, ours, byHand });
}

async function measureReads(
  { root }: Pond,
  raw: RawStore,
  about: { readonly what: string; readonly limit: number },
): Promise<Figure> {
  const [ours, byHand] = await inTurn(
    (n) => timed(() => root.readFile(`/${n}`)),
    (n) => timed(() => raw.get(n)),
  );
  return ratioOf({ ...about, ours, byHand });
}

/** How much faster calls are that do not wait for each other. The value is the inverse: at most 1/5. */
async function measureParallel({ root }: Pond): Promise<Figure> {
  const one = await timed(
    async () => {
      for (let n = 0; n < PARALLEL; n += 1) await root.writeFile(`/one/${n}`, randomBytes());
    },
    () => root.createDir("/one"),
  );
  const all = await timed(
    async () => {
      const numbers = Array.from({ length: PARALLEL }, (_, n) => n);
      await Promise.all(numbers.map((n) => root.writeFile(`/all/${n}`, randomBytes())));
    },
    () => root.createDir("/all"),
  );
  return {
    what: `${PARALLEL} auto-commits at once, against one after another`,
    value: Number((all / one).toFixed(3)),
    unit: "x",
    limit: 0.2,
    detail: `${Math.round(all)} ms against ${Math.round(one)} ms: ${(one / all).toFixed(1)} times as fast`,
  };
}

/** Two ways to do the same, call by call: whatever else the machine does meets both. */
async function inTurn(
  ours: (n: number) => Promise<number>,
  byHand: (n: number) => Promise<number>,
): Promise<[number[], number[]]> {
  const times: [number[], number[]] = [[], []];
  for (let n = -WARM_UP; n < CALLS; n += 1) {
    const [mine, theirs] = [await ours(Math.max(n, 0)), await byHand(Math.max(n, 0))];
    if (n < 0) continue;
    times[0].push(mine);
    times[1].push(theirs);
  }
  return times;
}

function randomBytes(): Uint8Array<ArrayBuffer> {
  return crypto.getRandomValues(new Uint8Array(FILE_BYTES));
}
