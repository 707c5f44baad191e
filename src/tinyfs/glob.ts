import { atPath } from "./damage.ts";
import type { Entry } from "./entry.ts";
import type { EntryType } from "./entry-type.ts";
import type { PatternPart } from "./glob-pattern.ts";
import { parsePattern } from "./glob-pattern.ts";
import type { NodeId } from "./node-id.ts";
import { joinPath } from "./path.ts";
import type { DirectoryRef } from "./resolve.ts";
import { resolve } from "./resolve.ts";
import type { Tree } from "./tree.ts";
import { listAll } from "./tree-pages.ts";

/** An entry that a pattern found. */
export interface GlobMatch {
  /** From the directory that was searched. */
  readonly path: string;
  /** What each wildcard stood for, in order; for `**` the names joined with `/`. */
  readonly captures: readonly string[];
  /** What it is; a link is a `Symlink`. */
  readonly entryType: EntryType;
}

interface Step {
  readonly dirId: NodeId;
  /** Relative to where the search began. */
  readonly path: string;
  readonly captures: readonly string[];
}

/**
 * Walks a pattern's components down a tree, in the order of names. Symlinked directories are entered
 * where a component names or matches them, never by `**`: what is below them is found once.
 * @throws INVALID_PATH as `parsePattern`
 */
export async function* glob(
  tree: Tree,
  start: DirectoryRef,
  pattern: string,
): AsyncGenerator<GlobMatch, void> {
  const parts = parsePattern(pattern);
  const walker = new GlobWalker(tree, start);
  const seen = new Set<string>();
  for await (const match of walker.walk({ dirId: start.dirId, path: "/", captures: [] }, parts)) {
    if (seen.has(match.path)) continue; // two `**` can meet the same entry
    if (parts.filter(({ kind }) => kind === "depth").length > 1) seen.add(match.path);
    yield match;
  }
}

class GlobWalker {
  readonly #tree: Tree;
  readonly #start: DirectoryRef;

  constructor(tree: Tree, start: DirectoryRef) {
    this.#tree = tree;
    this.#start = start;
  }

  async *walk(step: Step, parts: readonly PatternPart[]): AsyncGenerator<GlobMatch, void> {
    const [part, ...rest] = parts;
    if (!part) return;
    if (part.kind === "depth") yield* this.#descend(step, rest, []);
    else if (part.kind === "literal") yield* this.#takeLiteral(step, part.name, rest);
    else yield* this.#takeMatches(step, part.expression, rest);
  }

  async *#takeLiteral(
    step: Step,
    name: string,
    rest: readonly PatternPart[],
  ): AsyncGenerator<GlobMatch> {
    const path = joinPath(step.path, name);
    const found = await atPath(path, this.#tree.entry({ dirId: step.dirId, name }));
    if (found) yield* this.#take(step, found, step.captures, rest);
  }

  async *#takeMatches(
    step: Step,
    expression: RegExp,
    rest: readonly PatternPart[],
  ): AsyncGenerator<GlobMatch> {
    for await (const entry of listAll(this.#tree, step.dirId, step.path)) {
      const match = expression.exec(entry.name);
      if (!match) continue;
      const captures = [...step.captures, ...match.slice(1).map((text) => text ?? "")];
      yield* this.#take(step, entry, captures, rest);
    }
  }

  /** One entry that the present component fits: a result, or a directory to go on in. */
  async *#take(
    step: Step,
    entry: Entry,
    captures: readonly string[],
    rest: readonly PatternPart[],
  ): AsyncGenerator<GlobMatch> {
    const path = joinPath(step.path, entry.name);
    if (rest.length === 0) {
      yield { path, captures, entryType: entry.entryType };
      return;
    }
    const dirId = await this.#directoryOf(entry, path);
    if (dirId) yield* this.walk({ dirId, path, captures }, rest);
  }

  /** `**`: here, and in every directory below. As the last component it stands for every entry. */
  async *#descend(
    step: Step,
    rest: readonly PatternPart[],
    depth: readonly string[],
  ): AsyncGenerator<GlobMatch> {
    const captured = (names: readonly string[]) => [...step.captures, names.join("/")];
    if (rest.length > 0) yield* this.walk({ ...step, captures: captured(depth) }, rest);
    const below = listAll(this.#tree, step.dirId, step.path);
    for await (const { name, entryType, nodeId } of below) {
      const path = joinPath(step.path, name);
      const names = [...depth, name];
      if (rest.length === 0) yield { path, captures: captured(names), entryType };
      if (entryType === "Directory") {
        yield* this.#descend({ ...step, dirId: nodeId, path }, rest, names);
      }
    }
  }

  async #directoryOf({ entryType, nodeId }: Entry, path: string): Promise<NodeId | undefined> {
    if (entryType === "Directory") return nodeId;
    if (entryType !== "Symlink") return undefined;
    try {
      const { entry } = await resolve(this.#tree, this.#start, path);
      return entry?.entryType === "Directory" ? entry.nodeId : undefined;
    } catch (error) {
      if (isDeadEnd(error)) return undefined;
      throw error;
    }
  }
}

/** A dangling or looping link leads nowhere: it has no entries to match. */
function isDeadEnd(error: unknown): boolean {
  const code = (error as { code?: unknown }).code;
  return code === "NOT_FOUND" || code === "NOT_A_DIRECTORY" || code === "SYMLINK_LOOP";
}
