import type { SeriesBase } from "../tinyfs/compact.ts";
import type { Content, Segment } from "../tinyfs/entry.ts";
import { isTinyFSError } from "../tinyfs/errors.ts";
import type { CommitOptions } from "../tinyfs/persistence.ts";
import { pauseBeforeRetry } from "../tinyfs/retry.ts";
import type { WriteResult } from "../tinyfs/session.ts";
import type { StagedTree } from "../tinyfs/staged-tree.ts";
import type { ArrowContext } from "./arrow-context.ts";
import type { Rewriting } from "./compact-splice.ts";
import type { RewriteResult } from "./rewrite-options.ts";

/** How often a series is rewritten anew because another commit came first. */
const MAX_ATTEMPTS = 10;

/** What a series is to hold, and how that is staged. */
export interface Rewritten {
  readonly segments: readonly Segment[];
  /** @throws CONFLICT when the series is not any more what was rewritten */
  readonly link: (tree: StagedTree) => Promise<WriteResult>;
}

/** One way to rewrite a series. */
export interface Rewrite {
  /** `undefined` where there is nothing that may be rewritten. */
  readonly open: () => Promise<SeriesBase | undefined>;
  /** `undefined` where everything stays as it is. */
  readonly rewrite: (rewriting: Rewriting, base: SeriesBase) => Promise<Rewritten | undefined>;
}

/** What became of it. */
export interface RewriteOutcome {
  readonly result: RewriteResult;
  readonly isChanged: boolean;
}

/**
 * Rewrites segments of a series and commits that; anew where another commit came first that does not go
 * with it. Within a transaction it belongs to that, whose commit waits for it.
 */
export async function rewriteSeries(
  context: ArrowContext,
  path: string,
  { signal, durability }: CommitOptions & { readonly signal?: AbortSignal | undefined },
  work: Rewrite,
): Promise<RewriteOutcome> {
  signal?.throwIfAborted();
  const { session } = context;
  const ending = new AbortController();
  const either = signal ? AbortSignal.any([signal, ending.signal]) : ending.signal;
  const underWay = {
    path,
    abort: async () => ending.abort(new DOMException("The transaction has ended", "AbortError")),
  };
  session.writerOpened(underWay); // a snapshot refuses it
  try {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await attemptOnce(context, path, { signal: either, durability }, work);
      } catch (error) {
        const isLost = isTinyFSError(error, "CONFLICT") && session.followsHead;
        if (!isLost || attempt === MAX_ATTEMPTS) throw error;
        await pauseBeforeRetry(attempt, either);
      }
    }
  } finally {
    session.writerEnded(underWay);
  }
}

async function attemptOnce(
  context: ArrowContext,
  path: string,
  { signal, durability }: CommitOptions & { readonly signal: AbortSignal },
  work: Rewrite,
): Promise<RewriteOutcome> {
  const { session } = context;
  const { persistence } = session.services;
  const base = await work.open();
  if (!base) return { isChanged: false, result: NOTHING };
  const staged = new Set<Content>();
  try {
    const rewriting: Rewriting = {
      context,
      path,
      open: base.open,
      staged: (content) => staged.add(content),
      signal,
    };
    const rewritten = await work.rewrite(rewriting, base);
    signal.throwIfAborted();
    if (!rewritten) return { isChanged: false, result: unchanged(base) };
    const { segments, link } = rewritten;
    const contents = [...staged];
    staged.clear(); // they are the session's from here on, whatever becomes of them
    const { version, txnSeq } = await session.write(link, contents, { durability });
    const result = { ...unchanged(base), ...after(segments), version, txnSeq };
    return { isChanged: true, result };
  } finally {
    await Promise.all([...staged].map((content) => persistence.discard(content)));
    await base.close();
  }
}

/** Of a series that the transaction has made, or replaced, itself. */
const NOTHING: RewriteResult = { before: 0, after: 0, bytesBefore: 0, bytesAfter: 0, version: 0 };

function unchanged({ segments, newest: { version } }: SeriesBase): RewriteResult {
  const { after: count, bytesAfter: bytes } = after(segments);
  return { before: count, after: count, bytesBefore: bytes, bytesAfter: bytes, version };
}

function after(segments: readonly Segment[]): Pick<RewriteResult, "after" | "bytesAfter"> {
  const bytesAfter = segments.reduce((sum, { content }) => sum + content.size, 0);
  return { after: segments.length, bytesAfter };
}
