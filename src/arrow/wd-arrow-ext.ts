import type { RecordBatch, Table } from "apache-arrow";
import type { WriteResult } from "../tinyfs/session.ts";
import type {
  AppendOptions,
  CreateOptions,
  ImportOptions,
  ParquetExport,
  ReadRowsOptions,
  StreamOptions,
  TableDescription,
  VersionOptions,
} from "./arrow-options.ts";
import type { BatchesAtHand, BatchInput } from "./batch-input.ts";

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
   * Adds a segment to a series, whatever its length.
   * @throws NOT_FOUND, WRONG_ENTRY_TYPE, SCHEMA_MISMATCH (another schema than the series has)
   */
  appendSeries(path: string, batches: BatchInput, options?: AppendOptions): Promise<WriteResult>;

  /**
   * The batches of a series as they were written, read one ahead. Errors are thrown at their place
   * in the iteration, `readTable`'s; each iteration reads anew.
   */
  readSeriesAsStream(path: string, options?: StreamOptions): AsyncIterable<RecordBatch>;

  /** All rows of a series. @throws as `readTable` */
  readSeries(path: string, options?: ReadRowsOptions): Promise<Table>;

  /**
   * Takes in a Parquet file, byte for byte. Its footer is validated before it is linked.
   * @throws ALREADY_EXISTS, NOT_PARQUET
   */
  importParquet(
    path: string,
    source: Blob | ReadableStream<Uint8Array> | Uint8Array | ArrayBuffer,
    options?: ImportOptions,
  ): Promise<WriteResult>;

  /** The Parquet file, of a series the one its segments make. The caller closes it. @throws NOT_FOUND */
  exportParquet(path: string, options?: VersionOptions): Promise<ParquetExport>;

  /** What the footers say. @throws as `readTable` */
  describe(path: string, options?: VersionOptions): Promise<TableDescription>;
}
