import type { Content, ContentDetails, Entry, Segment } from "./entry.ts";
import { stagedResult } from "./entry-result.ts";
import type { FileType } from "./entry-type.ts";
import { supportsLargeFiles } from "./entry-type.ts";
import { ConflictError, TinyFSError } from "./errors.ts";
import { checkParquetMagic } from "./parquet-magic.ts";
import { notFound } from "./resolve.ts";
import type { Services } from "./services.ts";
import type { WriteResult } from "./session.ts";
import type { Spot, StagedTree } from "./staged-tree.ts";
import type { Tree } from "./tree.ts";
import type { WDContext } from "./wd-context.ts";
import { alreadyExists, isADirectory, locateSpot } from "./wd-context.ts";
import type { WriteOptions } from "./write-options.ts";

/** A name that may be written, and what the file there is or will be. */
export interface WritableSpot extends Spot {
  readonly entryType: FileType;
}

/**
 * Where a write goes, once all that can be said against it has been checked.
 * @throws IS_A_DIRECTORY, ALREADY_EXISTS, NOT_FOUND, WRONG_ENTRY_TYPE, CONFLICT (`ifVersion`)
 */
export async function locateWritable(
  tree: Tree,
  context: WDContext,
  path: string,
  options: WriteOptions,
): Promise<WritableSpot> {
  const spot = await locateSpot(tree, context, path);
  const { entry } = spot;
  if (entry?.entryType === "Directory") throw isADirectory(path, "write");
  if (entry && options.create === "new") throw alreadyExists(path);
  if (!entry && (options.create === "replace" || options.append)) throw notFound(path);
  await checkVersion(tree, entry, path, options.ifVersion);
  return { ...spot, entryType: writableType(entry, path, options) };
}

/** Makes bytes a version of the file at a path. They stay the caller's to drop if it fails. */
export async function linkContent(
  tree: StagedTree,
  context: WDContext,
  path: string,
  content: Content,
  options: WriteOptions,
): Promise<WriteResult> {
  const spot = await locateWritable(tree, context, path, options);
  return linkAt(tree, context.session.services, spot, path, content, options);
}

/** The same where the name has been looked up already. */
export async function linkAt(
  tree: StagedTree,
  services: Services,
  spot: WritableSpot,
  path: string,
  content: Content,
  options: WriteOptions,
): Promise<WriteResult> {
  const details = await inspectContent(services, tree, spot, path, content, options);
  if (spot.entryType === "FileSeries")
    return linkSegment(tree, spot, { content, ...details }, options);
  const version = { content, details, attributes: options.attributes };
  if (hasEntry(spot)) return stagedResult(tree, tree.rewrite(spot, version));
  return stagedResult(tree, tree.create(spot, { ...version, entryType: spot.entryType }));
}

/** Narrows a spot to one where something stands. */
export function hasEntry<Kind extends Spot>(spot: Kind): spot is Kind & { entry: Entry } {
  return spot.entry !== undefined;
}

async function linkSegment(
  tree: StagedTree,
  spot: WritableSpot,
  segment: Segment,
  { append, attributes }: WriteOptions,
): Promise<WriteResult> {
  const segments = [segment];
  if (!hasEntry(spot)) {
    const entry = tree.create(spot, { entryType: "FileSeries", attributes });
    tree.addSegments({ ...spot, entry }, { kind: "append", segments });
    return stagedResult(tree, entry);
  }
  if (attributes) tree.rewrite(spot, { attributes });
  tree.addSegments(spot, { kind: append ? "append" : "replace", segments });
  return stagedResult(tree, spot.entry);
}

/** Checks bytes against what they are said to be. */
async function inspectContent(
  { persistence }: Services,
  tree: Tree,
  { entry, entryType }: WritableSpot,
  path: string,
  content: Content,
  { inspect }: WriteOptions,
): Promise<ContentDetails> {
  const isParquet = entryType !== "FileData";
  if (!isParquet && !inspect) return {};
  const source = await persistence.open(content);
  try {
    if (isParquet) await checkParquetMagic(source, path);
    return (await inspect?.(source, { tree, entry })) ?? {};
  } finally {
    await source.close();
  }
}

function writableType(entry: Entry | undefined, path: string, options: WriteOptions): FileType {
  const asked = options.entryType;
  if (asked !== undefined && !supportsLargeFiles(asked)) {
    throw new TypeError(`A file is FileData, FileTable or FileSeries, not ${String(asked)}`);
  }
  if (!entry) return asked ?? "FileData";
  const { entryType } = entry;
  const isOther = asked !== undefined && asked !== entryType;
  if (!supportsLargeFiles(entryType) || isOther || (options.append && entryType !== "FileSeries")) {
    const wanted = asked ?? (options.append ? "FileSeries" : "a file");
    const message = `Cannot write "${path}" as ${wanted}: it is a ${entryType}`;
    throw new TinyFSError("WRONG_ENTRY_TYPE", message, { path });
  }
  return entryType;
}

async function checkVersion(
  tree: Tree,
  entry: Entry | undefined,
  path: string,
  expected: number | undefined,
): Promise<void> {
  if (expected === undefined) return;
  const isSeries = entry?.entryType === "FileSeries";
  const segment = isSeries ? await tree.newestSegment(entry.nodeId) : undefined;
  const version = segment?.version ?? entry?.version ?? 0;
  if (version === expected) return;
  const message = `Cannot write "${path}": it has version ${version}, not ${expected}`;
  throw new ConflictError(message, { path, version });
}
