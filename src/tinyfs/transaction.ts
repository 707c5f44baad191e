import { CachedTree } from "./cached-tree.ts";
import type { CommitInfo } from "./change.ts";
import { changesOf } from "./changes-of.ts";
import { CommittedTree } from "./committed-tree.ts";
import type { Content } from "./entry.ts";
import { FileBusyError, isTinyFSError, TinyFSError } from "./errors.ts";
import { releaseWith } from "./held-read.ts";
import { newTransactionId } from "./new-ids.ts";
import { Pacer } from "./pacer.ts";
import type { CommitOptions, Pin } from "./persistence.ts";
import type { Services } from "./services.ts";
import type { OpenWriter, Session, WriteResult } from "./session.ts";
import { StagedTree } from "./staged-tree.ts";
import type { Tree } from "./tree.ts";
import type { Unclosed } from "./unclosed.ts";
import { reportIfDropped } from "./unclosed.ts";
import { dropUnlinked } from "./unlinked.ts";
import { isEmptyWriteSet } from "./write-set.ts";

/** How a transaction is begun. */
export interface TransactionOptions extends CommitOptions {
  /** Kept with the commit, for `log()`. */
  readonly label?: string;
}

type State = "open" | "committing" | "committed" | "rolled back";

/**
 * Writes over many files that become visible together or not at all. It reads the commit it began at,
 * and its own writes. Leaving it without `commit()` rolls it back.
 */
export class Transaction<Root> implements AsyncDisposable {
  /** The transaction's directory. */
  readonly root: Root;
  readonly #session: TransactionSession;

  /** `begin()` makes them. @internal */
  constructor(session: TransactionSession, root: Root) {
    this.#session = session;
    this.root = root;
    reportIfDropped(this, session);
  }

  /** The transaction's UUIDv7. The commit's number, `txnSeq`, is given at the commit. */
  get id(): string {
    return this.#session.txId;
  }

  /** The number of the commit it reads from; 0 in a pond without commits. */
  get base(): number {
    return this.#session.base;
  }

  /** Whether a stream of the caller's was read: the same work cannot be done again with it. */
  get hasConsumedStream(): boolean {
    return this.#session.hasConsumedStream;
  }

  /** Makes `commit()` throw CONFLICT when another commit changes this path, or what this glob finds. */
  expectUnchanged(pathOrGlob: string): void {
    this.#session.expectUnchanged(pathOrGlob);
  }

  /**
   * Makes all writes durable and visible.
   * @returns `undefined` when nothing was written
   * @throws CONFLICT another commit came first; nothing was written, and the transaction is over
   * @throws TRANSACTION_POISONED a write had failed
   * @throws BEING_WRITTEN a writer is open: close it and commit again
   */
  commit(): Promise<CommitInfo | undefined> {
    return this.#session.commit();
  }

  /** Drops all writes. A transaction that has ended stays as it is. */
  rollback(): Promise<void> {
    return this.#session.rollback();
  }

  /** Rolls back what was not committed. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.rollback();
  }
}

/** What a transaction's `WD`s share: its tree, its staged bytes and its state. */
export class TransactionSession implements Session, Unclosed {
  readonly services: Services;
  readonly txId: string = newTransactionId();
  readonly readsPastWriters = false;
  readonly followsHead = false;
  readonly #options: TransactionOptions;
  /** Keeps the base readable until the transaction has ended. */
  readonly #pin: Pin | undefined;
  readonly #tree: StagedTree;
  readonly #staged = new Set<Content>();
  readonly #writers = new Set<OpenWriter>();
  readonly #stopListening: () => void;
  readonly #pacer: Pacer;
  #state: State = "open";
  #poison: { cause: unknown } | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #hasConsumedStream = false;

  constructor(services: Services, baseSeq: number, options: TransactionOptions, pin?: Pin) {
    this.services = services;
    this.#options = options;
    this.#pin = pin;
    this.#pacer = new Pacer(() => services.persistence.rest?.());
    if (pin) releaseWith(this, pin);
    this.#stopListening = services.persistence.onSuspend((reason) => this.poison(reason));
    this.#tree = new StagedTree(new CachedTree(new CommittedTree(services.persistence, baseSeq)));
  }

  get base(): number {
    return this.#tree.seq;
  }

  get hasConsumedStream(): boolean {
    return this.#hasConsumedStream;
  }

  /** Whether it was committed or rolled back, or is about to be. */
  get isOver(): boolean {
    return this.#state !== "open";
  }

