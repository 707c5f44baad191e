import { ParquetFile, type ReaderOptions, type Table } from "parquet-wasm/esm";
import { isTinyFSError, SchemaMismatchError, TinyFSError } from "../tinyfs/errors.ts";
import type { LocatedFooter, ReadableFile } from "./footer-reading.ts";
import { arrowSchemaOf, type FileRange } from "./parquet-footer.ts";
import { isWithin, joinRanges, sumRanges } from "./parquet-ranges.ts";
import { KnownParts, SourceBlob } from "./parquet-source-blob.ts";
import type { ParquetRowGroup, ParquetSummary, RowRange } from "./parquet-types.ts";
import { loadWasm, wasmFailure } from "./parquet-wasm.ts";
import { listOf, MAX_ROW_GROUP_ROWS } from "./parquet-write-settings.ts";

/** What decoding asks of a summary. */
export interface DecodableSummary extends Pick<ParquetSummary, "columns"> {
  readonly rowGroups: readonly Pick<ParquetRowGroup, "rowCount">[];
}

/** Decodes row groups of one file. What it is asked for is validated first: parquet-wasm hangs on mistakes. */
export class FileDecoder {
  readonly #file: ReadableFile;
  readonly #located: LocatedFooter;
  readonly #summary: DecodableSummary;
  readonly #wasmUrl: string | undefined;
  readonly #known: KnownParts;
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
    }: { located: LocatedFooter; summary: DecodableSummary; wasmUrl: string | undefined },
  ) {
    this.#file = file;
    this.#located = located;
    this.#summary = summary;
    this.#wasmUrl = wasmUrl;
    this.#known = new KnownParts(file, { start: located.tailStart, bytes: located.tail });
  }

  /** An Arrow IPC stream with the schema and no batch. @throws SCHEMA_MISMATCH, PARQUET_READ_FAILED */
  async schema(columns: readonly string[] | undefined): Promise<Uint8Array<ArrayBuffer>> {
    this.#assertColumns(columns);
    return await this.#read({ rowGroups: [], ...selection(columns) }, 0);
  }

  /** What an Arrow writer put beside the file's own schema: see `ParquetReader`. */
  get arrowSchema(): string | undefined {
    const bytes = arrowSchemaOf(this.#located.footer);
    return bytes && new TextDecoder().decode(bytes);
  }

  /** An Arrow IPC stream with the rows of a row group. @throws SCHEMA_MISMATCH, PARQUET_READ_FAILED */
  async readRowGroup(
    index: number,
    columns: readonly string[] | undefined,
  ): Promise<Uint8Array<ArrayBuffer>> {
    return await this.readRows(index, { start: 0, end: this.#rowCount(index) }, columns);
  }

  /** The same with some of the rows. All of its pages are fetched, and none is decoded after the last row. */
  async readRows(
    index: number,
    { start, end }: RowRange,
    columns: readonly string[] | undefined,
  ): Promise<Uint8Array<ArrayBuffer>> {
    this.#assertColumns(columns);
    const all = this.#rowCount(index);
    const rows = end - start;
    const batchSize = Math.max(1, Math.min(rows, MAX_ROW_GROUP_ROWS));
    const part = rows < all ? { offset: start, limit: rows } : {};
    const options = { rowGroups: [index], batchSize, ...part, ...selection(columns) };
    const neighbours = await this.#known.add(this.#joinedRanges(index, columns));
    try {
      return await this.#read(options, rows);
    } finally {
      this.#known.drop(neighbours);
    }
  }

  /** How many bytes `readRowGroup` asks the file for, over some row groups. */
  plannedBytes(indexes: readonly number[], columns: readonly string[] | undefined): number {
    this.#assertColumns(columns);
    return indexes.reduce((sum, index) => sum + sumRanges(this.#ranges(index, columns)), 0);
  }

  /** Frees the file in parquet-wasm as soon as no call needs it. */
  close(): void {
    this.#closed = true;
    this.#freeWhenIdle();
  }

  #rowCount(index: number): number {
    const group = this.#summary.rowGroups[index];
    if (group) return group.rowCount;
    const count = this.#summary.rowGroups.length;
    const message = `Cannot read row group ${index}: the file has ${count}`;
    throw new TinyFSError("PARQUET_READ_FAILED", message);
  }

  /** What a row group takes of the file, neighbours in one. */
  #ranges(index: number, columns: readonly string[] | undefined): FileRange[] {
    if (this.#file.isHeld) return [];
    const chunks = this.#located.footer.rowGroups[index]?.extras ?? [];
    const wanted = this.#summary.columns.flatMap(({ path: [name = ""] }, leaf) => {
      const pages = chunks[leaf]?.pages;
      return pages && (columns === undefined || columns.includes(name)) ? pages : [];
    });
    const { tailStart: start, size: end } = this.#located;
    return joinRanges(wanted).filter((range) => !isWithin(range, { start, end }));
  }

  /** Those of them that are not one column chunk, which parquet-wasm asks for by itself. */
  #joinedRanges(index: number, columns: readonly string[] | undefined): FileRange[] {
    const chunks = this.#located.footer.rowGroups[index]?.extras ?? [];
    return this.#ranges(index, columns).filter(
      ({ start, end }) => !chunks.some(({ pages }) => pages.start === start && pages.end === end),
    );
  }

  #assertColumns(columns: readonly string[] = []): void {
    const known = [...new Set(this.#summary.columns.map(({ path }) => path[0] ?? ""))];
    const unknown = columns.find((column) => !known.includes(column));
    if (unknown === undefined) return;
    throw new SchemaMismatchError(
      `Cannot read column "${unknown}": the columns are ${listOf(known)}`,
    );
  }

  /**
   * Runs work with the file in parquet-wasm, which is not freed meanwhile.
   * @throws PARQUET_READ_FAILED, and typed errors of the work
   */
  async use<T>(work: (file: ParquetFile) => Promise<T>): Promise<T> {
    this.#running++;
    const using = this.#attempt(work);
    const done = () => {
      this.#running--;
      this.#freeWhenIdle();
    };
    using.then(done, done);
    return await using;
  }

  #read(options: ReaderOptions, rowCount: number): Promise<Uint8Array<ArrayBuffer>> {
    return this.use(async (file) => takeIpc(await file.read(options), rowCount));
  }

  async #attempt<T>(work: (file: ParquetFile) => Promise<T>): Promise<T> {
    try {
      const file = await this.#open();
      return await this.#unlessSourceFails(work(file));
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
    const { blob, failure } = SourceBlob.over(this.#file, this.#known);
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
