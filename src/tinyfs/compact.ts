import type { ByteSource } from "./byte-source.ts";
import { atPath } from "./damage.ts";
import type { Content, Entry, Position, Segment, SegmentRow } from "./entry.ts";
import { stagedResult } from "./entry-result.ts";
import { ConflictError, TinyFSError } from "./errors.ts";
import { readTree } from "./held-read.ts";
import { openNamed } from "./open-file.ts";
import { isLater, liveSegments } from "./series.ts";
import type { WriteResult } from "./session.ts";
import type { StagedTree } from "./staged-tree.ts";
import type { Tree } from "./tree.ts";
import type { WDContext } from "./wd-context.ts";
import { locateTaken } from "./wd-context.ts";
import type { StagedSegmentRow } from "./write-set.ts";

/** What a series is rewritten from. It stays readable until `close`, whatever is committed meanwhile. */
export interface SeriesBase {
  readonly entry: Entry;
  /** The newest row that is read: what a checkpoint stands for. */
  readonly newest: SegmentRow;
  /** The live segments, oldest first. */
  readonly segments: readonly Segment[];
  /** The bytes of one of them. The caller closes the source. */
  readonly open: (content: Content) => Promise<ByteSource>;
  /** Lets retention have the segments. */
  readonly close: () => Promise<void>;
}

/**
 * The segments that a compaction may stand for: those that are committed. What an open transaction has
 * added itself is not among them; `undefined` where it has replaced all, or made the series.
 * @throws NOT_FOUND, WRONG_ENTRY_TYPE
 */
export function openCommittedSegments(
  context: WDContext,
  path: string,
): Promise<SeriesBase | undefined> {
  return openBase(context, path, (rows) => {
    const hasOwnCheckpoint = rows.some((row) => isPending(row) && row.kind !== "append");
    return hasOwnCheckpoint ? [] : rows.filter((row) => !isPending(row));
  });
}

/** All segments, those that an open transaction has added included. @throws NOT_FOUND, WRONG_ENTRY_TYPE */
export async function openAllSegments(context: WDContext, path: string): Promise<SeriesBase> {
  const base = await openBase(context, path, (rows) => rows);
  if (base) return base;
  throw new TypeError("A series has at least one row");
}

/**
 * Stages a checkpoint that stands for what `base` was read from. What was appended since stays behind it.
 * @throws CONFLICT when the series is another by now, or was compacted or replaced
 */
export async function linkCompaction(
  tree: StagedTree,
  context: WDContext,
  path: string,
  base: SeriesBase,
  segments: readonly Segment[],
): Promise<WriteResult> {
  const { newest } = base;
  const { txnSeq, n } = newest;
  return linkRows(tree, context, path, base, {
    row: { kind: "compact", segments, coversTo: { txnSeq, n } },
    isStill: (rows) => {
      const since = rows.filter((row) => isLater(row, newest));
      return rows.some((row) => isAt(row, newest)) && since.every(({ kind }) => kind === "append");
    },
  });
}

/** Stages a version of other segments. @throws CONFLICT when anything was added to the series meanwhile */
export async function linkReplacement(
  tree: StagedTree,
  context: WDContext,
  path: string,
  base: SeriesBase,
  segments: readonly Segment[],
): Promise<WriteResult> {
  return linkRows(tree, context, path, base, {
    row: { kind: "replace", segments },
    isStill: ([newest]) => newest !== undefined && isAt(newest, base.newest),
  });
}

async function openBase(
  context: WDContext,
  path: string,
  choose: (rows: readonly SegmentRow[]) => readonly SegmentRow[],
): Promise<SeriesBase | undefined> {
  const { persistence } = context.session.services;
  return readTree(context.session, async (tree) => {
    const { entry, rows: all } = await readSeries(tree, context, path);
    const rows = choose(all);
    const [newest] = rows;
    if (!newest) return undefined;
    const pin = await persistence.pin(tree.seq);
    return {
      entry,
      newest,
      segments: liveSegments(rows),
      open: (content) => openNamed(persistence, content, path, undefined),
      close: () => pin.release(),
    };
  });
}

async function linkRows(
  tree: StagedTree,
  context: WDContext,
  path: string,
  base: SeriesBase,
  {
    row,
    isStill,
  }: {
    readonly row: StagedSegmentRow;
    readonly isStill: (rows: readonly SegmentRow[]) => boolean;
  },
): Promise<WriteResult> {
  const { entry, rows, spot } = await readSeries(tree, context, path);
  if (entry.nodeId !== base.entry.nodeId || !isStill(rows)) {
    throw new ConflictError(`Cannot rewrite "${path}": it was changed by another commit`, { path });
  }
  tree.addSegments(spot, row);
  return stagedResult(tree, entry);
}

async function readSeries(tree: Tree, context: WDContext, path: string) {
  const spot = await locateTaken(tree, context, path);
  const { entry } = spot;
  if (entry.entryType === "FileSeries") {
    return { spot, entry, rows: await atPath(path, tree.segments(entry.nodeId, "live")) };
  }
  const message = `Cannot rewrite "${path}" as a series: it is a ${entry.entryType}`;
  throw new TinyFSError("WRONG_ENTRY_TYPE", message, { path });
}

function isAt(row: Position, { txnSeq, n }: Position): boolean {
  return row.txnSeq === txnSeq && row.n === n;
}

/** Rows of an open transaction stand after every number. */
function isPending({ txnSeq }: SegmentRow): boolean {
  return txnSeq === Number.MAX_SAFE_INTEGER;
}
