import { type RecordBatch, Table, tableToIPC } from "apache-arrow";
import { transfer } from "comlink";
import { because, type Contender, type ReadRows, SMALL_FILES, STREAMS } from "./contender.ts";
import type { Chunks, HyparquetStore, Row } from "./hyparquet.worker.ts";
import { connect, removeFolder } from "./remote.ts";

const FOLDER = "bench-hyparquet";

/** hyparquet and hyparquet-writer in a worker, their files kept by hand. */
export const contender: Contender = {
  packages: ["hyparquet", "hyparquet-writer"],
  how: "In a worker: parquetWriteBuffer with its defaults, a sync access handle; parquetRead by column, parquetQuery with a filter. An append is a file of its own.",
  durability: "flush() before every close",
  cannot: because("tables only", ...SMALL_FILES, ...STREAMS, "writeWhole"),
  open: async () => {
    const { api, terminate } = connect<HyparquetStore>(
      new Worker(new URL("./hyparquet.worker.ts", import.meta.url), { type: "module" }),
    );
    await api.start(FOLDER);
    return {
      writeTable: (batch) => api.write(ipcOf(batch)),
      readTable: async () => rowsOfChunks(await api.read()),
      readColumn: async (name) => rowsOfChunks(await api.read([name])),
      readFiltered: async () => rowsOf(await api.readFiltered()),
      append: (batch) => api.append(ipcOf(batch)),
      readTimeRange: async (start, end) => rowsOf(await api.readTimeRange(start, end)),
      close: async () => terminate(),
    };
  },
  destroy: () => removeFolder(FOLDER),
};

function ipcOf(batch: RecordBatch): Uint8Array {
  const ipc = tableToIPC(new Table([batch]), "stream");
  return transfer(ipc, [ipc.buffer]);
}

function rowsOfChunks(chunks: Chunks): ReadRows {
  const [first = []] = Object.values(chunks);
  return {
    rowCount: first.reduce((sum, { length }) => sum + length, 0),
    column: (name) => (chunks[name] ?? []).flatMap((piece) => Array.from(piece)),
  };
}

function rowsOf(objects: readonly Row[]): ReadRows {
  return { rowCount: objects.length, column: (name) => objects.map((row) => row[name]) };
}
