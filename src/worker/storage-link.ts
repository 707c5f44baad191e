import type { TinyFSError } from "../tinyfs/errors.ts";
import type { Argument, CallOptions, MethodName, Remote, Result } from "./remote.ts";

/** How often in a row a worker is started again without having answered a call. */
const MAX_RESTARTS = 3;

/**
 * A worker that the next call starts again after it has died. What was pending rejects with
 * WORKER_DIED; what a dead worker held open is for those to see to who use it.
 */
export class StorageLink<M extends object> {
  readonly #start: (signal: AbortSignal) => Promise<Remote<M>>;
  readonly #closing = new AbortController();
  #current: Promise<Remote<M>>;
  #restarts = 0;

  /** @param first - a started worker @param start - starts another */
  constructor(first: Remote<M>, start: (signal: AbortSignal) => Promise<Remote<M>>) {
    this.#current = Promise.resolve(first);
    this.#start = start;
  }

  /** Whether `close` was called. */
  get isClosed(): boolean {
    return this.#closing.signal.aborted;
  }

  /** The worker that serves now. @throws WORKER_DIED or WORKER_START after too many restarts, POND_CLOSED */
  async remote(): Promise<Remote<M>> {
    this.#checkOpen();
    const current = this.#current;
    const remote = await current.catch(() => undefined); // it did not start: this call tries again
    this.#checkOpen();
    if (remote && !remote.ended) return remote;
    // Whoever comes first starts it again; the others wait for the same.
    if (this.#current === current) this.#restart(remote?.ended);
    return await this.#current;
  }

  /** Calls a method of the worker that serves now, or of the one that holds what the call is about. */
  async call<K extends MethodName<M>>(
    name: K,
    argument: Argument<M, K>,
    options: CallOptions & { readonly on?: Remote<M> } = {},
  ): Promise<Result<M, K>> {
    const remote = options.on ?? (await this.remote());
    const result = await remote.call(name, argument, options);
    this.#restarts = 0;
    return result;
  }

  /** Ends the worker, which runs its method `last`; pending and later calls reject with `error`. */
  async close(error: TinyFSError, last: MethodName<M>): Promise<void> {
    this.#closing.abort(error);
    const remote = await this.#current.catch(() => undefined); // there is none to end
    await remote?.close(error, last);
  }

  #restart(death: TinyFSError | undefined): void {
    if (this.#restarts === MAX_RESTARTS) {
      if (death) this.#current = Promise.reject(death);
    } else {
      this.#restarts += 1;
      this.#current = this.#start(this.#closing.signal);
    }
    this.#current.catch(() => {}); // whoever waits for it has the error
  }

  #checkOpen(): void {
    this.#closing.signal.throwIfAborted();
  }
}
