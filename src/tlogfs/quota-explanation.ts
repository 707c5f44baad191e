import { isTinyFSError, QuotaError, type TinyFSError } from "../tinyfs/errors.ts";
import type { ContentWriter } from "../tinyfs/file.ts";

/** Says how many bytes retention would free; who finds the store full does not know. */
export type FindReclaimable = () => Promise<number>;

/** Completes what `work` says about a full store. */
export async function explainQuota<Value>(
  find: FindReclaimable,
  work: () => Promise<Value>,
): Promise<Value> {
  try {
    return await work();
  } catch (error) {
    if (!isTinyFSError(error, "QUOTA")) throw error;
    // The figure is a hint, and must not be in the way of the error.
    throw withReclaimable(error, await find().catch(() => 0));
  }
}

function withReclaimable(error: TinyFSError, reclaimable: number): QuotaError {
  const { message, needed = 0, free = 0, cause } = error;
  return new QuotaError(message, { needed, free, reclaimable, cause });
}

/** The same for the calls of a writer. */
export function explainingWriter(find: FindReclaimable, writer: ContentWriter): ContentWriter {
  return {
    expect: (sizeBytes) => writer.expect?.(sizeBytes),
    write: (chunk) => explainQuota(find, () => writer.write(chunk)),
    close: () => explainQuota(find, () => writer.close()),
    abort: () => writer.abort(),
  };
}
