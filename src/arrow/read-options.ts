import type { TimeRange } from "../tinyfs/entry.ts";
import type { RowFilter } from "./row-filter.ts";

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
  /**
   * So many rows are left out before the first that is given: rows as they lie in the file or the series; with a
   * `filter` or a `timeRange`, rows that match. Without those two, segments, row groups and pages before it are
   * not read: any row is found as fast as the first. Beyond the last row there are none. Default 0.
   */
  readonly offset?: number | undefined;
  /** At most so many rows, the first ones after `offset`. */
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

/** How many there are, and how many of them a read passes over. */
export interface Skipped {
  /** All that were looked at. */
  readonly total: number;
  /** Those that no wanted row can be in. */
  readonly skipped: number;
}

/** What a read would do: what its planner leaves out, and what is left. */
export interface ReadPlan {
  /** Parquet files: those that are skipped are not even opened. */
  readonly segments: Skipped;
  /** Row groups of the segments that are left. */
  readonly rowGroups: Skipped;
  /** Pages of the row groups that are left, as far as they can be read one by one. */
  readonly pages: Skipped;
  /** Top-level columns of the segments that are left. */
  readonly columns: {
    /** All there are. */
    readonly total: number;
    /** Those asked for, and those that rows are chosen by. */
    readonly read: number;
  };
  /** Bytes of the files. */
  readonly bytes: {
    /** Of all segments. */
    readonly total: number;
    /** Footers and column chunks, with small gaps between them: what is fetched where nothing is in memory. */
    readonly read: number;
  };
  /** Rows. */
  readonly rows: {
    /** Of all segments, as far as they are counted. */
    readonly total: number;
    /** Of the row groups and pages that are left. */
    readonly atMost: number;
  };
}

/** Which version of a table or a series is meant. */
export interface VersionOptions {
  /** The node's version ordinal; the present one if absent. */
  readonly version?: number | undefined;
  /** Aborts the call with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
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
