import { yieldToMessages } from "../worker/yield-to-messages.ts";

/** The longest stretch of work between two pauses: a frame of the page stays whole. */
const STRETCH_MS = 12;

/** Lets the page answer its user in the course of long work. */
export class PagePause {
  #since: number = performance.now();

  /** Pauses if the work has gone on for long enough since the last pause. */
  async ifDue(): Promise<void> {
    if (performance.now() - this.#since < STRETCH_MS) return;
    await yieldToMessages();
    this.#since = performance.now();
  }
}
