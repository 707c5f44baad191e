import type { EntryType } from "../../tinyfs/entry-type.ts";
import type { NodeId } from "../../tinyfs/node-id.ts";
import { deadKey, dirKey, oldKey } from "../keys.ts";
import type { EndedOplogEntry } from "../oplog-entry.ts";
import type { Sealed } from "../oplog-rows.ts";
import {
  type AnyRow,
  earlierAtName,
  isEnded,
  isPassed,
  isSameRow,
  nextRow,
  previousRow,
} from "./chain.ts";
import type { Slice } from "./slice.ts";

/** Says that no row of a node is left, and that what is below a directory, or in a series, is to go. */
export interface DeadNode extends Sealed {
  readonly nodeId: NodeId;
  readonly entryType: EntryType;
}

/** What became of a row that was dropped. */
export interface Dropped {
  /** Whether its version went with it: no other row of the node repeats it. */
  readonly isVersion: boolean;
  /** Whether a current row was changed. */
  readonly isSpliced: boolean;
}

/** Drops a row, and ties what it continued to what continues it. */
export async function dropRow(slice: Slice, row: AnyRow): Promise<Dropped> {
  const { oplog } = slice;
  const previous = await previousRow(oplog, row);
  const next = isEnded(row) ? await nextRow(oplog, row) : undefined;
  slice.delete(isEnded(row) ? oldKey(row) : dirKey(row));
  slice.release(row, { nodeId: row.nodeId, seq: row.placedSeq, n: 0 });
  if (isEnded(row)) await tieForward(slice, row, previous);
  const isSpliced = next !== undefined && tieBack(slice, row, previous, next);
  const isVersion = holdsVersion(row) && !repeats(row, previous) && !repeats(row, next);
  if (isVersion) slice.countVersion(row.size);
  if (!previous && !next && !isPassed(row) && isCertain(row)) markDead(slice, row);
  return { isVersion, isSpliced };
}

/** The next row continues what this one continued. Returns whether that is a current row. */
function tieBack(
  slice: Slice,
  row: AnyRow,
  previous: EndedOplogEntry | undefined,
  next: AnyRow,
): boolean {
  if (isPassed(row)) return false; // its successor continues what was brought back
  const { sum: _, from, ...kept } = next;
  if (!previous && from === undefined) return false;
  if (from && !isSameRow(from, row)) return false;
  const key = isEnded(next) ? oldKey(next) : dirKey(next);
  const tie = previous && {
    dirId: previous.dirId,
    name: previous.name,
    placedSeq: previous.placedSeq,
  };
  slice.put(key, { ...kept, ...(tie && { from: tie }) });
  return !isEnded(next);
}

/** Who looks from the row before for where the node went must still find it. */
async function tieForward(
  slice: Slice,
  row: EndedOplogEntry,
  previous: EndedOplogEntry | undefined,
): Promise<void> {
  if (row.end !== "moved" || !row.to) return;
  const before = previous ?? (await earlierAtName(slice.oplog, row));
  if (!before) return;
  const { sum: _, ...kept } = before;
  slice.put(oldKey(before), { ...kept, end: "moved", to: row.to });
}

/** Ponds of the first format do not say where a row was moved to: its node may be somewhere. */
function isCertain(row: AnyRow): boolean {
  return !isEnded(row) || row.end !== "moved" || row.to !== undefined;
}

function markDead(slice: Slice, { nodeId, entryType }: AnyRow): void {
  if (entryType !== "Directory" && entryType !== "FileSeries") return;
  slice.put(deadKey(nodeId), { nodeId, entryType });
}

function holdsVersion(row: AnyRow): boolean {
  return row.storage !== undefined;
}

function repeats(row: AnyRow, other: AnyRow | undefined): boolean {
  return other !== undefined && other.version === row.version && holdsVersion(other);
}
