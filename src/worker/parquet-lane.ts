import { type ErrorCode, isTinyFSError, TinyFSError } from "../tinyfs/errors.ts";
import { Deadline } from "./parquet-deadline.ts";
import type { LentSources } from "./parquet-lent-sources.ts";
import type { ParquetService } from "./parquet-service.ts";
import type { Remote } from "./remote.ts";

/** Wasm memory never shrinks: beyond this an idle worker is replaced. */
const HEAP_BUDGET_BYTES = 512 * 1024 * 1024;
const DEFAULT_DEADLINE_MS = 60_000;

/** What a lane is made of. */
export interface LaneOptions {
  readonly start: () => Promise<Remote<ParquetService>>;
  /** The code of a call whose worker has died under it. */
  readonly diedCode: ErrorCode;
  readonly deadlineMs?: number | undefined;
}

/**
 * One Parquet worker at a time. It starts on first use; one that panics, hangs or has grown too
 * large is ended and the next call starts another.
 */
export class ParquetLane {
  readonly #options: LaneOptions;
  #remote: Remote<ParquetService> | undefined;
  #starting: Promise<Remote<ParquetService>> | undefined;
  #pending = 0;
  #closed = false;

  constructor(options: LaneOptions) {
    this.#options = options;
  }

  /**
   * Runs `work` with the worker, which is not recycled meanwhile.
   * @throws POND_CLOSED, WORKER_START, the signal's reason
   */
  async use<T>(
    signal: AbortSignal | undefined,
    work: (remote: Remote<ParquetService>) => Promise<T>,
  ): Promise<T> {
    this.#pending++;
    try {
      return await work(await unlessAborted(this.#running(), signal));
    } finally {
      this.#pending--;
    }
  }

  /**
   * Waits for a call of the worker under the deadline.
   * @param lent rejects the call with a source's own error
   * @throws what the call throws; a typed error if the worker dies, panics or hangs
   */
  async watch<T>(remote: Remote<ParquetService>, call: Promise<T>, lent?: LentSources): Promise<T> {
    const deadline = new Deadline(this.#deadlineMs, () => remote.terminate(this.#late()));
    const unwatch = lent?.watch(deadline);
    this.#pending++;
    try {
      return await (lent ? Promise.race([call, lent.failure]) : call);
    } catch (error) {
      throw this.#explain(remote, error);
    } finally {
      this.#pending--;
      deadline.end();
      unwatch?.();
    }
  }

  /** Ends the worker if it has grown too large and nobody needs it. */
  recycle(remote: Remote<ParquetService>, heapBytes: number): void {
    if (heapBytes <= HEAP_BUDGET_BYTES || this.#pending > 0) return;
    remote.terminate(new TinyFSError("WORKER_DIED", "The Parquet worker was recycled"));
  }

  /** Ends the worker; pending and later calls reject with POND_CLOSED. */
  close(): void {
    this.#closed = true;
    this.#remote?.terminate(pondClosed());
  }

  get #deadlineMs(): number {
    return this.#options.deadlineMs ?? DEFAULT_DEADLINE_MS;
  }

  #running(): Promise<Remote<ParquetService>> {
    if (this.#closed) return Promise.reject(pondClosed());
    if (this.#remote && !this.#remote.ended) return Promise.resolve(this.#remote);
    this.#starting ??= this.#start();
    return this.#starting;
  }

  async #start(): Promise<Remote<ParquetService>> {
    try {
      const remote = await this.#options.start();
      this.#remote = remote;
      if (this.#closed) remote.terminate(pondClosed());
      return remote;
    } finally {
      this.#starting = undefined;
    }
  }

  #late(): TinyFSError {
    const message = `The Parquet worker did not answer within ${this.#deadlineMs} ms`;
    return new TinyFSError(this.#options.diedCode, message);
  }

  #explain(remote: Remote<ParquetService>, error: unknown): unknown {
    const cause = panicIn(error);
    if (cause) {
      const message = `The Parquet worker has died: ${cause.message}`;
      remote.terminate(new TinyFSError(this.#options.diedCode, message, { cause }));
    }
    const { diedCode } = this.#options;
    if (diedCode === "WORKER_DIED" || !isTinyFSError(error, "WORKER_DIED")) return error;
    return new TinyFSError(diedCode, `Cannot decode the file: ${error.message}`, { cause: error });
  }
}

/** The WebAssembly panic among an error's causes: behind one an instance cannot be trusted. */
function panicIn(error: unknown): Error | undefined {
  for (let at = error; at instanceof Error; at = at.cause) {
    if (at.name === "RuntimeError") return at;
  }
  return undefined;
}

/** Waits for a promise until the signal aborts. @throws the signal's reason */
export async function unlessAborted<T>(
  promise: Promise<T>,
  signal: AbortSignal | undefined,
): Promise<T> {
  if (!signal) return await promise;
  const settled = new AbortController();
  const aborted = new Promise<never>((_resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    if (signal.aborted) onAbort();
    else signal.addEventListener("abort", onAbort, { signal: settled.signal });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    settled.abort();
  }
}

/** The error of calls that come after, or are cut off by, the pond's end. */
function pondClosed(): TinyFSError {
  return new TinyFSError("POND_CLOSED", "The pond is closed");
}
