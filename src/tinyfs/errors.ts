/**
 * Every `code` a TinyPond error can carry. Codes are stable within a major version; messages are not.
 */
export type ErrorCode =
  | "NOT_FOUND"
  | "ALREADY_EXISTS"
  | "NOT_A_DIRECTORY"
  | "IS_A_DIRECTORY"
  | "NOT_EMPTY"
  | "INVALID_PATH"
  | "SYMLINK_LOOP"
  | "WRONG_ENTRY_TYPE"
  | "BEING_WRITTEN"
  | "ALREADY_BEING_WRITTEN"
  | "WRITER_CLOSED"
  | "SUSPENDED"
  | "TRANSACTION_CLOSED"
  | "TRANSACTION_POISONED"
  | "POND_CLOSED"
  | "POND_MISSING"
  | "CONFLICT"
  | "COMMIT_UNKNOWN"
  | "FORMAT_CHANGED"
  | "FORMAT_TOO_NEW"
  | "VERSION_PRUNED"
  | "HISTORY_TRUNCATED"
  | "HISTORY_IN_USE"
  | "QUOTA"
  | "STORAGE_UNAVAILABLE"
  | "CORRUPT_BLOB"
  | "CORRUPT_ROW"
  | "LARGE_FILE_NOT_FOUND"
  | "NOT_PARQUET"
  | "PARQUET_READ_FAILED"
  | "EMPTY_TABLE"
  | "EMPTY_STREAM"
  | "SCHEMA_MISMATCH"
  | "UNSUPPORTED_TYPE"
  | "WORKER_START"
  | "WORKER_DIED"
  | "PEER_MISSING";

/** What an error is about; each field is there only where it is known. */
export interface ErrorDetails {
  /** The path that was asked for. */
  readonly path?: string;
  /** The transaction that holds the file, or whose outcome is meant. */
  readonly txId?: string;
  /** Content hash, 64 lower-case hex digits. */
  readonly sha256?: string;
  /** Index of the damaged 64 KiB page. */
  readonly page?: number;
  /** The node's version ordinal. */
  readonly version?: number;
  /** Bytes that were needed. */
  readonly needed?: number;
  /** Bytes that were free, as the browser told it, and at most what can be true: less than was needed. */
  readonly free?: number;
  /** Bytes that garbage collection would free. */
  readonly reclaimable?: number;
  /** Line of a text source, from 1. */
  readonly line?: number;
  /** Column of a text source, from 1. */
  readonly column?: number;
  /** The schema that was expected, as text. */
  readonly expected?: string;
  /** The schema that was found, as text. */
  readonly found?: string;
}

/** Options of every error: what it is about, and what caused it. */
export interface TinyFSErrorOptions extends ErrorOptions, ErrorDetails {}

/** The base of every error that data, names, files or the browser can cause. */
export class TinyFSError extends Error implements ErrorDetails {
  /** @hidden */
  override readonly name: string = "TinyFSError";
  /** What went wrong, for programs. */
  readonly code: ErrorCode;
  // What it is about: see `ErrorDetails`.
  /** {@inheritDoc ErrorDetails.path} */
  declare readonly path?: string;
  /** {@inheritDoc ErrorDetails.txId} */
  declare readonly txId?: string;
  /** {@inheritDoc ErrorDetails.sha256} */
  declare readonly sha256?: string;
  /** {@inheritDoc ErrorDetails.page} */
  declare readonly page?: number;
  /** {@inheritDoc ErrorDetails.version} */
  declare readonly version?: number;
  /** {@inheritDoc ErrorDetails.needed} */
  declare readonly needed?: number;
  /** {@inheritDoc ErrorDetails.free} */
  declare readonly free?: number;
  /** {@inheritDoc ErrorDetails.reclaimable} */
  declare readonly reclaimable?: number;
  /** {@inheritDoc ErrorDetails.line} */
  declare readonly line?: number;
  /** {@inheritDoc ErrorDetails.column} */
  declare readonly column?: number;
  /** {@inheritDoc ErrorDetails.expected} */
  declare readonly expected?: string;
  /** {@inheritDoc ErrorDetails.found} */
  declare readonly found?: string;

