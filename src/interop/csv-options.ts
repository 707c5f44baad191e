import type { Schema } from "apache-arrow";
import type { WDArrowExt } from "../arrow/wd-arrow-ext.ts";
import type { CreateOptions } from "../arrow/write-options.ts";
import type { WriteResult } from "../tinyfs/session.ts";

/** What a column of a CSV file may be read as. */
export type CsvType =
  /** Whole numbers of 32 bits. */
  | "int32"
  /** Whole numbers of 64 bits. */
  | "int64"
  | "float64"
  /** `true`, `false`; where it is asked for also `t`, `f`, `yes`, `no`, `1`, `0`, in any case. */
  | "boolean"
  /** `2026-11-22`. */
  | "date"
  /** ISO 8601 without a zone, in microseconds. */
  | "timestamp"
  /** ISO 8601 with a zone, in microseconds UTC. */
  | "timestamp-utc"
  | "text";

/** What may stand between two fields. */
export type CsvDelimiter = "," | ";" | "\t" | "|";

/** A CSV file: UTF-8, with or without a byte order mark. */
export type CsvSource = string | Uint8Array | ArrayBuffer | Blob | ReadableStream<Uint8Array>;

/** A directory that tables and series can be written to. */
export type CsvTarget = Pick<
  WDArrowExt,
  "createTableFromBatches" | "createSeriesFromBatches" | "appendSeries"
>;

/** How a CSV file is read, and how the table or series is written. */
export interface CsvOptions extends CreateOptions {
  /** Default `"table"`. */
  readonly as?: "table" | "series" | undefined;
  /**
   * Whether the rows go to the end of a series that is there. Default `false`. Columns whose type is not told
   * are inferred from these rows alone: `types` says what a column is where they might not suffice.
   */
  readonly append?: boolean | undefined;
  /** Default: whichever of the four cuts the first lines evenly. */
  readonly delimiter?: CsvDelimiter | undefined;
  /**
   * Whether the first line names the columns. Default `true`; else they are `column1`, `column2` …
   * A name that is empty or taken is made so too: `column3`, `name_2`.
   */
  readonly header?: boolean | undefined;
  /**
   * Types by column, in place of the inferred ones. Inferred from the first 10,000 rows: int32 where
   * it suffices, then int64, float64; boolean; date; timestamp; else text. Numbers with leading
   * zeros are text, and so is a column without a value.
   */
  readonly types?: Readonly<Record<string, CsvType>> | undefined;
  /** Rows of a batch, and so of a row group: 1 to 131,072. Default 65,536. */
  readonly batchRows?: number | undefined;
}

/** A column as it was read. */
export interface CsvColumn {
  /** From the header, made unique. */
  readonly name: string;
  /** Told or inferred. */
  readonly type: CsvType;
}

/** What became of a CSV file. */
export interface CsvResult extends WriteResult {
  /** Rows that were stored. */
  readonly rowCount: number;
  /** In the order of the file. */
  readonly columns: readonly CsvColumn[];
  /** Given or detected. */
  readonly delimiter: CsvDelimiter;
  /** An Arrow schema; all columns are nullable, an empty field is null. */
  readonly schema: Schema;
}
