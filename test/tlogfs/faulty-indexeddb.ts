/** What browsers were seen to throw, word for word: name and message. */
export const FIELD_FAULTS = {
  "connection lost": () =>
    new DOMException(
      "Connection to Indexed Database server lost. Refresh the page to try again",
      "UnknownError",
    ),
  "backing store": () =>
    new DOMException("Internal error opening backing store for indexedDB.open.", "UnknownError"),
  closing: () =>
    new DOMException(
      "Failed to execute 'transaction' on 'IDBDatabase': The database connection is closing.",
      "InvalidStateError",
    ),
  "low disk": () =>
    new DOMException(
      "Encountered full disk while opening backing store for indexedDB.open.",
      "QuotaExceededError",
    ),
  "lost value": () => new DOMException("Failed to read large IndexedDB value", "NotReadableError"),
} as const;

/** The name of a fault that was seen in the field. */
export type FieldFault = keyof typeof FIELD_FAULTS;

/** A fault that is in force until it is stopped, or has struck as often as it was to. */
export interface Injected {
  /** How often it has struck. */
  readonly strikes: number;
  stop(): void;
}

/** Fails `indexedDB.open`. @param times how often; for ever by default */
export function failOpen(fault: FieldFault, times = Number.POSITIVE_INFINITY): Injected {
  return replaceOpen(times, (request) => request.fail(FIELD_FAULTS[fault]()));
}

/** Lets `indexedDB.open` go without any event. */
export function hangOpen(): Injected {
  return replaceOpen(Number.POSITIVE_INFINITY, () => {});
}

/** Tells everybody who opens that others hold on to the database, and nothing else. */
export function blockOpen(): Injected {
  return replaceOpen(Number.POSITIVE_INFINITY, (request) => request.block());
}

/** Makes `IDBDatabase.transaction` throw. */
export function failTransaction(fault: FieldFault, times: number): Injected {
  const { prototype } = IDBDatabase;
  const original = prototype.transaction;
  const injected = inForce(times, () => {
    prototype.transaction = original;
  });
  prototype.transaction = function (...args) {
    if (injected.strike()) throw FIELD_FAULTS[fault]();
    return original.apply(this, args);
  };
  return injected;
}

/** Ends a request with an error, as a browser does: its transaction is aborted with the same. */
export function failRequest(
  method: "get" | "getAll" | "getKey" | "put",
  fault: FieldFault,
  times: number,
): Injected {
  return replaceRequest(method, times, (request) => {
    request.addEventListener("success", (event) => {
      event.stopImmediatePropagation();
      const error = FIELD_FAULTS[fault]();
      Object.defineProperty(request, "error", { value: error });
      request.onerror?.(new Event("error"));
      abort(request.transaction);
    });
  });
}

/** Aborts a transaction, with no error, as soon as it has made a request. */
export function abortAt(
  method: "get" | "getAll" | "getKey" | "put",
  { times = 1, tells = false }: { readonly times?: number; readonly tells?: boolean } = {},
): Injected {
  return replaceRequest(method, times, (request) => {
    const { transaction } = request;
    if (tells) transaction?.db.dispatchEvent(new Event("close"));
    abort(transaction);
  });
}

/** What becomes of a commit whose connection breaks. */
export type LostCommit = "applied" | "not applied";

/** Breaks the connection of a commit: its transaction says that it was aborted, whether it was or not. */
export function loseCommit(outcome: LostCommit, times = 1): Injected {
  const { prototype } = IDBTransaction;
  const original = prototype.commit;
  const injected = inForce(times, () => {
    prototype.commit = original;
  });
  prototype.commit = function () {
    if (!injected.strike()) return original.call(this);
    if (outcome === "not applied") return this.abort();
    this.addEventListener("complete", (event) => event.stopImmediatePropagation(), true);
    original.call(this);
    this.dispatchEvent(new Event("abort"));
    this.db.dispatchEvent(new Event("close"));
  };
  return injected;
}

/** Shortens the time that is waited for a browser, for what `work` does. */
export async function impatiently<Value>(work: () => Promise<Value>): Promise<Value> {
  const original = globalThis.setTimeout;
  globalThis.setTimeout = ((callback: () => void, delay = 0) => {
    return original(callback, Math.min(delay, 50));
  }) as typeof setTimeout;
  try {
    return await work();
  } finally {
    globalThis.setTimeout = original;
  }
}

/** The request of an `open` that does not reach the browser. */
class OpenRequest extends EventTarget {
  onerror: ((event: Event) => void) | null = null;
  onblocked: ((event: Event) => void) | null = null;
  onsuccess: unknown = null;
  onupgradeneeded: unknown = null;
  readonly transaction = null;
  error: DOMException | null = null;

  fail(error: DOMException): void {
    queueMicrotask(() => {
      this.error = error;
      this.onerror?.(new Event("error", { cancelable: true }));
    });
  }

  block(): void {
    queueMicrotask(() => this.onblocked?.(new Event("blocked")));
  }
}

function replaceOpen(times: number, act: (request: OpenRequest) => void): Injected {
  const { prototype } = IDBFactory;
  const original = prototype.open;
  const injected = inForce(times, () => {
    prototype.open = original;
  });
  prototype.open = function (...args) {
    if (!injected.strike()) return original.apply(this, args);
    const request = new OpenRequest();
    act(request);
    return request as unknown as IDBOpenDBRequest;
  };
  return injected;
}

function replaceRequest(
  method: "get" | "getAll" | "getKey" | "put",
  times: number,
  act: (request: IDBRequest) => void,
): Injected {
  const prototype = IDBObjectStore.prototype as unknown as Record<
    string,
    (this: IDBObjectStore, ...args: unknown[]) => IDBRequest
  >;
  const original = prototype[method];
  if (!original) throw new Error(`An object store has no ${method}`);
  const injected = inForce(times, () => {
    prototype[method] = original;
  });
  prototype[method] = function (...args) {
    const request = original.apply(this, args);
    if (injected.strike()) act(request);
    return request;
  };
  return injected;
}

function inForce(times: number, restore: () => void): Injected & { strike(): boolean } {
  let strikes = 0;
  return {
    get strikes() {
      return strikes;
    },
    stop: restore,
    strike() {
      if (strikes >= times) return false;
      strikes += 1;
      return true;
    },
  };
}

function abort(transaction: IDBTransaction | null): void {
  try {
    transaction?.abort();
  } catch {
    // Whoever asked has aborted it already.
  }
}
