import { openPond, type Pond } from "../../../src/index.ts";
import { ParquetClient } from "../../../src/worker/parquet-client.ts";
import { MemorySource } from "../../worker/parquet-fixtures.ts";
import { readings } from "./readings.ts";

/** What the tests in Node ask of the page. Files go by their addresses. */
class Host {
  readonly #pond: Pond;
  readonly #parquet = new ParquetClient();

  constructor(pond: Pond) {
    this.#pond = pond;
  }

  /** Takes a file in. */
  async importFile(url: string, path: string, as: "table" | "series"): Promise<void> {
    const response = await fetch(url);
    await this.#pond.root.importParquet(path, await response.blob(), { as, create: "either" });
  }

  /** Decodes a file and encodes its rows again. */
  async writeAgain(path: string, to: string, as: "table" | "series"): Promise<void> {
    const { root } = this.#pond;
    const [rows, create] = [await root.readTable(path), "either"] as const;
    if (as === "table") await root.createTableFromBatches(to, rows, { create });
    else await root.createSeriesFromBatches(to, rows, { create });
  }

  /** Makes a series, a segment for each number of rows. */
  async writeReadings(path: string, segments: readonly number[]): Promise<void> {
    const { root } = this.#pond;
    let from = 0;
    for (const [index, rows] of segments.entries()) {
      const batches = [readings(from, rows)];
      if (index === 0) await root.createSeriesFromBatches(path, batches);
      else await root.appendSeries(path, batches);
      from += rows;
    }
  }

  /** Appends what a table holds to a series. */
  async append(path: string, table: string): Promise<void> {
    const { root } = this.#pond;
    await root.appendSeries(path, await root.readTable(table));
  }

  /** Joins files as they are. */
  async splice(urls: readonly string[], to: string): Promise<void> {
    const files = await Promise.all(
      urls.map(async (url) => new Uint8Array(await (await fetch(url)).arrayBuffer())),
    );
    const source = await this.#parquet.splice(files.map((file) => new MemorySource(file)));
    await put(to, new Blob([await source.read(0, source.size)]));
  }

  /** Gives a table, or a series as one file. */
  async exportFile(path: string, to: string): Promise<void> {
    await using file = await this.#pond.root.exportParquet(path);
    await put(to, await file.toBlob());
  }

  /** How many rows and segments there are. */
  async count(path: string): Promise<{ rowCount: number; segments: number }> {
    const { rowCount, segments } = await this.#pond.root.describe(path);
    return { rowCount, segments };
  }
}

async function put(url: string, body: Blob): Promise<void> {
  const { ok, status } = await fetch(url, { method: "PUT", body });
  if (!ok) throw new Error(`PUT ${url}: ${status}`);
}

const pond = await openPond(`interop-${crypto.randomUUID()}`);
Object.assign(globalThis, { host: new Host(pond) });
document.documentElement.dataset["ready"] = "";
