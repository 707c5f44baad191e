import type { Place } from "../../tinyfs/entry.ts";
import { GlobMatcher } from "../../tinyfs/glob-matcher.ts";
import { type NodeId, ROOT_ID } from "../../tinyfs/node-id.ts";
import { dirKey, type Key, keysBelow, oldKey, rangeAfter } from "../keys.ts";
import type { OplogEntry } from "../oplog-entry.ts";
import { readRows } from "../oplog-rows.ts";
import type { PondContext } from "../pond-context.ts";

const PAGE_ROWS = 500;

/** The paths of directories: those that stand somewhere, and those that did. */
export class DirectoryPaths {
  readonly #places = new Map<NodeId, Place>();

  /** Reads where all directories are: the log tells of each only by its name. */
  static async read({ database }: PondContext): Promise<DirectoryPaths> {
    const paths = new DirectoryPaths();
    // The present places come last, and win.
    for (const [family, keyOf] of [
      ["old", oldKey],
      ["dir", dirKey],
    ] as const) {
      for (let after: Key | undefined; ; ) {
        const range = after ? rangeAfter([family], after) : keysBelow(family);
        const rows = await database.use("oplog")("readonly", (oplog) => {
          return readRows<OplogEntry>(oplog, range, keyOf, PAGE_ROWS);
        });
        for (const { entryType, nodeId, dirId, name } of rows) {
          if (entryType === "Directory") paths.#places.set(nodeId, { dirId, name });
        }
        const last = rows.at(-1);
        if (!last || rows.length < PAGE_ROWS) break;
        after = keyOf(last);
      }
    }
    return paths;
  }

  /** The path of a name; the last one known where its directory is gone. */
  pathOf({ dirId, name }: Place): string {
    let path = `/${name}`;
    const seen = new Set<NodeId>();
    for (let at = dirId; at !== ROOT_ID && !seen.has(at); ) {
      seen.add(at);
      const place = this.#places.get(at);
      if (!place) break;
      path = `/${place.name}${path}`;
      at = place.dirId;
    }
    return path;
  }
}

/** Tells rows that paths or globs find, or found before they were removed; also what is below them. */
export class PathFilter {
  readonly #matchers: readonly GlobMatcher[];
  readonly #paths: DirectoryPaths;

  constructor(globs: readonly string[], paths: DirectoryPaths) {
    this.#matchers = globs.map((glob) => new GlobMatcher(glob));
    this.#paths = paths;
  }

  /** @throws INVALID_PATH */
  static async read(context: PondContext, globs: readonly string[]): Promise<PathFilter> {
    return new PathFilter(globs, await DirectoryPaths.read(context));
  }

  /** Whether a row is one of them: by where its node stands now, else by where it stood. */
  finds(row: Place, live: Place | undefined): boolean {
    const names = this.#paths.pathOf(live ?? row).split("/");
    const prefixes = names.map((_, index) => names.slice(0, index + 1).join("/")).slice(1);
    return this.#matchers.some((matcher) => prefixes.some((path) => matcher.matches(path)));
  }
}
