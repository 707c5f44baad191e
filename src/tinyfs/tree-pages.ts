import { inDirectory } from "./damage.ts";
import type { Entry } from "./entry.ts";
import type { NodeId } from "./node-id.ts";
import type { Tree } from "./tree.ts";

/** How many rows one request of a listing reads. */
const PAGE_ROWS = 1000;

/** Where a listing of a directory begins and ends. */
interface Section {
  /** The name to begin after, which need not be there. */
  readonly after?: string | undefined;
  /** At most so many entries. */
  readonly limit?: number;
}

/**
 * The entries of a directory, page by page. A page is asked for while the one before it is used.
 * @param path the directory, for the error of a damaged row
 */
export async function* listPages(
  tree: Tree,
  dirId: NodeId,
  path = "",
  { after, limit = Number.POSITIVE_INFINITY }: Section = {},
): AsyncGenerator<readonly Entry[], void> {
  let missing = limit;
  const read = (cursor?: string) => {
    const page = { after: cursor, limit: Math.min(missing, PAGE_ROWS) };
    missing -= page.limit;
    const reading = inDirectory(path, tree.entries(dirId, page));
    reading.catch(() => {}); // told to whoever comes for it
    return reading;
  };
  for (let next: Promise<readonly Entry[]> | undefined = read(after); next; ) {
    const page: readonly Entry[] = await next;
    next = page.length < PAGE_ROWS || missing <= 0 ? undefined : read(page.at(-1)?.name);
    if (page.length > 0) yield page;
  }
}

/** The same, one by one. */
export async function* listAll(
  ...directory: Parameters<typeof listPages>
): AsyncGenerator<Entry, void> {
  for await (const page of listPages(...directory)) yield* page;
}
