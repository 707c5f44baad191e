import type { Change, CommitInfo, PondTotals } from "./change.ts";
import type { Entry, Place, RowRef, SegmentRow, SupersededEntry } from "./entry.ts";
import { supportsLargeFiles } from "./entry-type.ts";
import type { NodeId } from "./node-id.ts";
import { addTotals } from "./series.ts";
import type {
  StagedEntry,
  StagedName,
  StagedSegmentRow,
  StagedSeries,
  WriteSet,
} from "./write-set.ts";

/** What a commit reads before it writes. */
export interface CommitBasis {
  /** The number and time (microseconds) this commit is given. */
  readonly seq: number;
  /** The time it is given, in microseconds since 1970. */
  readonly time: number;
  /** Sums over the pond before it. */
  readonly totals: PondTotals;
  /** The newest row of each series that the write set adds to. */
  readonly newestSegments: ReadonlyMap<NodeId, SegmentRow>;
}

/** The rows that a commit writes; a persistence layer has only to store them. */
export interface SettledCommit {
  /** Rows that end: each leaves its name in the current rows. */
  readonly superseded: readonly SupersededEntry[];
  /** Rows that stand at their names from now on. */
  readonly placed: readonly Entry[];
  /** Rows that are added to series. */
  readonly segments: readonly SegmentRow[];
  /** What the log tells of the commit. */
  readonly changes: readonly Change[];
  /** Sums over the pond after it. */
  readonly totals: PondTotals;
}

/** Turns a write set into rows, with the numbers that only the commit knows. */
export function settle(writeSet: WriteSet, basis: CommitBasis): SettledCommit {
  const placedNodes = new Map<NodeId, Place>();
  for (const { dirId, name, after } of writeSet.names) {
    if (after) placedNodes.set(after.nodeId, { dirId, name });
  }
  const superseded: SupersededEntry[] = [];
  const placed: Entry[] = [];
  for (const staged of writeSet.names) {
    if (isUnmoved(staged)) continue;
    const { before, after } = staged;
    if (before) {
      superseded.push({ ...before, endSeq: basis.seq, ...endOf(before, after, placedNodes) });
    }
    if (after) placed.push(placeEntry(after, basis));
  }
  superseded.push(...passedRows(writeSet, basis));
  const segments = writeSet.series.flatMap((series) => settleSeries(series, basis));
  return {
    superseded,
    placed,
    segments,
    changes: describeChanges(writeSet, segments),
    totals: sumTotals(writeSet, basis, segments),
  };
}

/** Whether a user asked for what a commit changed, or the pond did, since nothing that is read differs. */
export function kindOfCommit({ changes }: SettledCommit): CommitInfo["kind"] {
  const isCompaction = changes.length > 0 && changes.every(({ kind }) => kind === "compact");
  return isCompaction ? "maintenance" : "user";
}

/** The number a commit after `head` is given its time by: clocks may stand still or go back. */
export function nextTime(previousMicros: number): number {
  return Math.max(Date.now() * 1000, previousMicros + 1);
}

/** Touched, but in the end as it was. */
function isUnmoved({ before, after }: StagedName): boolean {
  if (!after) return !before;
  return before?.nodeId === after.nodeId && !after.dirty;
}

function endOf(
  before: Entry,
  after: Entry | undefined,
  placedNodes: ReadonlyMap<NodeId, Place>,
): Pick<SupersededEntry, "end" | "to"> {
  if (after?.nodeId === before.nodeId) return { end: "replaced" };
  const to = placedNodes.get(before.nodeId);
  return to ? { end: "moved", to } : { end: "removed" };
}

/**
 * Entries that were brought back and moved on in one transaction leave a row of no duration behind:
 * without it the name would seem to be free for bringing them back once more.
 */
function passedRows({ names }: WriteSet, basis: CommitBasis): SupersededEntry[] {
  return names.flatMap(({ after }) => {
    if (!after?.restored || !after.home || isSamePlace(after, after.home)) return [];
    const { dirId, name } = after.home;
    const left = names.find((staged) => isSamePlace(staged, { dirId, name }));
    if (!left || left.after) return [];
    const { content: _, from: __, ...row } = placeEntry(after, basis);
    const to = { dirId: after.dirId, name: after.name };
    return [{ ...row, dirId, name, endSeq: basis.seq, end: "moved" as const, to }];
  });
}

function placeEntry(staged: StagedEntry, { seq, time }: CommitBasis): Entry {
  const { dirty, home, restored, from: _, ...entry } = staged;
  const from = home && (restored || !isSamePlace(home, entry));
  return {
    ...entry,
    placedSeq: seq,
    ...(dirty && { txnSeq: seq, timestamp: time }),
    ...(from && { from: rowRef(home) }),
  };
}

