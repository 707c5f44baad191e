import { promisifyRequest } from "idb-keyval";
import type { Change, CommitInfo, Head } from "../tinyfs/change.ts";
import { HistoryTruncatedError } from "../tinyfs/errors.ts";
import type { LogRange } from "../tinyfs/persistence.ts";
import { changesKey, changesRangeAfter, keysBelow, seqOfTxnKey, txnRange } from "./keys.ts";
import { findMeta } from "./meta.ts";
import { readFirst, readRow, readRows, unseal } from "./oplog-rows.ts";
import type { PondDatabase } from "./pond-database.ts";
import { type ChangesRow, keyOfTxn, NO_COMMIT, readHead, type TxnRow, toHead } from "./txn-row.ts";

/** How many commits one request reads. */
const PAGE_ROWS = 100;

/** The commits of a pond. */
export class Log {
  readonly #database: Pick<PondDatabase, "use">;

  constructor(database: Pick<PondDatabase, "use">) {
    this.#database = database;
  }

  /** The newest commit. */
  async head(): Promise<Head> {
    return toHead(await this.newest());
  }

  /** The newest commit's row. */
  newest(): Promise<TxnRow | undefined> {
    return this.#database.use("oplog")("readonly", readHead);
  }

  /**
   * The number of the last commit at or before a time in microseconds; 0 before the first.
   * @throws HISTORY_TRUNCATED when that commit has been dropped
   */
  seqAt(timeMicros: number): Promise<number> {
    return this.#database.use("oplog")("readonly", (oplog) => findSeqAt(oplog, timeMicros));
  }

  /**
   * Lists commits, page by page as they are asked for; where no first one is said, from the oldest on
   * since which none has been dropped. @throws HISTORY_TRUNCATED
   */
  async *commits({
    from,
    to = Number.POSITIVE_INFINITY,
    reverse = false,
  }: LogRange = {}): AsyncGenerator<CommitInfo, void> {
    let [low, high] = [from && Math.max(1, from), to];
    for (;;) {
      const page = await this.#page({ from: low, to: high, reverse });
      for (const row of page.rows) yield this.toCommitInfo(row);
      const last = page.rows.at(-1);
      if (!last || page.rows.length < PAGE_ROWS) return;
      if (reverse) [low, high] = [page.from, last.seq - 1];
      else low = last.seq + 1;
    }
  }

  /** A commit as the core knows it. */
  toCommitInfo({ seq, id, time, label, kind, changeCount }: TxnRow): CommitInfo {
    const info = { seq, id, time, kind, changeCount, ...(label !== undefined && { label }) };
    return { ...info, changes: () => this.#changes(seq, changeCount) };
  }

  async *#changes(seq: number, count: number): AsyncGenerator<Change, void> {
    let read = 0;
    for (let n = 0; read < count; n += 1) {
      const key = changesKey(seq, n);
      const chunk = await this.#database.use("oplog")("readonly", (oplog) => {
        return readRow<ChangesRow>(oplog, key);
      });
      if (!chunk) throw truncated(`list the changes of commit ${seq}`);
      yield* chunk.changes;
      read += chunk.changes.length;
    }
  }

  #page(range: PageRange): Promise<LogPage> {
    return this.#database.use("oplog")("readonly", async (oplog) => {
      const [meta, key] = await Promise.all([
        findMeta(oplog),
        promisifyRequest(oplog.getKey(keysBelow("txn"))),
      ]);
      const from = range.from ?? meta?.logStart ?? 1;
      const to = Math.min(range.to, key === undefined ? 0 : seqOfTxnKey(key));
      if (from > to) return { rows: [], from };
      const all = txnRange(from, to);
      const rows = range.reverse
        ? await readRows<TxnRow>(oplog, all, keyOfTxn, PAGE_ROWS)
        : await readLast(oplog, all);
      const step = range.reverse ? -1 : 1;
      const first = range.reverse ? to : from;
      const count = Math.min(PAGE_ROWS, to - from + 1);
      const isWhole =
        rows.length === count && rows.every(({ seq }, index) => seq === first + index * step);
      if (!isWhole) throw truncated(`list the commits from ${from} on`);
      return { rows, from };
    });
  }
}

/** A part of the log; without `from` it begins where the log does. */
interface PageRange {
  readonly from: number | undefined;
  readonly to: number;
  readonly reverse: boolean;
}

interface LogPage {
  readonly rows: readonly TxnRow[];
  readonly from: number;
}

/** The error for what retention has dropped. */
function truncated(action: string): HistoryTruncatedError {
  return new HistoryTruncatedError(`Cannot ${action}: that part of the history was dropped`);
}

/** The last rows of a range, the very last one first. */
async function readLast(oplog: IDBObjectStore, range: IDBKeyRange): Promise<TxnRow[]> {
  const rows: TxnRow[] = [];
  const request = oplog.openCursor(range, "prev");
  for (;;) {
    const cursor = await promisifyRequest(request);
    if (!cursor) return rows;
    const row = cursor.value as TxnRow;
    rows.push(unseal(keyOfTxn(row), row));
    if (rows.length === PAGE_ROWS) return rows;
    cursor.continue();
  }
}

async function findSeqAt(oplog: IDBObjectStore, timeMicros: number): Promise<number> {
  let low = 0;
  let high = (await readHead(oplog))?.seq ?? NO_COMMIT.seq;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    const row = await readNewestUpTo(oplog, middle);
    // Where no row is left the commits are older than all that are: the answer is not among them
    // unless it is the last of them, which the end of the search finds out.
    if (row && row.time > timeMicros) high = row.seq - 1;
    else low = middle;
  }
  // Rows of tagged commits may stand alone: then the commit that is asked for was among the dropped.
  const found = await readNewestUpTo(oplog, low);
  if ((found?.seq ?? 0) !== low) throw truncated(`find the commit of time ${timeMicros}`);
  return low;
}

function readNewestUpTo(oplog: IDBObjectStore, seq: number): Promise<TxnRow | undefined> {
  if (seq === 0) return Promise.resolve(undefined);
  return readFirst<TxnRow>(oplog, txnRange(1, seq), keyOfTxn);
}

/** The changes of the commits after one in chunks, oldest first. @throws HISTORY_TRUNCATED when some are gone */
export async function readChangesAfter(
  oplog: IDBObjectStore,
  seq: number,
  head: number,
): Promise<ChangesRow[]> {
  const [txns, chunks] = await Promise.all([
    readRows<TxnRow>(oplog, txnRange(seq + 1, head), keyOfTxn),
    readRows<ChangesRow>(oplog, changesRangeAfter(seq), (row) => changesKey(row.seq, row.n)),
  ]);
  const found = chunks.reduce((count, { changes }) => count + changes.length, 0);
  const expected = txns.reduce((count, { changeCount }) => count + changeCount, 0);
  if (txns.length !== head - seq || found !== expected) {
    throw truncated(`commit on top of commit ${seq}`);
  }
  return chunks;
}
