/**
 * Runs `work` again while it fails for a reason that passes, for about a second.
 * A handle of a worker that was terminated can be busy for 40 ms.
 * @throws the last failure
 */
export async function retryWhile<T>(
  passes: (error: unknown) => boolean,
  work: () => Promise<T>,
): Promise<T> {
  for (const delayMs of [5, 10, 20, 40, 80, 160, 320, 320]) {
    try {
      return await work();
    } catch (error) {
      if (!passes(error)) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, delayMs));
  }
  return await work();
}
