import type { Place, Position, RowRef } from "../tinyfs/entry.ts";
import type { NodeId } from "../tinyfs/node-id.ts";

/** A key of the `oplog` or the `packs` store. */
export type Key = (string | number)[];

/** `[ownerLock, packId]`: where a pack stands. Packs that came with their commit have the owner "". */
export type PackKey = readonly [owner: string, packId: string];

/** The number as it stands in a key: the newest comes first. */
function newestFirst(number: number): number {
  return 0 - number; // not -number: a key must not be -0
}

/** The pond's own row. */
export const META_KEY: Key = ["meta"];

/** The same once more: with one damaged the other still opens the pond. */
export const META_COPY_KEY: Key = ["meta", "copy"];

/** The current row of a name. */
export function dirKey({ dirId, name }: Place): Key {
  return ["dir", dirId, name];
}

/** A row that ended. */
export function oldKey({ dirId, name, placedSeq }: RowRef): Key {
  return ["old", dirId, name, newestFirst(placedSeq)];
}

/** A row of a series. */
export function segmentKey({ nodeId, txnSeq, n }: Position & { nodeId: NodeId }): Key {
  return ["seg", nodeId, newestFirst(txnSeq), newestFirst(n)];
}

/** A commit. */
export function txnKey(seq: number): Key {
  return ["txn", newestFirst(seq)];
}

/** The number of the commit that has this key. */
export function seqOfTxnKey(key: IDBValidKey): number {
  return newestFirst(Number((key as Key)[1]));
}

/** A chunk of a commit's changes. */
export function changesKey(seq: number, n: number): Key {
  return ["chg", seq, n];
}

/** What is known of a blob. */
export function blobKey(sha256: string): Key {
  return ["blob", sha256];
}

/** Says that a row names a blob, or, with the node "", that a commit uses a pack. */
export function refKey(id: string, nodeId: string, placedSeq: number, n: number): Key {
  return ["ref", id, nodeId, placedSeq, n];
}

/** The `n` of the reference that segment `index` of the series row `n` holds; 0 for the first of the first. */
export function segmentRefNumber(n: number, index: number): number {
  return n * 2 ** 32 + index;
}

/** All keys that begin with these parts: arrays sort behind numbers and strings. */
export function keysBelow(...prefix: Key): IDBKeyRange {
  return IDBKeyRange.bound(prefix, [...prefix, []], false, true);
}

/** A directory's current rows after a name. */
export function dirRange(dirId: NodeId, after?: string): IDBKeyRange {
  return rangeAfter(["dir", dirId], after === undefined ? undefined : ["dir", dirId, after]);
}

/** A directory's ended rows behind the last one of a name. */
export function oldRange(dirId: NodeId, after?: string): IDBKeyRange {
  return rangeAfter(["old", dirId], after === undefined ? undefined : ["old", dirId, after, []]);
}

/** The keys that begin with these parts and stand behind one of them. */
export function rangeAfter(prefix: Key, after: IDBValidKey | undefined): IDBKeyRange {
  if (after === undefined) return keysBelow(...prefix);
  return IDBKeyRange.bound(after, [...prefix, []], true, true);
}

/** The ended rows of a name that were placed at or after a commit, newest first. */
export function oldRangeSince({ dirId, name }: Place, seq: number): IDBKeyRange {
  const prefix: Key = ["old", dirId, name];
  return IDBKeyRange.bound(prefix, [...prefix, newestFirst(seq)], true, false);
}

/** Says that a node has no row any more, and that what it held is to be dropped. */
export function deadKey(nodeId: NodeId): Key {
  return ["dead", nodeId];
}

/** The ended rows of a name that were placed at or before a commit, newest first. */
export function oldRangeAsOf({ dirId, name }: Place, seq: number): IDBKeyRange {
  return newestRange(["old", dirId, name], seq);
}

/** The rows of a series at or before a commit, newest first. */
export function segmentRangeAsOf(nodeId: NodeId, seq: number): IDBKeyRange {
  return newestRange(["seg", nodeId], seq);
}

/** The commits from one to another, both inclusive, newest first. */
export function txnRange(from: number, to: number): IDBKeyRange {
  return IDBKeyRange.bound(["txn", newestFirst(to)], ["txn", newestFirst(from)]);
}

/** The changes of the commits after one, oldest first. */
export function changesRangeAfter(seq: number): IDBKeyRange {
  return IDBKeyRange.bound(["chg", seq, []], ["chg", []], true, true);
}

/** Packs that were written before their commits. */
export function prewrittenPacks(): IDBKeyRange {
  return IDBKeyRange.bound(["", []], [[]], true, true);
}

function newestRange(prefix: Key, seq: number): IDBKeyRange {
  return IDBKeyRange.bound([...prefix, newestFirst(seq)], [...prefix, []], false, true);
}
