import { QuotaError, TinyFSError } from "../tinyfs/errors.ts";

/** Whether the connection broke, or the browser had a passing fault: worth a new connection. */
export function isConnectionLoss(error: unknown): boolean {
  return PASSING_FAULTS.includes(nameOf(error));
}

const PASSING_FAULTS: readonly string[] = [
  "InvalidStateError", // "The database connection is closing"
  "UnknownError", // "Internal error opening backing store", "Connection to Indexed Database server lost"
  "AbortError", // a transaction that ends with its connection, its error is null
  "TransactionInactiveError", // the same, met by the next request
  "NotReadableError", // "Failed to read large IndexedDB value"
  "TimeoutError",
];

/** Whether IndexedDB had no room. */
export function isOutOfRoom(error: unknown): boolean {
  return nameOf(error) === "QuotaExceededError";
}

/**
 * What IndexedDB throws as an error with a code; errors that have one pass through.
 * @param action what cannot be done: `commit transaction 42`
 */
export function storageUnavailable(action: string, cause: unknown): unknown {
  if (nameOf(cause) === "" || cause instanceof TinyFSError) return cause;
  const reason = cause instanceof Error ? cause.message : String(cause);
  if (isOutOfRoom(cause)) {
    const message = `Cannot ${action}: the store is full (${reason})`;
    return new QuotaError(message, { needed: 0, free: 0, reclaimable: 0, cause });
  }
  return new TinyFSError("STORAGE_UNAVAILABLE", `Cannot ${action}: ${reason}`, { cause });
}

/** The error for a full store. @param needed bytes that were to be written @param reclaimable bytes that gc would free */
export async function quotaError(
  action: string,
  { needed, reclaimable, cause }: { needed: number; reclaimable: number; cause: unknown },
): Promise<QuotaError> {
  // Chromium tells every origin that 10 GiB are free: what was refused was more than there is.
  const free = Math.min(await freeBytes(), Math.max(0, needed - 1));
  const message = `Cannot ${action}: the store is full (${needed} bytes needed, at most ${free} free)`;
  return new QuotaError(message, { needed, free, reclaimable, cause });
}

async function freeBytes(): Promise<number> {
  try {
    const { quota = 0, usage = 0 } = await navigator.storage.estimate();
    return Math.max(0, quota - usage);
  } catch {
    return 0; // the figure is a hint; the error that carries it must not be lost over it
  }
}

/** The name of a browser's error; empty for errors of other kinds. */
function nameOf(error: unknown): string {
  return error instanceof DOMException ? error.name : "";
}
