import init, { ParquetFile } from "parquet-wasm/esm";

const NAME = "bench-read-table.parquet";

/** Keeps a file, or decodes all of it, a row group at a time, as Arrow IPC streams. */
interface Request {
  readonly write?: Uint8Array<ArrayBuffer>;
  readonly read?: boolean;
}

const ready = init();

addEventListener("message", ({ data }: MessageEvent<Request>) => void answer(data));

async function answer({ write }: Request): Promise<void> {
  await ready;
  const folder = await navigator.storage.getDirectory();
  const handle = await folder.getFileHandle(NAME, { create: true });
  if (write) {
    const writer = await handle.createWritable();
    await writer.write(write);
    await writer.close();
    postMessage([]);
    return;
  }
  const file = await ParquetFile.fromFile(await handle.getFile());
  const streams: Uint8Array[] = [];
  for (let group = 0; group < file.metadata().numRowGroups(); group += 1) {
    const table = await file.read({ rowGroups: [group], batchSize: 131_072 });
    streams.push(table.intoIPCStream());
  }
  file.free();
  postMessage(streams, { transfer: streams.map(({ buffer }) => buffer) });
}
