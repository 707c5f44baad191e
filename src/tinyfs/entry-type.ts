/** What an entry is; given when it is created and fixed for life. */
export const EntryType = {
  /** Holds names. */
  Directory: "Directory",
  /** Points to a path. */
  Symlink: "Symlink",
  /** Any bytes. */
  FileData: "FileData",
  /** One Parquet file; each write is a version. */
  FileTable: "FileTable",
  /** Parquet segments, one per append. */
  FileSeries: "FileSeries",
} as const;

/** One of the five kinds of entry. */
export type EntryType = (typeof EntryType)[keyof typeof EntryType];

/** The kinds that hold bytes. */
export type FileType = "FileData" | "FileTable" | "FileSeries";

/** Files of this many bytes and more are kept as blobs, smaller ones inline. */
export const LARGE_FILE_THRESHOLD = 65_536;

/** Whether entries of this type hold bytes, and so may become large. */
export function supportsLargeFiles(entryType: EntryType): entryType is FileType {
  return entryType !== EntryType.Directory && entryType !== EntryType.Symlink;
}

/** From how many bytes on a file of this type is a blob; `undefined` for what holds no bytes. */
export function largeFileThreshold(entryType: EntryType): number | undefined {
  return supportsLargeFiles(entryType) ? LARGE_FILE_THRESHOLD : undefined;
}

/** Whether content of this many bytes is kept outside of the log. */
export function shouldStoreAsLargeFile(sizeBytes: number): boolean {
  return sizeBytes >= LARGE_FILE_THRESHOLD;
}
