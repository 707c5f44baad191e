import type { ByteSource } from "../tinyfs/byte-source.ts";
import type { ParquetSource } from "./parquet-worker.ts";

/** Codecs that parquet-wasm writes and reads. */
export type ParquetCompression = "uncompressed" | "snappy" | "gzip" | "brotli" | "zstd" | "lz4_raw";

/** A setting for all columns, or one per column by path (`"*"` is every column that is not named). */
export type PerColumn<T> = T | { readonly [column: string]: T };

/** How values stand in pages that have no dictionary, in the words of the Parquet specification. */
export type ParquetEncoding =
  | "plain"
  | "rle"
  | "delta_binary_packed"
  | "delta_length_byte_array"
  | "delta_byte_array"
  | "byte_stream_split";

/** How one column is written where options do not say it. */
export interface EncodingChoice {
  /** Whether pages refer to a dictionary, until that is too large. */
  readonly dictionary: boolean;
  /** Of values that stand in no dictionary. Default: as its Parquet type suggests. */
  readonly encoding?: ParquetEncoding;
}

/** A column by which rows are sorted. */
export interface SortColumn {
  /** A top-level column without children. */
  readonly column: string;
  /** Whether the greatest comes first. */
  readonly descending?: boolean | undefined;
  /** Whether nulls come first, whatever the direction. Default: last. */
  readonly nullsFirst?: boolean | undefined;
}

/**
 * How an encoder writes. Single columns can be set where they are top-level and have no children;
 * naming another one is a `SCHEMA_MISMATCH`.
 */
export interface EncodeOptions {
  /** Default: `"zstd"`, half the size of snappy in the same time once integers are delta-encoded. */
  readonly compression?: PerColumn<ParquetCompression>;
  /** Rows of a row group, 1 to 131,072 (the default). Smaller than a batch, it cuts the batch. */
  readonly rowGroupRows?: number;
  /** Dictionary pages. Default `"auto"`: as the choices say, else for strings and binary alone. */
  readonly dictionary?: PerColumn<boolean | "auto">;
  /** Encoding of values that stand in no dictionary; a column that it names has none unless told so. */
  readonly encoding?: PerColumn<ParquetEncoding>;
  /**
   * `"chunk"`: minimum, maximum and null count of each column in each row group; `"page"` adds those of
   * each page. Default: `"page"` for row groups of more than 20,000 rows, which have several pages.
   */
  readonly statistics?: "none" | "chunk" | "page";
  /** Said of each row group in the footer. Nobody checks it here. */
  readonly sortedBy?: readonly SortColumn[];
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
  /** Whether a row may hold several values of it, or none: it is, or stands in, a list or a map. */
  readonly repeated?: true;
  /** Codec of the first row group, in lower case; absent where there is none. */
  readonly codec?: string;
}

/** How one column chunk is stored. */
export interface ChunkStorage {
  /** In lower case; absent where it is not known here. */
  readonly codec?: string;
  /** Of its pages, in lower case. */
  readonly encodings: readonly string[];
  /** Whether places and bounds of its pages are stored. */
  readonly hasPageIndex?: true;
  readonly compressedBytes: number;
  readonly uncompressedBytes: number;
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
  /** The same. */
  readonly storage: readonly ChunkStorage[];
}

/** Rows of a row group: from `start` to `end`, exclusive. */
export interface RowRange {
  readonly start: number;
  readonly end: number;
}

/** What is known of the values in each page of a leaf column in a row group. */
export interface PageBounds {
  /** Its place among the leaf columns. */
  readonly leaf: number;
  /** The row that each page begins with; they have all rows together. */
  readonly firstRows: readonly number[];
  /** One per page. */
  readonly statistics: readonly ColumnStatistics[];
}

/** Columns of a row group that were decoded together. */
export interface DecodedColumns {
  /** Where their Arrow IPC stream ends among those of all; it begins where the last one ends. */
  readonly end: number;
  /** The rows that it has, in order. */
  readonly rows: readonly RowRange[];
}

/** Rows of a row group, as Arrow IPC streams one after the other. */
export interface DecodedRows {
  readonly streams: Uint8Array<ArrayBuffer>;
  /** With several of them each has other columns, in one batch. */
  readonly parts: readonly DecodedColumns[];
}

