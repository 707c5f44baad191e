import { ParquetFile, type ReaderOptions, type Table } from "parquet-wasm/esm";
import { isTinyFSError, SchemaMismatchError, TinyFSError } from "../tinyfs/errors.ts";
import type { LocatedFooter, ReadableFile } from "./footer-reading.ts";
import { SourceBlob } from "./parquet-source-blob.ts";
import type { ParquetSummary } from "./parquet-types.ts";
import { loadWasm, wasmFailure } from "./parquet-wasm.ts";
import { listOf, MAX_ROW_GROUP_ROWS } from "./parquet-write-settings.ts";

/** Decodes row groups of one file. What it is asked for is validated first: parquet-wasm hangs on mistakes. */
export class FileDecoder {
  readonly #file: ReadableFile;
  readonly #located: LocatedFooter;
  readonly #summary: ParquetSummary;
  readonly #wasmUrl: string | undefined;
  #opened: Promise<ParquetFile> | undefined;
  #failure: Promise<never> | undefined;
  #running = 0;
  #closed = false;
  #abandoned = false;

  constructor(
    file: ReadableFile,
    {
      located,
      summary,
      wasmUrl,
    }: { located: LocatedFooter; summary: ParquetSummary; wasmUrl: string | undefined },
  ) {
    this.#file = file;
    this.#located = located;
    this.#summary = summary;
    this.#wasmUrl = wasmUrl;
  }

  /** An Arrow IPC stream with the schema and no batch. @throws SCHEMA_MISMATCH, PARQUET_READ_FAILED */
  async schema(columns: readonly string[] | undefined): Promise<Uint8Array<ArrayBuffer>> {
    this.#assertColumns(columns);
    return await this.#read({ rowGroups: [], ...selection(columns) }, 0);
  }

  /** An Arrow IPC stream with the rows of a row group. @throws SCHEMA_MISMATCH, PARQUET_READ_FAILED */
  async readRowGroup(
    index: number,
    columns: readonly string[] | undefined,
  ): Promise<Uint8Array<ArrayBuffer>> {
    this.#assertColumns(columns);
    const group = this.#summary.rowGroups[index];
    if (!group) {
      const count = this.#summary.rowGroups.length;
      throw new TinyFSError(
        "PARQUET_READ_FAILED",
        `Cannot read row group ${index}: the file has ${count}`,
      );
    }
    const batchSize = Math.max(1, Math.min(group.rowCount, MAX_ROW_GROUP_ROWS));
    return await this.#read(
      { rowGroups: [index], batchSize, ...selection(columns) },
      group.rowCount,
    );
  }

  /** Frees the file in parquet-wasm as soon as no call needs it. */
  close(): void {
    this.#closed = true;
    this.#freeWhenIdle();
  }

  #assertColumns(columns: readonly string[] = []): void {
    const known = [...new Set(this.#summary.columns.map(({ path }) => path[0] ?? ""))];
    const unknown = columns.find((column) => !known.includes(column));
    if (unknown === undefined) return;
    throw new SchemaMismatchError(
      `Cannot read column "${unknown}": the columns are ${listOf(known)}`,
    );
  }

  async #read(options: ReaderOptions, rowCount: number): Promise<Uint8Array<ArrayBuffer>> {
    this.#running++;
    const reading = this.#decode(options, rowCount);
    const done = () => {
      this.#running--;
      this.#freeWhenIdle();
    };
    reading.then(done, done);
    return await reading;
  }

  async #decode(options: ReaderOptions, rowCount: number): Promise<Uint8Array<ArrayBuffer>> {
    try {
      const file = await this.#open();
      const table = await this.#unlessSourceFails(file.read(options));
      return takeIpc(table, rowCount);
    } catch (error) {
      if (isTinyFSError(error)) throw error;
      throw wasmFailure("PARQUET_READ_FAILED", "decode the file", error);
    }
  }

  #open(): Promise<ParquetFile> {
    this.#opened ??= this.#start();
    return this.#opened;
  }

  async #start(): Promise<ParquetFile> {
    await loadWasm(this.#wasmUrl);
    const { tail: bytes, tailStart: start } = this.#located;
    const { blob, failure } = SourceBlob.over(this.#file, { start, bytes });
    this.#failure = failure;
    failure.catch(() => {
      this.#abandoned = true;
    });
    return await this.#unlessSourceFails(ParquetFile.fromFile(blob as unknown as Blob));
  }

  #unlessSourceFails<T>(work: Promise<T>): Promise<T> {
    return this.#failure === undefined ? work : Promise.race([work, this.#failure]);
  }

  #freeWhenIdle(): void {
    // After a failure of the source a read inside parquet-wasm stays pending for good and needs its file.
    if (!this.#closed || this.#running > 0 || this.#abandoned) return;
    const opened = this.#opened;
    this.#opened = undefined;
    opened?.then((file) => file.free()).catch(() => {}); // it was never opened
  }
}

function selection(columns: readonly string[] | undefined): { columns?: string[] } {
  return columns ? { columns: [...columns] } : {};
}

function takeIpc(table: Table, expectedRows: number): Uint8Array<ArrayBuffer> {
  let rowCount = 0;
  for (const batch of table.recordBatches()) {
    rowCount += batch.numRows;
    batch.free();
  }
  if (rowCount === expectedRows) return table.intoIPCStream() as Uint8Array<ArrayBuffer>;
  table.free();
  const message = `Cannot decode the file: a row group of ${expectedRows} rows came with ${rowCount}`;
  throw new TinyFSError("PARQUET_READ_FAILED", message);
}
