import { AutoCommitSession } from "./auto-commit-session.ts";
import type { CommitInfo } from "./change.ts";
import type { FileBusyError } from "./errors.ts";
import { isTinyFSError, TinyFSError } from "./errors.ts";
import type { CommitOptions, LogRange } from "./persistence.ts";
import { pauseBeforeRetry } from "./retry.ts";
import type { Services } from "./services.ts";
import { SnapshotSession } from "./snapshot-session.ts";
import type { TransactionOptions } from "./transaction.ts";
import { Transaction, TransactionSession } from "./transaction.ts";
import type { WD } from "./wd.ts";
import type { WDContext } from "./wd-context.ts";

/** How often a function is run again, unless told otherwise. */
const DEFAULT_RETRIES = 10;
/** Numbers below this are milliseconds since 1970, above it microseconds: the year 5138 and 1973. */
const FIRST_MICROS = 1e14;

/** How `transaction` runs a function. */
export interface RunOptions extends TransactionOptions {
  /** How often the function may run again after a conflict or a busy file. Default 10. */
  readonly retries?: number;
  /** Ends the transaction: nothing is committed. */
  readonly signal?: AbortSignal;
}

/** Which commit a snapshot shows: the newest if nothing is said. */
export interface SnapshotAt {
  /** The number of the commit; 0 is the empty pond. */
  readonly seq?: number;
  /** A date, or milliseconds or microseconds since 1970: the last commit at or before it. */
  readonly time?: Date | number;
}

/** The tree as of one commit, read-only. */
export class Snapshot<Root> implements AsyncDisposable {
  /** Reads only. It does not see what is committed later. */
  readonly root: Root;
  /** The number of the commit; 0 for the empty pond before the first. */
  readonly seq: number;
  /** The commit's time in microseconds since 1970; 0 before the first. */
  readonly time: number;

  constructor(root: Root, seq: number, time: number) {
    this.root = root;
    this.seq = seq;
    this.time = time;
  }

  /** Releases the snapshot. */
  async close(): Promise<void> {} // it holds nothing that others could wait for

  /** The same as `close()`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/** A file system over a persistence layer: its root, its transactions and its history. */
export class FS<Root extends WD = WD> {
  /** The root directory; every call commits by itself. */
  readonly root: Root;
  readonly #services: Services;
  readonly #makeRoot: (context: WDContext) => Root;
  readonly #options: CommitOptions;

  /** @param makeRoot makes the `WD`s, or what extends them */
  constructor(
    services: Services,
    makeRoot: (context: WDContext) => Root,
    options: CommitOptions = {},
  ) {
    this.#services = services;
    this.#makeRoot = makeRoot;
    this.#options = options;
    this.root = makeRoot({ session: new AutoCommitSession(services, options), base: "/" });
  }

  /** Begins a transaction on the newest commit. */
  async begin(options: TransactionOptions = {}): Promise<Transaction<Root>> {
    const { seq } = await this.#services.persistence.head();
    const session = new TransactionSession(this.#services, seq, { ...this.#options, ...options });
    return new Transaction(session, this.#makeRoot({ session, base: "/" }));
  }

  /**
   * Runs a function in a transaction: commits when it returns, rolls back when it throws, and runs it
   * again when another commit came first or a file was busy.
   */
  async transaction<Result>(
    work: (tx: Transaction<Root>) => Promise<Result> | Result,
    { retries = DEFAULT_RETRIES, signal, ...options }: RunOptions = {},
  ): Promise<Result> {
    for (let attempt = 1; ; attempt += 1) {
      signal?.throwIfAborted();
      const tx = await this.begin(options); // not `await using`: it compiles to 1.5 kB
      try {
        const result = await work(tx);
        signal?.throwIfAborted();
        await tx.commit();
        return result;
      } catch (error) {
        await tx.rollback();
        if (!canRunAgain(error, tx.id) || attempt > retries) throw error;
        if (tx.hasConsumedStream) throw consumedStream(error);
        await pauseBeforeRetry(attempt, signal);
      }
    }
  }

  /** The tree as of a commit. @throws NOT_FOUND when there is no such commit yet */
  async snapshot(at: SnapshotAt = {}): Promise<Snapshot<Root>> {
    const seq = await this.#seqOf(at);
    const session = new SnapshotSession(this.#services, seq);
    const [commit] = await firstCommit(this.log({ from: seq, to: seq }));
    return new Snapshot(this.#makeRoot({ session, base: "/" }), seq, commit?.time ?? 0);
  }

  /** The commits, oldest first unless `reverse`. */
  log(range: LogRange = {}): AsyncIterable<CommitInfo> {
    return this.#services.persistence.commits(range);
  }

  async #seqOf({ seq, time }: SnapshotAt): Promise<number> {
    const { persistence } = this.#services;
    if (time !== undefined) return persistence.seqAt(toMicros(time));
    const head = await persistence.head();
    if (seq === undefined) return head.seq;
    if (Number.isInteger(seq) && seq >= 0 && seq <= head.seq) return seq;
    const message = `Cannot open snapshot ${seq}: the commits are 1 to ${head.seq}`;
    throw new TinyFSError("NOT_FOUND", message);
  }
}

async function firstCommit(commits: AsyncIterable<CommitInfo>): Promise<CommitInfo[]> {
  for await (const commit of commits) return [commit];
  return [];
}

function toMicros(time: Date | number): number {
  const value = Number(time);
  if (Number.isNaN(value)) throw new TypeError("A snapshot's time is a date or a number");
  return value < FIRST_MICROS ? value * 1000 + 999 : value;
}

/** A function that is in its own way would be so again. */
function canRunAgain(error: unknown, txId: string): boolean {
  if (isTinyFSError(error, "CONFLICT")) return true;
  const isBusy =
    isTinyFSError(error, "BEING_WRITTEN") || isTinyFSError(error, "ALREADY_BEING_WRITTEN");
  return isBusy && (error as FileBusyError).txId !== txId;
}

function consumedStream(cause: unknown): TinyFSError {
  const code = isTinyFSError(cause) ? cause.code : "CONFLICT";
  const message =
    "Cannot run the transaction again: its function has read a stream to its end. Open the stream in the function";
  return new TinyFSError(code, message, { cause });
}
