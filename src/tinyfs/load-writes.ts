import { loadOnce } from "./load-once.ts";

/** The writing half of the core. It comes with the first write: whoever only reads does without. */
export const loadWrites: () => Promise<typeof import("./writes.ts")> = loadOnce(
  () => import("./writes.ts"),
);
