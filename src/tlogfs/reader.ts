import { promisifyRequest } from "idb-keyval";
import type { Entry, Place, SegmentRow, SupersededEntry } from "../tinyfs/entry.ts";
import type { NodeId } from "../tinyfs/node-id.ts";
import type { Page } from "../tinyfs/persistence.ts";
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
import {
  type EndedOplogEntry,
  type OplogEntry,
  type SegmentRowRecord,
  toEntry,
  toSegmentRow,
} from "./oplog-entry.ts";
import { readFirst, readRow, readRows } from "./oplog-rows.ts";
import type { PondDatabase } from "./pond-database.ts";

/** Reads rows as of a commit. */
export class OplogReader {
  readonly #database: PondDatabase;

  constructor(database: PondDatabase) {
    this.#database = database;
  }

  /** The row at a name. */
  entryAt(place: Place, seq: number): Promise<Entry | undefined> {
    return this.#read(async (oplog) => {
      const current = await readRow<OplogEntry>(oplog, dirKey(place));
      if (current && current.placedSeq <= seq) return toEntry(current);
      const ended = await readNewestEnded(oplog, place, seq);
      return ended && seq < ended.endSeq ? withoutEnd(ended) : undefined;
    });
  }

  /** A page of a directory's rows. */
  entriesAt(dirId: NodeId, seq: number, { after, limit }: Page): Promise<readonly Entry[]> {
    if (limit <= 0) return Promise.resolve([]);
    return this.#read(async (oplog) => {
      const [head, current] = await Promise.all([
        promisifyRequest(oplog.getKey(keysBelow("txn"))),
        readRows<OplogEntry>(oplog, dirRange(dirId, after), dirKey, limit),
      ]);
      const isNewest = head === undefined || seqOfTxnKey(head) <= seq;
      if (isNewest) return current.map((row): Entry => toEntry(row));
      return (await listAsOf(oplog, { dirId, seq, after, limit, current })).map(withoutEnd);
    });
  }

  /** The row that `entry` continues. */
  async previousEntry(entry: Entry): Promise<SupersededEntry | undefined> {
    const { from, placedSeq, nodeId } = entry;
    return this.#read(async (oplog) => {
      const row = from
        ? await readRow<EndedOplogEntry>(oplog, oldKey(from))
        : await readNewestEnded(oplog, entry, placedSeq - 1);
      const continues = from ? row !== undefined : row?.endSeq === placedSeq;
      return row && continues && row.nodeId === nodeId ? toEntry(row) : undefined;
    });
  }

  /** The newest row at a name that had ended by `seq`. */
  lastEnded(place: Place, seq: number): Promise<SupersededEntry | undefined> {
    return this.#read(async (oplog) => {
      // The newest that was placed by then may have been current; the one before it had ended.
      const rows = await readRows<EndedOplogEntry>(oplog, oldRangeAsOf(place, seq), oldKey, 2);
      const ended = rows.find(({ endSeq }) => endSeq <= seq);
      return ended && toEntry(ended);
    });
  }

  /** All rows of a series, newest first. */
  segmentsAt(nodeId: NodeId, seq: number): Promise<readonly SegmentRow[]> {
    return this.#read(async (oplog) => {
      const range = segmentRangeAsOf(nodeId, seq);
      const rows = await readRows<SegmentRowRecord>(oplog, range, segmentKey);
      return rows.map(toSegmentRow);
    });
  }

  /** The newest row of a series. */
  newestSegment(nodeId: NodeId, seq: number): Promise<SegmentRow | undefined> {
    return this.#read((oplog) => readNewestSegment(oplog, nodeId, seq));
  }

  #read<Value>(work: (oplog: IDBObjectStore) => Promise<Value>): Promise<Value> {
    return this.#database.use("oplog")("readonly", work);
  }
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
  const { endSeq: _, end: __, ...entry } = toEntry(row as EndedOplogEntry);
  return entry;
}
