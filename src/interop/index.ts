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
export { importCsv } from "./import-csv.ts";
