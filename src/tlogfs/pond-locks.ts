/** A Web Lock that is held until it is released. */
export interface HeldLock {
  /** Whether nobody has released it, nor the pond it belongs to. */
  readonly isHeld: boolean;
  /** Resolves when others can have the lock. May be called again. */
  release(): Promise<void>;
}

/** How a lock is asked for: shared or exclusively (the default), and for how long to wait. */
export interface LockRequest {
  readonly mode?: LockMode;
  /** Without waiting: `undefined` where it is not free. */
  readonly ifAvailable?: boolean;
  /** Gives up waiting. */
  readonly signal?: AbortSignal | undefined;
}

/** The Web Locks that one open pond holds. The browser frees them when the tab dies. */
export class PondLocks {
  readonly #held = new Set<HeldLock>();
  readonly #closing = new AbortController();
  #filesAtRest: Promise<unknown> = Promise.resolve();

  /** Waits for a lock. @throws what `signal` was aborted with, or what the pond was closed with */
  async hold(name: string, { mode = "exclusive", signal }: LockRequest = {}): Promise<HeldLock> {
    const closing = this.#closing.signal;
    const either = signal ? AbortSignal.any([signal, closing]) : closing;
    const held = await this.#request(name, { mode, signal: either });
    if (!held) throw new TypeError(`The browser refused the lock "${name}"`);
    return held;
  }

  /** Takes a lock if it is free. */
  async holdIfFree(name: string, mode: LockMode = "exclusive"): Promise<HeldLock | undefined> {
    this.#closing.signal.throwIfAborted();
    return this.#request(name, { mode, ifAvailable: true });
  }

  /** Takes a lock under which a file is deleted, if it is free. It outlasts `close` until files are at rest. */
  async holdForDeletion(name: string): Promise<HeldLock | undefined> {
    this.#closing.signal.throwIfAborted();
    const lock = await requestLock(name, { mode: "exclusive", ifAvailable: true });
    return lock && { ...lock, release: () => this.#filesAtRest.then(() => lock.release()) };
  }

  /** Which of these locks somebody holds, in whichever tab. */
  async findHeld(names: ReadonlySet<string>): Promise<Set<string>> {
    const held = await heldNames();
    return new Set(held.filter((name) => names.has(name)));
  }

  /** What follows this prefix in the names of all locks that somebody holds, in whichever tab. */
  async findSuffixes(prefix: string): Promise<string[]> {
    const found = (await heldNames()).filter((name) => name.startsWith(prefix));
    return found.map((name) => name.slice(prefix.length));
  }

  /** What follows this prefix in the name of a lock that somebody holds. */
  async findSuffix(prefix: string): Promise<string | undefined> {
    const found = (await heldNames()).find((name) => name.startsWith(prefix));
    return found?.slice(prefix.length);
  }

  /**
   * Frees all locks, at once; whoever waits for one is rejected with the reason.
   * @param filesAtRest resolves when nothing that was begun on files is under way any more
   */
  async close(reason: Error, filesAtRest: Promise<unknown> = Promise.resolve()): Promise<void> {
    this.#filesAtRest = filesAtRest;
    this.#closing.abort(reason);
    await Promise.all([...this.#held].map((lock) => lock.release()));
  }

  async #request(name: string, options: LockOptions): Promise<HeldLock | undefined> {
    const held = await requestLock(name, options);
    if (!held) return undefined;
    this.#held.add(held);
    // The request may have been granted while the pond closed.
    if (this.#closing.signal.aborted) void this.#release(held);
    return {
      get isHeld() {
        return held.isHeld;
      },
      release: () => this.#release(held),
    };
  }

  #release(held: HeldLock): Promise<void> {
    this.#held.delete(held);
    return held.release();
  }
}

async function heldNames(): Promise<string[]> {
  const { held = [] } = await navigator.locks.query();
  return held.flatMap(({ name }) => name ?? []);
}

function requestLock(name: string, options: LockOptions): Promise<HeldLock | undefined> {
  return new Promise((resolve, reject) => {
    const released: Promise<void> = navigator.locks.request(name, options, (lock) => {
      if (!lock) {
        resolve(undefined);
        return;
      }
      return new Promise<void>((free) => {
        const held = {
          isHeld: true,
          release() {
            held.isHeld = false;
            free();
            return released;
          },
        };
        resolve(held);
      });
    });
    released.catch(reject);
  });
}
