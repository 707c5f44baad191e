import type { ListEntry } from "./entry-info.ts";
import type { WD } from "./wd.ts";

/** What has become of an entry from one commit to another. */
export interface Difference {
  /**
   * `changed`: another version, or another file of the same name. `moved`: elsewhere, and perhaps changed; what
   * has only moved along with a directory is not told.
   */
  readonly change: "added" | "removed" | "changed" | "moved";
  /** Where it is, or was before it was removed. */
  readonly path: string;
  /** Of what has moved: where it was. */
  readonly from?: string;
  /** What stood there; absent for what was added. Its `name` is the path without the first slash. */
  readonly before?: ListEntry;
  /** What stands there now; absent for what was removed. */
  readonly after?: ListEntry;
}

/** How two commits are compared. */
export interface DiffOptions {
  /** Is told how many entries have been looked at, every thousand. What it throws ends the comparison. */
  readonly onProgress?: ((entries: number) => void) | undefined;
  /** Ends the comparison with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** Entries between two looks at the signal. */
const STRIDE = 1000;

/** An entry, and where it is. */
interface Found {
  readonly path: string;
  readonly entry: ListEntry;
}

/**
 * What differs between two trees: first what has changed where it stands, in the order of the paths, then the
 * rest. Both are listed side by side; only what stands in one of them alone is held in memory.
 */
export async function* diffTrees(
  before: WD,
  after: WD,
  options: DiffOptions,
): AsyncGenerator<Difference, void> {
  const unmatched = new Unmatched();
  for await (const [old, now] of pairs(before, after, options)) {
    const isSame = old && now && old.entry.nodeId === now.entry.nodeId;
    if (!isSame) unmatched.add(old, now);
    else if (isOther(old.entry, now.entry))
      yield { change: "changed", path: now.path, before: old.entry, after: now.entry };
  }
  yield* unmatched.differences();
}

/** Entries of two trees by their paths; `undefined` where one of them has none there. */
async function* pairs(
  before: WD,
  after: WD,
  { onProgress, signal }: DiffOptions,
): AsyncGenerator<readonly [Found | undefined, Found | undefined], void> {
  const lists = [before, after].map((root) =>
    root.list("/", { recursive: true })[Symbol.asyncIterator](),
  );
  const next = async (at: number) => (await lists[at]?.next())?.value as ListEntry | undefined;
  try {
    let [old, now] = await Promise.all([next(0), next(1)]);
    for (let count = 1; old || now; count += 1) {
      const order = !old ? 1 : !now ? -1 : comparePaths(old.name, now.name);
      yield [order <= 0 ? found(old) : undefined, order >= 0 ? found(now) : undefined];
      [old, now] = await Promise.all([order <= 0 ? next(0) : old, order >= 0 ? next(1) : now]);
      if (count % STRIDE === 0) onProgress?.(count);
      if (count % STRIDE === 0) signal?.throwIfAborted();
    }
  } finally {
    for (const list of lists) await list.return?.();
  }
}

function found(entry: ListEntry | undefined): Found | undefined {
  return entry && { path: `/${entry.name}`, entry };
}

/** As listings are ordered: name by name, each directory before what is in it. */
function comparePaths(one: string, other: string): number {
  const [key, against] = [sortKey(one), sortKey(other)];
  return key === against ? 0 : key < against ? -1 : 1;
}

/** No name holds a NUL, which sorts before all that it may hold. */
function sortKey(path: string): string {
  return path.replaceAll("/", "\0");
}

/** A directory that is still there is the same; what is in it is told of by itself. */
function isOther(before: ListEntry, after: ListEntry): boolean {
  return before.entryType !== "Directory" && before.version !== after.version;
}

/** What stands at a path in one of two trees alone, or is another node there. */
class Unmatched {
  readonly #gone = new Map<string, Found>();
  readonly #come: Found[] = [];
  /** Where directories that have moved were, by where they are. */
  readonly #movedFrom = new Map<string, string>();

  add(old: Found | undefined, now: Found | undefined): void {
    if (old) this.#gone.set(old.entry.nodeId, old);
    if (now) this.#come.push(now);
  }

  *differences(): Generator<Difference, void> {
    const added: Found[] = [];
    for (const now of this.#come) {
      const old = this.#gone.get(now.entry.nodeId);
      this.#gone.delete(now.entry.nodeId);
      if (!old) added.push(now);
      else yield* this.#moved(old, now);
    }
    const removed = new Map([...this.#gone.values()].map((old) => [old.path, old]));
    for (const { path, entry: after } of added) {
      const before = removed.get(path)?.entry;
      removed.delete(path);
      yield before ? { change: "changed", path, before, after } : { change: "added", path, after };
    }
    for (const { path, entry: before } of removed.values())
      yield { change: "removed", path, before };
  }

  *#moved(old: Found, now: Found): Generator<Difference, void> {
    const { path } = now;
    const [before, after] = [old.entry, now.entry];
    if (after.entryType === "Directory") this.#movedFrom.set(path, old.path);
    const cut = path.lastIndexOf("/");
    const directory = this.#movedFrom.get(path.slice(0, cut));
    if (directory === undefined || `${directory}${path.slice(cut)}` !== old.path)
      yield { change: "moved", path, from: old.path, before, after };
    else if (isOther(before, after)) yield { change: "changed", path, before, after };
  }
}
