import type { Schema } from "apache-arrow";
import type { Attributes, TimeRange } from "../tinyfs/entry.ts";
import type { CommitOptions } from "../tinyfs/persistence.ts";
import type { CreateMode } from "../tinyfs/write-options.ts";
import type {
  ParquetCompression,
  ParquetEncoding,
  PerColumn,
  SortColumn,
  StatisticValue,
} from "../worker/parquet-types.ts";
import type { RowFilter } from "./row-filter.ts";

/** How far a write or an import has come. */
export interface WriteProgress {
  /** Rows whose bytes have been taken by the store; of an import those that were decoded. */
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
  /** Dictionary pages. Default `"auto"`: where values of the first batch repeat so often that they pay. */
  readonly dictionary?: PerColumn<boolean | "auto"> | undefined;
  /**
   * How values stand that are in no dictionary; a column that it names has no dictionary unless one is
   * asked for. Default: as values of the first batch suggest. An encoding that the type of a column does
   * not have is SCHEMA_MISMATCH, and the error names those it has.
   */
  readonly encoding?: PerColumn<ParquetEncoding> | undefined;
  /**
   * `"chunk"`: minimum, maximum and null count of each column in each row group; `"page"`: of each page,
   * too, so that filters read single pages. Default: `"page"` for row groups of more than 20,000 rows,
   * the others have one page.
   */
  readonly statistics?: "none" | "chunk" | "page" | undefined;
  /**
   * How the rows of each row group are sorted, the most significant column first: the footer says it to
   * other readers. Rows in another order are refused with SCHEMA_MISMATCH.
   */
  readonly sortedBy?: readonly SortColumn[] | undefined;
  /** Written to the footer as key-value metadata. `ARROW:schema` is not to be set. */
  readonly metadata?: Readonly<Record<string, string>> | undefined;
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

/** How a Parquet file is taken in. */
export interface ImportOptions {
  /** Default `"table"`. */
  readonly as?: "table" | "series" | undefined;
  /** Default `"new"`. */
  readonly create?: CreateMode | undefined;
  /** Replaces the entry's attributes. */
  readonly attributes?: Attributes | undefined;
  /**
   * What is read before the file is linked. Default `"full"`: every row group is decoded once, in a
   * worker that ends then, with limits of memory and time. `"footer"` leaves damaged pages to be found by
   * readers.
   */
  readonly verify?: "full" | "footer" | undefined;
  /** Is told after each chunk and each row group. What it throws fails the import. */
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
  /** Codecs of all row groups, in lower case, each once. */
  readonly codecs: readonly string[];
  /** Encodings of its pages in all row groups, in lower case, each once. */
  readonly encodings: readonly string[];
  /** Bytes of its pages in the files. */
  readonly compressedBytes: number;
  /** Bytes of its pages once they are decompressed. */
  readonly uncompressedBytes: number;
  /**
   * Of a series: the version in which the column begins, as far as the log still tells. Rows of segments
   * that lack the column are null.
   */
  readonly since?: number;
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
  /** The bytes of its pages once they are decompressed. */
  readonly uncompressedBytes: number;
  /** The segment that it belongs to, from 0. */
  readonly segment: number;
}

/** One of the Parquet files that hold the rows: a segment of a series, or the file of a table. */
export interface SegmentDescription {
  /** Its place among all rows, from 0. */
  readonly firstRow: number;
  /** Its rows. */
  readonly rowCount: number;
  /** Bytes of the file. */
  readonly sizeBytes: number;
  /** How many row groups it has. */
  readonly rowGroups: number;
  /** Of the timestamp column, in microseconds since 1970. */
  readonly timeRange?: TimeRange;
}

/** One version of a table or a series. */
export interface VersionDescription {
  /** The node's version ordinal. */
  readonly version: number;
  /** The commit that made it; 0 while its transaction is open. */
  readonly txnSeq: number;
  /** When it was committed, in microseconds since 1970. */
  readonly timestamp: number;
  /** All its rows, where they are known. */
  readonly rowCount?: number;
  /** Of the timestamp column over all its rows, in microseconds since 1970. */
  readonly timeRange?: TimeRange;
}

/** A time of which no segment has a row. */
export interface TimeGap {
  /** The last moment before it, in microseconds since 1970. */
  readonly start: number;
  /** The first moment after it, in microseconds since 1970. */
  readonly end: number;
}

/** A time that lies within two segments. */
export interface TimeOverlap {
  /** Its first moment, in microseconds since 1970. */
  readonly start: number;
  /** Its last moment, in microseconds since 1970. */
  readonly end: number;
  /** The two segments, counted from 0. */
  readonly segments: readonly [number, number];
}

/** What is known of a table or a series without reading its rows. */
export interface TableDescription {
  /** The Arrow schema that all rows are read in. */
  readonly schema: Schema;
  /** Over all segments. */
  readonly rowCount: number;
  /** Over all segments, in the order of the rows. */
  readonly rowGroups: readonly RowGroupDescription[];
  /** The top-level columns. */
  readonly columns: readonly ColumnDescription[];
  /** Parquet files that hold the rows: 1 for a table. */
  readonly segments: number;
  /** The same files, in the order of their rows. */
  readonly files: readonly SegmentDescription[];
  /** Bytes of these files. */
  readonly sizeBytes: number;
  /** The node's version ordinal. */
  readonly version: number;
  /** Of the timestamp column, in microseconds since 1970. */
  readonly timeRange?: TimeRange;
  /** SHA-256, 64 hex digits, of the newest segment: files of one fingerprint splice. */
  readonly schemaFingerprint: string;
  /** This version and those before it that can still be read, newest first. */
  readonly versions: readonly VersionDescription[];
  /** Times between segments, earliest first: from the last moment of those before to the first after. */
  readonly gaps: readonly TimeGap[];
  /** Times that two segments share, a moment included; at most 1,000, the earliest. */
  readonly overlaps: readonly TimeOverlap[];
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

/** How far a compaction has come. */
export interface CompactProgress {
  /** Segments that have been rewritten, or are left as they are. */
  readonly segments: number;
  /** All segments there were. */
  readonly total: number;
  /** Bytes that have been written. */
  readonly bytes: number;
}

/** How the segments of a series are joined. */
export interface CompactOptions extends CommitOptions {
  /**
   * Decode and encode anew, so that small row groups become large ones. Default `false`: pages are copied
   * as they are. Where the schema would not come out the same, pages are copied all the same.
   */
  readonly reencode?: boolean | undefined;
  /** Neighbours are joined where there are at least so many. Default 2. */
  readonly minSegments?: number | undefined;
  /** Neighbours are joined until they have so many bytes; larger segments stay as they are. Default 64 MiB. */
  readonly targetBytes?: number | undefined;
  /** With `reencode`: rows of a row group, 1 to 131,072 (the default). */
  readonly maxRowGroupRows?: number | undefined;
  /** Is told after each segment that was made. What it throws ends the compaction, and nothing is changed. */
  readonly onProgress?: ((progress: CompactProgress) => void) | undefined;
  /** Aborts the compaction with the signal's reason; nothing is changed. */
  readonly signal?: AbortSignal | undefined;
}

/** What became of the segments of a series. */
export interface RewriteResult {
  /** Segments there were. */
  readonly before: number;
  /** Segments there are. */
  readonly after: number;
  /** Bytes they had. */
  readonly bytesBefore: number;
  /** Bytes they have. */
  readonly bytesAfter: number;
  /** The version of the series. */
  readonly version: number;
  /** The commit; 0 while its transaction is open; absent where there was nothing to do. */
  readonly txnSeq?: number;
}

/** What a compaction did. It makes no version: what is read stays the same. */
export interface CompactResult extends RewriteResult {
  /** Whether anything was joined. */
  readonly compacted: boolean;
}

/** Which rows of a series are dropped. */
export type TrimLimit =
  | {
      /** Rows whose timestamp is before it go. */
      readonly before: TimePoint;
      /** The column of the timestamps. Default: as in `AppendOptions`. */
      readonly timestampColumn?: string | undefined;
    }
  | {
      /** The last rows, so many, stay. */
      readonly keepRows: number;
    };

/** How a series is trimmed. */
export type TrimOptions = TrimLimit &
  CommitOptions & {
    /** Aborts the call with the signal's reason; nothing is changed. */
    readonly signal?: AbortSignal | undefined;
  };

/** What was dropped. `txnSeq` is absent where nothing was. */
export interface TrimResult extends RewriteResult {
  /** Rows that are gone from the newest version. */
  readonly rowsRemoved: number;
}
