import type { ByteSource } from "../tinyfs/byte-source.ts";
import type { Content, ContentDetails, SegmentRow } from "../tinyfs/entry.ts";
import { readTree } from "../tinyfs/held-read.ts";
import type { NodeId } from "../tinyfs/node-id.ts";
import { type FoundPath, openFileAndRowIn, openSegmentsIn } from "../tinyfs/open-file.ts";
import type { RowScope, Tree } from "../tinyfs/tree.ts";
import { locateEntry } from "../tinyfs/wd-context.ts";
import type { ArrowContext } from "./arrow-context.ts";
import type { VersionOptions } from "./read-options.ts";

/** One Parquet file of several that hold the rows at a path. */
export interface Part extends ContentDetails {
  readonly content: Content;
  /** The caller closes the source. */
  open(): Promise<ByteSource>;
}

/** The rows of the log that tell of a series, newest first. */
export interface SeriesRows {
  readonly nodeId: NodeId;
  readonly rows: readonly SegmentRow[];
}

/** Which version is read, and which rows of a series come with it. */
export interface LocateOptions extends VersionOptions {
  /** Without a version: those that its segments are found by, or all, which an older one may be found among. */
  readonly scope?: RowScope;
  /** A version that is looked for. */
  readonly afterVersion?: number | undefined;
}

/** The Parquet files at a path, which stay until they are closed. */
export interface OpenParts {
  /** In the order of their rows. */
  readonly parts: readonly Part[];
  /** Absent for what is no series. */
  readonly series?: SeriesRows;
  /** Sources that are open stay open. */
  close(): Promise<void>;
}

/**
 * The Parquet files at a path: the segments of a series, else the file itself, whatever its type.
 * @throws NOT_FOUND, IS_A_DIRECTORY, VERSION_PRUNED
 */
export function locateParts(
  context: ArrowContext,
  path: string,
  options: LocateOptions,
): Promise<OpenParts> {
  const open = async (tree: Tree) => {
    const found = await locateEntry(tree, context, path);
    const openParts = found.entry.entryType === "FileSeries" ? partsOfSeries : partOfFile;
    return openParts(tree, context, { found, path }, options);
  };
  return readTree(context.session, open, { withBytes: true });
}

async function partsOfSeries(
  tree: Tree,
  context: ArrowContext,
  at: FoundPath,
  options: LocateOptions,
): Promise<OpenParts> {
  const { scope = options.afterVersion === undefined ? "live" : "all" } = options;
  const opening = openSegmentsIn(tree, context, at, { ...options, scope });
  const { segments, rows, nodeId, open, close } = await opening;
  const parts = segments.map((segment) => ({ ...segment, open: () => open(segment) }));
  return { parts, series: { nodeId, rows }, close };
}

/** A file is opened at once: its bytes and what is known of them must be of one version. */
async function partOfFile(
  tree: Tree,
  context: ArrowContext,
  at: FoundPath,
  options: VersionOptions,
): Promise<OpenParts> {
  const { source, row } = await openFileAndRowIn(tree, context, at, options);
  const { rowCount, timeRange, schemaFingerprint, columns } = row ?? {};
  const part: Part = {
    content: { size: source.size, sha256: row?.sha256 ?? "" },
    ...(rowCount !== undefined && { rowCount }),
    ...(timeRange && { timeRange }),
    ...(schemaFingerprint !== undefined && { schemaFingerprint }),
    ...(columns && { columns }),
    open: async () => ({
      size: source.size,
      read: (start, end, signal) => source.read(start, end, signal),
      close: async () => {}, // the parts' own `close` does it
    }),
  };
  return { parts: [part], close: () => source.close() };
}
