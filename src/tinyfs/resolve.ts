import { atPath } from "./damage.ts";
import type { Entry, Place } from "./entry.ts";
import { TinyFSError } from "./errors.ts";
import type { NodeId } from "./node-id.ts";
import { ROOT_ID } from "./node-id.ts";
import { joinPath, parsePath } from "./path.ts";
import type { Tree } from "./tree.ts";

/** How many symlinks one path may lead through. */
const MAX_LINKS = 10;

/** The root directory, which no row names. */
const ROOT_ENTRY: Entry = {
  dirId: ROOT_ID,
  name: "",
  nodeId: ROOT_ID,
  partId: ROOT_ID,
  placedSeq: 0,
  entryType: "Directory",
  version: 1,
  txnSeq: 0,
  timestamp: 0,
  size: 0,
  sha256: "",
};

/** A directory on the way, by its path from the pond's root without links. */
export interface DirectoryRef {
  readonly dirId: NodeId;
  readonly path: string;
  readonly entry: Entry;
}

/** The pond's root as the beginning of a way. */
export const ROOT_DIRECTORY: DirectoryRef = { dirId: ROOT_ID, path: "/", entry: ROOT_ENTRY };

/** Where a path leads. */
export interface Resolved {
  /** From the pond's root, without links and dots. */
  readonly path: string;
  /** The name it ends at; absent where it ends at the beginning directory itself. */
  readonly place?: Place;
  /** What stands there. */
  readonly entry?: Entry;
}

/** How a path is followed. */
export interface ResolveOptions {
  /** Whether a symlink at the end is followed; those on the way always are. Default `true`. */
  readonly followLast?: boolean;
}

/**
 * Follows a path from a directory that it cannot leave: `..` there stays there, and absolute links
 * begin there.
 *
 * @throws NOT_FOUND a directory on the way is missing (a missing last entry is no error)
 * @throws NOT_A_DIRECTORY, SYMLINK_LOOP, INVALID_PATH
 */
export async function resolve(
  tree: Tree,
  start: DirectoryRef,
  path: string,
  { followLast = true }: ResolveOptions = {},
): Promise<Resolved> {
  const way = new Way(start, path);
  for (let name = way.next(); name !== undefined; name = way.next()) {
    if (name === "..") {
      way.up();
      continue;
    }
    const place = { dirId: way.here.dirId, name };
    const entry = await atPath(way.pathOf(name), tree.entry(place));
    if (entry?.target !== undefined && (followLast || !way.isAtEnd)) way.follow(entry.target);
    else if (way.isAtEnd) return { path: way.pathOf(name), place, ...(entry && { entry }) };
    else way.enter(name, entry);
  }
  const { path: end, entry } = way.here;
  if (way.here.dirId === start.dirId) return { path: end, entry };
  return { path: end, place: { dirId: entry.dirId, name: entry.name }, entry };
}

/** The names still to go and the directories passed. */
class Way {
  readonly #asked: string;
  readonly #passed: DirectoryRef[];
  #ahead: string[];
  #links = 0;

  constructor(start: DirectoryRef, path: string) {
    this.#asked = path;
    this.#passed = [start];
    this.#ahead = parsePath(path).reverse();
  }

  get here(): DirectoryRef {
    return this.#passed.at(-1) as DirectoryRef;
  }

  get isAtEnd(): boolean {
    return this.#ahead.length === 0;
  }

  next(): string | undefined {
    return this.#ahead.pop();
  }

  pathOf(name: string): string {
    return joinPath(this.here.path, name);
  }

  up(): void {
    if (this.#passed.length > 1) this.#passed.pop();
  }

  enter(name: string, entry: Entry | undefined): void {
    const path = this.pathOf(name);
    if (!entry) throw notFound(this.#asked, path);
    if (entry.entryType !== "Directory") throw notADirectory(this.#asked, path);
    this.#passed.push({ dirId: entry.nodeId, path, entry });
  }

  follow(target: string): void {
    this.#links += 1;
    if (this.#links > MAX_LINKS) {
      const path = this.#asked;
      throw new TinyFSError("SYMLINK_LOOP", `Cannot follow "${path}": over ${MAX_LINKS} links`, {
        path,
      });
    }
    if (target.startsWith("/")) this.#passed.length = 1;
    this.#ahead.push(...parsePath(target).reverse());
  }
}

/** The error for a path whose entry, or a directory before it, is missing. */
export function notFound(path: string, missing: string = path): TinyFSError {
  const where = missing === path ? "" : ` at "${missing}"`;
  return new TinyFSError("NOT_FOUND", `Cannot open "${path}": no such entry${where}`, { path });
}

/** The error for a path that leads through something that is no directory. */
export function notADirectory(path: string, at: string = path): TinyFSError {
  return new TinyFSError("NOT_A_DIRECTORY", `Cannot use "${path}": "${at}" is no directory`, {
    path,
  });
}