  constructor(code: ErrorCode, message: string, options: TinyFSErrorOptions = {}) {
    const { cause, ...details } = options;
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    Object.assign(this, details);
  }
}

/** Another commit came first: run the transaction again. */
export class ConflictError extends TinyFSError {
  /** @hidden */
  override readonly name = "ConflictError";

  constructor(message: string, options?: TinyFSErrorOptions) {
    super("CONFLICT", message, options);
  }
}

/** A writer holds the file; `txId` names its transaction. Wait for its `close()` or `abort()`. */
export class FileBusyError extends TinyFSError {
  /** @hidden */
  override readonly name = "FileBusyError";
}

/** The store has no room for the bytes; nothing was published. All figures are bytes. */
export class QuotaError extends TinyFSError {
  /** @hidden */
  override readonly name = "QuotaError";
  declare readonly needed: number;
  declare readonly free: number;
  declare readonly reclaimable: number;

  constructor(
    message: string,
    options: TinyFSErrorOptions & { needed: number; free: number; reclaimable: number },
  ) {
    super("QUOTA", message, options);
  }
}

/** Stored bytes are not those that were written. Other files stay readable. */
export class CorruptBlobError extends TinyFSError {
  /** @hidden */
  override readonly name = "CorruptBlobError";
  declare readonly sha256: string;

  constructor(message: string, options: TinyFSErrorOptions & { sha256: string }) {
    super("CORRUPT_BLOB", message, options);
  }
}

/** No such pond, or not the one that was expected. */
export class PondMissingError extends TinyFSError {
  /** @hidden */
  override readonly name = "PondMissingError";

  constructor(message: string, options?: TinyFSErrorOptions) {
    super("POND_MISSING", message, options);
  }
}

/** The connection failed while a commit was under way and its outcome cannot be read. */
export class CommitUnknownError extends TinyFSError {
  /** @hidden */
  override readonly name = "CommitUnknownError";
  declare readonly txId: string;

  constructor(message: string, options: TinyFSErrorOptions & { txId: string }) {
    super("COMMIT_UNKNOWN", message, options);
  }
}

/** A newer version of the library has opened the pond; this one has closed itself. */
export class FormatChangedError extends TinyFSError {
  /** @hidden */
  override readonly name = "FormatChangedError";

  constructor(message: string, options?: TinyFSErrorOptions) {
    super("FORMAT_CHANGED", message, options);
  }
}

/** The browser put the page to sleep: what was open then is lost, and the pond works again afterwards. */
export class SuspendedError extends TinyFSError {
  /** @hidden */
  override readonly name = "SuspendedError";

  constructor(message: string, options?: TinyFSErrorOptions) {
    super("SUSPENDED", message, options);
  }
}

/** Retention has dropped that part of the history. */
export class HistoryTruncatedError extends TinyFSError {
  /** @hidden */
  override readonly name = "HistoryTruncatedError";

  constructor(message: string, options?: TinyFSErrorOptions) {
    super("HISTORY_TRUNCATED", message, options);
  }
}

/** Batches or segments do not share a schema. Nothing was written. */
export class SchemaMismatchError extends TinyFSError {
  /** @hidden */
  override readonly name = "SchemaMismatchError";

  constructor(message: string, options?: TinyFSErrorOptions) {
    super("SCHEMA_MISMATCH", message, options);
  }
}

/**
 * Whether an error comes from TinyPond, and, if `code` is given, whether it is that one.
 * Holds across workers and across two copies of the library, where `instanceof` does not.
 */
export function isTinyFSError(error: unknown, code?: ErrorCode): error is TinyFSError {
  if (typeof error !== "object" || error === null) return false;
  const found = (error as { code?: unknown }).code;
  return (
    typeof found === "string" && Object.hasOwn(classOfCode, found) && (!code || found === code)
  );
}

