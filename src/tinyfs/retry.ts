const FIRST_PAUSE_MS = 2;
const LONGEST_PAUSE_MS = 200;

/** Waits for a random time that grows with the attempts, so that rivals do not meet again. */
export function pauseBeforeRetry(attempt: number, signal?: AbortSignal): Promise<void> {
  const longest = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** attempt);
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, Math.random() * longest);
    signal?.addEventListener("abort", stop, { once: true });
  });
}
