import type { Entry } from "./entry.ts";
import { stagedResult } from "./entry-result.ts";
import { TinyFSError } from "./errors.ts";
import { joinPath } from "./path.ts";
import type { ReplaceOptions } from "./rename.ts";
import { vacate } from "./rename.ts";
import { liveSegments } from "./series.ts";
import type { WriteResult } from "./session.ts";
import { detailsOf } from "./staged-entry.ts";
import type { Spot, StagedTree } from "./staged-tree.ts";
import { listAll } from "./tree-pages.ts";
import type { WDContext } from "./wd-context.ts";
import { checkNotHeld, locateEntry, locateSpot } from "./wd-context.ts";

/**
 * Copies an entry, and what is below a directory, as new nodes of the same types. No bytes are copied:
 * both name the same content. History stays with the original.
 */
export async function copyEntry(
  tree: StagedTree,
  context: WDContext,
  fromPath: string,
  toPath: string,
  { replace = false }: ReplaceOptions,
): Promise<WriteResult> {
  const from = await locateEntry(tree, context, fromPath);
  const to = await locateSpot(tree, context, toPath, { followLast: false });
  checkNotHeld(context.session.services, to.place, toPath);
  if (to.path === from.path || to.path.startsWith(joinPath(from.path, ""))) {
    const message = `Cannot copy "${fromPath}" to "${toPath}": it is or lies within the original`;
    throw new TinyFSError("INVALID_PATH", message, { path: toPath });
  }
  await vacate(tree, to, from.entry, toPath, replace);
  return copyNode(tree, from.entry, { ...to, entry: undefined });
}

async function copyNode(tree: StagedTree, entry: Entry, spot: Spot): Promise<WriteResult> {
  tree.use(entry);
  const { entryType, content, target, attributes, size, sha256 } = entry;
  const made = tree.create(spot, {
    entryType,
    size,
    sha256,
    attributes,
    ...(content && { content }),
    ...(target !== undefined && { target }),
    details: detailsOf(entry),
  });
  if (entryType === "FileSeries") await copySegments(tree, entry, { ...spot, entry: made });
  if (entryType === "Directory") await copyBelow(tree, entry, spot.path, made);
  return stagedResult(tree, made);
}

async function copySegments(
  tree: StagedTree,
  entry: Entry,
  spot: Spot & { entry: Entry },
): Promise<void> {
  const segments = liveSegments(await tree.segments(entry.nodeId, "live"));
  tree.addSegments(spot, { kind: "replace", segments });
}

async function copyBelow(tree: StagedTree, from: Entry, toPath: string, to: Entry): Promise<void> {
  for await (const child of listAll(tree, from.nodeId)) {
    const { name } = child;
    const place = { dirId: to.nodeId, name };
    await copyNode(tree, child, { place, path: joinPath(toPath, name), entry: undefined });
  }
}
