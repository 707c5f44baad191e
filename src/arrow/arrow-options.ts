import type { Schema } from "apache-arrow";
import type { Attributes, TimeRange } from "../tinyfs/entry.ts";
import type { CommitOptions } from "../tinyfs/persistence.ts";
import type { CreateMode } from "../tinyfs/write-options.ts";
import type { ParquetCompression, PerColumn, StatisticValue } from "../worker/parquet-types.ts";
import type { RowFilter } from "./row-filter.ts";

/** How far a write or an import has come. */
export interface WriteProgress {
  /** Rows whose bytes have been taken by the store; of an import the file's, once it is read. */
  readonly rows: number;
  /** Bytes that have been taken. */
  readonly bytes: number;
}

/** How rows are added to a series. */
export interface AppendOptions extends CommitOptions {
  /** Default `"zstd"`; an object sets it by column, `"*"` for those that it does not name. */
  readonly compression?: PerColumn<ParquetCompression> | undefined;
  /** Rows of a row group, 1 to 131,072 (the default). Larger batches are cut. */
  readonly rowGroupRows?: number | undefined;
  /** Dictionary pages. Default: for text and binary, not for numbers. */
  readonly dictionary?: PerColumn<boolean> | undefined;
  /** Default `"chunk"`: minimum, maximum and null count of each column in each row group. */
  readonly statistics?: "none" | "chunk" | "page" | undefined;
  /**
   * The column whose range of time is kept with the file. Default: the first of timestamp,
   * event_time, time, ts, datetime that is a timestamp or a date.
   */
  readonly timestampColumn?: string | undefined;
  /** Refuse with CONFLICT unless the file has this version now. */
  readonly ifVersion?: number | undefined;
  /** Is told after each row group. What it throws fails the write. */
  readonly onProgress?: ((progress: WriteProgress) => void) | undefined;
  /** Aborts the write: it rejects with the signal's reason, and the source is told. */
  readonly signal?: AbortSignal | undefined;
}

/** How a table or a series is made. */
export interface CreateOptions extends AppendOptions {
  /** Default `"new"`. */
  readonly create?: CreateMode | undefined;
  /** Replaces the entry's attributes. */
  readonly attributes?: Attributes | undefined;
}

/** A point in time: a date, or microseconds since 1970. */
export type TimePoint = Date | number | bigint;

/** A span of time. Without a start or an end it is open there. */
export interface TimeSpan {
  /** Its first moment. */
  readonly start?: TimePoint | undefined;
  /** The first moment after it. */
  readonly end?: TimePoint | undefined;
}

/** Which rows and columns of a table or a series are read. */
export interface ReadRowsOptions {
  /** Top-level columns; absent: all. They come in the file's order. */
  readonly columns?: readonly string[] | undefined;
  /** Only rows that match. Its columns need not be among `columns`. */
  readonly filter?: RowFilter | undefined;
  /**
   * Only rows whose timestamp column is within. Also the range that `describe` tells, both ends included.
   */
  readonly timeRange?: TimeSpan | TimeRange | undefined;
  /** The column that `timeRange` asks for. Default: as in `AppendOptions`. */
  readonly timestampColumn?: string | undefined;
  /** At most so many rows, the first ones. */
  readonly limit?: number | undefined;
  /** The node's version ordinal; the present one if absent. */
  readonly version?: number | undefined;
  /** Aborts the read with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** How a series is streamed. */
export interface StreamOptions extends ReadRowsOptions {
  /** At most so many rows a batch. Default: a batch is a row group, as it was written. */
  readonly batchRows?: number | undefined;
  /** Only what was appended after this version. */
  readonly afterVersion?: number | undefined;
  /** Goes on with what is appended, in this tab or another, until the loop is left or `signal` aborts. */
  readonly follow?: boolean | undefined;
}

/** How a Parquet file is taken in. */
export interface ImportOptions {
  /** Default `"table"`. */
  readonly as?: "table" | "series" | undefined;
  /** Default `"new"`. */
  readonly create?: CreateMode | undefined;
  /** Replaces the entry's attributes. */
  readonly attributes?: Attributes | undefined;
  /** Is told after each chunk. What it throws fails the import. */
  readonly onProgress?: ((progress: WriteProgress) => void) | undefined;
  /** Aborts the import with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** Which version of a table or a series is meant. */
export interface VersionOptions {
  /** The node's version ordinal; the present one if absent. */
  readonly version?: number | undefined;
  /** Aborts the call with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** What is known of a column. A bound or count that is absent is unknown, never "none". */
export interface ColumnDescription {
  /** As the schema has it. */
  readonly name: string;
  /** The Arrow type, as apache-arrow writes it: `Int64`, `Timestamp<MICROSECOND, UTC>`. */
  readonly type: string;
  /** Whether its values may be null. */
  readonly nullable: boolean;
  /** Codec of the first row group, in lower case; absent where there is none. */
  readonly codec?: string;
  /**
   * The least value. Integers of 64 bits, timestamps and times are `bigint` in the column's own
   * unit; dates are days; decimals are unscaled `bigint`s. Columns with children have none.
   */
  readonly min?: StatisticValue;
  /** The greatest value, in the same form. */
  readonly max?: StatisticValue;
  /** How many values are null. */
  readonly nullCount?: number;
}

/** One row group. */
export interface RowGroupDescription {
  /** Its rows. */
  readonly rowCount: number;
  /** The bytes of its pages in the file. */
  readonly compressedBytes: number;
}

/** What is known of a table or a series without reading its rows. */
export interface TableDescription {
  /** An Arrow schema. */
  readonly schema: Schema;
  /** Over all segments. */
  readonly rowCount: number;
  /** Over all segments, in the order of the rows. */
  readonly rowGroups: readonly RowGroupDescription[];
  /** The top-level columns. */
  readonly columns: readonly ColumnDescription[];
  /** Parquet files that hold the rows: 1 for a table. */
  readonly segments: number;
  /** The node's version ordinal. */
  readonly version: number;
  /** Of the timestamp column, in microseconds since 1970. */
  readonly timeRange?: TimeRange;
  /** SHA-256, 64 hex digits: files of one fingerprint make one series. */
  readonly schemaFingerprint: string;
}

/** A Parquet file as a `Blob` is: to be sliced and read in parts, every byte verified. */
export interface ParquetExport extends AsyncDisposable {
  /** Bytes. */
  readonly size: number;
  /** A part of it, as of a `Blob`: `end` is exclusive, negative ones count from the end. */
  slice(start?: number, end?: number): ParquetExport;
  /** The bytes as a stream; closing or cancelling it leaves the rest open. */
  stream(): ReadableStream<Uint8Array>;
  /** The bytes at once. */
  arrayBuffer(): Promise<ArrayBuffer>;
  /** A copy in memory. */
  toBlob(): Promise<Blob>;
  /** Frees the source, also that of its slices. */
  close(): Promise<void>;
}
