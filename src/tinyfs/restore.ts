import type { Entry, SupersededEntry } from "./entry.ts";
import { entryResult, stagedResult } from "./entry-result.ts";
import { TinyFSError } from "./errors.ts";
import { hasEntry } from "./link-content.ts";
import { notFound } from "./resolve.ts";
import type { WriteResult } from "./session.ts";
import { detailsOf } from "./staged-entry.ts";
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
  const spot = await locateSpot(tree, context, path);
  checkNotHeld(context.session.services, spot.place, path);
  if (hasEntry(spot)) return restoreVersion(tree, spot, path, version);
  if ((await tree.lastEnded(spot.place))?.end === "moved") throw livesElsewhere(path);
  const ended = await findRemoved(tree, spot, path);
  if (ended.entryType === "FileSeries") return restoreSeries(tree, spot, ended, path, version);
  const source = version === undefined ? ended : await findVersion(tree, ended, version, path);
  return stagedResult(tree, await tree.restore(spot, ended, source));
}

/** The row that was removed last at a free name. @throws NOT_FOUND also where it was moved away */
export async function findRemoved(
  tree: Tree,
  { place }: Spot,
  path: string,
): Promise<SupersededEntry> {
  const ended = await tree.lastEnded(place);
  if (ended?.end !== "removed") throw notFound(path);
  return ended;
}

async function restoreVersion(
  tree: StagedTree,
  spot: Spot & { entry: Entry },
  path: string,
  version: number | undefined,
): Promise<WriteResult> {
  const { entry } = spot;
  const present = await entryResult(tree, entry);
  if (version === undefined || version === present.version) return present;
  if (entry.entryType === "FileSeries") return replaceSegments(tree, spot, path, version);
  const source = await findVersion(tree, entry, version, path);
  tree.use(source);
  const { attributes = {}, content } = source;
  const details = detailsOf(source);
  const restored = tree.rewrite(spot, { ...(content && { content }), details, attributes });
  return stagedResult(tree, restored);
}

async function restoreSeries(
  tree: StagedTree,
  spot: Spot,
  ended: SupersededEntry,
  path: string,
  version: number | undefined,
): Promise<WriteResult> {
  await findSegments(tree, ended, path, version); // refused before anything is staged
  const last = await tree.newestSegment(ended.nodeId);
  const entry = await tree.restore(spot, ended, ended);
  if (version === undefined || version === last?.version) return stagedResult(tree, entry);
  return replaceSegments(tree, { ...spot, entry }, path, version);
}

async function replaceSegments(
  tree: StagedTree,
  spot: Spot & { entry: Entry },
  path: string,
  version: number,
): Promise<WriteResult> {
  const segments = await findSegments(tree, spot.entry, path, version);
  tree.use(spot.entry);
  tree.addSegments(spot, { kind: "replace", segments });
  return stagedResult(tree, spot.entry);
}

function livesElsewhere(path: string): TinyFSError {
  const message = `Cannot restore "${path}": it was moved away and lives elsewhere`;
  return new TinyFSError("ALREADY_EXISTS", message, { path });
}
