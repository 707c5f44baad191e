import type { FileBusyError } from "./errors.ts";
import { isTinyFSError, TinyFSError } from "./errors.ts";
import { pauseBeforeRetry } from "./retry.ts";
import type { Transaction, TransactionOptions } from "./transaction.ts";

/** How often a function is run again, unless told otherwise. */
const DEFAULT_RETRIES = 10;

/** How `transaction` runs a function. */
export interface RunOptions extends TransactionOptions {
  /** How often the function may run again after a conflict or a busy file. Default 10. */
  readonly retries?: number;
  /** Ends the transaction: nothing is committed. */
  readonly signal?: AbortSignal;
}

/** Runs a function in a transaction, again after a conflict or a busy file: see `Pond.transaction`. */
export async function runTransaction<Root, Result>(
  begin: (options: TransactionOptions) => Promise<Transaction<Root>>,
  work: (tx: Transaction<Root>) => Promise<Result> | Result,
  { retries = DEFAULT_RETRIES, signal, ...options }: RunOptions,
): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    signal?.throwIfAborted();
    const tx = await begin(options); // not `await using`: it compiles to 1.5 kB
    try {
      const result = await work(tx);
      signal?.throwIfAborted();
      await tx.commit();
      return result;
    } catch (error) {
      await tx.rollback();
      if (!canRunAgain(error, tx.id) || attempt > retries) throw error;
      if (tx.hasConsumedStream) throw consumedStream(error);
      await pauseBeforeRetry(attempt, signal);
    }
  }
}

/** A function that is in its own way would be so again. */
function canRunAgain(error: unknown, txId: string): boolean {
  if (isTinyFSError(error, "CONFLICT")) return true;
  const isBusy =
    isTinyFSError(error, "BEING_WRITTEN") || isTinyFSError(error, "ALREADY_BEING_WRITTEN");
  return isBusy && (error as FileBusyError).txId !== txId;
}

function consumedStream(cause: unknown): TinyFSError {
  const code = isTinyFSError(cause) ? cause.code : "CONFLICT";
  const message =
    "Cannot run the transaction again: its function has read a stream to its end. Open the stream in the function";
  return new TinyFSError(code, message, { cause });
}
