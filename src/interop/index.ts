import "../symbols.ts";

export type {
  CsvColumn,
  CsvDelimiter,
  CsvOptions,
  CsvResult,
  CsvSource,
  CsvTarget,
  CsvType,
} from "./csv-options.ts";
export { exportArrow } from "./export-arrow.ts";
export type { CsvExportOptions, ExportOptions, ExportSource } from "./export-options.ts";
export { exportCsv, exportJson, exportNdjson } from "./export-text.ts";
export { importCsv } from "./import-csv.ts";
export { importJson, type JsonOptions } from "./import-json.ts";
export { type JsonValue, toJson } from "./json.ts";
export { boundToJson, type JsonReader, jsonReader } from "./json-values.ts";
