import type { Attributes, Entry, SegmentRow, TimeRange } from "./entry.ts";
import type { EntryType } from "./entry-type.ts";
import type { NodeId } from "./node-id.ts";
import type { Tree } from "./tree.ts";

/** A line of a listing. */
export interface ListEntry {
  /** In a recursive listing the path from the listed directory, without a leading slash. */
  readonly name: string;
  /** What it is. */
  readonly entryType: EntryType;
  /** The identity of the node; it survives moves. */
  readonly nodeId: NodeId;
  /** Bytes; of a series those of all its segments together. */
  readonly size: number;
  /** The node's version ordinal. */
  readonly version: number;
  /** When this version was committed, in microseconds since 1970. */
  readonly timestamp: number;
  /** 64 lower-case hex digits; empty for a directory; of a series that of its newest segment. */
  readonly sha256: string;
  /** Rows of a table or a series, where they are known. */
  readonly rowCount?: number;
}

/** What is known of one entry. */
export interface Stat extends ListEntry {
  /** From the `WD`'s directory, links followed. */
  readonly path: string;
  /** Values that a user hung on it; empty where there are none. */
  readonly attributes: Attributes;
  /** Of a series with a timestamp column, in microseconds since 1970. */
  readonly timeRange?: TimeRange;
}

/** One version of an entry. */
export interface VersionInfo {
  /** The node's version ordinal. */
  readonly version: number;
  /** The commit that made it; 0 while its transaction is open. */
  readonly txnSeq: number;
  /** Microseconds since 1970. */
  readonly timestamp: number;
  /** Length in bytes. */
  readonly size: number;
  /** 64 lower-case hex digits; empty for a directory. */
  readonly sha256: string;
}

/** The line of an entry. A series' numbers are those of its newest segment row, which is looked up. */
export function listEntry(
  tree: Tree,
  entry: Entry,
  name: string = entry.name,
): ListEntry | Promise<ListEntry> {
  const { entryType, nodeId, size, version, timestamp, sha256, rowCount } = entry;
  const bytes: ListEntry = { name, entryType, nodeId, size, version, timestamp, sha256 };
  const line = rowCount === undefined ? bytes : { ...bytes, rowCount };
  return entryType === "FileSeries" ? seriesLine(tree, line) : line;
}

async function seriesLine(tree: Tree, line: ListEntry): Promise<ListEntry> {
  const newest = await tree.newestSegment(line.nodeId);
  return newest ? { ...line, ...versionOf(newest), rowCount: newest.totals.rows } : line;
}

/** All that is known of an entry. */
export async function statEntry(tree: Tree, entry: Entry, path: string): Promise<Stat> {
  const { attributes = {}, nodeId } = entry;
  const newest = entry.entryType === "FileSeries" ? await tree.newestSegment(nodeId) : undefined;
  const timeRange = newest ? newest.totals.timeRange : entry.timeRange;
  return { ...(await listEntry(tree, entry)), path, attributes, ...(timeRange && { timeRange }) };
}

/** What a segment row says of the version it made. */
export function versionOf(row: SegmentRow): Omit<VersionInfo, "txnSeq"> {
  return {
    size: row.totals.bytes,
    version: row.version,
    timestamp: row.timestamp,
    sha256: row.segments.at(-1)?.content.sha256 ?? "",
  };
}

/** Rows of an open transaction stand after every number, and show 0. */
export function committedSeq(txnSeq: number): number {
  return txnSeq === Number.MAX_SAFE_INTEGER ? 0 : txnSeq;
}
