import "../symbols.ts";

export type { ArrowContext } from "./arrow-context.ts";
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
export type {
  ParquetExport,
  ReadPlan,
  ReadRowsOptions,
  Skipped,
  StreamOptions,
  TimePoint,
  TimeSpan,
  VersionOptions,
} from "./read-options.ts";
export type {
  CompactOptions,
  CompactProgress,
  CompactResult,
  RewriteResult,
  TrimLimit,
  TrimOptions,
  TrimResult,
} from "./rewrite-options.ts";
export type { ColumnFilter, FilterValue, RowFilter } from "./row-filter.ts";
export type {
  ColumnDescription,
  RowGroupDescription,
  SegmentDescription,
  TableDescription,
  TimeGap,
  TimeOverlap,
  VersionDescription,
} from "./table-description.ts";
export type { WDArrowExt } from "./wd-arrow-ext.ts";
export type {
  AppendOptions,
  CreateOptions,
  ImportOptions,
  WriteProgress,
} from "./write-options.ts";
