import type { PatternPart } from "./glob-pattern.ts";
import { parsePattern } from "./glob-pattern.ts";

/** Compares whole paths with a glob pattern, without a tree to walk. */
export class GlobMatcher {
  readonly #parts: readonly PatternPart[];

  constructor(pattern: string) {
    this.#parts = parsePattern(pattern);
  }

  /** Whether the pattern finds the path. */
  matches(path: string): boolean {
    return matchesFrom(this.#parts, namesOf(path), false);
  }

  /** Whether the pattern could find something below the path. */
  isBelow(path: string): boolean {
    return matchesFrom(this.#parts, namesOf(path), true);
  }
}

function matchesFrom(
  parts: readonly PatternPart[],
  names: readonly string[],
  asPrefix: boolean,
): boolean {
  const [part, ...rest] = parts;
  const [name, ...following] = names;
  if (!part) return names.length === 0 && !asPrefix;
  if (name === undefined) return asPrefix;
  if (part.kind === "depth") {
    if (rest.length === 0) return true;
    return matchesFrom(rest, names, asPrefix) || matchesFrom(parts, following, asPrefix);
  }
  const fits = part.kind === "literal" ? part.name === name : part.expression.test(name);
  return fits && matchesFrom(rest, following, asPrefix);
}

function namesOf(path: string): string[] {
  return path.split("/").filter((name) => name !== "");
}
