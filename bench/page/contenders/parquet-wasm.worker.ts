import { Table, tableFromIPC, tableToIPC } from "apache-arrow";
import { expose, transfer } from "comlink";
import init, { ParquetFile, Table as WasmTable, writeParquet } from "parquet-wasm/esm";
import { FILTER, FILTERED_COLUMNS } from "./contender.ts";
import { OpfsParts, partName } from "./opfs-parts.ts";

const BATCH_ROWS = 65_536;

/** Parquet files by parquet-wasm with its defaults, kept by sync access handles. */
class ParquetStore {
  #files: OpfsParts | undefined;
  #partCount = 0;

  async start(folder: string): Promise<void> {
    await init();
    this.#files = await OpfsParts.open(folder);
    this.#partCount = (await this.#files.names("part-")).length;
  }

  async write(ipc: Uint8Array): Promise<void> {
    await this.#store("table.parquet", ipc);
  }

  async append(ipc: Uint8Array): Promise<void> {
    await this.#store(partName(this.#partCount), ipc);
    this.#partCount += 1;
  }

  async read(columns?: string[]): Promise<Uint8Array> {
    const ipc = await this.#read("table.parquet", columns);
    return transfer(ipc, [ipc.buffer]);
  }

  /** It has no filters: the columns are read, and rows picked by hand. */
  async readFiltered(): Promise<Record<string, unknown[]>> {
    const ipc = await this.#read("table.parquet", [...FILTERED_COLUMNS, "city"]);
    const rows = tableFromIPC(ipc);
    const [cities, temps] = [rows.getChild("city"), rows.getChild("temp")];
    const found: number[] = [];
    for (let row = 0; row < rows.numRows; row += 1) {
      if (temps?.get(row) < FILTER.tempBelow && cities?.get(row) === FILTER.city) found.push(row);
    }
    const pick = (name: string) => found.map((row) => rows.getChild(name)?.get(row));
    return Object.fromEntries(FILTERED_COLUMNS.map((name) => [name, pick(name)]));
  }

  /** It tells no bounds: every part is read. */
  async readTimeRange(start: number, end: number): Promise<Uint8Array> {
    const found: Table[] = [];
    for (const name of await this.#here.names("part-")) {
      const part = tableFromIPC(await this.#read(name));
      const times = part.getChild("t")?.toArray() as BigInt64Array;
      const isIn = (time: bigint) => time >= BigInt(start) && time < BigInt(end);
      const [first, last] = [times.findIndex(isIn), times.findLastIndex(isIn)];
      if (first >= 0) found.push(part.slice(first, last + 1));
    }
    const ipc = tableToIPC(new Table(found.flatMap(({ batches }) => batches)), "stream");
    return transfer(ipc, [ipc.buffer]);
  }

  async #store(name: string, ipc: Uint8Array): Promise<void> {
    const bytes = writeParquet(WasmTable.fromIPCStream(ipc));
    await this.#here.write(name, bytes as Uint8Array<ArrayBuffer>);
  }

  async #read(name: string, columns?: string[]): Promise<Uint8Array> {
    const file = await ParquetFile.fromFile(await this.#here.file(name));
    try {
      const table = await file.read({ batchSize: BATCH_ROWS, ...(columns && { columns }) });
      return table.intoIPCStream();
    } finally {
      file.free();
    }
  }

  get #here(): OpfsParts {
    if (!this.#files) throw new Error("The folder is not open");
    return this.#files;
  }
}

export type { ParquetStore };

expose(new ParquetStore());
