import type { ByteSource } from "../tinyfs/byte-source.ts";
import type { ParquetSource } from "./parquet-worker.ts";

/** Codecs that parquet-wasm writes and reads. */
export type ParquetCompression = "uncompressed" | "snappy" | "gzip" | "brotli" | "zstd" | "lz4_raw";

/** A setting for all columns, or one per column by path (`"*"` is every column that is not named). */
export type PerColumn<T> = T | { readonly [column: string]: T };

/**
 * How an encoder writes. Single columns can be set where they are top-level and have no children;
 * naming another one is a `SCHEMA_MISMATCH`.
 */
export interface EncodeOptions {
  /** Default: `"zstd"`, half the size of snappy in the same time once integers are delta-encoded. */
  readonly compression?: PerColumn<ParquetCompression>;
  /** Rows of a row group, 1 to 131,072 (the default). Smaller than a batch, it cuts the batch. */
  readonly rowGroupRows?: number;
  /** Dictionary pages. Default: on for strings and binary, off for numbers, which are delta-encoded. */
  readonly dictionary?: PerColumn<boolean>;
  /**
   * Default: `"chunk"`, minimum, maximum and null count of each column in each row group. `"page"`
   * adds nothing to it: the page index does not survive the joining of batches.
   */
  readonly statistics?: "none" | "chunk" | "page";
  /** Written to the footer beside `ARROW:schema`. */
  readonly keyValueMetadata?: Readonly<Record<string, string>>;
}

/**
 * A bound of a column. Integers of 64 bits, timestamps and times are `bigint` in the column's own
 * unit; dates are days; decimals are unscaled `bigint`s; binary is bytes.
 */
export type StatisticValue = number | bigint | string | boolean | Uint8Array<ArrayBuffer>;

/** What is known of one column chunk. A field that is absent is unknown, never "none". */
export interface ColumnStatistics {
  readonly min?: StatisticValue;
  readonly max?: StatisticValue;
  readonly nullCount?: number;
}

/** The annotation of a Parquet column, in the words of the Parquet specification. */
export interface ParquetLogicalType {
  /** `STRING`, `TIMESTAMP`, `DATE`, `DECIMAL`, `INTEGER`, … */
  readonly type: string;
  /** Of a time or timestamp. */
  readonly unit?: "MILLIS" | "MICROS" | "NANOS";
  readonly isAdjustedToUTC?: boolean;
  /** Of a decimal. */
  readonly precision?: number;
  readonly scale?: number;
  /** Of an integer. */
  readonly bitWidth?: number;
  readonly isSigned?: boolean;
}

/** One leaf column. */
export interface ParquetColumn {
  /** The names from the root to the leaf, joined by dots. */
  readonly name: string;
  /** The same names, apart: a name may hold a dot. */
  readonly path: readonly string[];
  /** `INT32`, `INT64`, `DOUBLE`, `BYTE_ARRAY`, … */
  readonly physicalType: string;
  readonly logicalType?: ParquetLogicalType;
  /** Whether the leaf, or a parent of it, may be null. */
  readonly nullable: boolean;
  /** Codec of the first row group, in lower case; absent where there is none. */
  readonly codec?: string;
}

/** One row group. */
export interface ParquetRowGroup {
  readonly rowCount: number;
  /** Where its first page starts in the file. */
  readonly offset: number;
  readonly compressedBytes: number;
  readonly uncompressedBytes: number;
  /** One per leaf column, in the order of `columns`. */
  readonly statistics: readonly ColumnStatistics[];
}

/** What the footer of a Parquet file says. */
export interface ParquetSummary {
  readonly rowCount: number;
  /** Length of the whole file in bytes. */
  readonly size: number;
  readonly columns: readonly ParquetColumn[];
  readonly rowGroups: readonly ParquetRowGroup[];
  /** SHA-256, 64 hex digits, over the footer's schema and its `ARROW:schema`. Equal: files can be spliced. */
  readonly schemaFingerprint: string;
  readonly createdBy?: string;
  /** In the footer's order. */
  readonly keyValueMetadataKeys: readonly string[];
}

/** Writes one Parquet file batch by batch. Calls run one after the other. */
export interface ParquetEncoder {
  /**
   * Encodes an Arrow IPC stream with one batch (of at most 131,072 rows; its buffer is transferred and must
   * not be used again) and returns the bytes to append to the file now. After a failure the encoder is dead.
   * @throws SCHEMA_MISMATCH, UNSUPPORTED_TYPE, WORKER_DIED
   */
  encode(ipcStream: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>>;
  /**
   * Ends the file: `tail` is the footer, to be appended last.
   * @throws EMPTY_STREAM if nothing was encoded, not even a batch without rows
   */
  finish(): Promise<{ readonly tail: Uint8Array<ArrayBuffer>; readonly summary: ParquetSummary }>;
  /** Drops what the encoder holds. Never fails; after `finish` it does nothing. */
  abort(): Promise<void>;
}

/** Reads one Parquet file by row groups. The source stays the caller's to close. */
export interface ParquetReader {
  readonly summary: ParquetSummary;
  /** An Arrow IPC stream with the file's Arrow schema and no batch. */
  schema(options?: ReadOptions): Promise<Uint8Array<ArrayBuffer>>;
  /**
   * An Arrow IPC stream with the rows of one row group in ONE batch; a row group of more than 131,072 rows
   * comes in batches of that, one without rows in no batch. Columns come in the file's order.
   * @throws SCHEMA_MISMATCH for a column that is not there, PARQUET_READ_FAILED, WORKER_DIED, and the source's own error
   */
  readRowGroup(index: number, options?: ReadOptions): Promise<Uint8Array<ArrayBuffer>>;
  /** Frees what the reader holds in the worker. Never fails. */
  close(): Promise<void>;
}

/** Options of a reader's calls. */
export interface ReadOptions {
  /** Top-level columns; absent: all. */
  readonly columns?: readonly string[];
  readonly signal?: AbortSignal | undefined;
}

/** Options of `new ParquetClient`. */
export interface ParquetClientOptions {
  /**
   * Absent: the package's own worker. A port leads to one that somebody else has started.
   * `"inline"`: no worker, for callers that are in one.
   */
  readonly worker?: ParquetSource;
  /** Where parquet-wasm's module is; absent: beside its JavaScript. */
  readonly wasmUrl?: string | URL;
  /** Longest silence of a call that is not waiting for its source, in ms. Default: 60,000. */
  readonly deadlineMs?: number;
}

/** The Parquet codec as the layers above see it. Its worker starts on the first call. */
export interface ParquetCodec {
  openEncoder(options?: EncodeOptions): Promise<ParquetEncoder>;
  /** Reads and validates the footer alone. @throws NOT_PARQUET and the source's own error */
  describe(source: ByteSource, signal?: AbortSignal): Promise<ParquetSummary>;
  /** @throws NOT_PARQUET and the source's own error */
  openReader(
    source: ByteSource,
    options?: { readonly signal?: AbortSignal | undefined },
  ): Promise<ParquetReader>;
  /**
   * Joins files of one schema to one valid file that refers to their bytes. Closing it closes the sources.
   * @throws SCHEMA_MISMATCH, NOT_PARQUET, EMPTY_STREAM if there are no sources
   */
  splice(sources: readonly ByteSource[], signal?: AbortSignal): Promise<ByteSource>;
  /** Ends the workers. Pending and later calls reject with POND_CLOSED. */
  close(): Promise<void>;
}
