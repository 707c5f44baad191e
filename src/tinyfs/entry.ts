import type { EntryType } from "./entry-type.ts";
import type { NodeId } from "./node-id.ts";

/** Bytes that a persistence layer holds; each implementation adds how to find them. */
export interface Content {
  /** Length in bytes. */
  readonly size: number;
  /** SHA-256 of the bytes, 64 lower-case hex digits. */
  readonly sha256: string;
}

/** From the first to the last value of a series' timestamp column, in microseconds since 1970. */
export interface TimeRange {
  /** Earliest value, in microseconds since 1970. */
  readonly min: number;
  /** Latest value, in microseconds since 1970. */
  readonly max: number;
}

/**
 * A bound of a column's values. Integers of 64 bits, timestamps and times are `bigint` in the column's
 * own unit; dates are days since 1970; text is compared by its UTF-8 bytes.
 */
export type ColumnBound = number | bigint | string | boolean;

/** What is known of one column over all rows. A field that is absent is unknown, never "none". */
export interface ColumnRange {
  /** A top-level column without children. */
  readonly name: string;
  /** No value is less; text may have been cut short. */
  readonly min?: ColumnBound;
  /** No value is greater, NaN aside; text that was cut short was raised. */
  readonly max?: ColumnBound;
  /** How many values are null. */
  readonly nullCount?: number;
}

/** What is known of the rows that a table or a segment holds. */
export interface ContentDetails {
  /** Rows. */
  readonly rowCount?: number;
  /** Range of the timestamp column. */
  readonly timeRange?: TimeRange;
  /** Equal for files that splice: SHA-256 of the Parquet and Arrow schema. */
  readonly schemaFingerprint?: string;
  /** Bounds by column, for those columns of which something is known. */
  readonly columns?: readonly ColumnRange[];
}

/** Values that a user hangs on an entry. */
export type Attributes = Readonly<Record<string, string | number | boolean>>;

/** A name in a directory. */
export interface Place {
  /** The directory. */
  readonly dirId: NodeId;
  /** The name within it, as it was given. */
  readonly name: string;
}

/** A row of the log: the name it stands under, and the commit that put it there. */
export interface RowRef extends Place {
  /** The commit that put the row at its name; 0 while its transaction is open. */
  readonly placedSeq: number;
}

/** One version of one node, at the name where it stands. */
export interface Entry extends RowRef, ContentDetails {
  /** The identity of the node; it survives moves. */
  readonly nodeId: NodeId;
  /** The directory the node was created in; a directory's own id. */
  readonly partId: NodeId;
  /** What it is, for life. */
  readonly entryType: EntryType;
  /** The node's own ordinal, from 1: stable across moves. */
  readonly version: number;
  /** The commit that wrote this version; 0 while its transaction is open. */
  readonly txnSeq: number;
  /** When this version was committed, in microseconds since 1970. */
  readonly timestamp: number;
  /** Length in bytes; 0 for a directory. */
  readonly size: number;
  /** SHA-256 of the bytes, or of a link's target; empty for a directory. */
  readonly sha256: string;
  /** The bytes of a data file or a table. */
  readonly content?: Content;
  /** Where a symlink points. */
  readonly target?: string;
  /** Values that a user hung on it. */
  readonly attributes?: Attributes;
  /** The row that this one continues, when it stood under another name or had ended. */
  readonly from?: RowRef;
}

/** How a row came to its end. */
export type RowEnd = "replaced" | "moved" | "removed";

/** A row that a later commit ended. */
export interface SupersededEntry extends Entry {
  /** The commit that ended the row. */
  readonly endSeq: number;
  /** What that commit did to it. */
  readonly end: RowEnd;
  /** Of a row that was moved: where to. */
  readonly to?: Place;
}

/** Where a segment row stands in the order of its series. */
export interface Position {
  /** The commit. */
  readonly txnSeq: number;
  /** Its place among the rows of that commit. */
  readonly n: number;
}

/** One Parquet file of a series. */
export interface Segment extends ContentDetails {
  /** The Parquet file. */
  readonly content: Content;
}

/** Sums over all live segments of a series. */
export interface SeriesTotals {
  /** Live segments. */
  readonly segments: number;
  /** Their rows. */
  readonly rows: number;
  /** Their bytes. */
  readonly bytes: number;
  /** From their earliest to their latest timestamp. */
  readonly timeRange?: TimeRange;
}

/**
 * A row of a series. An `append` adds its segment. A `replace` and a `compact` are checkpoints:
 * they list all segments and stand for every row up to `coversTo`.
 */
export interface SegmentRow extends Position {
  /** The series. */
  readonly nodeId: NodeId;
  /** Whether it adds a segment or lists all. */
  readonly kind: "append" | "replace" | "compact";
  /** The series' version as of this row: a compaction takes no ordinal. */
  readonly version: number;
  /** Microseconds since 1970. */
  readonly timestamp: number;
  /** The segment that is added, or all of them. */
  readonly segments: readonly Segment[];
  /** Sums over all live segments as of this row. */
  readonly totals: SeriesTotals;
  /** Of a checkpoint: the last row it stands for. */
  readonly coversTo?: Position;
  /** Its version cannot be read any more, for rows that it stands on were dropped; its segment is in use. */
  readonly pruned?: boolean;
  /** Of a compaction: bytes of the versions it stands for that were dropped. */
  readonly coveredBytes?: number;
}
