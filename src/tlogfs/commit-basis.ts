import { promisifyRequest } from "idb-keyval";
import { findConflict } from "../tinyfs/conflict.ts";
import type { RowRef, SegmentRow } from "../tinyfs/entry.ts";
import { ConflictError, TinyFSError } from "../tinyfs/errors.ts";
import type { NodeId } from "../tinyfs/node-id.ts";
import type { WriteSet } from "../tinyfs/write-set.ts";
import type { BlobRow } from "./blob-row.ts";
import type { CommitPlan } from "./commit-plan.ts";
import { blobKey, dirKey, oldKey, type PackKey, txnRange } from "./keys.ts";
import { readChangesAfter } from "./log.ts";
import { checkFormat, type PondMeta, readMeta } from "./meta.ts";
import { missingPond } from "./open-database.ts";
import type { OplogEntry } from "./oplog-entry.ts";
import { hasRow, readRow, readRows } from "./oplog-rows.ts";
import { idbKey, type Pack, unsealPack } from "./packs.ts";
import { readNewestSegment } from "./reader.ts";
import { keyOfTxn, readHead, type TxnRow } from "./txn-row.ts";

/** What a commit finds when it begins. */
export interface FoundRows {
  readonly head: TxnRow | undefined;
  readonly newestSegments: ReadonlyMap<NodeId, SegmentRow>;
  /** Hashes of blobs that have a row. */
  readonly knownBlobs: ReadonlySet<string>;
  /** Packs whose counts are to be raised. */
  readonly reused: readonly FoundPack[];
  /** Keys of packs that were written before and are gone again. */
  readonly lostPacks: ReadonlySet<PackKey>;
}

/** A pack and where it stands. */
export interface FoundPack {
  readonly key: PackKey;
  readonly pack: Pack;
}

/**
 * Reads all that a commit depends on, in its own transaction, and checks that it may go on.
 * @throws CONFLICT, VERSION_PRUNED, FORMAT_TOO_NEW, POND_MISSING, CORRUPT_ROW
 */
export async function readBasis(
  oplog: IDBObjectStore,
  plan: CommitPlan,
  pond: { readonly pond: string; readonly id: string },
): Promise<FoundRows> {
  const packs = oplog.transaction.objectStore("packs");
  const [meta, head, newestSegments, knownBlobs, reused, lostPacks, lostSource] = await Promise.all(
    [
      readMeta(oplog, pond.pond),
      readHead(oplog),
      readNewestSegments(oplog, plan.series),
      readKnownBlobs(oplog, plan),
      readPacks(packs, plan.reused),
      findLostPacks(packs, plan),
      findLostSource(oplog, plan.writeSet.sources),
    ],
  );
  checkPond(meta, pond);
  if (head && head.seq !== plan.writeSet.base) await checkConflicts(oplog, plan.writeSet, head.seq);
  if (lostSource) throw pruned(lostSource);
  return { head, newestSegments, knownBlobs, reused, lostPacks };
}

function checkPond(meta: PondMeta, { pond, id }: { pond: string; id: string }): void {
  checkFormat(meta, pond, "write");
  if (meta.id !== id) throw missingPond(pond); // deleted, and made anew under the same name
}

async function checkConflicts(
  oplog: IDBObjectStore,
  writeSet: WriteSet,
  head: number,
): Promise<void> {
  const conflict = findConflict(writeSet, await readChangesAfter(oplog, writeSet.base, head));
  if (conflict === undefined) return;
  const { id } = writeSet;
  throw new ConflictError(`Cannot commit transaction ${id}: ${conflict}`, { txId: id });
}

async function readNewestSegments(
  oplog: IDBObjectStore,
  nodes: readonly NodeId[],
): Promise<Map<NodeId, SegmentRow>> {
  const newest = Number.POSITIVE_INFINITY;
  const rows = await Promise.all(nodes.map((node) => readNewestSegment(oplog, node, newest)));
  return new Map(rows.flatMap((row) => (row ? [[row.nodeId, row]] : [])));
}

async function readKnownBlobs(oplog: IDBObjectStore, { large }: CommitPlan): Promise<Set<string>> {
  const rows = await Promise.all(
    large.map(({ sha256 }) => readRow<BlobRow>(oplog, blobKey(sha256))),
  );
  return new Set(rows.flatMap((row) => row?.sha256 ?? []));
}

async function readPacks(store: IDBObjectStore, keys: readonly PackKey[]): Promise<FoundPack[]> {
  return Promise.all(
    keys.map(async (key) => {
      const value = await promisifyRequest<unknown>(store.get(idbKey(key)));
      return { key, pack: unsealPack(key, value) };
    }),
  );
}

async function findLostPacks(store: IDBObjectStore, plan: CommitPlan): Promise<Set<PackKey>> {
  if (!plan.isPrewritten) return new Set();
  const present = await Promise.all(plan.packs.map(({ key }) => hasRow(store, idbKey(key))));
  return new Set(plan.packs.flatMap(({ key }, index) => (present[index] ? [] : [key])));
}

/** A row that was to be used again and is not there. */
async function findLostSource(
  oplog: IDBObjectStore,
  sources: readonly RowRef[],
): Promise<RowRef | undefined> {
  const present = await Promise.all(sources.map((source) => isThere(oplog, source)));
  return sources.find((_, index) => !present[index]);
}

async function isThere(oplog: IDBObjectStore, source: RowRef): Promise<boolean> {
  const [current, hasEnded] = await Promise.all([
    readRow<OplogEntry>(oplog, dirKey(source)),
    hasRow(oplog, oldKey(source)),
  ]);
  return hasEnded || current?.placedSeq === source.placedSeq;
}

function pruned({ name, placedSeq }: RowRef): TinyFSError {
  const message = `Cannot use the version of "${name}" of commit ${placedSeq}: it has been dropped`;
  return new TinyFSError("VERSION_PRUNED", message, { path: name });
}

/** Finds a commit by its transaction among those after its base. */
export async function findCommit(
  oplog: IDBObjectStore,
  { id, base }: WriteSet,
): Promise<TxnRow | undefined> {
  const rows = await readRows<TxnRow>(
    oplog,
    txnRange(base + 1, Number.POSITIVE_INFINITY),
    keyOfTxn,
  );
  return rows.find((row) => row.id === id);
}
