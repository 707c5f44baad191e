import type { NodeId } from "../tinyfs/node-id.ts";
import { dirKey, dirRange, type Key, oldKey, oldRange, rangeAfter } from "./keys.ts";
import type { EndedOplogEntry, OplogEntry } from "./oplog-entry.ts";
import { readRows } from "./oplog-rows.ts";

/** Which part of a directory is listed, as of which commit. */
export interface ListingAsOf {
  readonly dirId: NodeId;
  readonly seq: number;
  readonly after?: string | undefined;
  readonly limit: number;
  /** The first current rows of the part, up to `limit`: they have been read already. */
  readonly current: readonly OplogEntry[];
}

/**
 * Lists a directory as it was before later commits: its current rows that were there, and between
 * them the ended rows that had not ended. At most one row of a name is either.
 */
export async function listAsOf(oplog: IDBObjectStore, listing: ListingAsOf): Promise<OplogEntry[]> {
  const { dirId, seq, after, limit, current } = listing;
  const pageRows = Math.max(limit, MIN_PAGE_ROWS);
  const live = new RowScan<OplogEntry>(oplog, {
    range: dirRange(dirId, after),
    prefix: ["dir", dirId],
    keyOf: dirKey,
    isWanted: ({ placedSeq }) => placedSeq <= seq,
    pageRows,
    firstPage: { rows: current, isLast: current.length < limit },
  });
  const ended = new RowScan<EndedOplogEntry>(oplog, {
    range: oldRange(dirId, after),
    prefix: ["old", dirId],
    keyOf: oldKey,
    isWanted: ({ placedSeq, endSeq }) => placedSeq <= seq && seq < endSeq,
    pageRows,
  });
  return mergeByName(live, ended, limit);
}

/** A request for fewer rows costs nearly as much. */
const MIN_PAGE_ROWS = 50;

async function mergeByName(
  live: RowScan<OplogEntry>,
  ended: RowScan<EndedOplogEntry>,
  limit: number,
): Promise<OplogEntry[]> {
  const merged: OplogEntry[] = [];
  while (merged.length < limit) {
    const [a, b] = [await live.peek(), await ended.peek()];
    const next = a && (!b || a.name < b.name) ? live.take() : ended.take();
    if (!next) break;
    merged.push(next);
  }
  return merged;
}

interface ScanOptions<Row> {
  readonly range: IDBKeyRange;
  readonly prefix: Key;
  readonly keyOf: (row: Row) => Key;
  readonly isWanted: (row: Row) => boolean;
  readonly pageRows: number;
  readonly firstPage?: { readonly rows: readonly Row[]; readonly isLast: boolean };
}

/** The wanted rows of a range, one after the other, read in pages. */
class RowScan<Row extends OplogEntry> {
  readonly #store: IDBObjectStore;
  readonly #options: ScanOptions<Row>;
  #range: IDBKeyRange;
  #waiting: Row[] = [];
  #next = 0;
  #isLast = false;

  constructor(store: IDBObjectStore, options: ScanOptions<Row>) {
    this.#store = store;
    this.#options = options;
    this.#range = options.range;
    const { firstPage } = options;
    if (firstPage) this.#accept(firstPage.rows, firstPage.isLast);
  }

  /** The next row, or `undefined` where there is none. */
  async peek(): Promise<Row | undefined> {
    const { keyOf, pageRows } = this.#options;
    while (this.#next === this.#waiting.length && !this.#isLast) {
      const rows = await readRows<Row>(this.#store, this.#range, keyOf, pageRows);
      this.#accept(rows, rows.length < pageRows);
    }
    return this.#waiting[this.#next];
  }

  /** Goes past the row that `peek` found, and returns it. */
  take(): Row | undefined {
    this.#next += 1;
    return this.#waiting[this.#next - 1];
  }

  #accept(rows: readonly Row[], isLast: boolean): void {
    const { keyOf, isWanted, prefix } = this.#options;
    const last = rows.at(-1);
    if (last) this.#range = rangeAfter(prefix, keyOf(last));
    this.#waiting = rows.filter(isWanted);
    this.#next = 0;
    this.#isLast = isLast;
  }
}
