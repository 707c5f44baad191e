import sqlite3InitModule, {
  type BindableValue,
  type Database,
  type SAHPoolUtil,
} from "@sqlite.org/sqlite-wasm";
import { tableFromIPC } from "apache-arrow";
import { expose } from "comlink";
import { plainValues } from "./arrow-rows.ts";
import { FILTER, FILTERED_COLUMNS, type ListedFile, type NamedFile } from "./contender.ts";

const COLUMNS = ["id", "temp", "city", "session", "t", "ok"] as const;
const TYPES = "id INTEGER PRIMARY KEY, temp REAL, city TEXT, session TEXT, t INTEGER, ok INTEGER";

/** Rows as SQLite gives them, and the names of their columns. */
export interface SqlRows {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
}

/** A database in the pool of sync access handles. */
class SqliteStore {
  #database: Database | undefined;
  #pool: SAHPoolUtil | undefined;

  async start(directory: string): Promise<void> {
    const sqlite3 = await sqlite3InitModule();
    const pool = await sqlite3.installOpfsSAHPoolVfs({ directory, name: directory });
    this.#pool = pool;
    this.#database = new pool.OpfsSAHPoolDb("/bench.sqlite3");
    this.#db.exec("CREATE TABLE IF NOT EXISTS files (name TEXT PRIMARY KEY, bytes BLOB)");
    this.#db.exec(`CREATE TABLE IF NOT EXISTS rows (${TYPES})`);
    this.#db.exec(`CREATE TABLE IF NOT EXISTS series (${TYPES})`);
    this.#db.exec("CREATE INDEX IF NOT EXISTS series_t ON series (t)");
  }

  writeFiles(files: readonly NamedFile[]): void {
    this.#db.transaction(() => {
      const statement = this.#db.prepare("INSERT OR REPLACE INTO files VALUES (?, ?)");
      for (const { name, bytes } of files) statement.bind([name, bytes]).stepReset();
      statement.finalize();
    });
  }

  readFile(name: string): Uint8Array {
    return this.#db.selectValue("SELECT bytes FROM files WHERE name = ?", name) as Uint8Array;
  }

  list(): ListedFile[] {
    const sql = "SELECT name, length(bytes) AS size FROM files";
    return this.#db.selectObjects(sql) as unknown as ListedFile[];
  }

  insert(table: "rows" | "series", ipc: Uint8Array): void {
    const batches = tableFromIPC(ipc);
    const columns = COLUMNS.map((name) => plainValues(batches.getChild(name)));
    this.#db.transaction(() => {
      const statement = this.#db.prepare(`INSERT INTO ${table} VALUES (?, ?, ?, ?, ?, ?)`);
      for (let row = 0; row < batches.numRows; row += 1) {
        statement.bind(columns.map((column) => column[row] as BindableValue)).stepReset();
      }
      statement.finalize();
    });
  }

  readTable(columns: readonly string[] = COLUMNS): SqlRows {
    return { columns, rows: this.#db.selectArrays(`SELECT ${columns.join()} FROM rows`) };
  }

  readFiltered(): SqlRows {
    const sql = `SELECT ${FILTERED_COLUMNS.join()} FROM rows WHERE city = ? AND temp < ?`;
    return {
      columns: FILTERED_COLUMNS,
      rows: this.#db.selectArrays(sql, [FILTER.city, FILTER.tempBelow]),
    };
  }

  readTimeRange(start: number, end: number): SqlRows {
    const sql = `SELECT ${COLUMNS.join()} FROM series WHERE t >= ? AND t < ?`;
    return { columns: COLUMNS, rows: this.#db.selectArrays(sql, [start, end]) };
  }

  close(): void {
    this.#db.close();
    // Lets go of the pool's handles: a worker that is only ended may keep them for a while.
    this.#pool?.pauseVfs();
  }

  get #db(): Database {
    if (!this.#database) throw new Error("The database is not open");
    return this.#database;
  }
}

export type { SqliteStore };

expose(new SqliteStore());