function isSamePlace(one: Place, other: Place): boolean {
  return one.dirId === other.dirId && one.name === other.name;
}

function rowRef({ dirId, name, placedSeq }: RowRef): RowRef {
  return { dirId, name, placedSeq };
}

/** The rows that a commit of this number would add to a series, oldest first. */
export function settleSeries(series: StagedSeries, basis: CommitBasis): SegmentRow[] {
  let newest = basis.newestSegments.get(series.nodeId);
  return series.rows.map((staged, n) => {
    newest = settleSegment(series.nodeId, staged, n, newest, basis);
    return newest;
  });
}

function settleSegment(
  nodeId: NodeId,
  { kind, segments, coversTo }: StagedSegmentRow,
  n: number,
  newest: SegmentRow | undefined,
  { seq, time }: CommitBasis,
): SegmentRow {
  const row = { nodeId, txnSeq: seq, n, kind, timestamp: time, segments };
  const version = newest?.version ?? 0;
  if (kind === "append") {
    return { ...row, version: version + 1, totals: addTotals(newest?.totals, segments) };
  }
  const totals = addTotals(undefined, segments);
  if (kind === "replace") {
    return { ...row, version: version + 1, totals, coversTo: { txnSeq: seq, n } };
  }
  // A compaction stands for the rows up to its base; what was appended since still counts beside it.
  // It is no version: whoever asks for the newest one finds it as it was.
  const { timestamp = time } = newest ?? {};
  const kept = { timestamp, totals: newest?.totals ?? totals };
  return { ...row, version, ...kept, ...(coversTo && { coversTo }) };
}

function describeChanges(writeSet: WriteSet, segments: readonly SegmentRow[]): Change[] {
  // Names that were used for a while only concern the transaction's own check, not what others see.
  const written = writeSet.names.filter((staged) => !isUnmoved(staged));
  const names = written.map((staged): Change => {
    const { dirId, name, path, before, after } = staged;
    return {
      dirId,
      name,
      path,
      kind: after ? "put" : "remove",
      entryType: (after ?? before)?.entryType ?? "FileData",
      ...(before && { before: before.nodeId }),
      ...(after && { after: after.nodeId, version: after.version, size: after.size }),
      ...(after?.rowCount !== undefined && { rowCount: after.rowCount }),
    };
  });
  const series = writeSet.series.flatMap(({ nodeId, path, home }) => {
    if (!home) return [];
    return segments
      .filter((row) => row.nodeId === nodeId)
      .map(
        ({ kind, version, totals, segments: written }): Change => ({
          dirId: home.dirId,
          name: home.name,
          path,
          kind,
          entryType: "FileSeries",
          before: nodeId,
          after: nodeId,
          version,
          size: totals.bytes,
          rowCount: totals.rows,
          written: addTotals(undefined, written),
        }),
      );
  });
  return [...names, ...series];
}

function sumTotals(
  writeSet: WriteSet,
  basis: CommitBasis,
  segments: readonly SegmentRow[],
): PondTotals {
  const totals = { ...basis.totals };
  for (const staged of writeSet.names) addName(totals, staged);
  for (const { nodeId } of writeSet.series) {
    const rows = segments.filter((row) => row.nodeId === nodeId);
    addSegments(totals, rows, basis.newestSegments.get(nodeId));
  }
  totals.files -= writeSet.removedBelow.files;
  totals.directories -= writeSet.removedBelow.directories;
  totals.liveBytes -= writeSet.removedBelow.liveBytes;
  return totals;
}

type Writable<Type> = { -readonly [Key in keyof Type]: Type[Key] };

function addName(totals: Writable<PondTotals>, { before, after }: StagedName): void {
  totals.files += count(after, isFile) - count(before, isFile);
  totals.directories += count(after, isDirectory) - count(before, isDirectory);
  totals.liveBytes += (after?.size ?? 0) - (before?.size ?? 0);
  if (!after?.dirty || !after.content) return;
  totals.versions += 1;
  totals.versionBytes += after.size;
}

function addSegments(
  totals: Writable<PondTotals>,
  rows: readonly SegmentRow[],
  newest: SegmentRow | undefined,
): void {
  let bytes = newest?.totals.bytes ?? 0;
  for (const row of rows) {
    if (row.kind === "compact") continue;
    totals.versions += 1;
    totals.versionBytes += addTotals(undefined, row.segments).bytes;
    totals.liveBytes += row.totals.bytes - bytes;
    bytes = row.totals.bytes;
  }
}

function count(entry: Entry | undefined, is: (entry: Entry) => boolean): number {
  return entry && is(entry) ? 1 : 0;
}

function isFile({ entryType }: Entry): boolean {
  return supportsLargeFiles(entryType);
}

function isDirectory({ entryType }: Entry): boolean {
  return entryType === "Directory";
}
