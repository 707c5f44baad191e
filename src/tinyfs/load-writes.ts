type Writes = typeof import("./writes.ts");

let writes: Promise<Writes> | undefined;

/**
 * The writing half of the core. It comes with the first write: whoever only reads does without. Asked
 * for once: a bundler's way to load a module again costs each call a quarter of a millisecond.
 */
export function loadWrites(): Promise<Writes> {
  writes ??= import("./writes.ts").catch((error: unknown) => {
    writes = undefined; // the network may be back for the next call
    throw error;
  });
  return writes;
}
