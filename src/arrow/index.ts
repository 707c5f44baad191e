import "../symbols.ts";

export type { ArrowContext } from "./arrow-context.ts";
export type {
  AppendOptions,
  ColumnDescription,
  CompactOptions,
  CompactProgress,
  CompactResult,
  CreateOptions,
  ImportOptions,
  ParquetExport,
  ReadPlan,
  ReadRowsOptions,
  RewriteResult,
  RowGroupDescription,
  SegmentDescription,
  Skipped,
  StreamOptions,
  TableDescription,
  TimeGap,
  TimeOverlap,
  TimePoint,
  TimeSpan,
  TrimLimit,
  TrimOptions,
  TrimResult,
  VersionDescription,
  VersionOptions,
  WriteProgress,
} from "./arrow-options.ts";
export { ArrowWD } from "./arrow-wd.ts";
export type { Attachment } from "./attachment.ts";
export type {
  AttachmentOptions,
  DsvOptions,
  DsvRow,
  DsvRows,
  DsvValue,
} from "./attachment-options.ts";
export type { CompactionPolicy } from "./auto-compaction.ts";
export type {
  BatchesAtHand,
  BatchInput,
  BatchLike,
  SchemaLike,
  TableLike,
} from "./batch-input.ts";
export type { DocumentType, PageDocument, PageImage } from "./page-types.ts";
export type { ColumnFilter, FilterValue, RowFilter } from "./row-filter.ts";
export type { WDArrowExt } from "./wd-arrow-ext.ts";
