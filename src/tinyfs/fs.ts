import { AutoCommitSession } from "./auto-commit-session.ts";
import type { CommitInfo } from "./change.ts";
import type { FileBusyError } from "./errors.ts";
import { isTinyFSError, TinyFSError } from "./errors.ts";
import { releaseWith } from "./held-read.ts";
import { loadWrites } from "./load-writes.ts";
import type { CommitOptions, LogRange, Pin } from "./persistence.ts";
import type { RetentionPolicy, Tag, VacuumOptions, VacuumReport } from "./retention.ts";
import { pauseBeforeRetry } from "./retry.ts";
import type { Services } from "./services.ts";
import type { Transaction, TransactionOptions } from "./transaction.ts";
import type { WatchOptions } from "./watch.ts";
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
  /** A tag: the commit it names. */
  readonly tag?: string;
}

/** The tree as of one commit, read-only. */
export class Snapshot<Root> implements AsyncDisposable {
  /** Reads only. It does not see what is committed later. */
  readonly root: Root;
  /** The number of the commit; 0 for the empty pond before the first. */
  readonly seq: number;
  /** The commit's time in microseconds since 1970; 0 before the first. */
  readonly time: number;

  readonly #pin: Pin;

  constructor(root: Root, at: { readonly seq: number; readonly time: number }, pin: Pin) {
    this.root = root;
    this.seq = at.seq;
    this.time = at.time;
    this.#pin = pin;
  }

  /** Lets retention have what only this commit shows. No writer ever waits for it. */
  close(): Promise<void> {
    return this.#pin.release();
  }

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
    loadWrites().catch(() => {}); // ahead of the first write, which has the error
    this.root = makeRoot({ session: new AutoCommitSession(services, options), base: "/" });
  }

  /** Begins a transaction on the newest commit. */
  async begin(options: TransactionOptions = {}): Promise<Transaction<Root>> {
    const { Transaction: Begun, TransactionSession } = await loadWrites();
    const { seq, pin } = await this.#pinHead();
    const all = { ...this.#options, ...options };
    const session = new TransactionSession(this.#services, seq, all, pin);
    return new Begun(session, this.#makeRoot({ session, base: "/" }));
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

  /**
   * The tree as of a commit.
   * @throws NOT_FOUND when there is no such commit yet, or no such tag
   * @throws HISTORY_TRUNCATED when retention has dropped some of what it shows
   */
  async snapshot(at: SnapshotAt = {}): Promise<Snapshot<Root>> {
    const { seq, pin } = await this.#pinAt(at);
    try {
      const { SnapshotSession } = await import("./snapshot-session.ts");
      const session = new SnapshotSession(this.#services, seq);
      releaseWith(session, pin);
      const [commit] = seq > 0 ? await firstCommit(this.log({ from: seq, to: seq })) : [];
      const root = this.#makeRoot({ session, base: "/" });
      return new Snapshot(root, { seq, time: commit?.time ?? 0 }, pin);
    } catch (error) {
      await pin.release();
      throw error;
    }
  }

  /** The commits, oldest first unless `reverse`. */
  log(range: LogRange = {}): AsyncIterable<CommitInfo> {
    return this.#services.persistence.commits(range);
  }

  /** The commits after `since`, or after now, and then each as it comes: see `Pond.watch`. */
  watch(pathOrGlob?: string, options: WatchOptions = {}): AsyncIterableIterator<CommitInfo, void> {
    const { persistence } = this.#services;
    const since =
      options.since === undefined
        ? persistence.head().then(({ seq }) => seq) // asked now, and not when the first is wanted
        : Promise.resolve(options.since);
    since.catch(() => {}); // the first `next()` tells
    const watch = import("./watch.ts").then(({ CommitWatch }) => {
      return new CommitWatch(persistence, since, pathOrGlob, options);
    });
    watch.catch(() => {});
    return {
      next: async () => (await watch).next(),
      return: async () => (await watch).return(),
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }

  /** Names a commit, the newest if none is said. @throws NOT_FOUND, HISTORY_TRUNCATED */
  async tag(name: string, seq?: number): Promise<Tag> {
    const { persistence } = this.#services;
    const tag = { name, seq: seq ?? (await persistence.head()).seq };
    await persistence.tag(tag.name, tag.seq);
    return tag;
  }

  /** Drops a tag. @throws NOT_FOUND */
  untag(name: string): Promise<void> {
    return this.#services.persistence.untag(name);
  }

  /** All tags, by name. */
  tags(): Promise<readonly Tag[]> {
    return this.#services.persistence.tags();
  }

  /** Drops old versions: see `Pond.vacuum`. */
  vacuum(policy?: RetentionPolicy, options?: VacuumOptions): Promise<VacuumReport> {
    return this.#services.persistence.vacuum(policy, options);
  }

  async #pinAt(at: SnapshotAt): Promise<PinnedCommit> {
    const { seq, time, tag } = at;
    if (seq === undefined && time === undefined && tag === undefined) return this.#pinHead();
    const found = await this.#seqOf(at);
    return { seq: found, pin: await this.#services.persistence.pin(found) };
  }

  /** Retention may overtake a commit before it is pinned: then there is a newer one. */
  async #pinHead(): Promise<PinnedCommit> {
    const { persistence } = this.#services;
    for (let attempt = 1; ; attempt += 1) {
      const { seq } = await persistence.head();
      try {
        return { seq, pin: await persistence.pin(seq) };
      } catch (error) {
        if (!isTinyFSError(error, "HISTORY_TRUNCATED") || attempt > DEFAULT_RETRIES) throw error;
      }
    }
  }

  async #seqOf({ seq, time, tag }: SnapshotAt): Promise<number> {
    const { persistence } = this.#services;
    if (tag !== undefined) return seqOfTag(await persistence.tags(), tag);
    if (time !== undefined) return persistence.seqAt(toMicros(time));
    const head = await persistence.head();
    if (seq !== undefined && Number.isInteger(seq) && seq >= 0 && seq <= head.seq) return seq;
    const message = `Cannot open snapshot ${seq}: the commits are 1 to ${head.seq}`;
    throw new TinyFSError("NOT_FOUND", message);
  }
}

interface PinnedCommit {
  readonly seq: number;
  readonly pin: Pin;
}

function seqOfTag(tags: readonly Tag[], name: string): number {
  const tag = tags.find((one) => one.name === name);
  if (tag) return tag.seq;
  throw new TinyFSError("NOT_FOUND", `Cannot open snapshot "${name}": there is no such tag`);
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
