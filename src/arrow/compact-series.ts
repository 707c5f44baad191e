import { linkCompaction, openCommittedSegments, type SeriesBase } from "../tinyfs/compact.ts";
import type { Segment } from "../tinyfs/entry.ts";
import { isTinyFSError } from "../tinyfs/errors.ts";
import type { StagedTree } from "../tinyfs/staged-tree.ts";
import type { ParquetRowGroup } from "../worker/parquet-types.ts";
import type { ArrowContext } from "./arrow-context.ts";
import { decodingOf, encodeSegment, rowsOfSegments } from "./compact-encode.ts";
import {
  DEFAULT_TARGET_BYTES,
  groupSegments,
  hasSmallRowGroups,
  joinTimeRange,
  type KnownSegment,
  type SegmentGroup,
} from "./compact-plan.ts";
import { rewriteSeries } from "./compact-rewrite.ts";
import { decodeSchema } from "./compact-rows.ts";
import { describeContent, type Rewriting, spliceSegments } from "./compact-splice.ts";
import { MAX_ROW_GROUP_ROWS } from "./cut-batch.ts";
import type { CompactOptions, CompactResult } from "./rewrite-options.ts";

/** How a part of a series is compacted. */
export interface PartialCompactOptions extends CompactOptions {
  /** The first of the segments that are looked at; those before it stay. Default: all are looked at. */
  readonly from?: ((segments: readonly Segment[]) => number) | undefined;
}

/**
 * Joins the segments of a series. What is read stays the same, and takes no version: see `CompactOptions`.
 * @throws NOT_FOUND, WRONG_ENTRY_TYPE, PARQUET_READ_FAILED, CONFLICT; nothing is changed by any of them
 */
export async function compactSeries(
  context: ArrowContext,
  path: string,
  options: PartialCompactOptions,
): Promise<CompactResult> {
  assertOptions(options);
  return rewriteSeries(context, path, options, {
    open: () => openCommittedSegments(context, path),
    rewrite: async (rewriting, base) => {
      const segments = await joinSegments(rewriting, base, options);
      if (!segments) return undefined;
      const link = (tree: StagedTree) => linkCompaction(tree, context, path, base, segments);
      return { segments, link };
    },
  }).then(({ result, isChanged }) => ({ ...result, compacted: isChanged }));
}

/** The segments as they are to be; `undefined` where none would change. */
async function joinSegments(
  rewriting: Rewriting,
  { segments }: SeriesBase,
  options: PartialCompactOptions,
): Promise<readonly Segment[] | undefined> {
  const { minSegments = 2, targetBytes = DEFAULT_TARGET_BYTES, onProgress, from } = options;
  const first = from?.(segments) ?? 0;
  const kept = segments.slice(0, first);
  if (first >= segments.length) return undefined;
  const known = await withFingerprints(rewriting, segments.slice(first));
  const joined: Segment[] = [...kept];
  let [isChanged, done, bytes] = [false, first, 0];
  for (const group of groupSegments(known, targetBytes)) {
    const one = await joinGroup(rewriting, group, { ...options, minSegments });
    joined.push(...(one ? [one] : group.segments));
    isChanged ||= one !== undefined;
    done += group.segments.length;
    bytes += one?.content.size ?? 0;
    onProgress?.({ segments: done, total: segments.length, bytes });
  }
  return isChanged ? joined : undefined;
}

/** One segment for a group, or `undefined` where its segments stay as they are. */
async function joinGroup(
  rewriting: Rewriting,
  group: SegmentGroup,
  { reencode = false, minSegments, maxRowGroupRows }: CompactOptions & { minSegments: number },
): Promise<Segment | undefined> {
  const isJoined = group.segments.length >= minSegments;
  if (reencode && (isJoined || group.segments.length === 1)) {
    const encoded = await encodeGroup(rewriting, group, maxRowGroupRows);
    if (encoded) return encoded;
  }
  return isJoined ? spliceSegments(rewriting, group) : undefined;
}

/** `undefined` where decoding would gain nothing, or the schema would not come out as it is. */
async function encodeGroup(
  rewriting: Rewriting,
  { segments }: SegmentGroup,
  maxRowGroupRows: number | undefined,
): Promise<Segment | undefined> {
  const rowGroups: ParquetRowGroup[] = [];
  for (const { content } of segments) {
    rowGroups.push(...(await describeContent(rewriting, content)).rowGroups);
  }
  if (!hasSmallRowGroups(rowGroups, maxRowGroupRows)) return undefined;
  const [first] = segments;
  if (!first) return undefined;
  const contents = segments.map(({ content }) => content);
  const decoding = await decodingOf(rewriting);
  const source = await rewriting.open(first.content);
  try {
    const schema = await decodeSchema(decoding, source);
    const batches = rowsOfSegments(rewriting, decoding, contents);
    const encoded = await encodeSegment(rewriting, { schema, batches }, { maxRowGroupRows });
    if (encoded.schemaFingerprint !== first.schemaFingerprint) return undefined;
    const { timeRange: _, ...segment } = encoded;
    const timeRange = joinTimeRange(segments);
    return { ...segment, ...(timeRange && { timeRange }) };
  } catch (error) {
    // What Arrow cannot hold in one batch, or in one schema, stays as it was written.
    if (isTinyFSError(error, "SCHEMA_MISMATCH") || isTinyFSError(error, "UNSUPPORTED_TYPE"))
      return undefined;
    throw error;
  } finally {
    await source.close();
  }
}

/** A segment that was written as bytes has no fingerprint beside it. */
async function withFingerprints(
  rewriting: Rewriting,
  segments: readonly Segment[],
): Promise<KnownSegment[]> {
  const known: KnownSegment[] = [];
  for (const segment of segments) {
    const { content } = segment;
    const { schemaFingerprint = (await describeContent(rewriting, content)).schemaFingerprint } =
      segment;
    known.push({ ...segment, schemaFingerprint });
  }
  return known;
}

function assertOptions({ minSegments = 2, targetBytes = 1, maxRowGroupRows = 1 }: CompactOptions) {
  const isRowGroup = maxRowGroupRows >= 1 && maxRowGroupRows <= MAX_ROW_GROUP_ROWS;
  if (minSegments >= 2 && targetBytes >= 1 && isRowGroup) return;
  throw new RangeError(
    `minSegments is at least 2, targetBytes at least 1 and maxRowGroupRows 1 to ${MAX_ROW_GROUP_ROWS}: got ${minSegments}, ${targetBytes}, ${maxRowGroupRows}`,
  );
}
