/** Browsers wait so long between timers that follow each other. */
const TICK_MS = 4;

/** How long the page's thread answers nothing. */
export class BlockMeter {
  #longestMs = 0;
  #last = performance.now();
  #timer: ReturnType<typeof setTimeout> | undefined;

  start(): void {
    this.#longestMs = 0;
    this.#last = performance.now();
    this.#timer = setTimeout(() => this.#tick());
  }

  /** Ends it. @returns the longest time between two ticks, beyond what they take by themselves, in milliseconds */
  stop(): number {
    clearTimeout(this.#timer);
    this.#note();
    return this.#longestMs;
  }

  #tick(): void {
    this.#note();
    this.#timer = setTimeout(() => this.#tick());
  }

  #note(): void {
    const now = performance.now();
    this.#longestMs = Math.max(this.#longestMs, now - this.#last - TICK_MS);
    this.#last = now;
  }
}
