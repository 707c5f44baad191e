import { loadOnce } from "./load-once.ts";

/** The writing half of the core, in a part of its own: whoever only reads need not wait for it. */
export const loadWrites: () => Promise<typeof import("./writes.ts")> = loadOnce(
  () => import("./writes.ts"),
);
