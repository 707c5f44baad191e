import { type Call, decorate } from "./decorate.ts";
import { type FaultInjector, type FaultPlan, thrownBy } from "./fault-injector.ts";

/** Makes fault points of what a page asks of IndexedDB and of Web Locks. */
export function decoratePage(
  injector: FaultInjector,
  interrupt: (plan: FaultPlan) => unknown,
): void {
  const shared = { injector, interrupt };
  const store = IDBObjectStore.prototype;
  decorate(store, "put", { ...shared, point: rowPoint("put"), special: failedRequest });
  decorate(store, "delete", { ...shared, point: rowPoint("delete"), special: failedRequest });
  for (const name of ["get", "getAll", "getAllKeys", "getKey", "count", "openCursor"]) {
    decorate(store, name, { ...shared, point: () => "idb.read", special: failedRequest });
  }
  decorate(IDBTransaction.prototype, "commit", {
    ...shared,
    point: () => "idb.commit",
    special: failedCommit,
  });
  decorateCompletion(injector, interrupt);
  decorate(IDBDatabase.prototype, "transaction", {
    ...shared,
    point: ({ args: [, mode = "readonly"] }) => `idb.begin:${String(mode)}`,
  });
  decorate(LockManager.prototype, "request", {
    ...shared,
    point: lockPoint,
    isAsync: true,
    special: heldLock,
  });
}

/** `idb.put:dir`, `idb.put:pack`, `idb.delete:old`: by the family of the row. */
function rowPoint(verb: "put" | "delete") {
  return ({ self, args }: Call) => {
    const { name } = self as IDBObjectStore;
    const key = verb === "put" ? args[1] : args[0];
    const family = name === "oplog" && Array.isArray(key) ? key[0] : name;
    return `idb.${verb}:${String(family)}`;
  };
}

/** In a real browser the transaction is aborted, for the reason that the store is full or broken. */
function failedRequest({ kind }: FaultPlan, { self, run }: Call) {
  if (kind !== "quota" && kind !== "unknown") return undefined;
  const result = run();
  abortFor((self as IDBObjectStore).transaction, kind);
  return { result };
}

function failedCommit({ kind }: FaultPlan, { self }: Call) {
  if (kind !== "quota" && kind !== "unknown") return undefined;
  abortFor(self as IDBTransaction, kind);
  return { result: undefined };
}

function abortFor(transaction: IDBTransaction, kind: "quota" | "unknown"): void {
  const error = thrownBy(kind);
  Object.defineProperty(transaction, "error", { get: () => error });
  transaction.abort();
}

/** `idb.complete`: what was put is stored, and the product does not know it yet. */
function decorateCompletion(
  injector: FaultInjector,
  interrupt: (plan: FaultPlan) => unknown,
): void {
  const original = IDBDatabase.prototype.transaction;
  IDBDatabase.prototype.transaction = function (names, mode, options) {
    const transaction = original.call(this, names, mode, options);
    if (mode === "readwrite") {
      // The first listener of the transaction: it is called before those of the product.
      transaction.addEventListener("complete", (event) => {
        const plan = injector.pass("idb.complete");
        if (!plan) return;
        if (plan.kind !== "terminate") event.stopImmediatePropagation();
        if (plan.kind === "lost") pretendAbort(transaction);
        else interrupt(plan);
      });
    }
    return transaction;
  };
}

/** A connection that is lost just after the commit took effect. */
function pretendAbort(transaction: IDBTransaction): void {
  const error = thrownBy("unknown");
  Object.defineProperty(transaction, "error", { get: () => error });
  transaction.dispatchEvent(new Event("abort"));
}

/** `lock:blob`, `lock:owner`, `lock:write`; with a question mark where it is not waited for. */
function lockPoint({ args: [name, options] }: Call): string | undefined {
  const [, kind] = /^tinypond\/[^/]+\/([a-z]+)/.exec(String(name)) ?? [];
  return kind && `lock:${kind}${Object(options).ifAvailable ? "?" : ""}`;
}

/** Somebody else holds the lock: who asks whether it is free is told no, and others wait. */
function heldLock({ kind }: FaultPlan, { args }: Call) {
  if (kind !== "busy") return undefined;
  const [, options] = args;
  const ask = args.at(-1) as (lock: Lock | null) => unknown;
  if (Object(options).ifAvailable) return { result: Promise.resolve(ask(null)) };
  return { result: new Promise(() => {}) };
}
