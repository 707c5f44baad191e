import { type Remote, wrap } from "comlink";

/** A worker whose methods the page calls; one that fails fails the call that waits for it. */
export interface RemoteWorker<Api> {
  readonly api: Remote<Api>;
  terminate(): void;
}

/** Talks to a worker that exposes `Api`. */
export function connect<Api>(worker: Worker): RemoteWorker<Api> {
  return { api: wrap<Api>(worker), terminate: () => worker.terminate() };
}

/** Deletes a folder of the origin private file system, if it is there. */
export async function removeFolder(name: string): Promise<void> {
  const root = await navigator.storage.getDirectory();
  try {
    await root.removeEntry(name, { recursive: true });
  } catch (error) {
    if (!(error instanceof DOMException && error.name === "NotFoundError")) throw error;
  }
}

/** Deletes an IndexedDB database. */
export function removeDatabase(name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.deleteDatabase(name);
    request.onsuccess = () => resolve();
    request.onerror = () => reject(request.error);
    request.onblocked = () => reject(new Error(`The database "${name}" is still open`));
  });
}

/** Empties the object stores of a database that somebody keeps open, if it is there. */
export async function clearDatabase(name: string): Promise<void> {
  const databases = await indexedDB.databases();
  if (!databases.some((database) => database.name === name)) return;
  await new Promise<void>((resolve, reject) => {
    const request = indexedDB.open(name);
    request.onerror = () => reject(request.error);
    request.onsuccess = () => {
      const database = request.result;
      const transaction = database.transaction([...database.objectStoreNames], "readwrite");
      for (const store of database.objectStoreNames) transaction.objectStore(store).clear();
      transaction.onabort = () => reject(transaction.error);
      transaction.oncomplete = () => {
        database.close();
        resolve();
      };
    };
  });
}
