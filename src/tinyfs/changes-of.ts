import type { Change } from "./change.ts";
import { GlobMatcher } from "./glob-matcher.ts";

/** Tells the changes that touch a path, a directory above it, or what a pattern finds. */
export function changesOf(pathOrGlob: string): (change: Change) => boolean {
  const matcher = new GlobMatcher(pathOrGlob);
  return (change) =>
    matcher.matches(change.path) || (isWayDown(change) && matcher.isBelow(change.path));
}

/** Whether a change may show or hide other entries, below it. */
function isWayDown({ kind, entryType, before, after }: Change): boolean {
  if (kind !== "put" && kind !== "remove") return false;
  const wasAnother = before !== undefined && after !== undefined && before !== after;
  return wasAnother || entryType === "Directory" || entryType === "Symlink";
}
