import type { RecordBatch, Schema } from "apache-arrow";
import type { TableLike } from "../arrow/batch-input.ts";
import type { Arrow } from "../arrow/load-arrow.ts";
import { PagePause } from "../arrow/page-pause.ts";
import { TinyFSError } from "../tinyfs/errors.ts";
import { CsvBatchBuilder } from "./csv-batch-builder.ts";
import { nameColumns, typeColumns } from "./csv-header.ts";
import type { CsvColumn, CsvDelimiter, CsvOptions, CsvSource } from "./csv-options.ts";
import type { CsvRow } from "./csv-reader.ts";
import { readRows } from "./csv-rows.ts";
import { readText } from "./csv-text.ts";

/** Rows that types are inferred from, unless they come to more bytes than the second figure. */
const SAMPLE_ROWS = 10_000;
const SAMPLE_BYTES = 16 << 20;
const DEFAULT_BATCH_ROWS = 65_536;
/** Rows between two looks at the clock. */
const PAUSE_ROWS = 512;

/** The record batches of a CSV file. What is known of it is complete once they have been run through. */
export class CsvBatches implements AsyncIterable<RecordBatch | TableLike> {
  readonly #arrow: Arrow;
  readonly #path: string;
  readonly #source: CsvSource;
  readonly #options: CsvOptions;
  readonly #pause = new PagePause();
  rowCount = 0;
  bytesRead = 0;
  delimiter: CsvDelimiter = ",";
  columns: readonly CsvColumn[] = [];
  schema: Schema | undefined;

  constructor(
    arrow: Arrow,
    path: string,
    { source, options }: { source: CsvSource; options: CsvOptions },
  ) {
    this.#arrow = arrow;
    this.#path = path;
    this.#source = source;
    this.#options = options;
  }

  /** Reads the file from its start. @throws EMPTY_STREAM, SCHEMA_MISMATCH with line and column */
  async *[Symbol.asyncIterator](): AsyncGenerator<RecordBatch | TableLike, void> {
    const { signal, delimiter: given } = this.#options;
    this.rowCount = 0;
    let builder: CsvBatchBuilder | undefined;
    let waiting: CsvRow[] = [];
    const text = readText(this.#source, this.#path, signal);
    for await (const { rows, delimiter, bytesRead } of readRows(text, this.#path, given)) {
      this.delimiter = delimiter;
      this.bytesRead = bytesRead;
      for (const row of rows) waiting.push(row);
      const isSampled = waiting.length > SAMPLE_ROWS || bytesRead > SAMPLE_BYTES;
      if (waiting.length === 0 || (!builder && !isSampled)) continue;
      builder ??= await this.#begin(waiting);
      yield* this.#fill(builder, waiting);
      waiting = [];
    }
    builder ??= await this.#begin(waiting);
    yield* this.#fill(builder, waiting);
    const last = await builder.finish(this.#pause);
    if (last) yield last;
    else if (this.rowCount === 0) yield { schema: builder.schema, batches: [] };
  }

  /** Names and types the columns; takes the header off the rows. */
  async #begin(rows: CsvRow[]): Promise<CsvBatchBuilder> {
    const { header = true, types = {}, batchRows = DEFAULT_BATCH_ROWS } = this.#options;
    const [first] = rows;
    if (!first) throw this.#empty();
    const names = nameColumns(first, header);
    if (header) rows.shift();
    const sample = rows.slice(0, SAMPLE_ROWS);
    this.columns = await typeColumns(names, sample, {
      types,
      path: this.#path,
      pause: this.#pause,
    });
    const builder = new CsvBatchBuilder(this.#arrow, this.columns, {
      path: this.#path,
      capacity: batchRows,
    });
    this.schema = builder.schema;
    return builder;
  }

  async *#fill(
    builder: CsvBatchBuilder,
    rows: readonly CsvRow[],
  ): AsyncGenerator<RecordBatch, void> {
    for (const row of rows) {
      const isFull = builder.add(row);
      this.rowCount += 1;
      const batch = isFull ? await builder.finish(this.#pause) : undefined;
      if (batch) yield batch;
      if (this.rowCount % PAUSE_ROWS === 0) await this.#pause.ifDue();
    }
  }

  #empty(): TinyFSError {
    const path = this.#path;
    const message = `Cannot import CSV to "${path}": the file has no line`;
    return new TinyFSError("EMPTY_STREAM", message, { path });
  }
}
