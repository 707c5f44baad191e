import type { LoanWatcher } from "./parquet-lent-sources.ts";

/** Ends a call that says nothing for too long. Waiting for the page's own sources does not count. */
export class Deadline implements LoanWatcher {
  readonly #milliseconds: number;
  readonly #onLate: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(milliseconds: number, onLate: () => void) {
    this.#milliseconds = milliseconds;
    this.#onLate = onLate;
    this.served();
  }

  waiting(): void {
    clearTimeout(this.#timer);
  }

  served(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#onLate, this.#milliseconds);
  }

  end(): void {
    clearTimeout(this.#timer);
  }
}
