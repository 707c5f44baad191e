import { Pacer } from "./pacer.ts";
import type { Services } from "./services.ts";

/** How many calls are taken up at once before others line up. */
const CALLS_AT_ONCE = 64;

const lines = new WeakMap<Services, CallLine>();

/** The line of a pond's calls. */
export function lineOf(services: Services): CallLine {
  const line = lines.get(services) ?? new CallLine(() => services.persistence.rest?.());
  lines.set(services, line);
  return line;
}

/**
 * Lets the page answer events while thousands of calls that were made at once are taken up: without it each
 * does what it can do without waiting, its hash included, before the first event is looked at.
 */
export class CallLine {
  readonly #pause: () => Promise<void> | undefined;
  #underWay = 0;
  #waiting: (() => void)[] = [];

  /** @param pause - comes back in a later task; without a promise there is nobody to make room for */
  constructor(pause: () => Promise<void> | undefined) {
    this.#pause = pause;
  }

  /** Counts a call in. Where many are under way it is to wait for this before it does its work. */
  begin(): Promise<void> | undefined {
    this.#underWay += 1;
    if (this.#underWay <= CALLS_AT_ONCE) return undefined;
    return new Promise((resolve) => {
      if (this.#waiting.push(resolve) === 1) void this.#serve();
    });
  }

  /** Counts it out. */
  end(): void {
    this.#underWay -= 1;
  }

  async #serve(): Promise<void> {
    const pacer = new Pacer(this.#pause);
    for (let served = 0; served < this.#waiting.length; served += 1) {
      await pacer.rest();
      this.#waiting[served]?.();
    }
    this.#waiting = [];
  }
}
