import { PondMissingError, TinyFSError } from "../tinyfs/errors.ts";
import { storageUnavailable } from "./idb-failure.ts";
import { databaseName } from "./names.ts";

/** Format of the rows, and the version of the database. A newer one is not opened. */
export const FORMAT_VERSION = 1;

/** The object stores of a pond's database. `parts` waits for browsers without OPFS. */
export type StoreName = "oplog" | "packs" | "parts";

const STORE_NAMES: readonly StoreName[] = ["oplog", "packs", "parts"];

/** How long other tabs, and the browser, are waited for. */
const PATIENCE_MS = 10_000;

/** How a database is opened. */
export interface OpenDatabaseOptions {
  /** Puts the first rows into a database that was not there; without it none is made. */
  readonly fill?: ((oplog: IDBObjectStore) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Opens a pond's database.
 * @throws POND_MISSING it is not there and is not to be made
 * @throws FORMAT_TOO_NEW a newer version of the library has made or upgraded it
 * @throws STORAGE_UNAVAILABLE the browser refuses, or takes too long
 */
export async function openDatabase(
  pond: string,
  { fill, signal }: OpenDatabaseOptions,
): Promise<IDBDatabase> {
  signal?.throwIfAborted();
  // An upgrade that is aborted, as below, leaves no database behind, except an empty one in WebKit.
  if (!fill && !(await isListed(pond))) throw missingPond(pond);
  const open = () => indexedDB.open(databaseName(pond), FORMAT_VERSION);
  const request = ask(`open pond "${pond}"`, open);
  let isMissing = false;
  request.onupgradeneeded = () => {
    isMissing = !fill;
    if (fill) createStores(request.result, fill);
    else request.transaction?.abort();
  };
  return settleRequest(request, {
    action: `open pond "${pond}"`,
    signal,
    failure: () => (isMissing ? missingPond(pond) : tooNew(pond, request.error)),
    tooLate: (database) => database.close(),
  });
}

/** Deletes a pond's database. @throws STORAGE_UNAVAILABLE while another tab holds on to it */
export async function deleteDatabase(pond: string, signal?: AbortSignal): Promise<void> {
  const remove = () => indexedDB.deleteDatabase(databaseName(pond));
  const request = ask(`delete pond "${pond}"`, remove);
  await settleRequest(request, { action: `delete pond "${pond}"`, signal });
}

/** A browser that refuses storage throws before there is a request. */
function ask<Request>(action: string, make: () => Request): Request {
  try {
    return make();
  } catch (error) {
    throw storageUnavailable(action, error);
  }
}

/** The error for a pond that is not there. */
export function missingPond(pond: string): PondMissingError {
  return new PondMissingError(`Cannot open pond "${pond}": there is none of this name`);
}

async function isListed(pond: string): Promise<boolean> {
  try {
    const databases = await indexedDB.databases();
    return databases.some(({ name }) => name === databaseName(pond));
  } catch (error) {
    throw storageUnavailable(`find pond "${pond}"`, error);
  }
}

interface Waiting<Result> {
  readonly action: string;
  readonly signal?: AbortSignal | undefined;
  /** The error for the request's, where it says more. */
  readonly failure?: () => Error | undefined;
  /** Undoes a success that nobody waits for any more. */
  readonly tooLate?: (result: Result) => void;
}

function settleRequest<Result>(
  request: IDBOpenDBRequest & IDBRequest<Result>,
  { action, signal, failure, tooLate }: Waiting<Result>,
): Promise<Result>;
function settleRequest(
  request: IDBOpenDBRequest,
  { action, signal, failure, tooLate }: Waiting<IDBDatabase>,
): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    let isOver = false;
    let obstacle = "the browser does not answer";
    const end = (finish: () => void) => {
      if (isOver) return;
      isOver = true;
      clearTimeout(timer);
      signal?.removeEventListener("abort", stop);
      finish();
    };
    const stop = () => end(() => reject(signal?.reason));
    const timer = setTimeout(() => {
      end(() => reject(new TinyFSError("STORAGE_UNAVAILABLE", `Cannot ${action}: ${obstacle}`)));
    }, PATIENCE_MS);
    signal?.addEventListener("abort", stop, { once: true });
    request.onblocked = () => {
      obstacle = "another tab holds on to it. Close that tab and try again";
    };
    request.onerror = (event) => {
      event.preventDefault(); // Firefox reports an aborted upgrade to the page as well
      end(() => reject(failure?.() ?? storageUnavailable(action, request.error)));
    };
    request.onsuccess = () => {
      if (isOver) tooLate?.(request.result);
      else end(() => resolve(request.result));
    };
  });
}

function createStores(database: IDBDatabase, fill: (oplog: IDBObjectStore) => void): void {
  for (const name of STORE_NAMES) {
    const store = database.createObjectStore(name);
    if (name === "oplog") fill(store);
  }
}

function tooNew(pond: string, cause: DOMException | null): TinyFSError | undefined {
  if (cause?.name !== "VersionError") return undefined;
  const message = `Cannot open pond "${pond}": a newer version of the library has written it`;
  return new TinyFSError("FORMAT_TOO_NEW", message, { cause });
}
