import { atPath } from "./damage.ts";
import type { Entry, Segment, SegmentRow } from "./entry.ts";
import { TinyFSError } from "./errors.ts";
import { liveSegments, rowsAtVersion } from "./series.ts";
import type { RowScope, Tree } from "./tree.ts";

/** The row of one version of an entry. @throws NOT_FOUND, VERSION_PRUNED */
export async function findVersion(
  tree: Tree,
  entry: Entry,
  version: number,
  path: string,
): Promise<Entry> {
  for await (const row of listRows(tree, entry, path)) {
    if (row.version === version) return row;
    if (row.version < version) break;
  }
  throw missingVersion(path, version, entry.version);
}

/** The segments of a series as of one of its versions, or of now. @throws NOT_FOUND, VERSION_PRUNED */
export async function findSegments(
  tree: Tree,
  entry: Entry,
  path: string,
  version?: number,
): Promise<Segment[]> {
  return liveSegments(await findSegmentRows(tree, entry, path, { version, scope: "live" }));
}

/**
 * The rows of a series as of one of its versions, newest first; without a version those of now.
 * @param scope of the rows of now
 * @throws NOT_FOUND, VERSION_PRUNED
 */
export async function findSegmentRows(
  tree: Tree,
  { nodeId }: Entry,
  path: string,
  { version, scope }: { readonly version?: number | undefined; readonly scope?: RowScope },
): Promise<readonly SegmentRow[]> {
  if (version === undefined) return await atPath(path, tree.segments(nodeId, scope));
  const rows = await atPath(path, tree.segments(nodeId));
  const then = rowsAtVersion(rows, version);
  if (then.length === 0) throw missingVersion(path, version, rows[0]?.version ?? 0);
  return then;
}

/** One row per version, newest first: a moved row repeats the version it holds. */
export async function* listRows(
  tree: Tree,
  entry: Entry,
  path: string,
): AsyncGenerator<Entry, void> {
  let last = Number.POSITIVE_INFINITY;
  for (let row: Entry | undefined = entry; row; row = await atPath(path, tree.previous(row))) {
    if (row.version < last) yield row;
    last = row.version;
  }
}

/** The error for a version that is not there: it was dropped, or never was. */
export function missingVersion(path: string, version: number, newest: number): TinyFSError {
  const isPast = version >= 1 && version <= newest;
  const reason = isPast ? "it was dropped from history" : `the newest is ${newest}`;
  return new TinyFSError(
    isPast ? "VERSION_PRUNED" : "NOT_FOUND",
    `Cannot open version ${version} of "${path}": ${reason}`,
    { path, version },
  );
}
