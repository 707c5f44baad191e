import { TinyFSError } from "../tinyfs/errors.ts";
import { META_KEY } from "./keys.ts";
import { FORMAT_VERSION, missingPond } from "./open-database.ts";
import { readRow, type Sealed, seal } from "./oplog-rows.ts";

/** Which old versions are kept: at least so many of each file, and all of the last days. */
export interface RetentionPolicy {
  readonly keepVersions: number;
  readonly keepForDays: number;
}

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
  readonly retention: RetentionPolicy;
  /** Commits by name. */
  readonly tags: Readonly<Record<string, number>>;
}

const DEFAULT_RETENTION: RetentionPolicy = { keepVersions: 10, keepForDays: 7 };

/** Puts the row of a new pond. */
export function putNewMeta(oplog: IDBObjectStore): void {
  const meta: Omit<PondMeta, "sum"> = {
    id: crypto.randomUUID(),
    created: Date.now() * 1000,
    format: FORMAT_VERSION,
    minReader: FORMAT_VERSION,
    minWriter: FORMAT_VERSION,
    horizon: 0,
    retention: DEFAULT_RETENTION,
    tags: {},
  };
  oplog.put(seal(META_KEY, meta), META_KEY);
}

/** The pond's row. @throws POND_MISSING, CORRUPT_ROW */
export async function readMeta(oplog: IDBObjectStore, pond: string): Promise<PondMeta> {
  const meta = await readRow<PondMeta>(oplog, META_KEY);
  if (!meta) throw missingPond(pond);
  return meta;
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
