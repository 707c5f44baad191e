import type { Difference, ListEntry, Pond } from "tinypond";

/** All that differs between two commits, and the sums. */
export interface PondDiff {
  readonly from: number;
  readonly to: number;
  readonly differences: readonly Difference[];
  readonly files: number;
  readonly rows: number;
  readonly bytes: number;
}

/**
 * Compares two commits.
 * @param onProgress gets how many entries were read
 */
export async function diffCommits(
  pond: Pond,
  from: number,
  to: number,
  options: { readonly signal: AbortSignal; readonly onProgress: (entries: number) => void },
): Promise<PondDiff> {
  await using before = await pond.snapshot({ seq: from });
  await using after = await pond.snapshot({ seq: to });
  const differences: Difference[] = [];
  for await (const difference of before.diff(after, options)) differences.push(difference);
  const sum = (of: (entry: ListEntry) => number) =>
    differences.reduce(
      (total, one) => total + (one.after ? of(one.after) : 0) - (one.before ? of(one.before) : 0),
      0,
    );
  return {
    from,
    to,
    differences,
    files: sum(({ entryType }) => (entryType.startsWith("File") ? 1 : 0)),
    rows: sum(({ rowCount = 0 }) => rowCount),
    bytes: sum(({ size }) => size),
  };
}
