import { type RecordBatch, Table, tableFromIPC, tableToIPC } from "apache-arrow";
import { transfer } from "comlink";
import { rowsOfTable } from "./arrow-rows.ts";
import { because, type Contender, SMALL_FILES, STREAMS } from "./contender.ts";
import type { ParquetStore } from "./parquet-wasm.worker.ts";
import { connect, removeFolder } from "./remote.ts";

const FOLDER = "bench-parquet-wasm";

/** parquet-wasm in a worker, its files kept by hand. */
export const contender: Contender = {
  packages: ["parquet-wasm", "apache-arrow"],
  how: "In a worker: writeParquet with its defaults, a sync access handle, ParquetFile.fromFile to read. An append is a file of its own; a range of time reads all of them, for it tells no bounds.",
  durability: "flush() before every close",
  cannot: because("tables only", ...SMALL_FILES, ...STREAMS, "writeWhole"),
  open: async () => {
    const { api, terminate } = connect<ParquetStore>(
      new Worker(new URL("./parquet-wasm.worker.ts", import.meta.url), { type: "module" }),
    );
    await api.start(FOLDER);
    return {
      writeTable: (batch) => api.write(ipcOf(batch)),
      readTable: async () => rowsOfTable(tableFromIPC(await api.read())),
      readColumn: async (name) => rowsOfTable(tableFromIPC(await api.read([name]))),
      readFiltered: async () => {
        const columns = await api.readFiltered();
        return { rowCount: columns["id"]?.length ?? 0, column: (name) => columns[name] ?? [] };
      },
      append: (batch) => api.append(ipcOf(batch)),
      readTimeRange: async (start, end) =>
        rowsOfTable(tableFromIPC(await api.readTimeRange(start, end))),
      close: async () => terminate(),
    };
  },
  destroy: () => removeFolder(FOLDER),
};

function ipcOf(batch: RecordBatch): Uint8Array {
  const ipc = tableToIPC(new Table([batch]), "stream");
  return transfer(ipc, [ipc.buffer]);
}
