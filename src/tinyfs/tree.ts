import type { ByteSource } from "./byte-source.ts";
import type { Content, Entry, Place, SegmentRow, SupersededEntry } from "./entry.ts";
import type { NodeId } from "./node-id.ts";

/** A page of a listing: up to `limit` names after `after`, in the order of UTF-16 code units. */
export interface Page {
  /** The name to begin after, which need not be there. */
  readonly after?: string | undefined;
  /** How many names at most. */
  readonly limit: number;
}

/**
 * Which rows of a series: all, or those that its live segments are found by, from the newest one to where
 * the newest checkpoint stands for the rest.
 */
export type RowScope = "all" | "live";

/** A tree of entries that holds still: a commit, or a transaction's base with its own writes. */
export interface Tree {
  /** The commit that is read. Of the newest commit's tree it is known once something has been read. */
  readonly seq: number;
  /** The row at a name. */
  entry(place: Place): Promise<Entry | undefined>;
  /** A page of a directory's rows. */
  entries(dirId: NodeId, page: Page): Promise<readonly Entry[]>;
  /** The rows of a series, newest first: all, unless only the live ones are asked for. */
  segments(nodeId: NodeId, scope?: RowScope): Promise<readonly SegmentRow[]>;
  /** The newest row of a series. */
  newestSegment(nodeId: NodeId): Promise<SegmentRow | undefined>;
  /** The row that `entry` continues. */
  previous(entry: Entry): Promise<SupersededEntry | undefined>;
  /** The newest row at a name that had ended by then. */
  lastEnded(place: Place): Promise<SupersededEntry | undefined>;
  /** Verified random access to the bytes of one of its rows. */
  open(content: Content): Promise<ByteSource>;
}
