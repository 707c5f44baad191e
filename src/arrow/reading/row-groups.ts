import { isTinyFSError, TinyFSError } from "../../tinyfs/errors.ts";
import type { ParquetRowGroup, ParquetSummary, RowRange } from "../../worker/parquet-types.ts";
import { cachesOf } from "../arrow-caches.ts";
import type { ArrowContext } from "../arrow-context.ts";
import type { Chunk, PlannedPart } from "./chunks.ts";
import { PartReader } from "./part-reader.ts";

/** A row group of a part, and how to read it. */
export interface OpenRowGroup {
  readonly part: PlannedPart;
  readonly summary: ParquetSummary;
  readonly group: ParquetRowGroup;
  /** Among the row groups of its part. */
  readonly ordinal: number;
  /** Among the row groups of what the reader reads. */
  readonly index: number;
  readonly reader: PartReader;
  /** Its first rows, which are not wanted. */
  readonly skipRows: number;
  /**
   * Its rows that may match, in order and without those that are not wanted, where pages were looked at;
   * absent: all of them may.
   */
  readonly rows?: readonly RowRange[];
}

/** Parts whose footers are known. */
export interface OpenChunk {
  readonly reader: PartReader;
  readonly groups: readonly OpenRowGroup[];
  /** All row groups there are. */
  readonly total: number;
}

/**
 * Reads the footers of a chunk, unless all of them are in memory.
 * @param readers gets each reader that is made: the caller closes them
 * @throws NOT_PARQUET, EMPTY_TABLE and what sources throw, each part's in its place
 */
export async function* openChunk(
  context: ArrowContext,
  path: string,
  chunk: Chunk,
  { readers, signal }: { readers: Set<PartReader>; signal: AbortSignal | undefined },
): AsyncGenerator<OpenChunk, void> {
  const reader = new PartReader(context, path, chunk, signal);
  readers.add(reader);
  let opened: OpenChunk | undefined;
  try {
    opened = await openTogether(context, reader, chunk);
  } catch (error) {
    signal?.throwIfAborted();
    if (chunk.length === 1 || !isTinyFSError(error)) throw error;
  }
  if (opened) {
    yield opened;
    return;
  }
  // One of them is at fault: those before it can be read all the same.
  for (const part of chunk) yield* openChunk(context, path, [part], { readers, signal });
}

async function openTogether(
  context: ArrowContext,
  reader: PartReader,
  chunk: Chunk,
): Promise<OpenChunk> {
  const { footers } = cachesOf(context);
  const known = chunk.flatMap(({ content }) => footers.get(content.sha256) ?? []);
  const summaries = known.length === chunk.length ? known : split(await reader.summary(), chunk);
  chunk.forEach(({ content }, at) => {
    const summary = summaries[at];
    if (summary && known.length < chunk.length) footers.keep(content.sha256, summary);
  });
  const groups: OpenRowGroup[] = [];
  let index = 0;
  chunk.forEach((part, at) => {
    const summary = summaries[at];
    let skip = part.skipRows;
    for (const [ordinal, group] of summary?.rowGroups.entries() ?? []) {
      const skipRows = Math.min(skip, group.rowCount);
      skip -= skipRows;
      if (summary && skipRows < group.rowCount)
        groups.push({ part, summary, group, ordinal, index, reader, skipRows });
      index += 1;
    }
  });
  return { reader, groups, total: index };
}

/** The summary of each part, of the one that they have together. */
function split(summary: ParquetSummary, chunk: Chunk): ParquetSummary[] {
  if (chunk.length === 1) return [summary];
  const left = [...summary.rowGroups];
  const summaries = chunk.map(({ rowCount = 0, content: { size } }): ParquetSummary => {
    const rowGroups: ParquetRowGroup[] = [];
    for (let rows = 0; rows < rowCount; ) {
      const group = left.shift();
      if (!group || group.rowCount === 0) throw miscounted();
      rowGroups.push(group);
      rows += group.rowCount;
      if (rows > rowCount) throw miscounted();
    }
    return { ...summary, size, rowCount, rowGroups };
  });
  if (left.length > 0) throw miscounted();
  return summaries;
}

/** Such files are opened one by one. */
function miscounted(): TinyFSError {
  return new TinyFSError("PARQUET_READ_FAILED", "The log and the footers count other rows");
}
