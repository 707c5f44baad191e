import type { Entry, Place } from "./entry.ts";
import { FileBusyError, TinyFSError } from "./errors.ts";
import type { DirectoryRef, Resolved, ResolveOptions } from "./resolve.ts";
import { notADirectory, notFound, ROOT_DIRECTORY, resolve } from "./resolve.ts";
import type { Services } from "./services.ts";
import type { Session } from "./session.ts";
import type { Spot } from "./staged-tree.ts";
import type { Tree } from "./tree.ts";

/** What a `WD` is: a way to reach the tree, and the directory it cannot leave. */
export interface WDContext {
  /** How its calls reach the tree. */
  readonly session: Session;
  /** From the pond's root, without links. */
  readonly base: string;
}

/** The directory of a `WD` in a tree. @throws NOT_FOUND when it has gone */
export async function openBase(tree: Tree, { base }: WDContext): Promise<DirectoryRef> {
  if (base === "/") return ROOT_DIRECTORY;
  const { entry, path } = await resolve(tree, ROOT_DIRECTORY, base, { followLast: false });
  if (!entry) throw notFound(base);
  if (entry.entryType !== "Directory") throw notADirectory(base);
  return { dirId: entry.nodeId, path, entry };
}

/** Follows a path from a `WD`'s directory. */
export async function locate(
  tree: Tree,
  context: WDContext,
  path: string,
  options?: ResolveOptions,
): Promise<Resolved> {
  return resolve(tree, await openBase(tree, context), path, options);
}

/** What a path leads to. @throws NOT_FOUND */
export async function locateEntry(
  tree: Tree,
  context: WDContext,
  path: string,
  options?: ResolveOptions,
): Promise<Resolved & { entry: Entry }> {
  const found = await locate(tree, context, path, options);
  if (!found.entry) throw notFound(path);
  return { ...found, entry: found.entry };
}

/** The name that a path ends at. @throws INVALID_PATH when it ends at the `WD`'s own directory */
export async function locateSpot(
  tree: Tree,
  context: WDContext,
  path: string,
  options?: ResolveOptions,
): Promise<Spot> {
  const { place, entry, path: canonical } = await locate(tree, context, path, options);
  if (place) return { place, entry, path: canonical };
  throw new TinyFSError("INVALID_PATH", `Cannot change "${path}": it is the root`, { path });
}

/** A name where something stands. @throws NOT_FOUND, INVALID_PATH */
export async function locateTaken(
  tree: Tree,
  context: WDContext,
  path: string,
  options?: ResolveOptions,
): Promise<Spot & { entry: Entry }> {
  const spot = await locateSpot(tree, context, path, options);
  if (!spot.entry) throw notFound(path);
  return { ...spot, entry: spot.entry };
}

/** A path as a `WD` calls it. */
export function relativePath({ base }: WDContext, path: string): string {
  return base === "/" ? path : path.slice(base.length) || "/";
}

/** Refuses to change a name while a writer holds its file. @throws ALREADY_BEING_WRITTEN */
export function checkNotHeld({ persistence }: Services, place: Place, path: string): void {
  const txId = persistence.fileAt(place).heldBy();
  if (txId === undefined) return;
  throw new FileBusyError(
    "ALREADY_BEING_WRITTEN",
    `Cannot change "${path}": it is already being written in transaction ${txId}`,
    { path, txId },
  );
}

/** Refuses to read a name while a writer holds its file. @throws BEING_WRITTEN */
export function checkNotWritten({ persistence }: Services, place: Place, path: string): void {
  const txId = persistence.fileAt(place).heldBy();
  if (txId === undefined) return;
  const message = `Cannot read "${path}": it is being written in transaction ${txId}`;
  throw new FileBusyError("BEING_WRITTEN", message, { path, txId });
}

/** The error for a name that is taken. */
export function alreadyExists(path: string, action = "create"): TinyFSError {
  return new TinyFSError("ALREADY_EXISTS", `Cannot ${action} "${path}": it exists already`, {
    path,
  });
}

/** The error for bytes asked of a directory. */
export function isADirectory(path: string, action: string): TinyFSError {
  return new TinyFSError("IS_A_DIRECTORY", `Cannot ${action} "${path}": it is a directory`, {
    path,
  });
}
