import type { Position } from "../../tinyfs/entry.ts";
import { HistoryTruncatedError, TinyFSError } from "../../tinyfs/errors.ts";
import { isLater } from "../../tinyfs/series.ts";
import { missingVersion } from "../../tinyfs/version-history.ts";
import type { OpenParts, Part, SeriesRows } from "../open-parts.ts";
import type { StreamOptions } from "../read-options.ts";
import type { PlannedPart } from "./chunks.ts";

/**
 * How many rows a series had as of a version. Appends add rows at the end and compactions keep them in
 * their order, so those that were appended since are the ones after so many.
 * @throws NOT_FOUND for a version to come, VERSION_PRUNED; HISTORY_TRUNCATED where rows were replaced since
 */
export function rowsAsOf(
  { rows }: SeriesRows,
  parts: readonly Part[],
  version: number,
  path: string,
): number {
  if (version === 0) return 0;
  const [newest] = rows;
  const made = rows.find((row) => row.kind !== "compact" && row.version === version);
  if (!newest || !made) throw missingVersion(path, version, newest?.version ?? 0);
  assertAppendedSince(rows, made, path);
  if (made.version === newest.version) return countRows(parts, path);
  // A file whose rows were not counted is missing from the sums for good.
  if (newest.totals.rows !== countRows(parts, path)) throw notCounted(path);
  return made.totals.rows;
}

/** How many rows at the beginning are not wanted. @throws as `rowsAsOf`; WRONG_ENTRY_TYPE for what is no series */
export function skipOf(
  { parts, series }: OpenParts,
  path: string,
  { afterVersion }: StreamOptions,
): number {
  if (afterVersion === undefined) return 0;
  return rowsAsOf(seriesOf(series, path), parts, afterVersion, path);
}

/** The rows of the log of a series. @throws WRONG_ENTRY_TYPE for what is none */
export function seriesOf(series: SeriesRows | undefined, path: string): SeriesRows {
  if (series) return series;
  const message = `Cannot read what was appended to "${path}": it is no series`;
  throw new TinyFSError("WRONG_ENTRY_TYPE", message, { path });
}

/** @throws HISTORY_TRUNCATED where rows were replaced or trimmed after a position */
export function assertAppendedSince(
  rows: SeriesRows["rows"],
  position: Position,
  path: string,
): void {
  const replaced = rows.find((row) => row.kind === "replace" && isLater(row, position));
  if (!replaced) return;
  const message = `Cannot tell what was appended to "${path}": version ${replaced.version} replaced its rows; read it anew`;
  throw new HistoryTruncatedError(message, { path, version: replaced.version });
}

/** All rows of some parts. @throws HISTORY_TRUNCATED where the log does not know them */
export function countRows(parts: readonly Part[], path: string): number {
  return parts.reduce((sum, { rowCount }) => {
    if (rowCount === undefined) throw notCounted(path);
    return sum + rowCount;
  }, 0);
}

/** Leaves out so many rows: whole parts, and the first rows of one. */
export function skipRows(
  parts: readonly (Part & Partial<PlannedPart>)[],
  count: number,
): PlannedPart[] {
  let left = count;
  return parts.flatMap((part) => {
    const { rowCount = 0, skipRows: before = 0 } = part;
    const skipped = Math.min(left, Math.max(0, rowCount - before));
    left -= skipped;
    const isSkipped = skipped > 0 && before + skipped === rowCount;
    return isSkipped ? [] : { ...part, skipRows: before + skipped };
  });
}

function notCounted(path: string): HistoryTruncatedError {
  const message = `Cannot tell what was appended to "${path}": the rows of some of its segments were not counted when they were written`;
  return new HistoryTruncatedError(message, { path });
}
