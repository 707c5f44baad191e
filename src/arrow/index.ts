import "../symbols.ts";

export type { ArrowContext } from "./arrow-context.ts";
export type {
  AppendOptions,
  ColumnDescription,
  CreateOptions,
  ImportOptions,
  ParquetExport,
  ReadRowsOptions,
  RowGroupDescription,
  StreamOptions,
  TableDescription,
  VersionOptions,
  WriteProgress,
} from "./arrow-options.ts";
export { ArrowWD } from "./arrow-wd.ts";
export type {
  BatchesAtHand,
  BatchInput,
  BatchLike,
  SchemaLike,
  TableLike,
} from "./batch-input.ts";
export type { WDArrowExt } from "./wd-arrow-ext.ts";
