import type { ByteRange, ByteSource } from "./byte-source.ts";
import type { Content, Entry, Segment, SegmentRow } from "./entry.ts";
import { isTinyFSError, recordError, reviveError, TinyFSError } from "./errors.ts";
import type { FileVersion } from "./file.ts";
import { Handle } from "./file.ts";
import { heldSource, keepWhile, readTree } from "./held-read.ts";
import type { NodeId } from "./node-id.ts";
import type { Resolved } from "./resolve.ts";
import { notFound } from "./resolve.ts";
import { liveSegments } from "./series.ts";
import type { Services } from "./services.ts";
import { sourceToBytes } from "./streams.ts";
import type { RowScope, Tree } from "./tree.ts";
import { findSegmentRows, findSegments, findVersion } from "./version-history.ts";
import type { WDContext } from "./wd-context.ts";
import { checkNotWritten, isADirectory, locate } from "./wd-context.ts";

/** Which version is read, and until when. */
export interface OpenOptions {
  /** The node's version ordinal; the present one if absent. */
  readonly version?: number | undefined;
  /** Ends the read. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Random access to the bytes at a path; of a series with several segments to the one file they make.
 * What it reads stays until it is closed.
 * @throws NOT_FOUND, IS_A_DIRECTORY, BEING_WRITTEN, VERSION_PRUNED
 */
export function openFile(
  context: WDContext,
  path: string,
  options: OpenOptions = {},
): Promise<ByteSource> {
  const { session } = context;
  return readTree(
    session,
    async (tree) => {
      const found = await locate(tree, context, path);
      return heldSource(session, tree, openFound(tree, context, { found, path }, options));
    },
    { withBytes: true },
  );
}

/** The same with the row of the version that is opened; of a series there is none. @throws as `openFile` */
export function openFileAndRow(
  context: WDContext,
  path: string,
  options: OpenOptions = {},
): Promise<FileAndRow> {
  return readTree(
    context.session,
    async (tree) => {
      const found = await locate(tree, context, path);
      return openFileAndRowIn(tree, context, { found, path }, options);
    },
    { withBytes: true },
  );
}

/** The same of what was found in a tree. */
export async function openFileAndRowIn(
  tree: Tree,
  context: WDContext,
  at: FoundPath,
  options: OpenOptions,
): Promise<FileAndRow> {
  let row: Entry | undefined;
  const onRow = (opened: Entry) => {
    row = opened;
  };
  const opening = openFound(tree, context, at, { ...options, onRow });
  return { source: await heldSource(context.session, tree, opening), row };
}

/** The bytes of a file, and the row that tells of them. */
interface FileAndRow {
  readonly source: ByteSource;
  readonly row: Entry | undefined;
}

/** The bytes of a file, or of a range of it, read at once. @throws as `openFile` */
export function readBytes(
  context: WDContext,
  path: string,
  { range, ...options }: OpenOptions & { readonly range?: ByteRange | undefined } = {},
): Promise<Uint8Array> {
  return readTree(
    context.session,
    async (tree) => {
      const found = await locate(tree, context, path);
      const source = await openFound(tree, context, { found, path }, options);
      return sourceToBytes(source, range, options.signal);
    },
    { withBytes: true, isUnnumbered: true },
  );
}

/** What a path leads to. */
export interface FoundPath {
  readonly found: Resolved;
  readonly path: string;
}

interface OpenVersionOptions extends OpenOptions {
  /** Is told the row whose bytes are opened. */
  readonly onRow?: (row: Entry) => void;
}

async function openFound(
  tree: Tree,
  context: WDContext,
  { found, path }: FoundPath,
  options: OpenVersionOptions,
): Promise<ByteSource> {
  options.signal?.throwIfAborted();
  const { session } = context;
  const open = async () => {
    const { entry } = found;
    if (!entry) throw notFound(path);
    if (entry.entryType === "Directory") throw isADirectory(path, "read");
    return openVersion(session.services, tree, entry, path, options);
  };
  return openHandle(context, found, { path, open });
}

/** Which segments are opened, and which rows come with those of now: those that list them, unless all are needed. */
export interface OpenSegmentsOptions extends OpenOptions {
  /** Of the rows. */
  readonly scope?: RowScope;
}

/** The segments of a series, and how to open one. They stay until `close`. */
export interface OpenSegments {
  readonly segments: readonly Segment[];
  /** The rows of the log that list them, or all, newest first. */
  readonly rows: readonly SegmentRow[];
  readonly nodeId: NodeId;
  readonly open: (segment: Segment) => Promise<ByteSource>;
  /** Lets retention have the segments, but for those that are open. */
  readonly close: () => Promise<void>;
}

/** The segments of a series, each as a source, oldest first. The caller closes each, and then all. */
export function openSegments(
  context: WDContext,
  path: string,
  options: OpenOptions = {},
): Promise<OpenSegments> {
  const read = async (tree: Tree) => {
    const found = await locate(tree, context, path);
    return openSegmentsIn(tree, context, { found, path }, options);
  };
  return readTree(context.session, read, { withBytes: true });
}

/** The same of what was found in a tree. */
export async function openSegmentsIn(
  tree: Tree,
  context: WDContext,
  { found: { place, entry }, path }: FoundPath,
  { version, signal, scope = "live" }: OpenSegmentsOptions,
): Promise<OpenSegments> {
  signal?.throwIfAborted();
  const { session } = context;
  if (place && !session.readsPastWriters) checkNotWritten(session.services, place, path);
  if (!entry) throw notFound(path);
  if (entry.entryType !== "FileSeries") throw wrongType(path, entry);
  const looking = findSegmentRows(tree, entry, path, { version, scope });
  const [rows, pin] = await keepWhile(session, tree, looking);
  return {
    segments: liveSegments(rows),
    rows,
    nodeId: entry.nodeId,
    open: async ({ content }) => {
      // A tree of now, since those that are opened together share its transaction. The pin keeps their bytes.
      const now = await session.tree({ withBytes: true });
      return heldSource(session, tree, openNamed(now, content, path, version));
    },
    close: () => pin.release(),
  };
}

/** Reads respect the writer of a file, unless the session looks past writers. */
function openHandle(
  { session }: WDContext,
  { place }: Resolved,
  version: FileVersion,
): Promise<ByteSource> {
  if (!place || session.readsPastWriters) return version.open();
  return new Handle(session.services.persistence.fileAt(place)).open(version);
}

async function openVersion(
  services: Services,
  tree: Tree,
  entry: Entry,
  path: string,
  { version, onRow }: OpenVersionOptions,
): Promise<ByteSource> {
  if (entry.entryType === "FileSeries") {
    const segments = await findSegments(tree, entry, path, version);
    const sources = await openAll(
      segments.map(({ content }) => openNamed(tree, content, path, version)),
    );
    return joinSegments(services, sources, path);
  }
  const row = version === undefined ? entry : await findVersion(tree, entry, version, path);
  if (!row.content) throw wrongType(path, row);
  onRow?.(row);
  return openNamed(tree, row.content, path, row.version);
}

async function joinSegments(
  services: Services,
  sources: readonly ByteSource[],
  path: string,
): Promise<ByteSource> {
  const [first] = sources;
  if (first && sources.length === 1) return first;
  try {
    if (services.joinSegments) return await services.joinSegments(sources, path);
  } catch (error) {
    await closeAll(sources);
    throw withPath(error, path);
  }
  await closeAll(sources);
  throw new TinyFSError(
    "WRONG_ENTRY_TYPE",
    `Cannot read "${path}" as bytes: it has ${sources.length} segments, and nothing that joins them`,
    { path },
  );
}

/** All sources, or none: where one cannot be opened the others are closed. */
async function openAll(opening: readonly Promise<ByteSource>[]): Promise<ByteSource[]> {
  const outcomes = await Promise.allSettled(opening);
  const sources = outcomes.flatMap((outcome) =>
    outcome.status === "fulfilled" ? outcome.value : [],
  );
  const failed = outcomes.find((outcome) => outcome.status === "rejected");
  if (!failed) return sources;
  await closeAll(sources);
  throw failed.reason;
}

async function closeAll(sources: readonly ByteSource[]): Promise<void> {
  await Promise.all(sources.map((source) => source.close()));
}

/** Opens bytes whose errors say the path and version they are read for. */
export async function openNamed(
  tree: Pick<Tree, "open">,
  content: Content,
  path: string,
  version: number | undefined,
): Promise<ByteSource> {
  try {
    return named(await tree.open(content), path, version);
  } catch (error) {
    throw withPath(error, path, version);
  }
}

/** A source whose errors say which path and version was read: below, only hashes are known. */
function named(source: ByteSource, path: string, version?: number): ByteSource {
  return {
    size: source.size,
    read: async (...range) => {
      try {
        return await source.read(...range);
      } catch (error) {
        throw withPath(error, path, version);
      }
    },
    close: () => source.close(),
  };
}

function withPath(error: unknown, path: string, version?: number): unknown {
  if (!isTinyFSError(error) || error.path !== undefined) return error;
  const record = recordError(error);
  const what = version === undefined ? `"${path}"` : `version ${version} of "${path}"`;
  return reviveError({
    ...record,
    message: `Cannot read ${what}: ${record.message}`,
    fields: { ...record.fields, path, ...(version !== undefined && { version }) },
  });
}

function wrongType(path: string, { entryType }: Entry): TinyFSError {
  return new TinyFSError("WRONG_ENTRY_TYPE", `Cannot read "${path}": it is a ${entryType}`, {
    path,
  });
}
