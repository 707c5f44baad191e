import {
  AsyncDuckDB,
  type AsyncDuckDBConnection,
  DuckDBAccessMode,
  VoidLogger,
} from "@duckdb/duckdb-wasm";
import { type RecordBatch, Table, tableToIPC } from "apache-arrow";
import { rowsOfTable } from "./arrow-rows.ts";
import {
  because,
  type Contender,
  FILTER,
  FILTERED_COLUMNS,
  SMALL_FILES,
  STREAMS,
  type Store,
} from "./contender.ts";

const FILE = "bench-duckdb.db";
const workerUrl = new URL("@duckdb/duckdb-wasm/dist/duckdb-browser-eh.worker.js", import.meta.url);
const wasmUrl = new URL("@duckdb/duckdb-wasm/dist/duckdb-eh.wasm", import.meta.url);

/** DuckDB-WASM, its files served from here: Arrow in, Arrow out. */
export const contender: Contender = {
  packages: ["@duckdb/duckdb-wasm"],
  how: "A database in the origin private file system, insertArrowFromIPCStream, SQL; CHECKPOINT after a table is written. Parquet would need its extension from the network.",
  durability: "its write-ahead log; a table by CHECKPOINT",
  cannot: {
    ...because("no files: tables only", ...SMALL_FILES, ...STREAMS, "writeWhole"),
  },
  open: async () => {
    const worker = new Worker(workerUrl);
    const database = new AsyncDuckDB(new VoidLogger(), worker);
    await database.instantiate(wasmUrl.href);
    await database.open({ path: `opfs://${FILE}`, accessMode: DuckDBAccessMode.READ_WRITE });
    return storeOf(database, await database.connect());
  },
  destroy: async () => {
    const root = await navigator.storage.getDirectory();
    for (const name of [FILE, `${FILE}.wal`]) {
      // Either may be missing: DuckDB removes its log when it closes.
      await root.removeEntry(name).catch(() => undefined);
    }
  },
};

function storeOf(database: AsyncDuckDB, connection: AsyncDuckDBConnection): Store {
  const query = async (sql: string) => rowsOfTable(await connection.query(sql));
  let hasSeries = false;
  return {
    writeTable: async (batch) => {
      await connection.insertArrowFromIPCStream(ipcOf(batch), { name: "rows", create: true });
      await connection.query("CHECKPOINT");
    },
    readTable: () => query("SELECT * FROM rows"),
    readColumn: (name) => query(`SELECT ${name} FROM rows`),
    readFiltered: () =>
      query(
        `SELECT ${FILTERED_COLUMNS.join()} FROM rows WHERE city = '${FILTER.city}' AND temp < ${FILTER.tempBelow}`,
      ),
    append: async (batch) => {
      const options = { name: "series", create: !hasSeries };
      await connection.insertArrowFromIPCStream(ipcOf(batch), options);
      hasSeries = true;
    },
    readTimeRange: (start, end) =>
      query(
        `SELECT * FROM series WHERE t >= make_timestamp(${start}) AND t < make_timestamp(${end})`,
      ),
    close: async () => {
      await connection.query("CHECKPOINT");
      await connection.close();
      await database.reset();
      await database.terminate();
    },
  };
}

/** With the mark of the end, without which rows may be missing. */
function ipcOf(batch: RecordBatch): Uint8Array {
  return tableToIPC(new Table([batch]), "stream");
}
