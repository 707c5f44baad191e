/** Stands in once for `IDBTransaction.commit`; `done` is the real one. Returns how to end it. */
export function onCommit(act: (transaction: IDBTransaction, done: () => void) => void): () => void {
  const original = IDBTransaction.prototype.commit;
  const stop = () => {
    IDBTransaction.prototype.commit = original;
  };
  IDBTransaction.prototype.commit = function () {
    stop();
    act(this, () => original.call(this));
  };
  return stop;
}

/** Notes the durability of every transaction of a mode, until `stop` returns them. */
export function recordTransactions(mode: IDBTransactionMode): { stop(): (string | undefined)[] } {
  const original = IDBDatabase.prototype.transaction;
  const seen: (string | undefined)[] = [];
  IDBDatabase.prototype.transaction = function (names, asked, options) {
    if (asked === mode) seen.push(options?.durability);
    return original.call(this, names, asked, options);
  };
  return {
    stop() {
      IDBDatabase.prototype.transaction = original;
      return seen;
    },
  };
}

/** Catches the connections that are opened, until `stop`. */
export function catchConnections(): { readonly caught: IDBDatabase[]; stop(): void } {
  const original = IDBFactory.prototype.open;
  const caught: IDBDatabase[] = [];
  IDBFactory.prototype.open = function (name, version) {
    const request = original.call(this, name, version);
    request.addEventListener("success", () => caught.push(request.result));
    return request;
  };
  return {
    caught,
    stop() {
      IDBFactory.prototype.open = original;
    },
  };
}
