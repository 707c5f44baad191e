import { deletePond, openPond } from "tinypond";
import { type Contest, compare, type Figure, timed } from "../figure.ts";
import { RawStore } from "../raw-store.ts";

const MIB = 1 << 20;
const SIZES_MIB = [1, 8, 64];
/** What one pull of the library's stream reads. */
const CHUNK_BYTES = MIB;
const ROUNDS = 15;
const POND = "bench-verified-read";
const RAW = "bench-raw-verified-read";

/**
 * Reading a large file as a stream, every page verified, against a stream over a worker that reads the
 * same bytes in the same chunks through a sync handle, transfers them, and verifies nothing. Opening is
 * measured by itself: there the one by hand looks a file's name up in IndexedDB.
 */
export async function verifiedRead(): Promise<Figure[]> {
  await deletePond(POND);
  const pond = await openPond(POND);
  const raw = await RawStore.open(RAW);
  const worker = new Worker(new URL("../read-by-hand.worker.ts", import.meta.url), {
    type: "module",
  });
  const figures: Figure[] = [];
  try {
    for (const size of SIZES_MIB) {
      const name = `bench-read-${size}.bin`;
      const bytes = someBytes(size * MIB);
      await pond.root.writeFile(`/${name}`, bytes);
      await ask(worker, { write: { name, bytes } });
      await raw.put(`/${name}`, { name, size: bytes.byteLength });
      const ways = {
        ours: () => pond.root.asyncReader(`/${name}`),
        byHand: async () => {
          const row = (await raw.get(`/${name}`)) as { readonly name: string };
          return streamByHand(worker, row.name);
        },
      };
      for (const contest of contestsOf(size, ways)) figures.push(await compare(contest, ROUNDS));
      await (await navigator.storage.getDirectory()).removeEntry(name);
    }
    return figures;
  } finally {
    worker.terminate();
    raw.close();
    await RawStore.delete(RAW);
    await pond.close();
    await deletePond(POND);
  }
}

type Open = () => Promise<ReadableStream<Uint8Array>>;

function contestsOf(
  size: number,
  { ours, byHand }: { readonly ours: Open; readonly byHand: Open },
): Contest[] {
  return [
    {
      what: `asyncReader of ${size} MiB, verified, against a stream of unverified sync-handle reads in a worker`,
      limit: 1.4,
      ours: () => timeReading(ours),
      byHand: () => timeReading(byHand),
    },
    {
      what: `the same with the opening, of ${size} MiB`,
      ours: () => timed(async () => drain(await ours())),
      byHand: () => timed(async () => drain(await byHand())),
    },
  ];
}

async function timeReading(open: Open): Promise<number> {
  const stream = await open();
  return timed(() => drain(stream));
}

async function streamByHand(worker: Worker, name: string): Promise<ReadableStream<Uint8Array>> {
  const size = (await ask(worker, { open: name })) as number;
  let at = 0;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        if (at >= size) {
          await ask(worker, {});
          controller.close();
          return;
        }
        const length = Math.min(CHUNK_BYTES, size - at);
        controller.enqueue((await ask(worker, { at, length })) as Uint8Array);
        at += length;
      },
    },
    { highWaterMark: 0 },
  );
}

async function drain(stream: ReadableStream<Uint8Array>): Promise<void> {
  const reader = stream.getReader();
  for (;;) {
    if ((await reader.read()).done) return;
  }
}

function ask(worker: Worker, request: unknown): Promise<unknown> {
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = reject;
    worker.postMessage(request);
  });
}

/** Random at the beginning of each 64 KiB, which is all that a browser gives at once. */
function someBytes(length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; at += 65_536) {
    crypto.getRandomValues(bytes.subarray(at, Math.min(at + 65_536, length)));
  }
  return bytes;
}