  /** Rolls back what nobody can commit any more. */
  abandon(): string {
    void this.rollback();
    return `Transaction ${this.txId} was dropped without commit() or rollback(), and nothing was written. Use pond.transaction(), or await using`;
  }

  async tree(): Promise<Tree> {
    this.#checkUsable("read");
    return this.#tree;
  }

  async write(
    work: (tree: StagedTree) => Promise<WriteResult>,
    staged: readonly Content[] = [],
  ): Promise<WriteResult> {
    try {
      return await this.#oneAtATime(async () => {
        // Once it has begun it belongs to the transaction: a commit or a rollback waits for it.
        this.#checkUsable("write");
        await this.#pacer.rest();
        const result = await this.#allOrPoison(work);
        for (const content of staged) this.#staged.add(content);
        return result;
      });
    } catch (error) {
      await dropUnlinked(this.services.persistence, staged);
      throw error;
    }
  }

  poison(cause: unknown): void {
    this.#poison ??= { cause };
  }

  consumed(): void {
    this.#hasConsumedStream = true;
  }

  writerOpened(writer: OpenWriter): void {
    this.#checkUsable("write"); // it may have ended while the writer waited for its file
    this.#writers.add(writer);
  }

  writerEnded(writer: OpenWriter): void {
    this.#writers.delete(writer);
  }

  expectUnchanged(pathOrGlob: string): void {
    this.#checkUsable("write");
    this.#tree.expect(changesOf(pathOrGlob));
  }

  async commit(): Promise<CommitInfo | undefined> {
    this.#checkUsable("commit");
    this.#checkNoWriter();
    this.#state = "committing";
    const { persistence } = this.services;
    try {
      await this.#last;
      this.#checkNotPoisoned("commit"); // by a call that was under way
      const writeSet = this.#tree.writeSet(this.txId, this.#options.label);
      const committed = isEmptyWriteSet(writeSet)
        ? undefined
        : await persistence.commit(writeSet, this.#options);
      this.#state = "committed";
      if (committed) this.services.committed?.(committed);
      await dropUnlinked(persistence, this.#staged, committed && writeSet);
      return committed?.info;
    } catch (error) {
      this.#state = "rolled back";
      await dropUnlinked(persistence, this.#staged);
      throw error;
    } finally {
      this.#stopListening();
      await this.#pin?.release();
    }
  }

  async rollback(): Promise<void> {
    if (this.#state !== "open") return;
    this.#state = "rolled back";
    this.#stopListening();
    await this.#last;
    await Promise.all([...this.#writers].map((writer) => writer.abort()));
    await dropUnlinked(this.services.persistence, this.#staged);
    await this.#pin?.release();
  }

  /** Looking up and staging must not be interleaved with another call's. */
  #oneAtATime<Value>(work: () => Promise<Value>): Promise<Value> {
    const run = this.#last.then(work);
    this.#last = run.catch(() => {}); // the caller of that run has its error
    return run;
  }

  /** A call that fails halfway must not leave its first half to be committed. */
  async #allOrPoison(work: (tree: StagedTree) => Promise<WriteResult>): Promise<WriteResult> {
    const before = this.#tree.changeCount;
    try {
      return await work(this.#tree);
    } catch (error) {
      if (this.#tree.changeCount !== before) this.poison(error);
      throw error;
    }
  }

  #checkNoWriter(): void {
    const [writer] = this.#writers;
    if (!writer) return;
    const message = `Cannot commit transaction ${this.txId}: "${writer.path}" is still being written`;
    throw new FileBusyError("BEING_WRITTEN", message, { path: writer.path, txId: this.txId });
  }

  #checkUsable(action: string): void {
    if (this.#state !== "open") {
      throw new TinyFSError(
        "TRANSACTION_CLOSED",
        `Cannot ${action} in transaction ${this.txId}: it is ${this.#state}`,
        { txId: this.txId },
      );
    }
    this.#checkNotPoisoned(action);
  }

  #checkNotPoisoned(action: string): void {
    if (!this.#poison) return;
    const { cause } = this.#poison;
    const reason = isTinyFSError(cause, "SUSPENDED") ? "the page was asleep" : "a write failed";
    throw new TinyFSError(
      "TRANSACTION_POISONED",
      `Cannot ${action} in transaction ${this.txId}: ${reason}. Roll back and run it again`,
      { txId: this.txId, cause },
    );
  }
}
