import type { ByteSource } from "./byte-source.ts";
import type { CommitInfo, Head } from "./change.ts";
import type { Content, Entry, Place, SegmentRow, SupersededEntry } from "./entry.ts";
import type { ContentWriter, File } from "./file.ts";
import type { NodeId } from "./node-id.ts";
import type { SettledCommit } from "./settle.ts";
import type { WriteSet } from "./write-set.ts";

/** How much a finished commit has survived: a power loss, or the end of the browser's process. */
export type Durability = "strict" | "relaxed";

/** A page of a listing: up to `limit` names after `after`, in the order of UTF-16 code units. */
export interface Page {
  /** The name to begin after, which need not be there. */
  readonly after?: string | undefined;
  /** How many names at most. */
  readonly limit: number;
}

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

/** How a write set is committed. */
export interface CommitOptions {
  /** What the commit has to survive. Default: the pond's. */
  readonly durability?: Durability | undefined;
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

  /** The row at a name. */
  entryAt(place: Place, seq: number): Promise<Entry | undefined>;
  /** A page of a directory's rows. Fewer than `limit` means that no more follow. */
  entriesAt(dirId: NodeId, seq: number, page: Page): Promise<readonly Entry[]>;
  /** The row that `entry` continues: the same node's one before it. */
  previousEntry(entry: Entry): Promise<SupersededEntry | undefined>;
  /** The newest row at a name that had ended by `seq`. */
  lastEnded(place: Place, seq: number): Promise<SupersededEntry | undefined>;
  /** All rows of a series, newest first. */
  segmentsAt(nodeId: NodeId, seq: number): Promise<readonly SegmentRow[]>;
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
  /** Lists commits. */
  commits(range?: LogRange): AsyncIterable<CommitInfo>;

  /** Opens a sink for bytes that a later commit may link. */
  stage(signal?: AbortSignal): Promise<ContentWriter>;
  /** The same for bytes at hand. They are copied. */
  stageBytes(bytes: Uint8Array): Promise<Content>;
  /** Drops staged bytes that no commit linked. Never rejects. */
  discard(content: Content): Promise<void>;
  /** Verified random access to committed or staged bytes. */
  open(content: Content): Promise<ByteSource>;
  /** The file at a name, with its write state; one object as long as a writer holds it. */
  fileAt(place: Place): File;

  /** Releases everything. Later calls throw `POND_CLOSED`. */
  close(): Promise<void>;
}
