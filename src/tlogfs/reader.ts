import { promisifyRequest } from "idb-keyval";
import type { Entry, Place, SegmentRow, SupersededEntry } from "../tinyfs/entry.ts";
import { HistoryTruncatedError } from "../tinyfs/errors.ts";
import type { NodeId } from "../tinyfs/node-id.ts";
import type { Page, RowScope } from "../tinyfs/tree.ts";
import {
  dirKey,
  dirRange,
  keysBelow,
  oldKey,
  oldRangeAsOf,
  segmentKey,
  segmentRangeAsOf,
  seqOfTxnKey,
} from "./keys.ts";
import { listAsOf } from "./listing-as-of.ts";
import { readLiveRows } from "./live-rows.ts";
import {
  type EndedOplogEntry,
  type OplogEntry,
  type SegmentRowRecord,
  toEntry,
  toSegmentRow,
} from "./oplog-entry.ts";
import { readFirst, readRow, readRows } from "./oplog-rows.ts";
import type { Pins } from "./pins.ts";
import type { PondDatabase } from "./pond-database.ts";

/** As of now, in the transaction that is read in: every current row counts. */
export const NOW: number = Number.POSITIVE_INFINITY;

/** A way to read the log: what it finds as of a commit, in a transaction of its own or in a longer one. */
export type RowQuery<Found> = (oplog: IDBObjectStore, seq: number) => Promise<Found>;

/** Reads rows as of a commit, each time in a transaction of its own. */
export class OplogReader {
  readonly #database: PondDatabase;
  readonly #pins: Pins;

  constructor(database: PondDatabase, pins: Pins) {
    this.#database = database;
    this.#pins = pins;
  }

  /** What a query finds as of a commit. @throws HISTORY_TRUNCATED */
  read<Found>(query: RowQuery<Found>, seq: number): Promise<Found> {
    return this.#database.use("oplog")("readonly", async (oplog) => {
      if (seq === NOW || this.#pins.has(seq)) return query(oplog, seq);
      // In the same transaction: what is not found may be what was dropped.
      const [found] = await Promise.all([query(oplog, seq), this.#pins.check(oplog, seq)]);
      return found;
    });
  }
}

/** The row at a name. */
export function entryAt(place: Place): RowQuery<Entry | undefined> {
  return async (oplog, seq) => {
    const current = await readRow<OplogEntry>(oplog, dirKey(place));
    if (current && current.placedSeq <= seq) return toEntry(current);
    if (seq === NOW) return undefined;
    const ended = await readNewestEnded(oplog, place, seq);
    return ended && seq < ended.endSeq ? withoutEnd(ended) : undefined;
  };
}

/** A page of a directory's rows. */
export function entriesAt(dirId: NodeId, { after, limit }: Page): RowQuery<readonly Entry[]> {
  return async (oplog, seq) => {
    if (limit <= 0) return [];
    const [head, current] = await Promise.all([
      seq === NOW ? undefined : promisifyRequest(oplog.getKey(keysBelow("txn"))),
      readRows<OplogEntry>(oplog, dirRange(dirId, after), dirKey, limit),
    ]);
    const isNewest = head === undefined || seqOfTxnKey(head) <= seq;
    if (isNewest) return current.map((row): Entry => toEntry(row));
    return (await listAsOf(oplog, { dirId, seq, after, limit, current })).map(withoutEnd);
  };
}

/**
 * The row that `entry` continues.
 * @throws HISTORY_TRUNCATED when `entry` was dropped since it was read: what it continued is tied to
 * other rows by now, and whoever follows it would miss some
 */
export function previousEntry(entry: Entry): RowQuery<SupersededEntry | undefined> {
  return async (oplog) => {
    const { from, placedSeq, nodeId } = await readAgain(oplog, entry);
    const row = from
      ? await readRow<EndedOplogEntry>(oplog, oldKey(from))
      : await readNewestEnded(oplog, entry, placedSeq - 1);
    const continues = from ? row !== undefined : row?.endSeq === placedSeq;
    return row && continues && row.nodeId === nodeId ? toEntry(row) : undefined;
  };
}

/** A row as it is now: retention may have tied it to another. */
async function readAgain(
  oplog: IDBObjectStore,
  entry: Entry,
): Promise<OplogEntry | EndedOplogEntry> {
  const ended = await readRow<EndedOplogEntry>(oplog, oldKey(entry));
  if (ended?.nodeId === entry.nodeId) return ended;
  const current = await readRow<OplogEntry>(oplog, dirKey(entry));
  if (current?.nodeId === entry.nodeId && current.placedSeq === entry.placedSeq) return current;
  throw new HistoryTruncatedError(
    `Cannot read the history of "${entry.name}": retention has dropped some of it meanwhile`,
  );
}

/** The newest row at a name that had ended. */
export function lastEnded(place: Place): RowQuery<SupersededEntry | undefined> {
  return async (oplog, seq) => {
    // The newest that was placed by then may have been current; the one before it had ended.
    const rows = await readRows<EndedOplogEntry>(oplog, oldRangeAsOf(place, seq), oldKey, 2);
    const ended = rows.find(({ endSeq }) => endSeq <= seq);
    return ended && toEntry(ended);
  };
}

/** The rows of a series, newest first: all, unless only the live ones are asked for. */
export function segmentsAt(nodeId: NodeId, scope?: RowScope): RowQuery<readonly SegmentRow[]> {
  return async (oplog, seq) => {
    if (scope === "live") return readLiveRows(oplog, nodeId, seq);
    const range = segmentRangeAsOf(nodeId, seq);
    const rows = await readRows<SegmentRowRecord>(oplog, range, segmentKey);
    return rows.map(toSegmentRow);
  };
}

/** The newest row of a series. */
export function newestSegment(nodeId: NodeId): RowQuery<SegmentRow | undefined> {
  return (oplog, seq) => readNewestSegment(oplog, nodeId, seq);
}

/** The newest row of a series as of a commit. */
export async function readNewestSegment(
  oplog: IDBObjectStore,
  nodeId: NodeId,
  seq: number,
): Promise<SegmentRow | undefined> {
  const row = await readFirst<SegmentRowRecord>(oplog, segmentRangeAsOf(nodeId, seq), segmentKey);
  return row && toSegmentRow(row);
}

function readNewestEnded(
  oplog: IDBObjectStore,
  place: Place,
  seq: number,
): Promise<EndedOplogEntry | undefined> {
  return readFirst<EndedOplogEntry>(oplog, oldRangeAsOf(place, seq), oldKey);
}

/** A row as it was while it was current. */
function withoutEnd(row: OplogEntry | EndedOplogEntry): Entry {
  const { endSeq: _, end: __, to: ___, ...entry } = toEntry(row as EndedOplogEntry);
  return entry;
}
