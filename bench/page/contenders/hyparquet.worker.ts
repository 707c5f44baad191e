import { tableFromIPC } from "apache-arrow";
import { expose } from "comlink";
import { type AsyncBuffer, parquetQuery, parquetRead } from "hyparquet";
import { type BasicType, type ColumnSource, parquetWriteBuffer } from "hyparquet-writer";
import { FILTER, FILTERED_COLUMNS } from "./contender.ts";
import { OpfsParts, partName } from "./opfs-parts.ts";

const TYPES: Record<string, BasicType> = {
  id: "INT64",
  temp: "DOUBLE",
  city: "STRING",
  session: "STRING",
  t: "INT64",
  ok: "BOOLEAN",
};

/** Values of columns, in pieces as they were decoded. */
export type Chunks = Record<string, ArrayLike<unknown>[]>;

/** A row as an object. */
export type Row = Record<string, unknown>;

/** Parquet files by hyparquet-writer and hyparquet with their defaults, kept by sync access handles. */
class HyparquetStore {
  #files: OpfsParts | undefined;
  #partCount = 0;

  async start(folder: string): Promise<void> {
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

  async read(columns: string[] = Object.keys(TYPES)): Promise<Chunks> {
    const chunks: Chunks = {};
    await parquetRead({
      file: await this.#open("table.parquet"),
      columns,
      onChunk: ({ columnName, columnData }) => {
        chunks[columnName] ??= [];
        chunks[columnName].push(columnData);
      },
    });
    return chunks;
  }

  async readFiltered(): Promise<Row[]> {
    return parquetQuery({
      file: await this.#open("table.parquet"),
      columns: [...FILTERED_COLUMNS],
      filter: { city: { $eq: FILTER.city }, temp: { $lt: FILTER.tempBelow } },
    });
  }

  async readTimeRange(start: number, end: number): Promise<Row[]> {
    const found: Row[] = [];
    for (const name of await this.#here.names("part-")) {
      const filter = { t: { $gte: BigInt(start), $lt: BigInt(end) } };
      found.push(...(await parquetQuery({ file: await this.#open(name), filter })));
    }
    return found;
  }

  async #store(name: string, ipc: Uint8Array): Promise<void> {
    const rows = tableFromIPC(ipc);
    const columnData = Object.entries(TYPES).map(([column, type]): ColumnSource => {
      const vector = rows.getChild(column);
      const isNumeric = type === "INT64" || type === "DOUBLE";
      const data = isNumeric ? vector?.toArray() : Array.from(vector ?? []);
      return { name: column, data, type };
    });
    await this.#here.write(name, new Uint8Array(parquetWriteBuffer({ columnData })));
  }

  async #open(name: string): Promise<AsyncBuffer> {
    const file = await this.#here.file(name);
    return {
      byteLength: file.size,
      slice: (start, end) => file.slice(start, end).arrayBuffer(),
    };
  }

  get #here(): OpfsParts {
    if (!this.#files) throw new Error("The folder is not open");
    return this.#files;
  }
}

export type { HyparquetStore };

expose(new HyparquetStore());
