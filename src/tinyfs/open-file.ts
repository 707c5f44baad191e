import type { ByteSource } from "./byte-source.ts";
import type { Entry, Segment } from "./entry.ts";
import { isTinyFSError, recordError, reviveError, TinyFSError } from "./errors.ts";
import type { FileVersion } from "./file.ts";
import { Handle } from "./file.ts";
import type { Resolved } from "./resolve.ts";
import { notFound } from "./resolve.ts";
import type { Services } from "./services.ts";
import type { Tree } from "./tree.ts";
import { findSegments, findVersion } from "./version-history.ts";
import type { WDContext } from "./wd-context.ts";
import { checkNotWritten, isADirectory, locate } from "./wd-context.ts";

/** Which version is read, and until when. */
export interface OpenOptions {
  /** The node's version ordinal; the present one if absent. */
  readonly version?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Random access to the bytes at a path; of a series with several segments to the one file they make.
 * @throws NOT_FOUND, IS_A_DIRECTORY, BEING_WRITTEN, VERSION_PRUNED
 */
export async function openFile(
  context: WDContext,
  path: string,
  { version, signal }: OpenOptions = {},
): Promise<ByteSource> {
  signal?.throwIfAborted();
  const { session } = context;
  const tree = await session.tree();
  const found = await locate(tree, context, path);
  const open = async () => {
    const { entry } = found;
    if (!entry) throw notFound(path);
    if (entry.entryType === "Directory") throw isADirectory(path, "read");
    return openVersion(session.services, tree, entry, path, version);
  };
  return openHandle(context, found, { path, open });
}

/** The segments of a series, each as a source, oldest first. The caller closes them. */
export async function openSegments(
  context: WDContext,
  path: string,
  { version, signal }: OpenOptions = {},
): Promise<{ segments: readonly Segment[]; open(segment: Segment): Promise<ByteSource> }> {
  signal?.throwIfAborted();
  const { session } = context;
  const tree = await session.tree();
  const { place, entry } = await locate(tree, context, path);
  if (place && !session.readsPastWriters) checkNotWritten(session.services, place, path);
  if (!entry) throw notFound(path);
  if (entry.entryType !== "FileSeries") throw wrongType(path, entry);
  const segments = await findSegments(tree, entry, path, version);
  const { persistence } = session.services;
  return {
    segments,
    open: async ({ content }) => named(await persistence.open(content), path, version),
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
  version: number | undefined,
): Promise<ByteSource> {
  if (entry.entryType === "FileSeries") {
    return joinSegments(services, await findSegments(tree, entry, path, version), path);
  }
  const row = version === undefined ? entry : await findVersion(tree, entry, version, path);
  if (!row.content) throw wrongType(path, row);
  return named(await openNamed(services, row.content, path, row.version), path, row.version);
}

async function joinSegments(
  services: Services,
  segments: readonly Segment[],
  path: string,
): Promise<ByteSource> {
  const { persistence, joinSegments: join } = services;
  const sources = await Promise.all(
    segments.map(async ({ content }) => named(await persistence.open(content), path)),
  );
  const [first] = sources;
  if (first && sources.length === 1) return first;
  if (join) return join(sources, path);
  throw new TinyFSError(
    "WRONG_ENTRY_TYPE",
    `Cannot read "${path}" as bytes: it has ${sources.length} segments, and nothing that joins them`,
    { path },
  );
}

async function openNamed(
  { persistence }: Services,
  content: Parameters<Services["persistence"]["open"]>[0],
  path: string,
  version: number,
): Promise<ByteSource> {
  try {
    return await persistence.open(content);
  } catch (error) {
    throw withPath(error, path, version);
  }
}

/** A source whose errors say which path and version was read: below, only hashes are known. */
function named(source: ByteSource, path: string, version?: number): ByteSource {
  return {
    size: source.size,
    read: async (start, end, signal) => {
      try {
        return await source.read(start, end, signal);
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
