import { SuspendedError } from "../tinyfs/errors.ts";

/** What is put to sleep and woken with its page. */
export interface Sleeper {
  /** Lets go of all that others could wait for. At once: the page may stand still after this task. */
  sleep(reason: SuspendedError): void;
  /** Begins anew. @param signal the page goes to sleep again */
  wake(signal: AbortSignal): Promise<void>;
}

/** A page that sleeps runs no timers. One that fires tells of an awakening whose event did not come. */
const MISSED_EVENT_MS = 1000;

/** The page's events. A worker has none. */
const EVENTS = ["pagehide", "freeze", "pageshow", "resume"];

/**
 * Follows a page into sleep and out of it: when the browser freezes a hidden tab, and when it keeps a
 * page that was left for the way back (the back/forward cache).
 */
export class PageLifecycle {
  readonly #page: EventTarget;
  readonly #pond: string;
  #sleeper: Sleeper | undefined;
  #nextSleep = new AbortController();
  #state: "awake" | "asleep" | "waking" = "awake";
  #shown: Promise<void> = Promise.resolve();
  #show: () => void = () => {};
  #waking: Promise<void> | undefined;

  constructor(page: EventTarget, pond: string) {
    this.#page = page;
    this.#pond = pond;
    // Captured: `freeze` and `resume` are events of the document, below the window.
    for (const type of EVENTS) page.addEventListener(type, this, { capture: true });
  }

  /** Aborted when the page goes to sleep the next time. */
  get nextSleep(): AbortSignal {
    return this.#nextSleep.signal;
  }

  /** From now on this sleeps with the page. */
  follow(sleeper: Sleeper): void {
    this.#sleeper = sleeper;
  }

  /** Called by the page. */
  handleEvent({ type }: Event): void {
    if (type === "pagehide" || type === "freeze") this.#fallAsleep();
    else if (this.#state !== "awake") {
      this.#show();
      this.awake()?.catch(() => {}); // the next call tries again, and tells
    }
  }

  /** Resolves when the pond works, after a sleep on new connections and locks. */
  awake(): Promise<void> | undefined {
    if (this.#state === "awake") return undefined;
    this.#waking ??= this.#wake().finally(() => {
      this.#waking = undefined;
    });
    return this.#waking;
  }

  /** Follows the page no longer. */
  close(): void {
    for (const type of EVENTS) this.#page.removeEventListener(type, this, { capture: true });
    this.#show();
  }

  #fallAsleep(): void {
    if (this.#state === "asleep") return; // a page that was left is frozen next
    const wasAwake = this.#state === "awake";
    this.#state = "asleep";
    this.#shown = new Promise((resolve) => {
      this.#show = resolve;
    });
    const reason = new SuspendedError(
      `Cannot go on in pond "${this.#pond}": the browser has put the page to sleep. Do it again`,
    );
    const sleep = this.#nextSleep;
    this.#nextSleep = new AbortController();
    sleep.abort(reason);
    if (wasAwake) this.#sleeper?.sleep(reason);
  }

  async #wake(): Promise<void> {
    const timer = setTimeout(this.#show, MISSED_EVENT_MS);
    await this.#shown;
    clearTimeout(timer);
    this.#state = "waking";
    try {
      await this.#sleeper?.wake(this.nextSleep);
      this.#state = "awake";
    } catch (error) {
      this.#state = "asleep"; // the page is not: the next call does not wait for it
      throw error;
    }
  }
}
