import { FormatChangedError, PondMissingError, TinyFSError } from "../tinyfs/errors.ts";

/** How often a lost connection is made again for one piece of work. */
const ATTEMPTS = 3;

/** How long the browser, or another tab's upgrade, is waited for. */
const PATIENCE_MS = 10_000;

/**
 * The engine's own connection to a pond's database, of which it uses the store `parts`. It is made
 * on first use, since the database of a new pond comes after its engine, and again when the browser
 * drops it. It gives way to whoever deletes or upgrades the database, and then ends for good.
 */
export class PartsDatabase {
  readonly #name: string;
  #version: number | undefined;
  #connection: Promise<IDBDatabase> | undefined;
  #ended: TinyFSError | undefined;

  /** @param name - of the database, which is never made here */
  constructor(name: string) {
    this.#name = name;
  }

  /**
   * Runs a piece of work in one transaction, in which only its requests may be awaited. What it
   * writes is durable when the promise resolves. Work is run again when the connection is lost: it
   * must come to the same when it is done twice.
   */
  async use<T>(
    mode: "readonly" | "readwrite",
    work: (parts: IDBObjectStore) => Promise<T>,
  ): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      const connection = this.#connect();
      try {
        return await run(await connection, mode, work);
      } catch (error) {
        if (attempt === ATTEMPTS || this.#ended || !isConnectionLoss(error)) {
          throw this.#ended ?? error;
        }
        this.#forget(connection);
      }
    }
  }

  /** Ends the connection; what runs in it finishes. */
  async close(): Promise<void> {
    this.#ended ??= new TinyFSError("POND_CLOSED", "The pond is closed");
    const connection = await this.#connection?.catch(() => undefined); // none to close
    connection?.close();
  }

  #connect(): Promise<IDBDatabase> {
    if (this.#ended) return Promise.reject(this.#ended);
    this.#connection ??= this.#open();
    return this.#connection;
  }

  #open(): Promise<IDBDatabase> {
    const connection = openExisting(this.#name, this.#version).then((database) => {
      this.#version = database.version;
      database.onclose = () => this.#forget(connection);
      database.onversionchange = ({ newVersion }) => {
        this.#ended ??= newVersion === null ? missing(this.#name) : upgraded(this.#name);
        database.close();
      };
      if (this.#ended) database.close();
      return database;
    });
    connection.catch(() => this.#forget(connection));
    return connection;
  }

  #forget(connection: Promise<IDBDatabase>): void {
    if (this.#connection === connection) this.#connection = undefined;
  }
}

/** The result of a request. */
export function answer<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function run<T>(
  database: IDBDatabase,
  mode: "readonly" | "readwrite",
  work: (parts: IDBObjectStore) => Promise<T>,
): Promise<T> {
  const transaction = database.transaction("parts", mode, { durability: "strict" });
  const completed = new Promise<void>((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => {
      reject(transaction.error ?? new DOMException("The transaction was aborted", "AbortError"));
    };
  });
  try {
    const [result] = await Promise.all([work(transaction.objectStore("parts")), completed]);
    return result;
  } catch (error) {
    abort(transaction);
    // A request that ended with its transaction says less than the transaction does.
    throw isConnectionLoss(error) ? (transaction.error ?? error) : error;
  }
}

function abort(transaction: IDBTransaction): void {
  try {
    transaction.abort();
  } catch {
    // It has ended already.
  }
}

/** Opens a database, of this version if one is said. @throws POND_MISSING, FORMAT_CHANGED, STORAGE_UNAVAILABLE */
async function openExisting(name: string, version?: number): Promise<IDBDatabase> {
  const databases = await indexedDB.databases();
  // An upgrade that is aborted, as below, leaves no database behind, except an empty one in WebKit.
  if (!databases.some((database) => database.name === name)) throw missing(name);
  return await new Promise((resolve, reject) => {
    const request = indexedDB.open(name, version);
    const late = () => reject(new DOMException("The browser does not answer", "TimeoutError"));
    const timer = setTimeout(late, PATIENCE_MS);
    let isMissing = false;
    request.onupgradeneeded = () => {
      isMissing = true;
      request.transaction?.abort();
    };
    request.onerror = (event) => {
      event.preventDefault(); // Firefox reports an aborted upgrade to the worker as well
      clearTimeout(timer);
      const { error } = request;
      if (isMissing) reject(missing(name));
      else reject(error?.name === "VersionError" ? upgraded(name) : error);
    };
    request.onsuccess = () => {
      clearTimeout(timer);
      resolve(request.result);
    };
  });
}

function missing(name: string): TinyFSError {
  return new PondMissingError(`Cannot use database "${name}": it was deleted`);
}

function upgraded(name: string): TinyFSError {
  return new FormatChangedError(
    `Cannot use database "${name}": a newer version of the library has opened it. Reload the page`,
  );
}

function isConnectionLoss(error: unknown): boolean {
  const name = error instanceof DOMException ? error.name : "";
  return ["InvalidStateError", "UnknownError", "AbortError"].includes(name);
}
