import "../symbols.ts";

export type { ByteRange, ByteSource } from "./byte-source.ts";
export type { Change, ChangeKind, CommitInfo, Head, PondTotals } from "./change.ts";
export { NO_TOTALS } from "./change.ts";
export { findConflict } from "./conflict.ts";
export type { Difference, DiffOptions } from "./diff.ts";
export type { RecursiveOptions } from "./directories.ts";
export type {
  Attributes,
  ColumnBound,
  ColumnRange,
  Content,
  ContentDetails,
  Entry,
  Place,
  Position,
  RowEnd,
  RowRef,
  Segment,
  SegmentRow,
  SeriesTotals,
  SupersededEntry,
  TimeRange,
} from "./entry.ts";
export type { ListEntry, Stat, VersionInfo } from "./entry-info.ts";
export type { FileType } from "./entry-type.ts";
export {
  EntryType,
  LARGE_FILE_THRESHOLD,
  largeFileThreshold,
  shouldStoreAsLargeFile,
  supportsLargeFiles,
} from "./entry-type.ts";
export type { ErrorCode, ErrorDetails, ErrorRecord, TinyFSErrorOptions } from "./errors.ts";
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
  recordError,
  reviveError,
  SchemaMismatchError,
  SuspendedError,
  TinyFSError,
} from "./errors.ts";
export type {
  ContentWriter,
  File,
  FileVersion,
  FileWriter,
  FileWriterOptions,
} from "./file.ts";
export { Handle } from "./file.ts";
export { FS } from "./fs.ts";
export type { GlobMatch } from "./glob.ts";
export type { ListOptions } from "./list-directory.ts";
export { Listing } from "./listing.ts";
export { createMemoryFS } from "./memory/in-memory.ts";
export { MemoryPersistence } from "./memory/memory-persistence.ts";
export type { NodeId } from "./node-id.ts";
export { ROOT_ID } from "./node-id.ts";
export type { OpenOptions } from "./open-file.ts";
export type {
  CommitOptions,
  Committed,
  Draft,
  Durability,
  LogRange,
  PersistenceLayer,
  Pin,
  TreeOptions,
} from "./persistence.ts";
export type { ReplaceOptions } from "./rename.ts";
export type { RunOptions } from "./run-transaction.ts";
export { liveSegments } from "./series.ts";
export type { SegmentJoiner, Services } from "./services.ts";
export type { Session, WriteResult } from "./session.ts";
export type { CommitBasis, SettledCommit } from "./settle.ts";
export { nextTime, settle } from "./settle.ts";
export type { SnapshotAt } from "./snapshot.ts";
export { Snapshot } from "./snapshot.ts";
export type { TransactionOptions } from "./transaction.ts";
export { Transaction } from "./transaction.ts";
export type { Page, RowScope, Tree } from "./tree.ts";
export type { ReadOptions } from "./wd.ts";
export { WD } from "./wd.ts";
export type { WDContext } from "./wd-context.ts";
export type {
  CreateMode,
  InspectedTarget,
  WriteOptions,
  WriterOptions,
  WriteSource,
} from "./write-options.ts";
export type {
  ChainLink,
  RemovedBelow,
  StagedEntry,
  StagedName,
  StagedSegmentRow,
  StagedSeries,
  WriteSet,
} from "./write-set.ts";
