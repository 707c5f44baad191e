import type { RecordBatch, Table } from "apache-arrow";
import type { WriteResult } from "../tinyfs/session.ts";
import type { Attachment } from "./attachment.ts";
import type { AttachmentOptions } from "./attachment-options.ts";
import type { BatchesAtHand, BatchInput } from "./batch-input.ts";
import type {
  ParquetExport,
  ReadPlan,
  ReadRowsOptions,
  StreamOptions,
  VersionOptions,
} from "./read-options.ts";
import type { CompactOptions, CompactResult, TrimOptions, TrimResult } from "./rewrite-options.ts";
import type { TableDescription } from "./table-description.ts";
import type { AppendOptions, CreateOptions, ImportOptions } from "./write-options.ts";

/**
 * Tables and series as Arrow record batches. Every error names the path; after a failed or aborted
 * write everything stands as it was, and the source of the batches has been told to stop.
 */
export interface WDArrowExt {
  /**
   * Writes a table of one batch.
   * @throws ALREADY_EXISTS (unless `create` says otherwise), SCHEMA_MISMATCH, UNSUPPORTED_TYPE, PEER_MISSING
   */
  createTableFromBatch(
    path: string,
    batch: BatchesAtHand,
    options?: CreateOptions,
  ): Promise<WriteResult>;

  /**
   * Writes a table. Batches share a schema; those without rows are left out.
   * @throws as `createTableFromBatch`; EMPTY_STREAM without any batch; what the source throws
   */
  createTableFromBatches(
    path: string,
    batches: BatchInput,
    options?: CreateOptions,
  ): Promise<WriteResult>;

  /**
   * All rows. A table without rows has its schema.
   * @throws NOT_FOUND, NOT_PARQUET, EMPTY_TABLE (a file of no bytes), PARQUET_READ_FAILED, SCHEMA_MISMATCH
   */
  readTable(path: string, options?: ReadRowsOptions): Promise<Table>;

  /** All rows in one batch. @throws as `readTable` */
  readTableAsBatch(path: string, options?: ReadRowsOptions): Promise<RecordBatch>;

  /** Writes a series of one segment; one row group a batch. @throws as `createTableFromBatches` */
  createSeriesFromBatches(
    path: string,
    batches: BatchInput,
    options?: CreateOptions,
  ): Promise<WriteResult>;

  /**
   * Adds a segment to a series, whatever its length. It may have other columns than those before it: what
   * is read has the columns of all, null where a segment lacks one, in types that hold the values of all.
   * @throws NOT_FOUND, WRONG_ENTRY_TYPE, SCHEMA_MISMATCH (columns that cannot be read together with the
   * series', before a byte is written)
   */
  appendSeries(path: string, batches: BatchInput, options?: AppendOptions): Promise<WriteResult>;

  /**
   * Joins the segments of a series, so that reading it opens fewer files. What is read stays the same, in
   * the same order, and is compared with what was written before anything is changed. It makes no version;
   * appends may go on meanwhile. Older versions keep their segments until retention drops them.
   * @throws NOT_FOUND, WRONG_ENTRY_TYPE, PARQUET_READ_FAILED (what was written is not what was read),
   * CONFLICT (in a transaction: at its commit)
   */
  compactSeries(path: string, options?: CompactOptions): Promise<CompactResult>;

  /**
   * Drops rows of a series: all before a point in time, or all but the last so many. It is a new version;
   * older ones still read everything until retention drops them. Whole segments go without being read;
   * the one in which the cut lies is written anew.
   * @throws NOT_FOUND, WRONG_ENTRY_TYPE, SCHEMA_MISMATCH (no column of timestamps, or nulls in it), CONFLICT
   */
  trimSeries(path: string, options: TrimOptions): Promise<TrimResult>;

  /**
   * The batches of a series as they were written, or what `filter` and `timeRange` leave of them; the next
   * ones are read while the last is used. Errors are thrown at their place in the iteration, `readTable`'s;
   * each iteration reads anew. With `afterVersion` only rows that were appended since; with `follow` also
   * those that are still to come, each row once.
   *
   * ```ts
   * const options = { columns: ["temp"], filter: { city: "Oslo", temp: { $gt: 20 } }, timeRange: { start: monday } };
   * for await (const batch of root.readSeriesAsStream("/obs.series", options)) show(batch);
   * ```
   * @throws as `readTable`; VERSION_PRUNED, HISTORY_TRUNCATED (rows were replaced after `afterVersion`, or
   * while they were followed)
   */
  readSeriesAsStream(path: string, options?: StreamOptions): AsyncIterable<RecordBatch>;

  /** All rows of a series. @throws as `readTable` */
  readSeries(path: string, options?: ReadRowsOptions): Promise<Table>;

  /**
   * Takes in a Parquet file, byte for byte. It is decoded once before it is linked, see `verify`.
   * @throws ALREADY_EXISTS, NOT_PARQUET, PARQUET_READ_FAILED (pages that cannot be decoded, or that take
   *   too much memory or time), UNSUPPORTED_TYPE
   */
  importParquet(
    path: string,
    source: Blob | ReadableStream<Uint8Array> | Uint8Array | ArrayBuffer,
    options?: ImportOptions,
  ): Promise<WriteResult>;

  /**
   * What a read with these options would do: the segments, row groups, columns and bytes it leaves out. Only
   * footers are read. @throws as `readSeriesAsStream`
   */
  explain(path: string, options?: StreamOptions): Promise<ReadPlan>;

  /**
   * The Parquet file, of a series the one its segments make: as they are where they share a schema, else
   * written anew with the columns of all. The caller closes it. @throws NOT_FOUND, and as `readTable`
   */
  exportParquet(path: string, options?: VersionOptions): Promise<ParquetExport>;

  /** What the log and the footers say, without reading a row. @throws as `readTable` */
  describe(path: string, options?: VersionOptions): Promise<TableDescription>;

  /**
   * A file as notebooks know one: `.csv({ typed: true })`, `.json()`, `.arrow()`, `.url()` and so on, as
   * `FileAttachment` of Observable. It is made at once; its calls throw, NOT_FOUND among the rest.
   *
   * ```ts
   * const cars = await root.attachment("/cars.csv").csv({ typed: true });
   * ```
   */
  attachment(path: string, options?: AttachmentOptions): Attachment;
}
