import { type Remote, transfer } from "comlink";
import { because, type Contender, SERIES, type Store, TABLES } from "./contender.ts";
import type { RawFiles } from "./raw-opfs.worker.ts";
import { connect, removeFolder } from "./remote.ts";

const FOLDER = "bench-raw-opfs";
const CHUNK_BYTES = 1 << 20;

/** The origin private file system by hand: what the machine can do, with no names, checks or history added. */
export const contender: Contender = {
  packages: [],
  how: "One worker, one sync access handle at a time: write, flush, close. Large files in chunks of 1 MiB, transferred. Nothing is verified.",
  durability: "flush() before every close",
  cannot: because("bytes only, no tables", ...TABLES, ...SERIES),
  open: async () => {
    const worker = connect<RawFiles>(
      new Worker(new URL("./raw-opfs.worker.ts", import.meta.url), { type: "module" }),
    );
    await worker.api.start(FOLDER);
    return storeOf(worker.api, () => worker.terminate());
  },
  destroy: () => removeFolder(FOLDER),
};

function storeOf(files: Remote<RawFiles>, terminate: () => void): Store {
  return {
    writeMany: (many) => files.write(many),
    writeOne: (file) => files.write([file]),
    readOne: (name) => files.read(name),
    list: () => files.list(),
    streamIn: async (name, stream) => {
      await files.begin(name);
      for await (const chunk of stream) await files.add(transfer(chunk, [chunk.buffer]));
      await files.end();
    },
    streamOut: async (name) => streamOf(files, await files.openToRead(name)),
    async *readRanges(name, starts, length) {
      await files.openToRead(name);
      for (const start of starts) yield files.readAt(start, length);
      await files.end();
    },
    writeWhole: async (name, bytes) => files.write([{ name, bytes }]),
    close: async () => terminate(),
  };
}

function streamOf(files: Remote<RawFiles>, size: number): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        if (at >= size) {
          await files.end();
          controller.close();
          return;
        }
        const length = Math.min(CHUNK_BYTES, size - at);
        controller.enqueue(await files.readAt(at, length));
        at += length;
      },
    },
    { highWaterMark: 0 },
  );
}
