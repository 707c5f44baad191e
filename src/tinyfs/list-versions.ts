import { atPath } from "./damage.ts";
import type { Entry, SegmentRow } from "./entry.ts";
import type { VersionInfo } from "./entry-info.ts";
import { committedSeq, versionOf } from "./entry-info.ts";
import { findRemoved } from "./restore.ts";
import { hasOwnVersion } from "./series.ts";
import type { Spot } from "./staged-tree.ts";
import type { Tree } from "./tree.ts";
import { listRows } from "./version-history.ts";

/** The versions of what is at a path, or of what was there last, newest first. @throws NOT_FOUND */
export async function* listVersions(
  tree: Tree,
  spot: Spot,
  path: string,
): AsyncGenerator<VersionInfo, void> {
  const entry = spot.entry ?? (await findRemoved(tree, spot, path));
  if (entry.entryType === "FileSeries") {
    const rows = await atPath(path, tree.segments(entry.nodeId));
    yield* rows.filter(hasOwnVersion).map(segmentVersion);
    return;
  }
  for await (const row of listRows(tree, entry, path)) yield entryVersion(row);
}

/** The version that a segment row made. */
function segmentVersion(row: SegmentRow): VersionInfo {
  return { ...versionOf(row), txnSeq: committedSeq(row.txnSeq) };
}

/** The version that a row of a directory shows. */
function entryVersion({ version, txnSeq, timestamp, size, sha256 }: Entry): VersionInfo {
  return { version, txnSeq, timestamp, size, sha256 };
}
