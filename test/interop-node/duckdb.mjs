// Native DuckDB over files in a folder of its own, and what its answers are compared by.
import assert from "node:assert/strict";
import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";

/** A database without data; the files are named by `name` below its folder. */
export class Duck {
  folder = mkdtempSync(join(tmpdir(), "tinypond-duckdb-"));
  #connection;

  async open() {
    const database = await DuckDBInstance.create(":memory:", { threads: "2" });
    this.#connection = await database.connect();
    await this.#connection.run("SET TimeZone = 'UTC'");
  }

  /** The rows of a query, as JSON has them. */
  async rows(sql) {
    return (await this.#connection.runAndReadAll(sql)).getRowObjectsJson();
  }

  /** The only value of a query. */
  async value(sql) {
    const [row] = await this.rows(sql);
    return Object.values(row)[0];
  }

  /** A file of the folder within SQL. */
  file(name) {
    return `'${join(this.folder, name)}'`;
  }

  /** Writes the rows of a query to a file. @param options of COPY, as SQL */
  async write(name, query, options = "") {
    await this.#connection.run(
      `COPY (${query}) TO ${this.file(name)} (FORMAT parquet${options && `, ${options}`})`,
    );
  }

  /** Two relations hold the same rows, types included, in any order. */
  async assertSameRows(found, expected) {
    const typesOf = async (relation) =>
      (await this.rows(`DESCRIBE FROM ${relation}`)).map(
        ({ column_name, column_type }) => `${column_name} ${column_type}`,
      );
    assert.deepEqual(await typesOf(found), await typesOf(expected));
    const count = (relation) => this.value(`SELECT count(*) FROM ${relation}`);
    assert.equal(await count(found), await count(expected));
    const without = (one, other) => `(FROM ${one} EXCEPT ALL FROM ${other})`;
    for (const rest of [without(found, expected), without(expected, found)]) {
      assert.deepEqual(await this.rows(`FROM ${rest} LIMIT 3`), []);
    }
  }

  async close() {
    this.#connection?.closeSync();
    await rm(this.folder, { recursive: true, force: true });
  }
}
