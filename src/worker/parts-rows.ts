/**
 * The store `parts` of a pond's database holds files where there is no OPFS. A file's bytes stand
 * under `[at, n]` in pieces of 1 MiB, where `at` is the path that it was written under; its record
 * under `["file", path]` says which pieces are its own. So moving a file is one small transaction,
 * whatever its size.
 */
export interface FileRecord {
  /** The path of the temporary that its pieces were written under: no two files share it. */
  readonly at: string;
  /** Length in bytes. */
  readonly size: number;
}

/** Length of a piece; a file's last one is shorter. */
export const PIECE_BYTES: number = 1 << 20;

/** What stands for a record that cannot be read: whoever knows the file's size sees the damage. */
const UNREADABLE: FileRecord = { at: "", size: 0 };

/** Where the record of a file stands. */
export function recordKey(path: string): IDBValidKey {
  return ["file", path];
}

/** Where a piece stands. `at` begins with `tmp/`, so that no piece stands where a record does. */
export function pieceKey(at: string, n: number): IDBValidKey {
  return [at, n];
}

/** All pieces of a file. */
export function piecesOf(at: string): IDBKeyRange {
  return IDBKeyRange.bound([at], [at, []], false, true);
}

/** The records of all files below a folder. */
export function recordsBelow(folder: string): IDBKeyRange {
  return IDBKeyRange.bound(["file", `${folder}/`], ["file", `${folder}/\uffff`]);
}

/** The path that a record's key names. */
export function pathOfKey(key: IDBValidKey): string {
  return String((key as [string, string])[1]);
}

/**
 * A record as it was stored. It carries no checksum: a wrong one leads to bytes of another size, or
 * to bytes that fail the checksums of their pages.
 */
export function parseRecord(value: unknown): FileRecord | undefined {
  if (value === undefined) return undefined;
  const { at, size } = Object(value) as Partial<FileRecord>;
  return typeof at === "string" && typeof size === "number" ? { at, size } : UNREADABLE;
}
