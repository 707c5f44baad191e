/** How long work keeps the thread at a time, in milliseconds: half a frame. */
const TURN_MS = 8;

/**
 * Lets the page answer events while much is done. Calls that wait for nothing but promises share one task,
 * however many they are: the digest of a few bytes is one of those in Chromium.
 */
export class Pacer {
  readonly #pause: () => Promise<void> | undefined;
  #began: number = performance.now();

  /** @param pause - comes back in a later task; without a promise there is nobody to make room for */
  constructor(pause: () => Promise<void> | undefined) {
    this.#pause = pause;
  }

  /** Pauses where the work has lasted long. To be awaited between its pieces. */
  async rest(): Promise<void> {
    if (performance.now() - this.#began < TURN_MS) return;
    await this.#pause();
    this.#began = performance.now();
  }
}
