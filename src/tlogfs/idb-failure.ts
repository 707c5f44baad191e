import { QuotaError, TinyFSError } from "../tinyfs/errors.ts";

/** Whether the connection broke, or the browser had a passing fault: worth a new connection. */
export function isConnectionLoss(error: unknown): boolean {
  // "Connection is closing", "Internal error opening backing store", "Connection to Indexed Database
  // server lost", and transactions that end with a connection.
  return ["InvalidStateError", "UnknownError", "AbortError"].includes(nameOf(error));
}

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
  return new TinyFSError("STORAGE_UNAVAILABLE", `Cannot ${action}: ${reason}`, { cause });
}

/** The error for a full store. @param needed bytes that were to be written @param reclaimable bytes that gc would free */
export async function quotaError(
  action: string,
  { needed, reclaimable, cause }: { needed: number; reclaimable: number; cause: unknown },
): Promise<QuotaError> {
  const free = await freeBytes();
  const message = `Cannot ${action}: the store is full (${needed} bytes needed, ${free} free)`;
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
