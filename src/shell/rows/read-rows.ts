import type { RecordBatch, Schema } from "apache-arrow";
import type { ArrowWD, ReadRowsOptions } from "../../index.ts";
import type { JsonReader, JsonValue } from "../../interop/index.ts";
import type { TableColumn } from "../output/table.ts";
import { cellText, isRight } from "./values.ts";

/** Rows of a table or a series, column by column. */
export interface Rows {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly count: number;
  /** Whether there are more than were asked for. */
  readonly hasMore: boolean;
  /** One list a column. */
  readonly values: readonly (readonly JsonValue[])[];
  readonly schema: Schema;
}

/** Reads the first rows that are wanted. @param limit 0 for all */
export async function readRows(
  root: ArrowWD,
  path: string,
  { schema, limit, options }: { schema: Schema; limit: number; options: ReadRowsOptions },
): Promise<Rows> {
  // One more than wanted tells whether there are more.
  const settings = { ...options, ...(limit > 0 && { limit: limit + 1 }) };
  const wanted = wantedFields(schema, options.columns);
  const values: JsonValue[][] = wanted.map(() => []);
  const { jsonReader } = await import("../../interop/index.ts");
  for await (const batch of root.readSeriesAsStream(path, settings)) {
    for (const [index, { name }] of wanted.entries()) {
      const column = batch.getChild(name);
      takeColumn(batch, column ? jsonReader(column) : () => null, values[index] ?? []);
    }
  }
  const found = values[0]?.length ?? 0;
  const hasMore = limit > 0 && found > limit;
  return {
    columns: wanted.map(({ name, type }) => ({ name, type: String(type) })),
    count: hasMore ? limit : found,
    hasMore,
    values: hasMore ? values.map((column) => column.slice(0, limit)) : values,
    schema,
  };
}

/** The rows as objects. */
export function rowObjects({ columns, values, count }: Rows): JsonValue[] {
  return Array.from({ length: count }, (_, row) =>
    Object.fromEntries(columns.map(({ name }, index) => [name, values[index]?.[row] ?? null])),
  );
}

/** The rows as columns of a table on the screen. */
export function rowColumns({ columns, values, schema }: Rows): TableColumn[] {
  return columns.map(({ name }, index) => {
    const type = schema.fields.find((field) => field.name === name)?.type;
    const column = values[index] ?? [];
    return {
      title: name,
      values: column.map(cellText),
      align: type && isRight(type) ? "right" : "left",
      style: (row) => (column[row] === null ? "dim" : undefined),
    };
  });
}

/** The columns that are read, in the file's order. */
function wantedFields(schema: Schema, columns?: readonly string[]): Schema["fields"] {
  return columns ? schema.fields.filter(({ name }) => columns.includes(name)) : schema.fields;
}

function takeColumn(batch: RecordBatch, read: JsonReader, into: JsonValue[]): void {
  for (let row = 0; row < batch.numRows; row += 1) into.push(read(row));
}
