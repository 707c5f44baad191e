import type { Change, ChangeKind } from "./change.ts";
import type { Entry, Place, Position, RowRef, Segment } from "./entry.ts";
import type { NodeId } from "./node-id.ts";

/** An entry that a transaction will put at a name. */
export interface StagedEntry extends Entry {
  /** Whether the transaction made a new version; otherwise the row only changes its place. */
  readonly dirty: boolean;
  /** The committed row that it continues; absent for a node made in the transaction. */
  readonly home?: RowRef;
  /** Whether it brings back a row that had ended. */
  readonly restored?: boolean;
}

/** A name that a transaction touched. Names touched and undone stay: others may not use them either. */
export interface StagedName extends Place {
  /** The path it was reached by, from the root of the pond. */
  readonly path: string;
  /** The row at the base. */
  readonly before?: Entry;
  /** The row to be; absent where the name ends free. */
  readonly after?: StagedEntry;
}

/** A row of a series to be; a `replace` and a `compact` list all segments. */
export interface StagedSegmentRow {
  /** Whether it adds a segment or lists all. */
  readonly kind: "append" | "replace" | "compact";
  /** The segment that is added, or all of them. */
  readonly segments: readonly Segment[];
  /** For a `compact`: the last row it stands for, at most of the transaction's base. */
  readonly coversTo?: Position;
}

/** What a transaction adds to one series. */
export interface StagedSeries {
  /** The series. */
  readonly nodeId: NodeId;
  /** The path it was reached by, from the root of the pond. */
  readonly path: string;
  /** Where the series stood at the base; absent for one made in the transaction. */
  readonly home?: Place;
  /** Its new rows, oldest first. */
  readonly rows: readonly StagedSegmentRow[];
}

/** A directory on the way from the root to a name that is written: it must still stand there. */
export interface ChainLink extends Place {
  /** The directory that stands at the name. */
  readonly nodeId: NodeId;
}

/** What a subtree that was removed takes from the totals. */
export interface RemovedBelow {
  /** Files of all three types. */
  readonly files: number;
  /** Directories. */
  readonly directories: number;
  /** Bytes of the files. */
  readonly liveBytes: number;
}

/** All that a transaction asks of its commit. */
export interface WriteSet {
  /** The transaction's UUIDv7. */
  readonly id: string;
  /** The commit that it read from. */
  readonly base: number;
  /** Kept with the commit. */
  readonly label?: string;
  /** Names that were touched. */
  readonly names: readonly StagedName[];
  /** Series that were added to. */
  readonly series: readonly StagedSeries[];
  /** Directories that must stand where they stood. */
  readonly chain: readonly ChainLink[];
  /** Directories reachable at the base and not after the transaction. */
  readonly gone: ReadonlySet<NodeId>;
  /** What was removed with directories. */
  readonly removedBelow: RemovedBelow;
  /** Rows whose content is used again: they must still be there. */
  readonly sources: readonly RowRef[];
  /** Each tells whether a change breaks what the transaction expects to be unchanged. */
  readonly expected: readonly ((change: Change) => boolean)[];
}

/** A name a transaction writes, with how: what conflicts are judged by. */
export interface WrittenKey extends Place {
  readonly path: string;
  readonly kind: ChangeKind;
}

/** All names of a write set, a series that is appended to counting as its own name. */
export function writtenKeys(writeSet: WriteSet): WrittenKey[] {
  const names = writeSet.names.map(({ dirId, name, path, after }): WrittenKey => {
    return { dirId, name, path, kind: after ? "put" : "remove" };
  });
  const series = writeSet.series.flatMap(({ home, path, rows }): WrittenKey[] => {
    return home ? rows.map(({ kind }) => ({ dirId: home.dirId, name: home.name, path, kind })) : [];
  });
  return [...names, ...series];
}

/** A name as text: no two places share it. */
export function placeKey({ dirId, name }: Place): string {
  return `${dirId}/${name}`;
}

/** Whether a transaction has nothing to commit. */
export function isEmptyWriteSet({ names, series }: WriteSet): boolean {
  return names.length === 0 && series.length === 0;
}
