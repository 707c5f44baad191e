import "./symbols.ts";

export type { ArrowWD } from "./arrow/arrow-wd.ts";
export type { Attachment } from "./arrow/attachment.ts";
export type {
  AttachmentOptions,
  DsvOptions,
  DsvRow,
  DsvRows,
  DsvValue,
} from "./arrow/attachment-options.ts";
export type { CompactionPolicy } from "./arrow/auto-compaction.ts";
export type {
  BatchesAtHand,
  BatchInput,
  BatchLike,
  SchemaLike,
  TableLike,
} from "./arrow/batch-input.ts";
export type { ArrowCacheUse, CacheUse } from "./arrow/cache-use.ts";
export type { DocumentType, PageDocument, PageImage } from "./arrow/page-types.ts";
export type {
  ParquetExport,
  ReadPlan,
  ReadRowsOptions,
  Skipped,
  StreamOptions,
  TimePoint,
  TimeSpan,
  VersionOptions,
} from "./arrow/read-options.ts";
export type {
  CompactOptions,
  CompactProgress,
  CompactResult,
  RewriteResult,
  TrimLimit,
  TrimOptions,
  TrimResult,
} from "./arrow/rewrite-options.ts";
export type { ColumnFilter, FilterValue, RowFilter } from "./arrow/row-filter.ts";
export type {
  ColumnDescription,
  RowGroupDescription,
  SegmentDescription,
  TableDescription,
  TimeGap,
  TimeOverlap,
  VersionDescription,
} from "./arrow/table-description.ts";
export type { WDArrowExt } from "./arrow/wd-arrow-ext.ts";
export type {
  AppendOptions,
  CreateOptions,
  ImportOptions,
  WriteProgress,
} from "./arrow/write-options.ts";
export { connectParquetWorker } from "./lazy-parquet.ts";
export type { Pond } from "./pond.ts";
export { deletePond, openPond } from "./pond.ts";
export type { PondOptions, PondStorage, StorageMode, WorkerSources } from "./pond-options.ts";
export type { PondStats } from "./pond-stats.ts";
export type { ByteRange, ByteSource } from "./tinyfs/byte-source.ts";
export type { Change, ChangeKind, CommitInfo, PondTotals } from "./tinyfs/change.ts";
export type { Difference, DiffOptions } from "./tinyfs/diff.ts";
export type { RecursiveOptions } from "./tinyfs/directories.ts";
export type {
  Attributes,
  ColumnBound,
  ColumnRange,
  ContentDetails,
  SeriesTotals,
  TimeRange,
} from "./tinyfs/entry.ts";
export type { ListEntry, Stat, VersionInfo } from "./tinyfs/entry-info.ts";
export type { FileType } from "./tinyfs/entry-type.ts";
export { EntryType, LARGE_FILE_THRESHOLD, largeFileThreshold } from "./tinyfs/entry-type.ts";
export type { ErrorCode, ErrorDetails } from "./tinyfs/errors.ts";
export {
  CommitUnknownError,
  ConflictError,
  CorruptBlobError,
  FileBusyError,
  FormatChangedError,
  HistoryTruncatedError,
  isTinyFSError,
  PondMissingError,
  QuotaError,
  SchemaMismatchError,
  SuspendedError,
  TinyFSError,
} from "./tinyfs/errors.ts";
export type { GlobMatch } from "./tinyfs/glob.ts";
export type { ListOptions } from "./tinyfs/list-directory.ts";
export type { Listing } from "./tinyfs/listing.ts";
export type { NodeId } from "./tinyfs/node-id.ts";
export type { OpenOptions } from "./tinyfs/open-file.ts";
export type { Durability, LogRange } from "./tinyfs/persistence.ts";
export type { ReplaceOptions } from "./tinyfs/rename.ts";
export type {
  DroppedVersion,
  RetentionPolicy,
  Tag,
  VacuumOptions,
  VacuumProgress,
  VacuumReport,
} from "./tinyfs/retention.ts";
export type { RunOptions } from "./tinyfs/run-transaction.ts";
export type { WriteResult } from "./tinyfs/session.ts";
export type { Snapshot, SnapshotAt } from "./tinyfs/snapshot.ts";
export type { Transaction, TransactionOptions } from "./tinyfs/transaction.ts";
export type { WatchOptions } from "./tinyfs/watch.ts";
export type { ReadOptions, WD } from "./tinyfs/wd.ts";
export type {
  CreateMode,
  InspectedTarget,
  WriteOptions,
  WriterOptions,
  WriteSource,
} from "./tinyfs/write-options.ts";
export type {
  CheckOptions,
  CheckProgress,
  CheckReport,
  Finding,
  FindingKind,
  Repaired,
  RepairReport,
  Severity,
} from "./tlogfs/check/report.ts";
export type { CacheStats } from "./tlogfs/content-cache.ts";
export type { GCOptions, GCProgress, GCStats } from "./tlogfs/gc.ts";
export { listPonds } from "./tlogfs/ponds.ts";
export type {
  ParquetCompression,
  ParquetEncoding,
  PerColumn,
  SortColumn,
  StatisticValue,
} from "./worker/parquet-types.ts";
export type { WorkerSource } from "./worker/worker-factory.ts";