/** What reading rows of a row group would take. */
export interface PlannedPages {
  /** What the source would be asked for. */
  readonly bytes: number;
  /** Data pages of the columns, and those of them that would be read. */
  readonly pages: number;
  readonly pagesRead: number;
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

/** Writes one Parquet file batch by batch. Calls may be made before the last one is done. */
export interface ParquetEncoder {
  /** How many calls are worked on at once. */
  readonly concurrency: number;
  /** Memory for a stream that `encode` is going to be given: that of one before, where it is large enough. */
  buffer(sizeBytes: number): Uint8Array<ArrayBuffer>;
  /**
   * Encodes an Arrow IPC stream with one batch (of at most 131,072 rows; its buffer is transferred and must
   * not be used again) and returns the bytes to append to the file, in the order of the calls. After a
   * failure the encoder is dead.
   * @param choices with the first call: how columns are written where options do not say it
   * @throws SCHEMA_MISMATCH, UNSUPPORTED_TYPE, WORKER_DIED
   */
  encode(
    ipcStream: Uint8Array<ArrayBuffer>,
    choices?: Readonly<Record<string, EncodingChoice>>,
  ): Promise<Uint8Array<ArrayBuffer>>;
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
   * The schema as an Arrow writer put it beside the file's own, an Arrow IPC message in Base64: it alone has the
   * metadata of the whole schema. Absent where another kind of writer made the file.
   */
  arrowSchema(signal?: AbortSignal): Promise<string | undefined>;
  /**
   * An Arrow IPC stream with the rows of one row group in ONE batch; a row group of more than 131,072 rows
   * comes in batches of that, one without rows in no batch. Columns come in the file's order.
   * @throws SCHEMA_MISMATCH for a column that is not there, PARQUET_READ_FAILED, WORKER_DIED, and the source's own error
   */
  readRowGroup(index: number, options?: ReadOptions): Promise<Uint8Array<ArrayBuffer>>;
  /**
   * What is known of the pages of some columns, over some row groups: one list each. Leaf columns of which
   * nothing is known, or nothing that can be believed, are not in it.
   */
  pageBounds(rowGroups: readonly number[], options?: ReadOptions): Promise<PageBounds[][]>;
  /**
   * Some rows of a row group, and those that stand in the same pages; all of them where that is no more work.
   * @param rows in order, without two that touch; not empty
   * @throws the same as `readRowGroup`
   */
  readPages(index: number, rows: readonly RowRange[], options?: ReadOptions): Promise<DecodedRows>;
  /** What `readPages` would ask the source for, indexes aside: to learn it they are read. */
  plannedPages(
    index: number,
    rows: readonly RowRange[],
    options?: ReadOptions,
  ): Promise<PlannedPages>;
  /** How many bytes `readRowGroup` would ask the source for, over some row groups. */
  plannedBytes(rowGroups: readonly number[], options?: ReadOptions): Promise<number>;
  /** How many bytes the source has given since the file was opened. */
  readonly bytesRead: number;
  /** Frees what the reader holds in the worker. Never fails. */
  close(): Promise<void>;
}

/** Options of a reader's calls. */
export interface ReadOptions {
  /** Top-level columns; absent: all. */
  readonly columns?: readonly string[];
  readonly signal?: AbortSignal | undefined;
}

/** Options of `verify`. */
export interface VerifyOptions {
  readonly signal?: AbortSignal | undefined;
  /** Is told after each row group how many rows have been decoded. */
  readonly onRows?: ((rows: number) => void) | undefined;
}

/** What is known of a file that was read wholly. */
export interface VerifiedFile {
  readonly summary: ParquetSummary;
  /** An Arrow IPC stream with the file's Arrow schema and no batch. */
  readonly schema: Uint8Array<ArrayBuffer>;
  /** The schema as an Arrow writer put it beside the file's own: as `ParquetReader.arrowSchema` gives it. */
  readonly arrowSchema: string | undefined;
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
  /** Workers that encode at most. Default: 2, or 1 where there is one processor. */
  readonly encoders?: number;
  /** Longest silence of a call that is not waiting for its source, in ms. Default: 60,000. */
  readonly deadlineMs?: number;
}

/** The Parquet codec as the layers above see it. Its worker starts on the first call. */
export interface ParquetCodec {
  /** How many bytes of what was read may be kept in memory, by whoever does. Absent: as many as usual. */
  readonly cacheBytes?: number | undefined;
  openEncoder(options?: EncodeOptions): Promise<ParquetEncoder>;
  /** Reads and validates the footer alone. @throws NOT_PARQUET and the source's own error */
  describe(source: ByteSource, signal?: AbortSignal): Promise<ParquetSummary>;
  /**
   * Opens a file, or several files of one schema as one: their row groups follow each other.
   * @throws NOT_PARQUET, SCHEMA_MISMATCH and the source's own error
   */
  openReader(
    source: ByteSource | readonly ByteSource[],
    options?: { readonly signal?: AbortSignal | undefined },
  ): Promise<ParquetReader>;
  /**
   * Decodes the whole file once and keeps nothing of it, in a worker of its own that is ended then, under
   * limits of memory and time.
   * @throws NOT_PARQUET, PARQUET_READ_FAILED and the source's own error
   */
  verify(source: ByteSource, options?: VerifyOptions): Promise<VerifiedFile>;
  /**
   * Joins files of one schema to one valid file that refers to their bytes. Closing it closes the sources.
   * @throws SCHEMA_MISMATCH, NOT_PARQUET, EMPTY_STREAM if there are no sources
   */
  splice(sources: readonly ByteSource[], signal?: AbortSignal): Promise<ByteSource>;
  /** Ends the workers. Pending and later calls reject with POND_CLOSED. */
  close(): Promise<void>;
}
