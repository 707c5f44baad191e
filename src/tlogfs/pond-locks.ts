/** A Web Lock that is held until it is released. */
export interface HeldLock {
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

  /** Which of these locks somebody holds, in whichever tab. */
  async findHeld(names: ReadonlySet<string>): Promise<Set<string>> {
    const { held = [] } = await navigator.locks.query();
    return new Set(held.flatMap(({ name }) => (name !== undefined && names.has(name) ? name : [])));
  }

  /** Frees all locks; whoever waits for one is rejected with the reason. */
  async close(reason: Error): Promise<void> {
    this.#closing.abort(reason);
    await Promise.all([...this.#held].map((lock) => lock.release()));
  }

  async #request(name: string, options: LockOptions): Promise<HeldLock | undefined> {
    const held = await requestLock(name, options);
    if (held) this.#track(held);
    return held && { release: () => this.#release(held) };
  }

  #track(held: HeldLock): void {
    this.#held.add(held);
    // The request may have been granted while the pond closed.
    if (this.#closing.signal.aborted) void this.#release(held);
  }

  #release(held: HeldLock): Promise<void> {
    this.#held.delete(held);
    return held.release();
  }
}

function requestLock(name: string, options: LockOptions): Promise<HeldLock | undefined> {
  return new Promise((resolve, reject) => {
    const released: Promise<void> = navigator.locks.request(name, options, (lock) => {
      if (!lock) {
        resolve(undefined);
        return;
      }
      return new Promise<void>((free) => {
        resolve({
          release() {
            free();
            return released;
          },
        });
      });
    });
    released.catch(reject);
  });
}
