import type { ByteSource } from "../tinyfs/byte-source.ts";
import { TinyFSError } from "../tinyfs/errors.ts";
import { readTree } from "../tinyfs/held-read.ts";
import { openFile, openSegments } from "../tinyfs/open-file.ts";
import { locateEntry } from "../tinyfs/wd-context.ts";
import type { ParquetReader } from "../worker/parquet-types.ts";
import type { ArrowContext } from "./arrow-context.ts";
import type { VersionOptions } from "./arrow-options.ts";
import { naming } from "./named-errors.ts";

/** One Parquet file of several that hold the rows at a path. */
export interface Part {
  /** The caller closes the source. */
  open(): Promise<ByteSource>;
}

/**
 * The Parquet files at a path in the order of their rows: the segments of a series, else the file
 * itself, whatever its type. They stay until the loop over them ends.
 * @throws NOT_FOUND, IS_A_DIRECTORY, VERSION_PRUNED
 */
export async function* openParts(
  context: ArrowContext,
  path: string,
  options: VersionOptions,
): AsyncGenerator<Part, void> {
  const { entry } = await readTree(context.session, (tree) => locateEntry(tree, context, path));
  if (entry.entryType !== "FileSeries") {
    yield { open: () => openFile(context, path, options) };
    return;
  }
  const { segments, open, close } = await openSegments(context, path, options);
  try {
    for (const segment of segments) yield { open: () => open(segment) };
  } finally {
    await close();
  }
}

/** Lends a reader of one part, and closes it with its source however `use` ends. */
export async function* withReader<Item>(
  { parquet }: ArrowContext,
  path: string,
  part: Part,
  { signal }: VersionOptions,
  use: (reader: ParquetReader) => AsyncIterable<Item>,
): AsyncGenerator<Item, void> {
  const source = await part.open();
  try {
    if (source.size === 0) throw emptyTable(path);
    const reader = await naming(path, "read", parquet.openReader(source, { signal }));
    try {
      yield* use(reader);
    } finally {
      await reader.close();
    }
  } finally {
    await source.close();
  }
}

function emptyTable(path: string): TinyFSError {
  return new TinyFSError("EMPTY_TABLE", `Cannot read "${path}": it has no bytes`, { path });
}
