import type { Entry } from "./entry.ts";
import { entryResult, stagedResult } from "./entry-result.ts";
import { TinyFSError } from "./errors.ts";
import { hasEntry } from "./link-content.ts";
import { notADirectory } from "./resolve.ts";
import type { WriteResult } from "./session.ts";
import type { Spot, StagedTree } from "./staged-tree.ts";
import type { WDContext } from "./wd-context.ts";
import {
  alreadyExists,
  checkNotHeld,
  isADirectory,
  locateSpot,
  locateTaken,
} from "./wd-context.ts";

/** How a name is taken over. */
export interface ReplaceOptions {
  /** Take the place of what stands there; a directory only where it is empty. */
  readonly replace?: boolean;
}

/**
 * Moves an entry to another name, in any directory; it keeps its identity and its history.
 * @throws NOT_FOUND, ALREADY_EXISTS, NOT_EMPTY, IS_A_DIRECTORY, NOT_A_DIRECTORY, INVALID_PATH
 */
export async function renameEntry(
  tree: StagedTree,
  context: WDContext,
  fromPath: string,
  toPath: string,
  { replace = false }: ReplaceOptions,
): Promise<WriteResult> {
  const from = await locateTaken(tree, context, fromPath, { followLast: false });
  const to = await locateSpot(tree, context, toPath, { followLast: false });
  const { services } = context.session;
  checkNotHeld(services, from.place, fromPath);
  checkNotHeld(services, to.place, toPath);
  if (from.path === to.path) {
    if (!replace) throw alreadyExists(toPath, "rename to");
    return entryResult(tree, from.entry);
  }
  if (to.path.startsWith(`${from.path}/`)) throw intoItself(fromPath, toPath);
  await vacate(tree, to, from.entry, toPath, replace);
  return stagedResult(tree, tree.move(from, to));
}

/** Makes room at a name for another entry. */
export async function vacate(
  tree: StagedTree,
  spot: Spot,
  by: Entry,
  path: string,
  replace: boolean,
): Promise<void> {
  if (!hasEntry(spot)) return;
  if (!replace) throw alreadyExists(path, "replace");
  const isDirectory = spot.entry.entryType === "Directory";
  if (isDirectory && by.entryType !== "Directory") throw isADirectory(path, "replace");
  if (!isDirectory && by.entryType === "Directory") throw notADirectory(path);
  if (isDirectory) await checkEmpty(tree, spot, path);
  await tree.remove(spot);
}

/** @throws NOT_EMPTY */
export async function checkEmpty(
  tree: StagedTree,
  { entry }: { entry: Entry },
  path: string,
): Promise<void> {
  const [first] = await tree.entries(entry.nodeId, { limit: 1 });
  if (!first) return;
  throw new TinyFSError("NOT_EMPTY", `Cannot remove "${path}": it holds "${first.name}"`, { path });
}

function intoItself(path: string, target: string): TinyFSError {
  return new TinyFSError("INVALID_PATH", `Cannot move "${path}" to "${target}": it lies within`, {
    path,
  });
}
