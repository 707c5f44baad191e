import { inDirectory } from "./damage.ts";
import type { Entry } from "./entry.ts";
import type { NodeId } from "./node-id.ts";
import type { Tree } from "./tree.ts";

/** How many rows one request of a listing reads. */
const PAGE_ROWS = 1000;

/**
 * All entries of a directory after a name, read page by page as they are asked for.
 * @param path the directory, for the error of a damaged row
 */
export async function* listAll(
  tree: Tree,
  dirId: NodeId,
  after?: string,
  path = "",
): AsyncGenerator<Entry, void> {
  let cursor = after;
  for (;;) {
    const reading = tree.entries(dirId, { after: cursor, limit: PAGE_ROWS });
    const page = await inDirectory(path, reading);
    yield* page;
    if (page.length < PAGE_ROWS) return;
    cursor = page.at(-1)?.name;
  }
}
