import type { ByteSource } from "./byte-source.ts";
import type { CommitInfo, Head } from "./change.ts";
import type { Content, Entry, Place, RowRef, SegmentRow, SupersededEntry } from "./entry.ts";
import type { TinyFSError } from "./errors.ts";
import type { ContentWriter, File } from "./file.ts";
import type { NodeId } from "./node-id.ts";
import type { RetentionPolicy, Tag, VacuumOptions, VacuumReport } from "./retention.ts";
import type { SettledCommit } from "./settle.ts";
import type { Page, RowScope, Tree } from "./tree.ts";
import type { WriteSet } from "./write-set.ts";

/** How much a finished commit has survived: a power loss, or the end of the browser's process. */
export type Durability = "strict" | "relaxed";

/** Which commits to list, both ends inclusive; oldest first unless `reverse`. */
export interface LogRange {
  /** The first commit. Default 1. */
  readonly from?: number;
  /** The last commit. Default: the newest. */
  readonly to?: number;
  /** Newest first. */
  readonly reverse?: boolean;
}

/** A commit that succeeded, with the rows it wrote. */
export interface Committed {
  /** The commit, as the log shows it. */
  readonly info: CommitInfo;
  /** The rows it wrote. */
  readonly settled: SettledCommit;
}

/** Keeps a commit readable, whatever retention says, until it is released. */
export interface Pin {
  /** Lets retention have the commit. May be called again. */
  release(): Promise<void>;
}

/** How a write set is committed. */
export interface CommitOptions {
  /** What the commit has to survive. Default: the pond's. */
  readonly durability?: Durability | undefined;
}

/** Makes a write set of the newest tree. It waits for nothing but that tree, and may be run in vain. */
export type Draft = (newest: Tree) => Promise<WriteSet>;

/** What is going to be read of a tree. */
export interface TreeOptions {
  /** Also bytes of files, not only what is known of them. */
  readonly withBytes?: boolean;
  /** Whether the tree's number is of no use to the reader, which then need not wait for it. */
  readonly isUnnumbered?: boolean;
}

/**
 * What the core asks of a store of rows and bytes. All reads are as of a commit number and do not
 * change with later commits; a row that cannot be read is an error, never an absent one.
 */
export interface PersistenceLayer {
  /** The newest commit. */
  head(): Promise<Head>;
  /** The number of the last commit at or before a time in microseconds. */
  seqAt(timeMicros: number): Promise<number>;

  /**
   * The newest commit's tree. Reads that follow one another and wait for nothing else see one state of
   * the store, bytes included: nothing can be dropped between them.
   */
  newestTree(options?: TreeOptions): Promise<Tree>;
  /** The row at a name. */
  entryAt(place: Place, seq: number): Promise<Entry | undefined>;
  /** A page of a directory's rows. Fewer than `limit` means that no more follow. */
  entriesAt(dirId: NodeId, seq: number, page: Page): Promise<readonly Entry[]>;
  /** The row that `entry` continues: the same node's one before it. */
  previousEntry(entry: Entry): Promise<SupersededEntry | undefined>;
  /** The newest row at a name that had ended by `seq`. */
  lastEnded(place: Place, seq: number): Promise<SupersededEntry | undefined>;
  /** The rows of a series, newest first: all, unless only the live ones are asked for. */
  segmentsAt(nodeId: NodeId, seq: number, scope?: RowScope): Promise<readonly SegmentRow[]>;
  /** The newest row of a series. */
  newestSegment(nodeId: NodeId, seq: number): Promise<SegmentRow | undefined>;

  /**
   * Commits all or nothing. After success every reader that asks for the head sees it; after a
   * failure nothing of it is visible, and its staged content can be committed again or discarded.
   *
   * @throws CONFLICT another commit came first: see `findConflict`
   * @throws VERSION_PRUNED content that is to be used again is no longer there
   */
  commit(writeSet: WriteSet, options?: CommitOptions): Promise<Committed>;

  /**
   * Reads and commits at once, where that saves time. `undefined` where it cannot be, for whatever reason:
   * nothing has changed then, and `commit` tells.
   * @throws COMMIT_UNKNOWN
   */
  commitAtOnce?(draft: Draft, options?: CommitOptions): Promise<Committed | undefined>;
  /** Lists commits. */
  commits(range?: LogRange): AsyncIterable<CommitInfo>;
  /**
   * Calls back when there may be a new commit, of this tab or another: a hint, and never the only way
   * to learn of one. Returns how to stop.
   */
  onCommit(listener: () => void): () => void;
  /**
   * Calls back when all that is open is lost, because the browser puts the page to sleep or a newer
   * version of the library takes over. Returns how to stop.
   */
  onSuspend(listener: (reason: TinyFSError) => void): () => void;
  /** Comes back in a later task, so that a page can answer events meanwhile. Without it there is no page. */
  rest?(): Promise<void>;

  /**
   * Keeps what a commit shows from being dropped.
   * @throws HISTORY_TRUNCATED some of it has been dropped
   */
  pin(seq: number): Promise<Pin>;
  /** All tags, by name. */
  tags(): Promise<readonly Tag[]>;
  /** Names a commit, and keeps what it shows. A name that is taken moves. @throws HISTORY_TRUNCATED, NOT_FOUND */
  tag(name: string, seq: number): Promise<void>;
  /** Drops a name. @throws NOT_FOUND */
  untag(name: string): Promise<void>;
  /** Drops old versions by a policy, or by the pond's own. What is current, tagged or pinned stays. */
  vacuum(policy?: RetentionPolicy, options?: VacuumOptions): Promise<VacuumReport>;

  /**
   * Refuses what a purge would refuse, before anything is changed.
   * @param row the row of the entry, whether it stands or has ended
   * @throws HISTORY_IN_USE a tagged commit, or one that somebody reads, shows it
   */
  checkUnused(row: RowRef): Promise<void>;

  /**
   * Drops an entry that was removed, what is below it, and all versions of it.
   * @param row the row of the entry that ended
   * @throws HISTORY_IN_USE a tagged commit, or one that somebody reads, shows it
   * @throws CONFLICT it was restored meanwhile
   */
  purge(row: RowRef): Promise<void>;

  /** Opens a sink for bytes that a later commit may link. */
  stage(signal?: AbortSignal): Promise<ContentWriter>;
  /** The same for bytes at hand, in a buffer of their own, which nobody else uses any more. */
  stageBytes(bytes: Uint8Array<ArrayBuffer>): Promise<Content>;
  /** Drops staged bytes that no commit linked. Never rejects. */
  discard(content: Content): Promise<void>;
  /** Verified random access to committed or staged bytes. */
  open(content: Content): Promise<ByteSource>;
  /** The file at a name, with its write state; one object as long as a writer holds it. */
  fileAt(place: Place): File;

  /** Releases everything. Later calls throw `POND_CLOSED`. */
  close(): Promise<void>;
}
