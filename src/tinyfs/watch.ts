import type { Change, CommitInfo } from "./change.ts";
import { changesOf } from "./changes-of.ts";
import { HistoryTruncatedError, isTinyFSError } from "./errors.ts";
import type { PersistenceLayer } from "./persistence.ts";

/** How commits are watched. */
export interface WatchOptions {
  /** Begin after this commit. Default: the newest, so that only later ones are seen. */
  readonly since?: number;
  /** Also commits of the pond itself, such as compaction. */
  readonly maintenance?: boolean;
  /** Ends watching: the iteration rejects with its reason. */
  readonly signal?: AbortSignal;
}

/** How long a tab that hears of nothing waits before it looks into the log. */
const POLL_MS = 3000;

type Step = IteratorResult<CommitInfo, void>;

/** One `next()` that has not been answered. */
interface Asked {
  resolve(step: Step): void;
  reject(reason: unknown): void;
}

/**
 * The commits after one, each once and in order, read from the log when they are asked for: nothing is
 * queued. That somebody tells of a commit only shortens the wait.
 */
export class CommitWatch implements AsyncIterableIterator<CommitInfo, void> {
  readonly #persistence: PersistenceLayer;
  readonly #touches: ((change: Change) => boolean) | undefined;
  readonly #options: WatchOptions;
  readonly #asked = new Set<Asked>();
  #turn: Promise<unknown>;
  #last = 0;
  #page: AsyncIterator<CommitInfo> | undefined;
  #stopListening: (() => void) | undefined;
  #hints = 0;
  #wake: () => void = () => {};
  #failure: { readonly reason: unknown } | undefined;
  #isOver = false;

  /** @param since the number of the commit to begin after */
  constructor(
    persistence: PersistenceLayer,
    since: Promise<number>,
    pathOrGlob: string | undefined,
    options: WatchOptions,
  ) {
    this.#persistence = persistence;
    this.#options = options;
    this.#touches = pathOrGlob === undefined ? undefined : changesOf(pathOrGlob);
    this.#turn = since.then((seq) => {
      this.#last = checkNumber(seq);
    });
    this.#turn.catch(() => {}); // the first `next()` tells
    const { signal } = options;
    if (signal?.aborted) this.#abort();
    else signal?.addEventListener("abort", this.#abort, { once: true });
  }

  /** The next commit, as soon as there is one. */
  next(): Promise<Step> {
    return new Promise((resolve, reject) => {
      if (this.#isOver) {
        this.#endOf({ resolve, reject });
        return;
      }
      const asked = { resolve, reject };
      this.#asked.add(asked);
      const pulled = this.#turn.then(() => this.#pull());
      this.#turn = pulled;
      pulled.then(
        (step) => this.#asked.delete(asked) && resolve(step),
        (reason) => this.#end({ reason }),
      );
    });
  }

  /** Ends watching. */
  async return(): Promise<Step> {
    this.#end();
    return DONE;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async #pull(): Promise<Step> {
    this.#stopListening ??= this.#persistence.onCommit(() => {
      this.#hints += 1;
      this.#wake();
    });
    if (this.#isOver) this.#letGo();
    while (!this.#isOver) {
      const hints = this.#hints; // what is told while the log is read may be missing from it
      const commit = await this.#read();
      if (commit && (await this.#isWanted(commit))) return { value: commit, done: false };
      if (!commit && hints === this.#hints) await this.#hint();
    }
    return DONE;
  }

  /** The next commit of the log, if there is one. */
  async #read(): Promise<CommitInfo | undefined> {
    const from = this.#last + 1;
    this.#page ??= this.#persistence.commits({ from })[Symbol.asyncIterator]();
    const step = await unlessAsleep(this.#page.next());
    if (step === ASLEEP || step.done) {
      this.#page = undefined;
      if (step === ASLEEP) return this.#read();
      return undefined;
    }
    const { value } = step;
    if (value.seq !== from) {
      throw new HistoryTruncatedError(`Cannot watch from commit ${from} on: it was dropped`);
    }
    this.#last = value.seq;
    return value;
  }

  async #isWanted(commit: CommitInfo): Promise<boolean> {
    if (commit.kind === "maintenance" && !this.#options.maintenance) return false;
    const touches = this.#touches;
    if (!touches) return true;
    for (;;) {
      const isTouched = await unlessAsleep(some(commit.changes(), touches));
      if (isTouched !== ASLEEP) return isTouched;
    }
  }

  #hint(): Promise<void> {
    if (this.#isOver) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, POLL_MS);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  readonly #abort = (): void => this.#end({ reason: this.#options.signal?.reason });

  /** Answers all that is asked: the first with the failure, if there is one. */
  #end(failure?: { readonly reason: unknown }): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#failure = failure;
    this.#turn.catch(() => {}); // nobody waits for it any more
    this.#letGo();
    for (const asked of this.#asked) this.#endOf(asked);
    this.#asked.clear();
  }

  #endOf({ resolve, reject }: Asked): void {
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure) reject(failure.reason);
    else resolve(DONE);
  }

  #letGo(): void {
    this.#options.signal?.removeEventListener("abort", this.#abort);
    this.#stopListening?.();
    this.#wake();
  }
}

const DONE: Step = { value: undefined, done: true };

/** What a read gives that the sleep of the page has ended: it is done again, and waits for the end of it. */
const ASLEEP = Symbol("asleep");

async function unlessAsleep<Value>(read: Promise<Value>): Promise<Value | typeof ASLEEP> {
  try {
    return await read;
  } catch (error) {
    if (isTinyFSError(error, "SUSPENDED")) return ASLEEP;
    throw error;
  }
}

async function some<Item>(
  items: AsyncIterable<Item>,
  test: (item: Item) => boolean,
): Promise<boolean> {
  for await (const item of items) if (test(item)) return true;
  return false;
}

function checkNumber(since: number): number {
  if (Number.isInteger(since) && since >= 0) return since;
  throw new RangeError(`Cannot watch from ${since}: it is not the number of a commit`);
}
