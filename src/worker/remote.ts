import type { Endpoint } from "comlink";
import { expose, transfer, wrap } from "comlink";
import { type ErrorRecord, recordError, reviveError, TinyFSError } from "../tinyfs/errors.ts";

/** What crosses back: a value, or an error as data (Comlink's own way loses `code` and fields). */
export type Envelope = { readonly ok: unknown } | { readonly error: ErrorRecord };

/** The names of `M`'s methods that take one cloneable argument and, if they like, an `AbortSignal`. */
export type MethodName<M> = {
  [K in keyof M]: M[K] extends (argument: never, signal: AbortSignal) => unknown ? K : never;
}[keyof M] &
  string;

/** What a method of `M` takes. */
export type Argument<M, K extends keyof M> = M[K] extends (
  argument: infer A,
  ...rest: never[]
) => unknown
  ? A
  : never;
/** What a method of `M` comes to. */
export type Result<M, K extends keyof M> = M[K] extends (...args: never[]) => infer R
  ? Awaited<R>
  : never;

/** What both ends of a call agree on; Comlink carries it across, inline it is called directly. */
export interface Receiver {
  /** Answers when the worker is up. From then on the worker holds the named Web Lock until it dies. */
  hello(lockName: string): Promise<boolean>;
  call(id: number, name: string, argument: unknown): Promise<Envelope>;
  cancel(id: number): void | Promise<void>;
}

const transferables = new WeakMap<object, Transferable[]>();

/** Marks a method's result so that the named buffers or ports move to the caller and are not copied. */
export function transferring<T extends object>(result: T, moved: Transferable[]): T {
  transferables.set(result, moved);
  return result;
}

/** Worker side: answers the calls of a {@link Remote} with the methods of an object. */
export function serve(methods: object, endpoint?: Endpoint): void {
  expose(receiver(methods), endpoint);
}

/** The answering end of a {@link Remote} for an object that lives in this thread or serves another. */
export function receiver(methods: object): Receiver {
  const running = new Map<number, AbortController>();
  return {
    hello: holdLock,
    cancel: (id) => running.get(id)?.abort(),
    async call(id, name, argument) {
      const controller = new AbortController();
      running.set(id, controller);
      try {
        const method: unknown = Reflect.get(methods, name);
        if (typeof method !== "function") throw new TypeError(`The worker has no method "${name}"`);
        const ok: unknown = await method.call(methods, argument, controller.signal);
        const moved = typeof ok === "object" && ok !== null ? transferables.get(ok) : undefined;
        return transfer({ ok }, moved ?? []);
      } catch (error) {
        return { error: recordError(error) };
      } finally {
        running.delete(id);
      }
    },
  };
}

/** The browser frees a lock when its worker dies, however it dies: that is how the page learns of it. */
function holdLock(lockName: string): Promise<boolean> {
  if (!navigator.locks) return Promise.resolve(false);
  return new Promise((resolve, reject) => {
    const held = navigator.locks.request(lockName, () => {
      resolve(true);
      return new Promise(() => {});
    });
    held.catch(reject);
  });
}

/** Options of one call. */
export interface CallOptions {
  /** Rejects the call at once with the signal's reason, and tells the worker. */
  readonly signal?: AbortSignal | undefined;
  /** Buffers and ports of the argument that move to the worker. */
  readonly transfer?: Transferable[];
}

/** Page side of a worker. Whatever becomes of the worker, no call stays pending. */
export class Remote<M extends object> {
  readonly #receiver: Receiver;
  readonly #terminate: () => void;
  readonly #pending = new Set<(reason: unknown) => void>();
  #nextId = 0;
  #ended: TinyFSError | undefined;

  constructor(receiver: Receiver, terminate: () => void = () => {}) {
    this.#receiver = receiver;
    this.#terminate = terminate;
  }

  /** Why calls are refused from now on (the worker died or was ended), or `undefined` while it serves. */
  get ended(): TinyFSError | undefined {
    return this.#ended;
  }

  /**
   * Calls a method of the worker.
   * @throws the method's error with `code`, fields and `cause`; WORKER_DIED; the signal's reason
   */
  call<K extends MethodName<M>>(
    name: K,
    argument: Argument<M, K>,
    { signal, transfer: moved = [] }: CallOptions = {},
  ): Promise<Result<M, K>> {
    if (this.#ended) return Promise.reject(this.#ended);
    if (signal?.aborted) return Promise.reject(signal.reason);
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      const onAbort = () => {
        reject(signal?.reason);
        Promise.resolve(this.#receiver.cancel(id)).catch(() => {}); // the call is settled already
      };
      this.#pending.add(reject);
      signal?.addEventListener("abort", onAbort);
      this.#send(id, name, argument, moved)
        .then((result) => resolve(result as Result<M, K>), reject)
        .finally(() => {
          this.#pending.delete(reject);
          signal?.removeEventListener("abort", onAbort);
        });
    });
  }

