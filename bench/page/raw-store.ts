/** A database used by hand: one store, one transaction for each call. */
export class RawStore {
  readonly #database: IDBDatabase;

  constructor(database: IDBDatabase) {
    this.#database = database;
  }

  /** Opens an empty one. */
  static async open(name: string): Promise<RawStore> {
    await RawStore.delete(name);
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () => request.result.createObjectStore("files");
    return new RawStore(await settled(request));
  }

  static async delete(name: string): Promise<void> {
    await settled(indexedDB.deleteDatabase(name));
  }

  /** Stores a value in a strict transaction of its own. */
  put(key: IDBValidKey, value: unknown): Promise<void> {
    return this.putAll([[key, value]]);
  }

  /** Stores values in one strict transaction. */
  putAll(values: Iterable<readonly [IDBValidKey, unknown]>): Promise<void> {
    return new Promise((resolve, reject) => {
      const options = { durability: "strict" } as const;
      const transaction = this.#database.transaction("files", "readwrite", options);
      const store = transaction.objectStore("files");
      for (const [key, value] of values) store.put(value, key);
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error);
    });
  }

  /** Reads a value in a transaction of its own. */
  get(key: IDBValidKey): Promise<unknown> {
    return settled(this.#database.transaction("files").objectStore("files").get(key));
  }

  /** Reads all values in a transaction of its own. */
  getAll(): Promise<unknown[]> {
    return settled(this.#database.transaction("files").objectStore("files").getAll());
  }

  close(): void {
    this.#database.close();
  }
}

function settled<Value>(request: IDBRequest<Value>): Promise<Value> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
