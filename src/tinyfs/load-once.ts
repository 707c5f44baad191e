/**
 * Asks for a module once, and keeps the promise: a bundler's way to load one again costs each call a quarter
 * of a millisecond.
 */
export function loadOnce<Module>(load: () => Promise<Module>): () => Promise<Module> {
  let loading: Promise<Module> | undefined;
  return () => {
    loading ??= load().catch((error: unknown) => {
      loading = undefined; // the network may be back for the next call
      throw error;
    });
    return loading;
  };
}
