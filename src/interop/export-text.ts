import type { RecordBatch, Schema } from "apache-arrow";
import { PagePause } from "../arrow/page-pause.ts";
import type { CsvExportOptions, ExportOptions, ExportSource } from "./export-options.ts";
import type { JsonValue } from "./json.ts";
import { jsonReader } from "./json-values.ts";
import { type Piece, pulledStream } from "./pulled-stream.ts";

/** Rows that are one piece: some kilobytes, so that few are made and none is large. */
const ROWS_AT_ONCE = 1000;

/** How rows stand in a text. */
interface RowText {
  readonly begin: (names: readonly string[]) => string;
  readonly row: (names: readonly string[], values: readonly JsonValue[], index: number) => string;
  readonly end: string;
}

/**
 * The rows of a table or a series as CSV: UTF-8, RFC 4180, lines that end in CR LF, batch by batch as the stream
 * is read. Null is an empty field and an empty text `""`. Integers of 64 bits and decimals have all their digits;
 * moments are ISO 8601, with a `Z` where the column has a zone; durations are numbers of their unit; bytes are
 * Base64; lists, maps and structs are JSON. NaN and infinities are those words.
 * @returns a stream that fails with what reading throws: `NOT_FOUND`, `SCHEMA_MISMATCH`, the signal's reason
 */
export function exportCsv(
  source: ExportSource,
  path: string,
  { delimiter = ",", header = true, ...options }: CsvExportOptions = {},
): ReadableStream<Uint8Array> {
  const needsQuotes = new RegExp(`["\\r\\n${delimiter}]|^\\s|\\s$`);
  const line = (values: readonly JsonValue[]): string =>
    `${values.map((value) => csvField(value, needsQuotes)).join(delimiter)}\r\n`;
  return textOfRows(source, path, options, {
    begin: (names) => (header ? line(names) : ""),
    row: (_, values) => line(values),
    end: "",
  });
}

/**
 * The rows of a table or a series as JSON, an object a line, batch by batch as the stream is read. Values are as
 * in `exportJson`.
 * @returns a stream that fails with what reading throws
 */
export function exportNdjson(
  source: ExportSource,
  path: string,
  options: ExportOptions = {},
): ReadableStream<Uint8Array> {
  const row: RowText["row"] = (names, values) => `${objectText(names, values)}\n`;
  return textOfRows(source, path, options, { begin: () => "", row, end: "" });
}

/**
 * The rows of a table or a series as one list of JSON objects, batch by batch as the stream is read. Integers
 * beyond 2^53 and decimals are texts with all their digits, and so are NaN and infinities; moments are ISO 8601,
 * with a `Z` where the column has a zone; durations are numbers of their unit, as texts; bytes are Base64.
 * @returns a stream that fails with what reading throws
 */
export function exportJson(
  source: ExportSource,
  path: string,
  options: ExportOptions = {},
): ReadableStream<Uint8Array> {
  return textOfRows(source, path, options, {
    begin: () => "[",
    row: (names, values, index) => `${index === 0 ? "\n" : ",\n"}${objectText(names, values)}`,
    end: "\n]\n",
  });
}

function textOfRows(
  source: ExportSource,
  path: string,
  { onProgress, ...options }: ExportOptions,
  text: RowText,
): ReadableStream<Uint8Array> {
  return pulledStream(piecesOf(source, path, options, text), onProgress);
}

async function* piecesOf(
  source: ExportSource,
  path: string,
  options: ExportOptions,
  text: RowText,
): AsyncGenerator<Piece, void> {
  const encoder = new TextEncoder();
  const pause = new PagePause();
  let names: readonly string[] | undefined;
  let index = 0;
  for await (const batch of source.readSeriesAsStream(path, options)) {
    let written = "";
    if (!names) {
      names = namesOf(batch.schema);
      written = text.begin(names);
    }
    const readers = readersOf(batch);
    for (let from = 0; from < batch.numRows; from += ROWS_AT_ONCE) {
      const to = Math.min(batch.numRows, from + ROWS_AT_ONCE);
      for (let row = from; row < to; row += 1, index += 1) {
        const values = readers.map((read) => read(row));
        written += text.row(names, values, index);
      }
      yield { bytes: encoder.encode(written), rows: to - from };
      written = "";
      options.signal?.throwIfAborted();
      await pause.ifDue();
    }
  }
  // Without rows there is no batch to tell the columns.
  const { schema } = names ? {} : await source.readTable(path, { ...options, limit: 0 });
  const begin = schema ? text.begin(namesOf(schema)) : "";
  yield { bytes: encoder.encode(begin + text.end), rows: 0 };
}

function namesOf({ fields }: Schema): string[] {
  return fields.map(({ name }) => name);
}

function readersOf(batch: RecordBatch): ((row: number) => JsonValue)[] {
  return batch.schema.fields.map((_, index) => {
    const column = batch.getChildAt(index);
    return column ? jsonReader(column) : () => null;
  });
}

function objectText(names: readonly string[], values: readonly JsonValue[]): string {
  return JSON.stringify(Object.fromEntries(names.map((name, at) => [name, values[at] ?? null])));
}

function csvField(value: JsonValue, needsQuotes: RegExp): string {
  if (value === null) return "";
  const text = typeof value === "object" ? JSON.stringify(value) : String(value);
  return text === "" || needsQuotes.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
