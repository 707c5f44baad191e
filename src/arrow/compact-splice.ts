import type { Content, Segment } from "../tinyfs/entry.ts";
import type { ParquetSummary } from "../worker/parquet-types.ts";
import { cachesOf } from "./arrow-caches.ts";
import type { ArrowContext } from "./arrow-context.ts";
import { joinTimeRange, type SegmentGroup } from "./compact-plan.ts";
import {
  type OpenContent,
  openedForEachRead,
  openForReading,
  stageCopy,
} from "./compact-source.ts";
import { verifySplice } from "./compact-verify.ts";
import { fileDetails } from "./file-details.ts";
import { naming } from "./named-errors.ts";

/** What rewriting the segments of a series works with. */
export interface Rewriting {
  readonly context: ArrowContext;
  readonly path: string;
  /** Opens the bytes of a segment that is rewritten. */
  readonly open: OpenContent;
  /** Notes bytes that were staged: they are linked, or dropped in the end. */
  readonly staged: (content: Content) => void;
  readonly signal: AbortSignal | undefined;
}

/** What the footer of a segment says, which may be known of an earlier read. */
export function describeContent(
  { context, path, open, signal }: Rewriting,
  content: Content,
): Promise<ParquetSummary> {
  const file = { content, open: () => openForReading(content, open, signal) };
  return naming(path, "rewrite", cachesOf(context).footers.summary(file, signal));
}

/**
 * Joins segments of one schema to one, page by page as they are, and makes sure that it holds them.
 * @throws PARQUET_READ_FAILED when what was written is not what it was made of
 */
export async function spliceSegments(
  { context, path, open, staged, signal }: Rewriting,
  { segments }: SegmentGroup,
): Promise<Segment> {
  const { persistence } = context.session.services;
  const sources = segments.map(({ content }) => openedForEachRead(content, open));
  const joined = await naming(path, "compact", context.parquet.splice(sources, signal));
  const content = await stageCopy(persistence, joined, signal);
  staged(content);
  const file = await persistence.open(content);
  try {
    const { parquet } = context;
    const summary = await naming(path, "compact", parquet.describe(file, signal));
    await verifySplice({ parquet, path, open, signal }, segments, { file, summary });
    return { content, ...fileDetails(summary, joinTimeRange(segments)) };
  } finally {
    await file.close();
  }
}
