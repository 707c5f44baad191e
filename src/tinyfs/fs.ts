import { AutoCommitSession } from "./auto-commit-session.ts";
import type { CommitInfo } from "./change.ts";
import { loadWrites } from "./load-writes.ts";
import type { CommitOptions, LogRange } from "./persistence.ts";
import type { RetentionPolicy, Tag, VacuumOptions, VacuumReport } from "./retention.ts";
import type { RunOptions } from "./run-transaction.ts";
import type { Services } from "./services.ts";
import type { Snapshot, SnapshotAt } from "./snapshot.ts";
import type { Transaction, TransactionOptions } from "./transaction.ts";
import type { WatchOptions } from "./watch.ts";
import type { WD } from "./wd.ts";
import type { WDContext } from "./wd-context.ts";

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
    const { pinHead, Transaction: Begun, TransactionSession } = await loadWrites();
    const { seq, pin } = await pinHead(this.#services.persistence);
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
    options: RunOptions = {},
  ): Promise<Result> {
    const { runTransaction } = await loadWrites();
    return runTransaction((begin) => this.begin(begin), work, options);
  }

  /**
   * The tree as of a commit.
   * @throws NOT_FOUND when there is no such commit yet, or no such tag
   * @throws HISTORY_TRUNCATED when retention has dropped some of what it shows
   */
  async snapshot(at: SnapshotAt = {}): Promise<Snapshot<Root>> {
    const { openSnapshot } = await import("./snapshot.ts");
    return openSnapshot(this.#services, this.#makeRoot, at);
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
}
