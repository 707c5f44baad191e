import type { UseStore } from "idb-keyval";
import { FormatChangedError, PondMissingError, type TinyFSError } from "../tinyfs/errors.ts";
import type { Durability } from "../tinyfs/persistence.ts";
import { isConnectionLoss, storageUnavailable } from "./idb-failure.ts";
import { type OpenDatabaseOptions, openDatabase, type StoreName } from "./open-database.ts";

/** How often a lost connection is made again for one call. */
const ATTEMPTS = 3;

/**
 * The connection to a pond's database. It is made again when the browser drops it, and ends for good
 * when the pond is closed, deleted, or upgraded by a newer version of the library.
 */
export class PondDatabase {
  readonly pond: string;
  /** Called when the connection has ended for good and not by `close`. */
  onEnd: ((reason: TinyFSError) => void) | undefined;
  #connection: Promise<IDBDatabase> | undefined;
  #opened: IDBDatabase | undefined;
  #ended: (() => TinyFSError) | undefined;

  /** Without a connection: see `open`. */
  constructor(pond: string) {
    this.pond = pond;
  }

  /** Connects. @throws POND_MISSING, FORMAT_TOO_NEW, STORAGE_UNAVAILABLE */
  static async open(pond: string, options: OpenDatabaseOptions): Promise<PondDatabase> {
    const database = new PondDatabase(pond);
    await database.#connect(options);
    return database;
  }

  /**
   * A store for the functions of idb-keyval. Its callback may await nothing but requests of the
   * transaction, which spans all stores named here and is aborted when the callback throws. Writes
   * are done when the promise resolves. Reads are repeated when the connection is lost, writes are
   * not: whether they took effect is for the caller to find out.
   */
  use(names: StoreName | readonly [StoreName, ...StoreName[]], durability?: Durability): UseStore {
    const [first, ...others] = typeof names === "string" ? [names] : names;
    return async (mode, callback) => {
      for (let attempt = 1; ; attempt += 1) {
        const transaction = await this.#begin([first, ...others], mode, durability);
        try {
          return await runIn(transaction, () => callback(transaction.objectStore(first)));
        } catch (error) {
          if (mode !== "readonly" || attempt === ATTEMPTS || !isConnectionLoss(error)) throw error;
          this.#drop(transaction.db);
        }
      }
    };
  }

  /** The error of every call from now on; `undefined` as long as the connection is made again. */
  get ended(): (() => TinyFSError) | undefined {
    return this.#ended;
  }

  /** Forgets a connection that failed, so that the next call makes a new one. */
  reconnect(): void {
    this.#drop(this.#opened);
  }

  /** Ends the connection; what runs in it finishes. Later calls fail with this error. */
  async close(reason: () => TinyFSError): Promise<void> {
    this.#ended ??= reason;
    const connection = await this.#connection?.catch(() => undefined); // none to close
    connection?.close();
  }

  /** Begins a transaction, in a new connection where the present one turns out to be dead. */
  async #begin(
    names: StoreName[],
    mode: IDBTransactionMode,
    durability: Durability = "strict",
  ): Promise<IDBTransaction> {
    for (let attempt = 1; ; attempt += 1) {
      const opened = await this.#connect({});
      if (this.#ended) throw this.#ended();
      try {
        return opened.transaction(names, mode, { durability });
      } catch (error) {
        if (attempt === ATTEMPTS || !isConnectionLoss(error)) throw this.#unavailable(error);
        this.#drop(opened);
      }
    }
  }

  #connect(options: OpenDatabaseOptions): Promise<IDBDatabase> {
    if (this.#ended) throw this.#ended();
    if (this.#connection !== undefined) return this.#connection;
    const connection = openDatabase(this.pond, options).then((opened) => this.#watch(opened));
    this.#connection = connection;
    connection.catch(() => {
      if (this.#connection === connection) this.#connection = undefined;
    });
    return connection;
  }

  #watch(opened: IDBDatabase): IDBDatabase {
    this.#opened = opened;
    opened.onclose = () => this.#drop(opened);
    opened.onversionchange = ({ newVersion }) => {
      if (!this.#ended) {
        this.#ended = () => (newVersion === null ? this.#deleted() : formatChanged(this.pond));
        this.onEnd?.(this.#ended());
      }
      opened.close(); // what runs in it finishes: nothing is written once the other one begins
    };
    return opened;
  }

  /** Closes a connection that failed, and forgets it unless a new one has taken its place. */
  #drop(failed: IDBDatabase | undefined): void {
    if (!failed) return;
    failed.close(); // what runs in it may finish
    if (this.#opened !== failed) return;
    this.#opened = undefined;
    this.#connection = undefined;
  }

  #deleted(): TinyFSError {
    return new PondMissingError(`Cannot use pond "${this.pond}": it was deleted`);
  }

  #unavailable(error: unknown): unknown {
    return storageUnavailable(`use pond "${this.pond}"`, error);
  }
}

/** The error for a pond that a newer version of the library has taken over. */
export function formatChanged(pond: string, cause?: unknown): FormatChangedError {
  return new FormatChangedError(
    `Cannot use pond "${pond}": a newer version of the library has opened it. Reload the page`,
    { cause },
  );
}

async function runIn<Value>(
  transaction: IDBTransaction,
  work: () => Value | PromiseLike<Value>,
): Promise<Value> {
  const ended = transaction.mode === "readonly" ? undefined : completion(transaction);
  ended?.catch(() => {}); // reported below, unless the work's own failure comes first
  try {
    const value = await work();
    await ended;
    return value;
  } catch (error) {
    throw abort(transaction, error);
  }
}

/** Undoes what a failed piece of work has put. Returns the reason of the failure. */
function abort(transaction: IDBTransaction, error: unknown): unknown {
  try {
    transaction.abort();
  } catch {
    // It has ended already: its own error says more than that of a request which ended with it.
    if (error instanceof DOMException) return transaction.error ?? error;
  }
  return error;
}

/** Resolves when everything is stored. */
function completion(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.addEventListener("complete", () => resolve());
    transaction.addEventListener("abort", () => {
      reject(transaction.error ?? new DOMException("The transaction was aborted", "AbortError"));
    });
  });
}
