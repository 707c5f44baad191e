import type { PersistenceLayer } from "../../tinyfs/persistence.ts";

/** How long a tab that hears of nothing waits before it looks into the log. */
const POLL_MS = 3000;

/** Waits for commits of this tab and others. */
export class CommitHints {
  readonly #stopListening: () => void;
  readonly #signals: readonly (AbortSignal | undefined)[];
  #count = 0;
  #wake: () => void = () => {};

  /** @param signals end waiting */
  constructor(persistence: PersistenceLayer, signals: readonly (AbortSignal | undefined)[]) {
    this.#stopListening = persistence.onCommit(() => {
      this.#count += 1;
      this.#wake();
    });
    this.#signals = signals;
    for (const signal of signals) signal?.addEventListener("abort", this.#onAbort);
  }

  /** How often somebody has told of a commit. */
  get count(): number {
    return this.#count;
  }

  /** Waits until more has been told than `count`, for a while at most. */
  async after(count: number): Promise<void> {
    if (this.#count !== count || this.#signals.some((signal) => signal?.aborted)) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, POLL_MS);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** Listens no more. */
  end(): void {
    this.#stopListening();
    for (const signal of this.#signals) signal?.removeEventListener("abort", this.#onAbort);
  }

  readonly #onAbort = (): void => this.#wake();
}
