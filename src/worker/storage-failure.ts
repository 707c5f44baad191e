import { type ErrorDetails, QuotaError, TinyFSError } from "../tinyfs/errors.ts";

/** Whether the browser says that an entry is not there, as opposed to out of reach. */
export function isNotFound(error: unknown): boolean {
  return named(error) === "NotFoundError";
}

/** Whether a file could not be made since its folder went at that moment: Firefox does not say so. */
export function isFolderLost(error: unknown): boolean {
  return isNotFound(error) || named(error) === "UnknownError";
}

/** Whether the browser says that the origin's or the disk's room is used up. */
export function isFull(error: unknown): boolean {
  // Firefox lets the name of its file layer through where the disk itself is full.
  return ["QuotaExceededError", "NS_ERROR_FILE_NO_DEVICE_SPACE"].includes(String(named(error)));
}

/** Whether another handle, of this tab or another, has the file open. */
export function isInUse(error: unknown): boolean {
  return named(error) === "NoModificationAllowedError";
}

/**
 * Runs `work` and gives what the browser throws a code; errors that have one pass through.
 * @param action - what cannot be done if it fails: `open blob "…"`
 * @throws QUOTA, STORAGE_UNAVAILABLE. Never a code that says the data are not there.
 */
export async function guarded<T>(
  action: string,
  work: () => Promise<T>,
  details: ErrorDetails = {},
): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof TinyFSError) throw cause;
    if (isFull(cause)) throw await quotaError(action, 0, cause);
    throw storageUnavailable(action, cause, details);
  }
}

function storageUnavailable(action: string, cause: unknown, details: ErrorDetails): TinyFSError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const message = `Cannot ${action}: ${reason}`;
  return new TinyFSError("STORAGE_UNAVAILABLE", message, { ...details, cause });
}

/** The error for a full store, with what the browser says is free. Sizes in bytes. */
export async function quotaError(
  action: string,
  needed: number,
  cause?: unknown,
): Promise<QuotaError> {
  // Chromium tells every origin that 10 GiB are free: what was refused was more than there is.
  const free = Math.min(await freeBytes(), Math.max(0, needed - 1));
  const message = `Cannot ${action}: the store is full (${needed} bytes needed, at most ${free} free)`;
  return new QuotaError(message, { needed, free, reclaimable: 0, cause });
}

/** The error for a file that is not where its hash says. */
export function largeFileNotFound(sha256: string, cause?: unknown): TinyFSError {
  const message = `Cannot open large file "${sha256}": no such file`;
  return new TinyFSError("LARGE_FILE_NOT_FOUND", message, { sha256, cause });
}

async function freeBytes(): Promise<number> {
  try {
    const { quota = 0, usage = 0 } = await navigator.storage.estimate();
    return Math.max(0, quota - usage);
  } catch {
    return 0; // the figure is a hint; the error that carries it must not be lost over it
  }
}

/** What Firefox's file layer throws is no `Error`, and has a name all the same. */
function named(error: unknown): unknown {
  return Object(error).name;
}
