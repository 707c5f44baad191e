import type { Attributes } from "../tinyfs/entry.ts";
import type { CommitOptions } from "../tinyfs/persistence.ts";
import type { CreateMode } from "../tinyfs/write-options.ts";
import type {
  ParquetCompression,
  ParquetEncoding,
  PerColumn,
  SortColumn,
} from "../worker/parquet-types.ts";

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
