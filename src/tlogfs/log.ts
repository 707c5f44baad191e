import { promisifyRequest } from "idb-keyval";
import type { Change, CommitInfo, Head } from "../tinyfs/change.ts";
import { TinyFSError } from "../tinyfs/errors.ts";
import type { LogRange } from "../tinyfs/persistence.ts";
import { changesKey, changesRangeAfter, txnRange } from "./keys.ts";
import { readFirst, readRow, readRows, unseal } from "./oplog-rows.ts";
import type { PondDatabase } from "./pond-database.ts";
import { type ChangesRow, keyOfTxn, NO_COMMIT, readHead, type TxnRow, toHead } from "./txn-row.ts";

/** How many commits one request reads. */
const PAGE_ROWS = 100;

/** The commits of a pond. */
export class Log {
  readonly #database: PondDatabase;

  constructor(database: PondDatabase) {
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

  /** Lists commits, page by page as they are asked for. */
  async *commits(range: LogRange = {}): AsyncGenerator<CommitInfo, void> {
    let { from = 1, to = Number.POSITIVE_INFINITY } = range;
    while (from <= to) {
      const page = range.reverse ? await this.#newestOf(from, to) : await this.#oldestOf(from, to);
      for (const row of page) yield this.toCommitInfo(row);
      const last = page.at(-1);
      if (!last || page.length < PAGE_ROWS) return;
      if (range.reverse) to = last.seq - 1;
      else from = last.seq + 1;
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

  #newestOf(from: number, to: number): Promise<TxnRow[]> {
    return this.#database.use("oplog")("readonly", (oplog) => {
      return readRows<TxnRow>(oplog, txnRange(from, to), keyOfTxn, PAGE_ROWS);
    });
  }

  #oldestOf(from: number, to: number): Promise<TxnRow[]> {
    return this.#database.use("oplog")("readonly", (oplog) => readLast(oplog, txnRange(from, to)));
  }
}

/** The error for what retention has dropped. */
function truncated(action: string): TinyFSError {
  return new TinyFSError(
    "HISTORY_TRUNCATED",
    `Cannot ${action}: that part of the history was dropped`,
  );
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
  const found = await readNewestUpTo(oplog, low);
  if (!found && low > 0) throw truncated(`find the commit of time ${timeMicros}`);
  return found?.seq ?? NO_COMMIT.seq;
}

function readNewestUpTo(oplog: IDBObjectStore, seq: number): Promise<TxnRow | undefined> {
  if (seq === 0) return Promise.resolve(undefined);
  return readFirst<TxnRow>(oplog, txnRange(1, seq), keyOfTxn);
}

/** All changes of the commits after one, oldest first. @throws HISTORY_TRUNCATED when some are gone */
export async function readChangesAfter(
  oplog: IDBObjectStore,
  seq: number,
  head: number,
): Promise<Change[]> {
  const [txns, chunks] = await Promise.all([
    readRows<TxnRow>(oplog, txnRange(seq + 1, head), keyOfTxn),
    readRows<ChangesRow>(oplog, changesRangeAfter(seq), (row) => changesKey(row.seq, row.n)),
  ]);
  const changes = chunks.flatMap((chunk) => chunk.changes);
  const expected = txns.reduce((count, { changeCount }) => count + changeCount, 0);
  if (txns.length !== head - seq || changes.length !== expected) {
    throw truncated(`commit on top of commit ${seq}`);
  }
  return changes;
}