const classOfCode: Record<ErrorCode, { prototype: TinyFSError }> = {
  NOT_FOUND: TinyFSError,
  ALREADY_EXISTS: TinyFSError,
  NOT_A_DIRECTORY: TinyFSError,
  IS_A_DIRECTORY: TinyFSError,
  NOT_EMPTY: TinyFSError,
  INVALID_PATH: TinyFSError,
  SYMLINK_LOOP: TinyFSError,
  WRONG_ENTRY_TYPE: TinyFSError,
  BEING_WRITTEN: FileBusyError,
  ALREADY_BEING_WRITTEN: FileBusyError,
  WRITER_CLOSED: TinyFSError,
  SUSPENDED: SuspendedError,
  TRANSACTION_CLOSED: TinyFSError,
  TRANSACTION_POISONED: TinyFSError,
  POND_CLOSED: TinyFSError,
  POND_MISSING: PondMissingError,
  CONFLICT: ConflictError,
  COMMIT_UNKNOWN: CommitUnknownError,
  FORMAT_CHANGED: FormatChangedError,
  FORMAT_TOO_NEW: TinyFSError,
  VERSION_PRUNED: TinyFSError,
  HISTORY_TRUNCATED: HistoryTruncatedError,
  HISTORY_IN_USE: TinyFSError,
  QUOTA: QuotaError,
  STORAGE_UNAVAILABLE: TinyFSError,
  CORRUPT_BLOB: CorruptBlobError,
  CORRUPT_ROW: TinyFSError,
  LARGE_FILE_NOT_FOUND: TinyFSError,
  NOT_PARQUET: TinyFSError,
  PARQUET_READ_FAILED: TinyFSError,
  EMPTY_TABLE: TinyFSError,
  EMPTY_STREAM: TinyFSError,
  SCHEMA_MISMATCH: SchemaMismatchError,
  UNSUPPORTED_TYPE: TinyFSError,
  WORKER_START: TinyFSError,
  WORKER_DIED: TinyFSError,
  PEER_MISSING: TinyFSError,
};

/** An error as data that a structured clone keeps whole. */
export interface ErrorRecord {
  /** Name of its class. */
  readonly name: string;
  /** The message as it was. */
  readonly message: string;
  /** Where it was thrown, on its own side. */
  readonly stack?: string | undefined;
  /** `code` and the fields of `ErrorDetails`. */
  readonly fields: Record<string, unknown>;
  /** What caused it. */
  readonly cause?: ErrorRecord | undefined;
}

/** Turns anything thrown into data for another thread; `code`, fields and `cause` are kept. */
export function recordError(thrown: unknown): ErrorRecord {
  if (!(thrown instanceof Error)) return { name: "Error", message: String(thrown), fields: {} };
  const { name, message, stack, cause } = thrown;
  const fields = Object.fromEntries(
    Object.entries(thrown).filter(([, value]) => ["string", "number"].includes(typeof value)),
  );
  return {
    name,
    message,
    stack,
    fields,
    cause: cause === undefined ? undefined : recordError(cause),
  };
}

/** Makes the error again on this side, of the class that its `code` asks for. */
export function reviveError(record: ErrorRecord): Error {
  const { name, message, stack, fields } = record;
  const code = fields["code"];
  const known = typeof code === "string" && Object.hasOwn(classOfCode, code);
  const cause = record.cause === undefined ? undefined : reviveError(record.cause);
  const error =
    name === "AbortError" ? new DOMException(message, name) : new Error(message, { cause });
  if (known) Object.setPrototypeOf(error, classOfCode[code as ErrorCode].prototype);
  if (!(error instanceof DOMException)) Object.assign(error, fields, { name });
  if (stack) Object.defineProperty(error, "stack", { value: stack, configurable: true });
  return error;
}
