import type { RecordBatch } from "apache-arrow";
import type { Content, Position } from "../../tinyfs/entry.ts";
import { isTinyFSError, TinyFSError } from "../../tinyfs/errors.ts";
import { readTree } from "../../tinyfs/held-read.ts";
import type { NodeId } from "../../tinyfs/node-id.ts";
import { locateEntry } from "../../tinyfs/wd-context.ts";
import type { ArrowContext } from "../arrow-context.ts";
import { locateParts, type Part } from "../open-parts.ts";
import type { StreamOptions } from "../read-options.ts";
import { CommitHints } from "./commit-hints.ts";
import { type DecodedGroup, Reading } from "./reading.ts";
import { assertAppendedSince, countRows, rowsAsOf, seriesOf } from "./series-position.ts";

/** How far a series has been read. */
interface Place {
  readonly nodeId: NodeId;
  /** The newest row of the log that was seen. */
  readonly row: Position;
  /** Rows of the series that have been read. */
  readonly rows: number;
  /** Whether these are all there were. */
  readonly isComplete: boolean;
}

/**
 * The batches of a series, then those that are appended to it, each row once and in order.
 * @param left aborts when the consumer has left
 * @throws NOT_FOUND when the series is removed, HISTORY_TRUNCATED when its rows are replaced
 */
export async function* followSeries(
  context: ArrowContext,
  path: string,
  options: StreamOptions,
  left: AbortSignal | undefined,
): AsyncGenerator<RecordBatch, void> {
  assertFollows(context, options);
  const hints = new CommitHints(context.session.services.persistence, [options.signal, left]);
  try {
    const follower = new Follower(context, path, options);
    while (!left?.aborted) {
      options.signal?.throwIfAborted();
      const seen = hints.count; // what is told while the log is read may be missing from it
      try {
        if (await follower.hasMore()) yield* follower.read();
      } catch (error) {
        // The page was put to sleep: the read goes on after the rows that were given.
        if (!isTinyFSError(error, "SUSPENDED")) throw error;
      }
      await hints.after(seen);
    }
  } finally {
    hints.end();
  }
}

class Follower {
  readonly #context: ArrowContext;
  readonly #path: string;
  readonly #options: StreamOptions;
  #place: Place | undefined;

  constructor(context: ArrowContext, path: string, options: StreamOptions) {
    this.#context = context;
    this.#path = path;
    this.#options = options;
  }

  /** Whether the log tells of more than has been read: one look at its newest row. */
  async hasMore(): Promise<boolean> {
    const place = this.#place;
    if (!place?.isComplete) return true;
    return readTree(this.#context.session, async (tree) => {
      const { entry } = await locateEntry(tree, this.#context, this.#path);
      if (entry.nodeId !== place.nodeId) throw anotherSeries(this.#path);
      const newest = await tree.newestSegment(entry.nodeId);
      return newest?.txnSeq !== place.row.txnSeq || newest.n !== place.row.n;
    });
  }

  /** Reads what is there now. */
  async *read(): AsyncGenerator<RecordBatch, void> {
    const { parts, series, close } = await locateParts(this.#context, this.#path, {
      signal: this.#options.signal,
      scope: "all",
    });
    try {
      const { nodeId, rows } = seriesOf(series, this.#path);
      const [row] = rows;
      if (!row) return;
      if (this.#place && this.#place.nodeId !== nodeId) throw anotherSeries(this.#path);
      if (this.#place) assertAppendedSince(rows, this.#place.row, this.#path);
      const skip = this.#place?.rows ?? this.#skip(rows, nodeId, parts);
      const total = countRows(parts, this.#path);
      yield* this.#readParts(parts, { nodeId, row, rows: skip, isComplete: false });
      this.#place = { nodeId, row, rows: total, isComplete: true };
    } finally {
      await close();
    }
  }

  async *#readParts(parts: readonly Part[], from: Place): AsyncGenerator<RecordBatch, void> {
    this.#place = from;
    const starts = startsOf(parts);
    const reading = await Reading.plan(
      this.#context,
      this.#path,
      { parts, skip: from.rows },
      this.#options,
    );
    try {
      for await (const decoded of reading.decoded()) {
        yield* decoded.batches;
        this.#place = { ...from, rows: endOf(decoded, starts) };
      }
    } finally {
      await reading.close();
    }
  }

  #skip(rows: Parameters<typeof assertAppendedSince>[0], nodeId: NodeId, parts: readonly Part[]) {
    const { afterVersion = 0 } = this.#options;
    return rowsAsOf({ nodeId, rows }, parts, afterVersion, this.#path);
  }
}

/** Where each part begins among all rows of a series. */
function startsOf(parts: readonly Part[]): Map<Content, number> {
  let start = 0;
  return new Map(
    parts.map(({ content, rowCount = 0 }) => {
      start += rowCount;
      return [content, start - rowCount];
    }),
  );
}

/** Where a row group ends among them. */
function endOf({ open }: DecodedGroup, starts: ReadonlyMap<Content, number>): number {
  const before = open.summary.rowGroups.slice(0, open.ordinal + 1);
  const start = starts.get(open.part.content) ?? 0;
  return before.reduce((sum, { rowCount }) => sum + rowCount, start);
}

function assertFollows({ session }: ArrowContext, { version }: StreamOptions): void {
  if (!session.followsHead)
    throw new TypeError(
      "A series is followed from the pond's root, not in a transaction or a snapshot",
    );
  if (version !== undefined)
    throw new TypeError("An old version of a series does not grow: leave out version or follow");
}

function anotherSeries(path: string): TinyFSError {
  const message = `Cannot follow "${path}": the series was removed, and another stands there`;
  return new TinyFSError("NOT_FOUND", message, { path });
}
