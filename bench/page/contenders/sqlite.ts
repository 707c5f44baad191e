import { type RecordBatch, Table, tableToIPC } from "apache-arrow";
import { transfer } from "comlink";
import { because, type Contender, type ReadRows, STREAMS } from "./contender.ts";
import { connect, removeFolder } from "./remote.ts";
import type { SqliteStore, SqlRows } from "./sqlite.worker.ts";

const FOLDER = "bench-sqlite";

/** SQLite as WebAssembly, in the pool of sync access handles, in a worker. */
export const contender: Contender = {
  packages: ["@sqlite.org/sqlite-wasm"],
  how: "installOpfsSAHPoolVfs in a worker; prepared statements in one transaction. Files are blobs, rows come as arrays; the series has an index on t.",
  durability: "the defaults of SQLite: synchronous=FULL, a rollback journal",
  cannot: because("no streams and no ranges: a blob is whole in memory, at most 1 GB", ...STREAMS),
  open: async () => {
    const { api, terminate } = connect<SqliteStore>(
      new Worker(new URL("./sqlite.worker.ts", import.meta.url), { type: "module" }),
    );
    await api.start(FOLDER);
    return {
      writeMany: (files) => api.writeFiles(files),
      writeOne: (file) => api.writeFiles([file]),
      readOne: (name) => api.readFile(name),
      list: () => api.list(),
      writeWhole: (name, bytes) => api.writeFiles([{ name, bytes }]),
      writeTable: (batch) => api.insert("rows", ipcOf(batch)),
      readTable: async () => rowsOf(await api.readTable()),
      readColumn: async (name) => rowsOf(await api.readTable([name])),
      readFiltered: async () => rowsOf(await api.readFiltered()),
      append: (batch) => api.insert("series", ipcOf(batch)),
      readTimeRange: async (start, end) => rowsOf(await api.readTimeRange(start, end)),
      close: async () => {
        await api.close();
        terminate();
      },
    };
  },
  destroy: () => removeFolder(FOLDER),
};

function ipcOf(batch: RecordBatch): Uint8Array {
  const ipc = tableToIPC(new Table([batch]), "stream");
  return transfer(ipc, [ipc.buffer]);
}

function rowsOf({ columns, rows }: SqlRows): ReadRows {
  return {
    rowCount: rows.length,
    column: (name) => rows.map((row) => row[columns.indexOf(name)]),
  };
}
