import type { RecordBatch, Schema } from "apache-arrow";
import type { JsonValue } from "../output/json.ts";
import { wantedFields } from "./read-rows.ts";
import { cellText, valueReader } from "./values.ts";

/** Rows that are one piece of text: some kilobytes, so that few are made and none is large. */
const ROWS_AT_ONCE = 1_000;

/** What batches are written as. */
export interface RowsSource {
  readonly batches: AsyncIterable<RecordBatch>;
  readonly schema: Schema;
  readonly columns: readonly string[] | undefined;
  /** Is told of the rows that were written. */
  readonly onRows: (count: number) => void;
}

/** CSV as RFC 4180 has it, with a line of names; null is an empty field, and an empty text is `""`. */
export async function* csvText(source: RowsSource): AsyncGenerator<string, void> {
  const names = wantedFields(source.schema, source.columns).map(({ name }) => name);
  yield `${names.map(csvField).join(",")}\r\n`;
  yield* rowsText(source, names, (values) => `${values.map(csvField).join(",")}\r\n`);
}

/** One JSON object a line. */
export async function* ndjsonText(source: RowsSource): AsyncGenerator<string, void> {
  const names = wantedFields(source.schema, source.columns).map(({ name }) => name);
  yield* rowsText(source, names, (values) => {
    const row = Object.fromEntries(names.map((name, index) => [name, values[index] ?? null]));
    return `${JSON.stringify(row)}\n`;
  });
}

async function* rowsText(
  { batches, onRows }: RowsSource,
  names: readonly string[],
  line: (values: readonly JsonValue[]) => string,
): AsyncGenerator<string, void> {
  for await (const batch of batches) {
    const readers = names.map((name) => {
      const column = batch.getChild(name);
      return column ? valueReader(column) : () => null;
    });
    for (let row = 0; row < batch.numRows; row += ROWS_AT_ONCE) {
      const end = Math.min(batch.numRows, row + ROWS_AT_ONCE);
      let text = "";
      for (let at = row; at < end; at += 1) text += line(readers.map((read) => read(at)));
      onRows(end - row);
      yield text;
    }
  }
}

function csvField(value: JsonValue): string {
  if (value === null) return "";
  const text = cellText(value);
  return text === "" || /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
