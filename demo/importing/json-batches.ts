import {
  Bool,
  type DataType,
  Field,
  Float64,
  Int32,
  makeData,
  RecordBatch,
  Schema,
  Struct,
  Utf8,
  vectorFromArray,
} from "apache-arrow";
import type { JsonRow } from "./json-rows.ts";

const BATCH_ROWS = 20_000;

interface Column {
  readonly name: string;
  readonly type: DataType;
  readonly convert: (value: unknown) => unknown;
}

/**
 * Rows of JSON as record batches. A column has the type that all its values have: whole numbers of 32
 * bits, numbers, true and false; else text, which of lists and objects is their JSON.
 */
export async function* jsonBatches(
  rows: readonly JsonRow[],
  onRows: (count: number) => void,
): AsyncGenerator<RecordBatch> {
  const columns = columnsOf(rows);
  const schema = new Schema(columns.map(({ name, type }) => new Field(name, type, true)));
  for (let start = 0; start < rows.length; start += BATCH_ROWS) {
    const part = rows.slice(start, start + BATCH_ROWS);
    const children = columns.map(({ name, type, convert }) => {
      return dataOf(
        part.map((row) => convert(row[name])),
        type,
      );
    });
    const type = new Struct(schema.fields);
    yield new RecordBatch(schema, makeData({ type, children, length: part.length, nullCount: 0 }));
    onRows(start + part.length);
  }
}

function dataOf(values: readonly unknown[], type: DataType) {
  const [data] = vectorFromArray(values, type).data;
  return data ?? makeData({ type, length: 0 });
}

function columnsOf(rows: readonly JsonRow[]): readonly Column[] {
  const kinds = new Map<string, string>();
  for (const row of rows) {
    for (const [name, value] of Object.entries(row)) {
      kinds.set(name, widest(kinds.get(name), kindOf(value)));
    }
  }
  return [...kinds].map(([name, kind]) => ({ name, ...columnOf(kind) }));
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return "null";
  if (typeof value !== "number") return typeof value === "boolean" ? "boolean" : "text";
  return (value | 0) === value ? "int" : "float";
}

function widest(before: string | undefined, kind: string): string {
  if (before === undefined || before === "null" || before === kind) return kind;
  if (kind === "null") return before;
  const isNumeric = [before, kind].every((one) => one === "int" || one === "float");
  return isNumeric ? "float" : "text";
}

function columnOf(kind: string): Omit<Column, "name"> {
  const orNull = (value: unknown) => value ?? null;
  if (kind === "int") return { type: new Int32(), convert: orNull };
  if (kind === "float") return { type: new Float64(), convert: orNull };
  if (kind === "boolean") return { type: new Bool(), convert: orNull };
  return { type: new Utf8(), convert: textOf };
}

function textOf(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  return typeof value === "string" ? value : JSON.stringify(value);
}
