import type { Attributes } from "./entry.ts";
import { entryResult, stagedResult } from "./entry-result.ts";
import { hasEntry } from "./link-content.ts";
import { parsePath } from "./path.ts";
import { checkEmpty } from "./rename.ts";
import { notADirectory } from "./resolve.ts";
import type { WriteResult } from "./session.ts";
import type { StagedTree } from "./staged-tree.ts";
import type { WDContext } from "./wd-context.ts";
import { alreadyExists, checkNotHeld, locate, locateSpot, locateTaken } from "./wd-context.ts";

/** Whether what is below, or missing above, is dealt with as well. */
export interface RecursiveOptions {
  /** Default `false`. */
  readonly recursive?: boolean;
}

/** Makes a directory. With `recursive` those above it too, and one that is there is no error. */
export async function createDirectory(
  tree: StagedTree,
  context: WDContext,
  path: string,
  { recursive = false }: RecursiveOptions,
): Promise<WriteResult> {
  if (!recursive) return createOneDirectory(tree, context, path, false);
  const found = await locateRoot(tree, context);
  let result = found;
  let prefix = "";
  for (const name of parsePath(path)) {
    prefix += `/${name}`;
    if (name !== "..") result = await createOneDirectory(tree, context, prefix, true);
  }
  return result;
}

async function locateRoot(tree: StagedTree, context: WDContext): Promise<WriteResult> {
  const { entry } = await locate(tree, context, "/");
  if (!entry) throw notADirectory("/");
  return entryResult(tree, entry);
}

async function createOneDirectory(
  tree: StagedTree,
  context: WDContext,
  path: string,
  mayExist: boolean,
): Promise<WriteResult> {
  const { entry } = await locate(tree, context, path);
  if (mayExist && entry?.entryType === "Directory") return entryResult(tree, entry);
  if (entry) throw alreadyExists(path);
  const spot = await locateSpot(tree, context, path);
  return stagedResult(tree, tree.create(spot, { entryType: "Directory" }));
}

/** Makes a link. What it points to need not be there. */
export async function createLink(
  tree: StagedTree,
  context: WDContext,
  path: string,
  target: string,
  sha256: string,
): Promise<WriteResult> {
  parsePath(target);
  const spot = await locateSpot(tree, context, path, { followLast: false });
  if (hasEntry(spot)) throw alreadyExists(path);
  const size = new TextEncoder().encode(target).byteLength;
  return stagedResult(tree, tree.create(spot, { entryType: "Symlink", target, size, sha256 }));
}

/** Removes an entry; a link and not what it points to. @throws NOT_EMPTY, NOT_FOUND */
export async function removeEntry(
  tree: StagedTree,
  context: WDContext,
  path: string,
  { recursive = false }: RecursiveOptions,
): Promise<WriteResult> {
  const spot = await locateTaken(tree, context, path, { followLast: false });
  checkNotHeld(context.session.services, spot.place, path);
  if (spot.entry.entryType === "Directory" && !recursive) await checkEmpty(tree, spot, path);
  const removed = await stagedResult(tree, spot.entry);
  await tree.remove(spot);
  return removed;
}

/** Replaces the attributes of an entry, as a version of its own. */
export async function setEntryAttributes(
  tree: StagedTree,
  context: WDContext,
  path: string,
  attributes: Attributes,
): Promise<WriteResult> {
  const spot = await locateTaken(tree, context, path);
  checkNotHeld(context.session.services, spot.place, path);
  return stagedResult(tree, tree.rewrite(spot, { attributes }));
}
