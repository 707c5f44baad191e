import type { RecordBatch, Table } from "apache-arrow";
import { loadOnce } from "../tinyfs/load-once.ts";
import type { WriteResult } from "../tinyfs/session.ts";
import { ownBytes } from "../tinyfs/streams.ts";
import { WD } from "../tinyfs/wd.ts";
import type { ArrowContext } from "./arrow-context.ts";
import { Attachment } from "./attachment.ts";
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
import type { WDArrowExt } from "./wd-arrow-ext.ts";
import type { AppendOptions, CreateOptions, ImportOptions } from "./write-options.ts";

const loadReading = loadOnce(() => import("./read-batches.ts"));
const loadTables = loadOnce(() => import("./read-table.ts"));
const loadWriting = loadOnce(() => import("./write-batches.ts"));

/** A `WD` with tables and series. What they need is loaded on first use. */
export class ArrowWD extends WD implements WDArrowExt {
  declare readonly context: ArrowContext;

  constructor(context: ArrowContext) {
    super(context);
  }

  createTableFromBatch(
    path: string,
    batch: BatchesAtHand,
    options: CreateOptions = {},
  ): Promise<WriteResult> {
    return this.createTableFromBatches(path, batch, options);
  }

  async createTableFromBatches(
    path: string,
    batches: BatchInput,
    options: CreateOptions = {},
  ): Promise<WriteResult> {
    const { createFromBatches } = await loadWriting();
    return createFromBatches(this.context, path, batches, { entryType: "FileTable", ...options });
  }

  async readTable(path: string, options: ReadRowsOptions = {}): Promise<Table> {
    const { readTable } = await loadTables();
    return readTable(this.context, path, options);
  }

  async readTableAsBatch(path: string, options: ReadRowsOptions = {}): Promise<RecordBatch> {
    const { readTableAsBatch } = await loadTables();
    return readTableAsBatch(this.context, path, options);
  }

  async createSeriesFromBatches(
    path: string,
    batches: BatchInput,
    options: CreateOptions = {},
  ): Promise<WriteResult> {
    const { createFromBatches } = await loadWriting();
    return createFromBatches(this.context, path, batches, { entryType: "FileSeries", ...options });
  }

  async appendSeries(
    path: string,
    batches: BatchInput,
    options: AppendOptions = {},
  ): Promise<WriteResult> {
    const { appendBatches } = await loadWriting();
    return appendBatches(this.context, path, batches, options);
  }

  async compactSeries(path: string, options: CompactOptions = {}): Promise<CompactResult> {
    const { compactSeries } = await import("./compact-series.ts");
    return compactSeries(this.context, path, options);
  }

  async trimSeries(path: string, options: TrimOptions): Promise<TrimResult> {
    const { trimSeries } = await import("./trim-series.ts");
    return trimSeries(this.context, path, options);
  }

  readSeriesAsStream(path: string, options: StreamOptions = {}): AsyncIterable<RecordBatch> {
    const { context } = this;
    return {
      [Symbol.asyncIterator]() {
        const left = new AbortController();
        const batches = (async function* () {
          const { readBatches } = await loadReading();
          yield* readBatches(context, path, options, left.signal);
        })();
        return {
          next: () => batches.next(),
          return: () => {
            left.abort(); // also where a batch that has not come yet is waited for
            return batches.return();
          },
        };
      },
    };
  }

  readSeries(path: string, options: ReadRowsOptions = {}): Promise<Table> {
    return this.readTable(path, options);
  }

  async importParquet(
    path: string,
    source: Blob | ReadableStream<Uint8Array> | Uint8Array | ArrayBuffer,
    options: ImportOptions = {},
  ): Promise<WriteResult> {
    const owned = ownBytes(source); // before anything is waited for
    const { importParquet } = await import("./import-parquet.ts");
    return importParquet(this.context, path, owned, options);
  }

  async exportParquet(path: string, options: VersionOptions = {}): Promise<ParquetExport> {
    const { exportParquet } = await import("./export-parquet.ts");
    return exportParquet(this.context, path, options);
  }

  async explain(path: string, options: StreamOptions = {}): Promise<ReadPlan> {
    const { explainRead } = await import("./reading/explain.ts");
    return explainRead(this.context, path, options);
  }

  async describe(path: string, options: VersionOptions = {}): Promise<TableDescription> {
    const { describeTable } = await import("./describe-table.ts");
    return describeTable(this.context, path, options);
  }

  attachment(path: string, options?: AttachmentOptions): Attachment {
    return new Attachment(this.context, path, options);
  }
}
