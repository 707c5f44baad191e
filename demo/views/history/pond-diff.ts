import type { ListEntry, Pond } from "tinypond";

/** How an entry differs between two commits. */
export interface Difference {
  readonly kind: "added" | "removed" | "changed" | "moved";
  readonly path: string;
  /** Of a moved entry: where it was. */
  readonly from?: string;
  readonly before?: ListEntry;
  readonly after?: ListEntry;
}

/** All that differs, and the sums. */
export interface PondDiff {
  readonly from: number;
  readonly to: number;
  readonly differences: readonly Difference[];
  readonly files: number;
  readonly rows: number;
  readonly bytes: number;
}

/**
 * Compares two commits by their listings, for the library has no comparison of its own.
 * @param onProgress gets how many entries were read
 */
export async function diffCommits(
  pond: Pond,
  from: number,
  to: number,
  { signal, onProgress }: { signal: AbortSignal; onProgress: (entries: number) => void },
): Promise<PondDiff> {
  let count = 0;
  const read = (seq: number) =>
    entriesAt(pond, seq, signal, () => {
      count += 1;
      if (count % 1000 === 0) onProgress(count);
    });
  const before = await read(from);
  const after = await read(to);
  const differences = [...differencesOf(before, after)];
  const sum = (of: (entry: ListEntry) => number) =>
    total(after.values(), of) - total(before.values(), of);
  return {
    from,
    to,
    differences,
    files: sum(isFile),
    rows: sum(({ rowCount = 0 }) => rowCount),
    bytes: sum(({ size }) => size),
  };
}

async function entriesAt(
  pond: Pond,
  seq: number,
  signal: AbortSignal,
  onEntry: () => void,
): Promise<Map<string, ListEntry>> {
  const entries = new Map<string, ListEntry>();
  const snapshot = await pond.snapshot({ seq });
  try {
    for await (const entry of snapshot.root.list("/", { recursive: true })) {
      signal.throwIfAborted();
      entries.set(`/${entry.name}`, entry);
      onEntry();
    }
  } finally {
    await snapshot.close();
  }
  return entries;
}

function* differencesOf(
  before: ReadonlyMap<string, ListEntry>,
  after: ReadonlyMap<string, ListEntry>,
): Generator<Difference> {
  const gone = new Map<string, readonly [path: string, entry: ListEntry]>();
  for (const [path, entry] of before) {
    if (after.get(path)?.nodeId !== entry.nodeId) gone.set(entry.nodeId, [path, entry]);
  }
  for (const [path, entry] of after) {
    const same = before.get(path);
    if (same?.nodeId === entry.nodeId) {
      if (same.version !== entry.version)
        yield { kind: "changed", path, before: same, after: entry };
      continue;
    }
    const moved = gone.get(entry.nodeId);
    gone.delete(entry.nodeId);
    if (moved) yield { kind: "moved", path, from: moved[0], before: moved[1], after: entry };
    else yield { kind: "added", path, after: entry };
  }
  for (const [path, entry] of gone.values()) yield { kind: "removed", path, before: entry };
}

function isFile({ entryType }: ListEntry): number {
  return entryType.startsWith("File") ? 1 : 0;
}

function total(entries: Iterable<ListEntry>, of: (entry: ListEntry) => number): number {
  let sum = 0;
  for (const entry of entries) sum += of(entry);
  return sum;
}
