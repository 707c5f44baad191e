import type { ArrowWD } from "../index.ts";
import { resolvePath } from "./paths.ts";
import type { Word } from "./read-words.ts";
import { ShellError } from "./shell-error.ts";

/** The paths that a word stands for: what its pattern finds, or the path it names. @throws NO_MATCH */
export async function findPaths(root: ArrowWD, cwd: string, word: Word): Promise<string[]> {
  if (word.pattern === undefined) return [resolvePath(cwd, word.text)];
  const found = await root.glob(absolutePattern(cwd, word.pattern));
  if (found.length > 0) return found.map(({ path }) => path);
  throw new ShellError("NO_MATCH", `Cannot expand "${word.text}": nothing matches`);
}

/** A pattern from the root: the directory it begins at is taken as it stands. */
export function absolutePattern(cwd: string, pattern: string): string {
  const base = pattern.startsWith("/") ? "/" : cwd;
  return resolvePath(base.replace(/[*?[\]{}\\]/g, "\\$&"), pattern);
}
