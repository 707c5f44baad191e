import { linkReplacement, openAllSegments, type SeriesBase } from "../tinyfs/compact.ts";
import type { Segment } from "../tinyfs/entry.ts";
import type { StagedTree } from "../tinyfs/staged-tree.ts";
import type { ArrowContext } from "./arrow-context.ts";
import { decodingOf, encodeSegment } from "./compact-encode.ts";
import { rewriteSeries } from "./compact-rewrite.ts";
import { decodeSchema } from "./compact-rows.ts";
import { describeContent, type Rewriting } from "./compact-splice.ts";
import type { TrimOptions, TrimResult } from "./rewrite-options.ts";
import { countRows, decodeRuns, type RowRun } from "./trim-rows.ts";
import { foreseeRows, microsOfPoint, runsSince, timestampColumn } from "./trim-time.ts";

/** What stays of one segment. */
interface Kept {
  readonly segment: Segment;
  readonly rows: number;
  readonly runs: readonly RowRun[];
}

/**
 * Drops rows of a series, as a new version: see `TrimOptions`.
 * @throws NOT_FOUND, WRONG_ENTRY_TYPE, SCHEMA_MISMATCH, CONFLICT; nothing is changed by any of them
 */
export async function trimSeries(
  context: ArrowContext,
  path: string,
  options: TrimOptions,
): Promise<TrimResult> {
  const limit = checkLimit(options);
  let rowsRemoved = 0;
  const { result } = await rewriteSeries(context, path, options, {
    open: () => openAllSegments(context, path),
    rewrite: async (rewriting, base) => {
      const kept = await limit.keptOf(rewriting, base);
      const all = kept.reduce((sum, { rows }) => sum + rows, 0);
      rowsRemoved = all - kept.reduce((sum, { runs }) => sum + countRows(runs), 0);
      if (rowsRemoved === 0) return undefined;
      const segments = await cutSegments(rewriting, base, kept, limit.column);
      const link = (tree: StagedTree) => linkReplacement(tree, context, path, base, segments);
      return { segments, link };
    },
  });
  return { ...result, rowsRemoved };
}

/** How it is told what stays. */
interface Limit {
  /** The column of times, where one was named. */
  readonly column: string | undefined;
  readonly keptOf: (rewriting: Rewriting, base: SeriesBase) => Promise<readonly Kept[]>;
}

function checkLimit(options: TrimOptions): Limit {
  if ("keepRows" in options) {
    const { keepRows } = options;
    if (!Number.isInteger(keepRows) || keepRows < 0) {
      throw new RangeError(`keepRows is a whole number, at least 0: got ${keepRows}`);
    }
    return { column: undefined, keptOf: (rewriting, base) => keepLast(rewriting, base, keepRows) };
  }
  const { timestampColumn: column } = options;
  const before = microsOfPoint(options.before);
  return { column, keptOf: (rewriting, base) => keepSince(rewriting, base, { column, before }) };
}

async function keepLast(
  rewriting: Rewriting,
  { segments }: SeriesBase,
  keepRows: number,
): Promise<readonly Kept[]> {
  const kept: Kept[] = [];
  let left = keepRows;
  for (const segment of segments.toReversed()) {
    const rows = segment.rowCount ?? (await describeContent(rewriting, segment.content)).rowCount;
    const count = Math.min(rows, left);
    left -= count;
    kept.push({ segment, rows, runs: count > 0 ? [{ start: rows - count, end: rows }] : [] });
  }
  return kept.reverse();
}

async function keepSince(
  rewriting: Rewriting,
  { segments }: SeriesBase,
  { column: named, before }: { readonly column: string | undefined; readonly before: bigint },
): Promise<readonly Kept[]> {
  const { path, open } = rewriting;
  const decoding = await decodingOf(rewriting);
  const { arrow } = decoding;
  const column = timestampColumn(arrow, await newestSchema(rewriting, segments), named, path);
  const kept: Kept[] = [];
  for (const segment of segments) {
    const summary = await describeContent(rewriting, segment.content);
    const { rowCount: rows } = summary;
    const all = [{ start: 0, end: rows }];
    const foreseen = rows === 0 ? "all" : foreseeRows(summary, column, before);
    if (foreseen) {
      kept.push({ segment, rows, runs: foreseen === "all" && rows > 0 ? all : [] });
      continue;
    }
    const columns = { ...decoding, columns: [column] };
    const times = decodeRuns(columns, open, segment.content, all);
    kept.push({ segment, rows, runs: await runsSince(arrow, times, { column, before, path }) });
  }
  return kept;
}

/** The segments as they are to be: at least one, which may have no rows. */
async function cutSegments(
  rewriting: Rewriting,
  { segments }: SeriesBase,
  kept: readonly Kept[],
  column: string | undefined,
): Promise<readonly Segment[]> {
  const cut: Segment[] = [];
  for (const { segment, rows, runs } of kept) {
    const count = countRows(runs);
    if (count === rows && rows > 0) cut.push(segment);
    else if (count > 0) cut.push(await cutSegment(rewriting, segment, runs, column));
  }
  if (cut.length > 0) return cut;
  const last = segments.at(-1);
  return last ? [await cutSegment(rewriting, last, [], column)] : [];
}

async function cutSegment(
  rewriting: Rewriting,
  { content, timeRange: outer }: Segment,
  runs: readonly RowRun[],
  column: string | undefined,
): Promise<Segment> {
  const decoding = await decodingOf(rewriting);
  const schema = await newestSchema(rewriting, [{ content }]);
  const batches = () => decodeRuns(decoding, rewriting.open, content, runs);
  const options = { timestampColumn: column };
  const { timeRange = outer, ...segment } = await encodeSegment(
    rewriting,
    { schema, batches },
    options,
  );
  return { ...segment, ...(timeRange && runs.length > 0 && { timeRange }) };
}

async function newestSchema(rewriting: Rewriting, segments: readonly Segment[]) {
  const newest = segments.at(-1);
  if (!newest) throw new TypeError("A series has at least one segment");
  const source = await rewriting.open(newest.content);
  try {
    return await decodeSchema(await decodingOf(rewriting), source);
  } finally {
    await source.close();
  }
}
