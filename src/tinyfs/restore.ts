import type { Entry, SupersededEntry } from "./entry.ts";
import { entryResult, segmentResult } from "./entry-info.ts";
import { TinyFSError } from "./errors.ts";
import { hasEntry } from "./link-content.ts";
import { notFound } from "./resolve.ts";
import type { WriteResult } from "./session.ts";
import type { Spot, StagedTree } from "./staged-tree.ts";
import type { Tree } from "./tree.ts";
import { findSegments, findVersion } from "./version-history.ts";
import type { WDContext } from "./wd-context.ts";
import { checkNotHeld, locateSpot } from "./wd-context.ts";

/**
 * Makes an old version the newest one, as a version of its own; brings back what was removed.
 * @throws NOT_FOUND, VERSION_PRUNED; ALREADY_EXISTS when what stood there was moved away
 */
export async function restoreEntry(
  tree: StagedTree,
  context: WDContext,
  path: string,
  version?: number,
): Promise<WriteResult> {
  const spot = await locateSpot(tree, context, path, { followLast: false });
  checkNotHeld(context.session.services, spot.place, path);
  if (hasEntry(spot)) return restoreVersion(tree, spot, path, version);
  const ended = await findRemoved(tree, spot, path);
  if (ended.entryType === "FileSeries") return restoreSeries(tree, spot, ended, path, version);
  const source = version === undefined ? ended : await findVersion(tree, ended, version, path);
  return entryResult(await tree.restore(spot, ended, source));
}

/** The row that was removed last at a free name. @throws NOT_FOUND, ALREADY_EXISTS */
export async function findRemoved(
  tree: Tree,
  { place }: Spot,
  path: string,
): Promise<SupersededEntry> {
  const ended = await tree.lastEnded(place);
  if (!ended) throw notFound(path);
  if (ended.end === "removed") return ended;
  const message = `Cannot restore "${path}": it was moved away and lives elsewhere`;
  throw new TinyFSError("ALREADY_EXISTS", message, { path });
}

async function restoreVersion(
  tree: StagedTree,
  spot: Spot & { entry: Entry },
  path: string,
  version: number | undefined,
): Promise<WriteResult> {
  const { entry } = spot;
  if (version === undefined || version === entry.version) {
    if (entry.entryType !== "FileSeries" || version === undefined) return entryResult(entry);
  }
  if (entry.entryType === "FileSeries") return replaceSegments(tree, spot, path, version);
  const source = await findVersion(tree, entry, version, path);
  tree.use(source);
  const { rowCount, timeRange, schemaFingerprint, attributes, content } = source;
  const details = {
    ...(rowCount !== undefined && { rowCount }),
    ...(timeRange && { timeRange }),
    ...(schemaFingerprint !== undefined && { schemaFingerprint }),
  };
  const restored = tree.rewrite(spot, { ...(content && { content }), details, attributes });
  return entryResult(restored);
}

async function restoreSeries(
  tree: StagedTree,
  spot: Spot,
  ended: SupersededEntry,
  path: string,
  version: number | undefined,
): Promise<WriteResult> {
  const entry = await tree.restore(spot, ended, ended);
  const newest = await tree.newestSegment(ended.nodeId);
  if (version !== undefined && version !== newest?.version) {
    return replaceSegments(tree, { ...spot, entry }, path, version);
  }
  return newest ? segmentResult(newest) : entryResult(entry);
}

async function replaceSegments(
  tree: StagedTree,
  spot: Spot & { entry: Entry },
  path: string,
  version: number | undefined,
): Promise<WriteResult> {
  const segments = await findSegments(tree, spot.entry, path, version);
  tree.use(spot.entry);
  const row = tree.addSegments(spot, { kind: "replace", segments }).at(-1);
  return row ? segmentResult(row) : entryResult(spot.entry);
}
