import type { Segment } from "../tinyfs/entry.ts";
import type { NodeId } from "../tinyfs/node-id.ts";
import type { ArrowContext } from "./arrow-context.ts";
import { compactSeries } from "./compact-series.ts";

/** How long an idle moment is waited for. */
const PATIENCE_MS = 2000;

/** When small segments at the end of a series are joined by themselves. */
export interface CompactionPolicy {
  /** At least so many at a time. Default 64. */
  readonly minSegments?: number;
  /** Only segments with fewer bytes. Default 1 MiB. */
  readonly maxSegmentBytes?: number;
}

/** A series that may have enough small segments. */
export interface Candidate {
  readonly path: string;
  readonly nodeId: NodeId;
}

/** What keeps other tabs from doing the same. */
export interface CompactionLock {
  release(): Promise<void>;
}

/** How it is done. */
export interface Background {
  readonly policy: Required<CompactionPolicy>;
  /** `undefined` where another tab does it. */
  readonly hold: (nodeId: NodeId) => Promise<CompactionLock | undefined>;
  readonly signal: AbortSignal;
}

/**
 * Joins the small segments at the end of a series, when nothing else is to be done. It never rejects: a
 * series that is not joined reads as well, and what is damaged in it is told to whoever reads it.
 */
export async function compactInBackground(
  context: ArrowContext,
  { path, nodeId }: Candidate,
  { policy, hold, signal }: Background,
): Promise<void> {
  try {
    await idleMoment(signal);
    signal.throwIfAborted();
    const lock = await hold(nodeId);
    if (!lock) return;
    try {
      const from = (segments: readonly Segment[]) => startOfSmallRun(segments, policy);
      await compactSeries(context, path, { from, signal, durability: "relaxed" });
    } finally {
      await lock.release();
    }
  } catch {
    // the next append that makes it due tries again
  }
}

/**
 * Where the run of small segments begins that is to become one; behind the last where none is. The newest
 * are taken as they come, half of `minSegments`; before them a segment is taken in as long as those behind
 * it have together at least its bytes. So what is copied once more ends up in a segment of twice the size:
 * each byte is copied at most log2(size of a large segment / size of an append) times, and n appends cost
 * O(n log n) bytes.
 */
export function startOfSmallRun(
  segments: readonly Segment[],
  { minSegments, maxSegmentBytes }: Required<CompactionPolicy>,
): number {
  let start = segments.length;
  let bytes = 0;
  for (; start > 0; start -= 1) {
    const size = segments[start - 1]?.content.size ?? 0;
    const isOfTheRun = size <= bytes || segments.length - start < minSegments / 2;
    if (size >= maxSegmentBytes || !isOfTheRun) break;
    bytes += size;
  }
  return segments.length - start >= minSegments ? start : segments.length;
}

/** Resolves when nothing else is to be done, where the browser tells; or when it is over. */
function idleMoment(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    signal.addEventListener("abort", () => resolve(), { once: true });
    if (typeof requestIdleCallback === "function") {
      requestIdleCallback(() => resolve(), { timeout: PATIENCE_MS });
    } else setTimeout(resolve, 0);
  });
}
