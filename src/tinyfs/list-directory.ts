import { atPath, inDirectory } from "./damage.ts";
import type { ListEntry } from "./entry-info.ts";
import { listEntry } from "./entry-info.ts";
import type { NodeId } from "./node-id.ts";
import { joinPath } from "./path.ts";
import type { Tree } from "./tree.ts";
import { listPages } from "./tree-pages.ts";

/** How a directory is listed. */
export interface ListOptions {
  /** Begin after this name (in a recursive listing: this path), which need not be there. */
  readonly after?: string;
  /** At most so many entries. */
  readonly limit?: number;
  /** Also what is below, each directory before its entries. Links are not followed. */
  readonly recursive?: boolean;
}

/** The entries of the directory at a path in the order of their names, some at a time. */
export async function* listDirectory(
  tree: Tree,
  { dirId, path }: { readonly dirId: NodeId; readonly path: string },
  { after, limit = Number.POSITIVE_INFINITY, recursive = false }: ListOptions,
): AsyncGenerator<readonly ListEntry[], void> {
  if (limit <= 0) return;
  const begin = recursive ? after?.split("/") : after === undefined ? undefined : [after];
  let missing = limit;
  for await (const lines of listFrom({ tree, root: path, recursive, limit }, dirId, "", begin)) {
    yield lines.slice(0, missing);
    missing -= lines.length;
    if (missing <= 0) return;
  }
}

interface Walk {
  readonly tree: Tree;
  /** The directory that is listed. */
  readonly root: string;
  readonly recursive: boolean;
  /** No directory is asked for more entries than are wanted of all. */
  readonly limit: number;
}

/** @param after the names of the path to begin after, from this directory on */
async function* listFrom(
  walk: Walk,
  dirId: NodeId,
  prefix: string,
  after?: readonly string[],
): AsyncGenerator<readonly ListEntry[], void> {
  const { tree, root, recursive, limit } = walk;
  const here = prefix === "" ? root : joinPath(root, prefix.slice(0, -1));
  const [first, ...rest] = after ?? [];
  // A path into a directory begins below it: that directory itself has been listed already.
  if (first !== undefined && recursive) {
    const entry = await inDirectory(here, tree.entry({ dirId, name: first }));
    if (entry?.entryType === "Directory") {
      const below = rest.length > 0 ? rest : undefined;
      yield* listFrom(walk, entry.nodeId, `${prefix}${first}/`, below);
    }
  }
  for await (const page of listPages(tree, dirId, here, { after: first, limit })) {
    let lines: ListEntry[] = [];
    for (const entry of page) {
      const path = prefix + entry.name;
      const line = listEntry(tree, entry, path);
      lines.push(line instanceof Promise ? await atPath(joinPath(root, path), line) : line);
      if (recursive && entry.entryType === "Directory") {
        yield lines;
        lines = [];
        yield* listFrom(walk, entry.nodeId, `${path}/`);
      }
    }
    yield lines;
  }
}
