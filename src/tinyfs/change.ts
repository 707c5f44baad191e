import type { Place, SeriesTotals } from "./entry.ts";
import type { EntryType } from "./entry-type.ts";
import type { NodeId } from "./node-id.ts";

/** What a commit did to a name: `put` and `remove` end or begin a row there, the others add to a series. */
export type ChangeKind = "put" | "remove" | "append" | "replace" | "compact";

/** One name that a commit wrote. */
export interface Change extends Place {
  /** The path as it was when the transaction wrote it. */
  readonly path: string;
  /** What was done to the name. */
  readonly kind: ChangeKind;
  /** Type of what stands there, or stood there before it was removed. */
  readonly entryType: EntryType;
  /** The node that stood there before; absent when the name was free. */
  readonly before?: NodeId;
  /** The node that stands there now; absent when the name is free. */
  readonly after?: NodeId;
  /** The version that was written, where one was. */
  readonly version?: number;
  /** Its length in bytes; of a series that of all its segments together. */
  readonly size?: number;
  /** Its rows, where they are known; of a series those of all segments whose rows were counted. */
  readonly rowCount?: number;
  /** Of what was done to a series: sums over the segments that were written, with the rows that were counted. */
  readonly written?: SeriesTotals;
}

/** Sums over the whole pond as of a commit. Bytes are logical unless said otherwise. */
export interface PondTotals {
  /** Files that a listing shows, of all three types. */
  readonly files: number;
  /** Directories that a listing shows. */
  readonly directories: number;
  /** Bytes of the files that a listing shows. */
  readonly liveBytes: number;
  /** Versions of files that history holds, live ones included, and their bytes. */
  readonly versions: number;
  /** Bytes of all versions that history holds. */
  readonly versionBytes: number;
}

/** One commit. */
export interface CommitInfo {
  /** 1, 2, 3 …: the order of everything. */
  readonly seq: number;
  /** The transaction's UUIDv7. */
  readonly id: string;
  /** When it was committed, in microseconds since 1970; later commits have later times. */
  readonly time: number;
  /** The label its transaction was given. */
  readonly label?: string;
  /** Whether a user asked for it, or the pond itself. */
  readonly kind: "user" | "maintenance";
  /** How many changes `changes()` gives. */
  readonly changeCount: number;
  /** What the commit wrote, in no particular order. */
  changes(): AsyncIterable<Change>;
}

/** The newest commit: `seq` 0 and `time` 0 before the first. */
export interface Head {
  /** Number of the newest commit; 0 before the first. */
  readonly seq: number;
  /** Its time in microseconds since 1970. */
  readonly time: number;
  /** Sums over the pond as of it. */
  readonly totals: PondTotals;
}

/** The totals of a pond without commits. */
export const NO_TOTALS: PondTotals = {
  files: 0,
  directories: 0,
  liveBytes: 0,
  versions: 0,
  versionBytes: 0,
};
