import type { Schema } from "apache-arrow";
import type { TimeRange } from "../tinyfs/entry.ts";
import type { StatisticValue } from "../worker/parquet-types.ts";

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
