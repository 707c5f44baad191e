import { isFull, quotaError } from "./storage-failure.ts";

/** Asked when the store is full; answers whether anything was freed. `needed` is in bytes. */
export type OnFull = (needed: number) => Promise<boolean>;

/**
 * Runs a write that leaves nothing where it fails. When the store is full `onFull` is asked once, and
 * if it freed something the write is tried again.
 * @throws QUOTA
 */
export async function withRoom<T>(
  needed: number,
  onFull: OnFull | undefined,
  write: () => Promise<T>,
): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (!isFull(error)) throw error;
    if (!(await onFull?.(needed))) throw await quotaError("write a file", needed, error);
  }
  try {
    return await write();
  } catch (error) {
    throw isFull(error) ? await quotaError("write a file", needed, error) : error;
  }
}
