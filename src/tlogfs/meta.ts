import { isTinyFSError, TinyFSError } from "../tinyfs/errors.ts";
import { DEFAULT_RETENTION, type RetentionPolicy } from "../tinyfs/retention.ts";
import type { BlobStore } from "./blob-engine.ts";
import { META_COPY_KEY, META_KEY } from "./keys.ts";
import { FORMAT_VERSION, missingPond } from "./open-database.ts";
import { readRow, type Sealed, seal } from "./oplog-rows.ts";

/** The pond's own row. */
export interface PondMeta extends Sealed {
  /** A UUID: another pond of the same name has another one. */
  readonly id: string;
  /** Microseconds since 1970. */
  readonly created: number;
  readonly format: number;
  /** The oldest format that may read the pond, and that may write to it. */
  readonly minReader: number;
  readonly minWriter: number;
  /** Below this commit history may have been dropped. */
  readonly horizon: number;
  /** Below this commit the log is not whole. Default 1. */
  readonly logStart?: number;
  /** The newest commit when retention last changed a current row: before rows read by then are old. */
  readonly spliced?: number;
  readonly retention: RetentionPolicy;
  readonly blobs: BlobStore;
  /** Commits by name. */
  readonly tags: Readonly<Record<string, number>>;
}

/** Puts the row of a new pond. @param blobs where it is going to keep its large files */
export function putNewMeta(oplog: IDBObjectStore, blobs: BlobStore = "opfs"): void {
  const meta: Omit<PondMeta, "sum"> = {
    id: crypto.randomUUID(),
    created: Date.now() * 1000,
    format: FORMAT_VERSION,
    minReader: FORMAT_VERSION,
    minWriter: FORMAT_VERSION,
    horizon: 0,
    retention: DEFAULT_RETENTION,
    blobs,
    tags: {},
  };
  putMeta(oplog, meta);
}

/** Puts the pond's row, and its copy: whoever changes it does it here. */
export function putMeta(oplog: IDBObjectStore, meta: Omit<PondMeta, "sum">): void {
  for (const key of [META_KEY, META_COPY_KEY]) oplog.put(seal(key, meta), key);
}

/** The pond's row, or its copy where the row is damaged. @throws POND_MISSING, CORRUPT_ROW */
export async function readMeta(oplog: IDBObjectStore, pond: string): Promise<PondMeta> {
  const meta = await findMeta(oplog);
  if (!meta) throw missingPond(pond);
  return meta;
}

/** The pond's row, or its copy, where there is one. @throws CORRUPT_ROW */
export async function findMeta(oplog: IDBObjectStore): Promise<PondMeta | undefined> {
  try {
    return await readRow<PondMeta>(oplog, META_KEY);
  } catch (error) {
    if (!isTinyFSError(error, "CORRUPT_ROW")) throw error;
    const copy = await readRow<PondMeta>(oplog, META_COPY_KEY);
    if (!copy) throw error;
    return copy;
  }
}

/** @throws FORMAT_TOO_NEW when this version of the library cannot read, or write, the pond */
export function checkFormat(meta: PondMeta, pond: string, action: "read" | "write"): void {
  const needed = action === "read" ? meta.minReader : meta.minWriter;
  if (needed <= FORMAT_VERSION) return;
  throw new TinyFSError(
    "FORMAT_TOO_NEW",
    `Cannot ${action} pond "${pond}": it needs format ${needed} and this is ${FORMAT_VERSION}`,
  );
}
