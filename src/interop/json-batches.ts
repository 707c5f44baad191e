import type { Data, DataType, RecordBatch, Schema } from "apache-arrow";
import type { Arrow } from "../arrow/load-arrow.ts";
import { PagePause } from "../arrow/page-pause.ts";
import { vectorOf } from "../arrow/vector-of.ts";
import type { JsonRow } from "./json-rows.ts";

const BATCH_ROWS = 20_000;

type Kind = "null" | "boolean" | "int" | "float" | "text";

interface Column {
  readonly name: string;
  readonly type: DataType;
  readonly convert: (value: unknown) => unknown;
}

/** Rows of JSON as record batches, in the columns that all of them have together. */
export class JsonBatches implements AsyncIterable<RecordBatch> {
  readonly schema: Schema;
  readonly #arrow: Arrow;
  readonly #rows: readonly JsonRow[];
  readonly #columns: readonly Column[];
  readonly #pause = new PagePause();

  constructor(arrow: Arrow, rows: readonly JsonRow[]) {
    this.#arrow = arrow;
    this.#rows = rows;
    this.#columns = columnsOf(arrow, rows);
    this.schema = new arrow.Schema(
      this.#columns.map(({ name, type }) => new arrow.Field(name, type, true)),
    );
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<RecordBatch, void> {
    for (let start = 0; start < this.#rows.length; start += BATCH_ROWS) {
      const part = this.#rows.slice(start, start + BATCH_ROWS);
      const children: Data[] = [];
      for (const { name, type, convert } of this.#columns) {
        const values = part.map((row) => convert(row[name]));
        children.push(dataOf(this.#arrow, values, type));
        await this.#pause.ifDue();
      }
      const { RecordBatch, Struct, makeData } = this.#arrow;
      const type = new Struct(this.schema.fields);
      yield new RecordBatch(
        this.schema,
        makeData({ type, children, length: part.length, nullCount: 0 }),
      );
    }
  }
}

function dataOf(arrow: Arrow, values: readonly unknown[], type: DataType): Data {
  const [data] = vectorOf(arrow, values, type).data;
  return data ?? arrow.makeData({ type, length: 0 });
}

function columnsOf(arrow: Arrow, rows: readonly JsonRow[]): readonly Column[] {
  const kinds = new Map<string, Kind>();
  for (const row of rows) {
    for (const [name, value] of Object.entries(row)) {
      kinds.set(name, widest(kinds.get(name), kindOf(value)));
    }
  }
  return [...kinds].map(([name, kind]) => ({ name, ...columnOf(arrow, kind) }));
}

function kindOf(value: unknown): Kind {
  if (value === null || value === undefined) return "null";
  if (typeof value !== "number") return typeof value === "boolean" ? "boolean" : "text";
  return (value | 0) === value ? "int" : "float";
}

function widest(before: Kind | undefined, kind: Kind): Kind {
  if (before === undefined || before === "null" || before === kind) return kind;
  if (kind === "null") return before;
  const isNumeric = [before, kind].every((one) => one === "int" || one === "float");
  return isNumeric ? "float" : "text";
}

function columnOf(arrow: Arrow, kind: Kind): Omit<Column, "name"> {
  const orNull = (value: unknown) => value ?? null;
  if (kind === "int") return { type: new arrow.Int32(), convert: orNull };
  if (kind === "float") return { type: new arrow.Float64(), convert: orNull };
  if (kind === "boolean") return { type: new arrow.Bool(), convert: orNull };
  return { type: new arrow.Utf8(), convert: textOf };
}

function textOf(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  return typeof value === "string" ? value : JSON.stringify(value);
}
