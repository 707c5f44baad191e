import type { Data, Field, RecordBatch, Schema } from "apache-arrow";
import type { Arrow } from "../arrow/load-arrow.ts";
import type { PagePause } from "../arrow/page-pause.ts";
import { arrowTypeOf, type ColumnBuilder, columnBuilder } from "./csv-columns.ts";
import { csvFault } from "./csv-fault.ts";
import type { CsvColumn } from "./csv-options.ts";
import { type CsvRow, countLineBreaks } from "./csv-reader.ts";

/** A batch with longer texts is closed before it has all its rows: memory is bounded by a batch. */
const MAX_BATCH_CHARS = 32 << 20;

/** Turns rows of text into record batches of typed columns. */
export class CsvBatchBuilder {
  readonly schema: Schema;
  readonly #arrow: Arrow;
  readonly #columns: readonly CsvColumn[];
  readonly #path: string;
  readonly #capacity: number;
  #builders: readonly ColumnBuilder[] = [];
  #rows = 0;
  #chars = 0;

  /** @param path to be named in errors */
  constructor(
    arrow: Arrow,
    columns: readonly CsvColumn[],
    { path, capacity }: { path: string; capacity: number },
  ) {
    this.#arrow = arrow;
    this.#columns = columns;
    this.#path = path;
    this.#capacity = capacity;
    const fields = columns.map(
      ({ name, type }): Field => new arrow.Field(name, arrowTypeOf(arrow, type), true),
    );
    this.schema = new arrow.Schema(fields);
    this.#begin();
  }

  /** Takes a row, and says whether the batch is full. @throws SCHEMA_MISMATCH with line and column */
  add(row: CsvRow): boolean {
    const { fields } = row;
    if (fields.length !== this.#columns.length) throw this.#wrongCount(row);
    for (let index = 0; index < fields.length; index += 1) {
      const text = fields[index];
      if (text === undefined) continue;
      this.#chars += text.length;
      if (!this.#builders[index]?.set(this.#rows, text)) this.#misfit(row, index, text);
    }
    this.#rows += 1;
    return this.#rows === this.#capacity || this.#chars > MAX_BATCH_CHARS;
  }

  /** The rows since the last batch, if there are any. The page can breathe between two columns. */
  async finish(pause: PagePause): Promise<RecordBatch | undefined> {
    const length = this.#rows;
    if (length === 0) return undefined;
    const { RecordBatch: Batch, Struct, makeData } = this.#arrow;
    const children: Data[] = [];
    for (const builder of this.#builders) {
      children.push(builder.finish(length));
      await pause.ifDue();
    }
    const type = new Struct(this.schema.fields);
    const batch = new Batch(this.schema, makeData({ type, length, nullCount: 0, children }));
    this.#begin();
    return batch;
  }

  #begin(): void {
    this.#builders = this.#columns.map(({ type }) =>
      columnBuilder(this.#arrow, type, this.#capacity),
    );
    this.#rows = 0;
    this.#chars = 0;
  }

  /** A quoted nothing is an empty text, but in a column of numbers it is nothing. */
  #misfit(row: CsvRow, index: number, text: string): void {
    if (text === "") return;
    const { name, type } = this.#columns[index] ?? { name: "", type: "text" };
    const shown = text.length > 40 ? `${text.slice(0, 40)}…` : text;
    const reason = `"${shown}" is no ${type}, as "${name}" is; types: { "${name}": "text" } takes it as text`;
    throw csvFault(this.#path, { line: lineOf(row, index), column: index + 1 }, reason);
  }

  #wrongCount(row: CsvRow): Error {
    const [found, expected] = [row.fields.length, this.#columns.length];
    const index = Math.min(found, expected);
    const reason = `the row has ${found} fields, the first had ${expected}`;
    return csvFault(this.#path, { line: lineOf(row, index), column: index + 1 }, reason);
  }
}

/** The line of a field: texts before it may go on for several. */
function lineOf({ line, fields }: CsvRow, index: number): number {
  const before = fields.slice(0, index);
  return before.reduce<number>((at, text = "") => at + countLineBreaks(text), line);
}