  async #send(
    id: number,
    name: string,
    argument: unknown,
    moved: Transferable[],
  ): Promise<unknown> {
    if (moved.length > 0) transfer(argument as object, moved);
    const envelope = await this.#receiver.call(id, name, argument);
    if ("error" in envelope) throw reviveError(envelope.error);
    return envelope.ok;
  }

  /** Ends the worker now; pending and later calls reject with `error`. */
  terminate(error: TinyFSError): void {
    this.#refuse(error);
    this.#terminate();
  }

  /**
   * Pending and later calls reject with `error`; the worker runs its method `last` and is then ended,
   * after two seconds at the latest.
   */
  async close(error: TinyFSError, last: MethodName<M>): Promise<void> {
    const wasServing = !this.#ended;
    this.#refuse(error);
    if (wasServing)
      await before(2000, this.#send(this.#nextId++, last, undefined, []), "").catch(() => {}); // ended anyway
    this.#terminate();
  }

  #refuse(error: TinyFSError): void {
    this.#ended ??= error;
    for (const reject of this.#pending) reject(error);
    this.#pending.clear();
  }
}

/** How a worker is started, and what its errors say. */
export interface StartOptions {
  /** Makes the worker, or gives a port to one. May throw. */
  readonly create: () => Worker | MessagePort;
  /** Names the worker in messages: "storage". */
  readonly label: string;
  /** Says what the reader of a WORKER_START error can do about this worker, if it could be made at all. */
  readonly cure?: (worker: Worker | MessagePort | undefined) => Promise<string>;
  /** For the worker's script to load and answer; 15,000 ms unless given. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Starts a worker that calls {@link serve} and waits for its first answer.
 * An uncaught error in it, or its end, rejects what is pending and all later calls with WORKER_DIED.
 * @throws WORKER_START where it does not load or does not answer in time
 */
export async function startWorker<M extends object>(options: StartOptions): Promise<Remote<M>> {
  const { label, timeoutMs = 15_000, cure, signal } = options;
  signal?.throwIfAborted();
  let worker: Worker | MessagePort | undefined;
  try {
    worker = options.create();
    if (closedPorts.has(worker)) throw new Error("its port is closed");
    return await greet<M>(worker, label, timeoutMs, signal);
  } catch (cause) {
    if (worker) end(worker);
    signal?.throwIfAborted();
    const help = await cure?.(worker).catch(() => undefined); // the failure itself is the news
    throw workerNotStarted(label, help, cause);
  }
}

/** Ports that nobody answers any more: a port says nothing of it. */
const closedPorts = new WeakSet<Worker | MessagePort>();

function end(worker: Worker | MessagePort): void {
  if ("terminate" in worker) worker.terminate();
  else {
    closedPorts.add(worker);
    worker.close();
  }
}

function workerNotStarted(label: string, help: string | undefined, cause: unknown): TinyFSError {
  const detail = cause instanceof Error ? cause.message : String(cause);
  const message = `Cannot start the ${label} worker: ${detail}${help ? `; ${help}` : ""}`;
  return new TinyFSError("WORKER_START", message, { cause });
}

async function greet<M extends object>(
  worker: Worker | MessagePort,
  label: string,
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<Remote<M>> {
  const lockName = `tinypond-worker/${crypto.randomUUID()}`;
  const ended = new AbortController();
  const proxy = wrap<Receiver>(worker) as unknown as Receiver;
  const remote = new Remote<M>(proxy, () => {
    ended.abort();
    end(worker);
  });
  const failed = new Promise<never>((_resolve, reject) => {
    onFailure(worker, (cause) => {
      reject(cause);
      remote.terminate(workerDied(label, cause));
    });
    const onAbort = () => reject(signal?.reason);
    signal?.addEventListener("abort", onAbort, { once: true, signal: ended.signal });
  });
  failed.catch(() => {}); // once the worker is up, the rejected calls report it
  const greeting = Promise.race([proxy.hello(lockName), failed]);
  if (await before(timeoutMs, greeting, "no answer")) {
    watchLock(lockName, ended.signal, () => remote.terminate(workerDied(label)));
  }
  return remote;
}

function onFailure(worker: Worker | MessagePort, report: (cause: Error) => void): void {
  const listener = (event: Event) => {
    event.preventDefault(); // the page hears of it by what is rejected
    report(failureOf(event));
  };
  worker.addEventListener("error", listener);
  worker.addEventListener("messageerror", listener);
}

function watchLock(lockName: string, signal: AbortSignal, onFree: () => void): void {
  const { locks } = navigator;
  locks.request(lockName, { signal }, onFree).catch(() => {}); // aborted: the worker was ended by us
}

function failureOf(event: Event): Error {
  const { message, error } = event as Partial<ErrorEvent>;
  if (event.type === "messageerror") return new Error("a message could not be read");
  return new Error(
    message || "its script did not load",
    error === undefined ? undefined : { cause: error },
  );
}

function workerDied(label: string, cause?: Error): TinyFSError {
  const detail = cause ? `: ${cause.message}` : "";
  return new TinyFSError("WORKER_DIED", `The ${label} worker has died${detail}`, { cause });
}

function before<T>(timeoutMs: number, promise: Promise<T>, detail: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const late = () => reject(new Error(`${detail} within ${timeoutMs} ms`));
    const timer = setTimeout(late, timeoutMs);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
