import { promisifyRequest } from "idb-keyval";
import type { Place, RowRef } from "../../tinyfs/entry.ts";
import { dirKey, oldKey, oldRangeAsOf, oldRangeSince } from "../keys.ts";
import type { EndedOplogEntry, OplogEntry } from "../oplog-entry.ts";
import { readFirst, readRow, unseal } from "../oplog-rows.ts";

/** A row of a name, ended or not. */
export type AnyRow = OplogEntry | EndedOplogEntry;

/** Whether a row has ended. */
export function isEnded(row: AnyRow): row is EndedOplogEntry {
  return "endSeq" in row;
}

/** Whether a row only tells that something was brought back there and moved on at once. */
export function isPassed(row: AnyRow): boolean {
  return isEnded(row) && row.placedSeq === row.endSeq;
}

/** The row of the same node that a row continues. */
export async function previousRow(
  oplog: IDBObjectStore,
  row: AnyRow,
): Promise<EndedOplogEntry | undefined> {
  const { from, placedSeq, nodeId } = row;
  const found = from
    ? await readRow<EndedOplogEntry>(oplog, oldKey(from))
    : await newestEnded(oplog, row, placedSeq - 1);
  const continues = from ? found !== undefined : found?.endSeq === placedSeq;
  return found && continues && found.nodeId === nodeId ? found : undefined;
}

/** The row of the same node that continues an ended one. */
export async function nextRow(
  oplog: IDBObjectStore,
  row: EndedOplogEntry,
): Promise<AnyRow | undefined> {
  const place = placeAfter(row);
  if (!place) return undefined;
  const found = await firstOfNode(oplog, { place, nodeId: row.nodeId, since: row.endSeq, row });
  // What was brought back and moved on is continued where it was moved to.
  return found && isEnded(found) && isPassed(found) ? nextRow(oplog, found) : found;
}

/** The row of a node that is current, found from one that has ended. */
export async function liveRow(
  oplog: IDBObjectStore,
  row: EndedOplogEntry,
): Promise<OplogEntry | undefined> {
  let at: EndedOplogEntry | undefined = row;
  while (at) {
    const place = placeAfter(at);
    if (!place) return undefined;
    const current = await readRow<OplogEntry>(oplog, dirKey(place));
    if (current?.nodeId === row.nodeId) return current;
    const newest = await newestEnded(oplog, place, Number.POSITIVE_INFINITY);
    const isLater: boolean = newest?.nodeId === row.nodeId && newest.endSeq > at.endSeq;
    const next: AnyRow | undefined = isLater ? newest : await nextRow(oplog, at);
    at = next && isEnded(next) ? next : undefined;
  }
  return undefined;
}

/** The newest ended row of the same node at the same name that was placed before. */
export async function earlierAtName(
  oplog: IDBObjectStore,
  row: EndedOplogEntry,
): Promise<EndedOplogEntry | undefined> {
  const found = await newestEnded(oplog, row, row.placedSeq - 1);
  return found?.nodeId === row.nodeId ? found : undefined;
}

/** Whether two rows stand, or stood, at the same name since the same commit. */
export function isSameRow(a: RowRef, b: RowRef): boolean {
  return a.dirId === b.dirId && a.name === b.name && a.placedSeq === b.placedSeq;
}

/** Where the node of an ended row went on. Ponds of the first format do not say it of moves. */
function placeAfter(row: EndedOplogEntry): Place | undefined {
  return row.end === "moved" ? row.to : row;
}

interface Sought {
  readonly place: Place;
  readonly nodeId: string;
  readonly since: number;
  readonly row: RowRef;
}

/** The first row of a node that was placed at a name at or after a commit. */
async function firstOfNode(oplog: IDBObjectStore, sought: Sought): Promise<AnyRow | undefined> {
  const { place, nodeId, since, row } = sought;
  const exact = await readRow<EndedOplogEntry>(oplog, oldKey({ ...place, placedSeq: since }));
  if (exact?.nodeId === nodeId && !isSameRow(exact, row)) return exact;
  const current = await readRow<OplogEntry>(oplog, dirKey(place));
  const isCurrent = current?.nodeId === nodeId && current.placedSeq >= since;
  if (isCurrent && current.placedSeq === since) return current;
  const request = oplog.openCursor(oldRangeSince(place, since), "prev");
  for (;;) {
    const cursor = await promisifyRequest(request);
    if (!cursor) return isCurrent ? current : undefined;
    const found = cursor.value as EndedOplogEntry;
    if (found.nodeId === nodeId && !isSameRow(found, row)) return unseal(oldKey(found), found);
    cursor.continue();
  }
}

function newestEnded(
  oplog: IDBObjectStore,
  place: Place,
  seq: number,
): Promise<EndedOplogEntry | undefined> {
  return readFirst<EndedOplogEntry>(oplog, oldRangeAsOf(place, seq), oldKey);
}
