import { PondMissingError, TinyFSError } from "../tinyfs/errors.ts";
import { isConnectionLoss, isOutOfRoom, quotaError, storageUnavailable } from "./idb-failure.ts";
import { databaseName } from "./names.ts";

/** Format of the rows, and the version of the database. An older one is migrated, a newer one not opened. */
export const FORMAT_VERSION = 2;

/** The object stores of a pond's database. `parts` waits for browsers without OPFS. */
export type StoreName = "oplog" | "packs" | "parts";

const STORE_NAMES: readonly StoreName[] = ["oplog", "packs", "parts"];

/** How long other tabs, and the browser, are waited for. */
const PATIENCE_MS = 10_000;

/** How long a browser that fails to open is left alone before each further try. */
const PAUSES_MS = [50, 250, 1000];

/** How a database is opened. */
export interface OpenDatabaseOptions {
  /** Puts the first rows into a database that was not there; without it none is made. */
  readonly fill?: ((oplog: IDBObjectStore) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Rewrites rows of an older format within the transaction of an upgrade. */
type Migrate = (transaction: IDBTransaction, from: number) => Promise<void>;

/** The rows are of an older format, and what migrates them is not loaded yet. */
class OlderFormat extends Error {}

/**
 * Opens a pond's database. An older format is migrated. Faults that may pass are waited out for a moment.
 * @throws POND_MISSING it is not there and is not to be made
 * @throws FORMAT_TOO_NEW a newer version of the library has made or upgraded it
 * @throws STORAGE_UNAVAILABLE the browser refuses, or takes too long
 * @throws QUOTA the disk is too full to open it
 */
export async function openDatabase(
  pond: string,
  options: OpenDatabaseOptions,
): Promise<IDBDatabase> {
  const { signal } = options;
  const pauses = PAUSES_MS.values();
  for (;;) {
    signal?.throwIfAborted();
    try {
      return await openInAnyFormat(pond, options);
    } catch (error) {
      const pause = isPassing(error) ? pauses.next().value : undefined;
      if (pause === undefined) throw await describeFailure(`open pond "${pond}"`, error);
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
}

/** Deletes a pond's database. @throws STORAGE_UNAVAILABLE while another tab holds on to it */
export async function deleteDatabase(pond: string, signal?: AbortSignal): Promise<void> {
  const action = `delete pond "${pond}"`;
  try {
    const request = indexedDB.deleteDatabase(databaseName(pond));
    await settleRequest(request, { action, signal });
  } catch (error) {
    throw storageUnavailable(action, error);
  }
}

/** The error for a pond that is not there. */
export function missingPond(pond: string): PondMissingError {
  return new PondMissingError(`Cannot open pond "${pond}": there is none of this name`);
}

function isPassing(error: unknown): boolean {
  return isConnectionLoss(error) || isOutOfRoom(error);
}

async function describeFailure(action: string, cause: unknown): Promise<unknown> {
  if (!isOutOfRoom(cause)) return storageUnavailable(action, cause);
  return quotaError(action, { needed: 0, reclaimable: 0, cause });
}

async function openInAnyFormat(pond: string, options: OpenDatabaseOptions): Promise<IDBDatabase> {
  // An upgrade that is aborted, as below, leaves no database behind, except an empty one in WebKit.
  if (!options.fill && !(await isListed(pond))) throw missingPond(pond);
  try {
    return await openOnce(pond, options);
  } catch (error) {
    if (!(error instanceof OlderFormat)) throw error;
  }
  // Loaded between two tries: in the transaction of an upgrade nothing but its requests may be waited for.
  const { migrate } = await import("./migration.ts");
  return openOnce(pond, options, migrate);
}

async function openOnce(
  pond: string,
  { fill, signal }: OpenDatabaseOptions,
  migrate?: Migrate,
): Promise<IDBDatabase> {
  const request = indexedDB.open(databaseName(pond), FORMAT_VERSION);
  let refusal: unknown;
  let upgrade: IDBTransaction | null = null;
  let isGivenUp = false;
  request.onupgradeneeded = ({ oldVersion }) => {
    const { result: database, transaction } = request;
    upgrade = transaction;
    const refuse = (reason: unknown) => {
      refusal = reason;
      abortQuietly(transaction);
    };
    if (isGivenUp) refuse(undefined);
    else if (database.objectStoreNames.length === 0) {
      if (fill) createStores(database, fill);
      else refuse(missingPond(pond));
    } else if (migrate && transaction) migrate(transaction, oldVersion).catch(refuse);
    else refuse(new OlderFormat());
  };
  const opened = settleRequest(request, {
    action: `open pond "${pond}"`,
    signal,
    failure: () => refusal ?? tooNew(pond, request.error) ?? upgrade?.error,
    tooLate: (database) => database.close(),
  });
  opened.catch(() => {
    isGivenUp = true;
  });
  return opened;
}

function abortQuietly(transaction: IDBTransaction | null): void {
  try {
    transaction?.abort();
  } catch {
    // It has ended with the failure that is the reason for aborting it.
  }
}

async function isListed(pond: string): Promise<boolean> {
  const databases = await indexedDB.databases();
  return databases.some(({ name }) => name === databaseName(pond));
}

interface Waiting<Result> {
  readonly action: string;
  readonly signal?: AbortSignal | undefined;
  /** The error for the request's, where it says more. */
  readonly failure?: () => unknown;
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
      end(() => reject(failure?.() ?? request.error));
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
