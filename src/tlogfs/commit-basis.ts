import { promisifyRequest } from "idb-keyval";
import type { Change } from "../tinyfs/change.ts";
import { findConflict } from "../tinyfs/conflict.ts";
import type { Content, RowRef, SegmentRow } from "../tinyfs/entry.ts";
import { ConflictError, TinyFSError } from "../tinyfs/errors.ts";
import type { NodeId } from "../tinyfs/node-id.ts";
import type { SettledCommit } from "../tinyfs/settle.ts";
import type { WriteSet } from "../tinyfs/write-set.ts";
import type { CommitPlan } from "./commit-plan.ts";
import { findLostBlobs, isKept, readTies, reusedContents, type Ties } from "./commit-recheck.ts";
import { blobKey, dirKey, oldKey, type PackKey, txnRange } from "./keys.ts";
import { readChangesAfter } from "./log.ts";
import { checkFormat, type PondMeta, readMeta } from "./meta.ts";
import { missingPond } from "./open-database.ts";
import type { OplogEntry } from "./oplog-entry.ts";
import { hasRow, isIntact, readRow, readRows } from "./oplog-rows.ts";
import { idbKey, type Pack, unsealPack } from "./packs.ts";
import { NOW, readNewestSegment } from "./reader.ts";
import { keyOfTxn, NO_COMMIT, readHead, type TxnRow } from "./txn-row.ts";

/** What a commit finds when its turn comes. */
export interface FoundRows {
  readonly head: TxnRow | undefined;
  readonly newestSegments: ReadonlyMap<NodeId, SegmentRow>;
  /** Hashes of blobs that have a row. */
  readonly knownBlobs: ReadonlySet<string>;
  /** Those of them whose row is damaged: whoever brings the bytes writes it anew. */
  readonly damagedBlobs: ReadonlySet<string>;
  /** Packs whose counts are to be raised. */
  readonly reused: readonly FoundPack[];
  /** Keys of packs that were written before and are gone again. */
  readonly lostPacks: ReadonlySet<PackKey>;
  /** What rows that end continue, where retention may have changed it. */
  readonly ties: Ties;
}

/** A pack and where it stands. */
export interface FoundPack {
  readonly key: PackKey;
  readonly pack: Pack;
}

/**
 * What the commits of a group find, one after the other: what was there when their transaction began,
 * and what those before them in the group have added.
 */
export class GroupBasis {
  readonly #newestSegments: Map<NodeId, SegmentRow>;
  readonly #knownBlobs: Set<string>;
  readonly #damagedBlobs: ReadonlySet<string>;
  readonly #packs: Map<string, FoundPack>;
  readonly #lostPacks: ReadonlySet<PackKey>;
  readonly #lostSources: ReadonlySet<RowRef>;
  readonly #lostBlobs: ReadonlySet<string>;
  readonly #ties: Ties;
  readonly #since: ChangesSince;
  #head: TxnRow | undefined;

  constructor(rows: BasisRows) {
    this.#head = rows.head;
    this.#newestSegments = rows.newestSegments;
    this.#knownBlobs = rows.knownBlobs;
    this.#damagedBlobs = rows.damagedBlobs;
    this.#packs = new Map(rows.reused.map((found) => [String(idbKey(found.key)), found]));
    this.#lostPacks = rows.lostPacks;
    this.#lostSources = rows.lostSources;
    this.#lostBlobs = rows.lostBlobs;
    this.#ties = rows.ties;
    this.#since = rows.since;
  }

  /** What the next commit finds. @throws CONFLICT, VERSION_PRUNED: it cannot go on */
  find({ writeSet, reused }: CommitPlan): FoundRows {
    const since = this.#since.after(writeSet.base);
    const conflict = findConflict(writeSet, since, this.#newestSegments);
    if (conflict !== undefined) throw conflictError(writeSet, conflict);
    const lost = writeSet.sources.find((source) => this.#lostSources.has(source));
    if (lost) throw pruned(lost);
    const packOf = (key: string) => this.#packs.get(key)?.pack;
    const gone = reusedContents(writeSet).find(
      (content) => !isKept(content, packOf, this.#lostBlobs),
    );
    if (gone) throw prunedContent(gone);
    return {
      head: this.#head,
      newestSegments: this.#newestSegments,
      knownBlobs: this.#knownBlobs,
      damagedBlobs: this.#damagedBlobs,
      reused: reused.flatMap((key) => this.#packs.get(String(idbKey(key))) ?? []),
      lostPacks: this.#lostPacks,
      ties: this.#ties,
    };
  }

  /** Notes what a commit is going to put, for those after it. */
  add({ large }: CommitPlan, txn: TxnRow, { segments, changes }: SettledCommit): void {
    this.#head = txn;
    this.#since.add(txn.seq, changes);
    for (const row of segments) this.#newestSegments.set(row.nodeId, row);
    for (const { sha256 } of large) this.#knownBlobs.add(sha256);
  }

  /** Notes a pack in which a commit uses more slots. */
  raise(found: FoundPack): void {
    this.#packs.set(String(idbKey(found.key)), found);
  }
}

/** What a group's transaction reads before its first commit. */
interface BasisRows {
  readonly head: TxnRow | undefined;
  readonly newestSegments: Map<NodeId, SegmentRow>;
  readonly knownBlobs: Set<string>;
  readonly damagedBlobs: ReadonlySet<string>;
  readonly reused: readonly FoundPack[];
  readonly lostPacks: ReadonlySet<PackKey>;
  readonly lostSources: ReadonlySet<RowRef>;
  readonly lostBlobs: ReadonlySet<string>;
  readonly ties: Ties;
  readonly since: ChangesSince;
}

/** Changes in the order of their commits. */
class ChangesSince {
  readonly #changes: Change[] = [];
  /** How many changes there are up to the end of each commit. */
  readonly #ends = new Map<number, number>();

  add(seq: number, changes: readonly Change[]): void {
    for (const change of changes) this.#changes.push(change);
    this.#ends.set(seq, this.#changes.length);
  }

  /** Those of the commits after one. */
  after(seq: number): readonly Change[] {
    return this.#changes.slice(this.#ends.get(seq) ?? 0);
  }
}

/** What every commit depends on. */
export interface CommitGround {
  readonly meta: Promise<PondMeta>;
  readonly head: Promise<TxnRow | undefined>;
  /** The newest row of a series. Default: it is asked for. */
  readonly newestSegment?: (nodeId: NodeId) => Promise<SegmentRow | undefined>;
}

/** Asks for what every commit depends on, before it is known what is to be committed. */
export function readGround(oplog: IDBObjectStore, pond: string): CommitGround {
  const ground = { meta: readMeta(oplog, pond), head: readHead(oplog) };
  for (const answer of Object.values(ground)) answer.catch(() => {}); // thrown where it is needed
  return ground;
}

/**
 * Reads all that a group of commits depends on, in their own transaction.
 * @throws HISTORY_TRUNCATED, FORMAT_TOO_NEW, POND_MISSING, CORRUPT_ROW
 */
export async function readBasis(
  oplog: IDBObjectStore,
  plans: readonly CommitPlan[],
  pond: { readonly pond: string; readonly id: string },
  ground: CommitGround = readGround(oplog, pond.pond),
): Promise<GroupBasis> {
  const packs = oplog.transaction.objectStore("packs");
  const [meta, head, newestSegments, blobs, reused, lostPacks, lostSources, lostBlobs] =
    await Promise.all([
      ground.meta,
      ground.head,
      readNewestSegments(oplog, plans, ground),
      readKnownBlobs(oplog, plans),
      readPacks(packs, plans),
      findLostPacks(packs, plans),
      findLostSources(oplog, plans),
      findLostBlobs(oplog, plans),
    ]);
  checkPond(meta, pond);
  const since = await readChanges(oplog, plans, head?.seq ?? NO_COMMIT.seq);
  return new GroupBasis({
    head,
    newestSegments,
    knownBlobs: blobs.known,
    damagedBlobs: blobs.damaged,
    reused,
    lostPacks,
    lostSources,
    lostBlobs,
    ties: await readTies(oplog, plans, meta.spliced),
    since,
  });
}

function checkPond(meta: PondMeta, { pond, id }: { pond: string; id: string }): void {
  checkFormat(meta, pond, "write");
  if (meta.id !== id) throw missingPond(pond); // deleted, and made anew under the same name
}

/** The changes since the oldest base of a group. */
async function readChanges(
  oplog: IDBObjectStore,
  plans: readonly CommitPlan[],
  head: number,
): Promise<ChangesSince> {
  const since = new ChangesSince();
  const oldest = plans.reduce((seq, { writeSet }) => Math.min(seq, writeSet.base), head);
  if (oldest === head) return since;
  // A commit of several chunks ends with its last.
  for (const { seq, changes } of await readChangesAfter(oplog, oldest, head)) {
    since.add(seq, changes);
  }
  return since;
}

function conflictError({ id }: WriteSet, conflict: string): ConflictError {
  return new ConflictError(`Cannot commit transaction ${id}: ${conflict}`, { txId: id });
}

async function readNewestSegments(
  oplog: IDBObjectStore,
  plans: readonly CommitPlan[],
  { newestSegment = (nodeId) => readNewestSegment(oplog, nodeId, NOW) }: CommitGround,
): Promise<Map<NodeId, SegmentRow>> {
  const nodes = [...new Set(plans.flatMap(({ series }) => series))];
  const rows = await Promise.all(nodes.map(newestSegment));
  return new Map(rows.flatMap((row) => (row ? [[row.nodeId, row]] : [])));
}

async function readKnownBlobs(
  oplog: IDBObjectStore,
  plans: readonly CommitPlan[],
): Promise<{ known: Set<string>; damaged: Set<string> }> {
  const hashes = new Set(plans.flatMap(({ large }) => large.map(({ sha256 }) => sha256)));
  const [known, damaged] = [new Set<string>(), new Set<string>()];
  await Promise.all(
    [...hashes].map(async (sha256) => {
      const key = blobKey(sha256);
      const row: unknown = await promisifyRequest<unknown>(oplog.get(key));
      if (row === undefined) return;
      known.add(sha256);
      if (!isIntact(key, row)) damaged.add(sha256);
    }),
  );
  return { known, damaged };
}

async function readPacks(
  store: IDBObjectStore,
  plans: readonly CommitPlan[],
): Promise<FoundPack[]> {
  const keys = new Map(
    plans.flatMap(({ reused }) => reused.map((key) => [String(idbKey(key)), key])),
  );
  const found = await Promise.all(
    [...keys.values()].map(async (key) => {
      const value = await promisifyRequest<unknown>(store.get(idbKey(key)));
      return value === undefined ? [] : { key, pack: unsealPack(key, value) };
    }),
  );
  return found.flat(); // one that has gone held nothing that a row names
}

async function findLostPacks(
  store: IDBObjectStore,
  plans: readonly CommitPlan[],
): Promise<Set<PackKey>> {
  const keys = plans.flatMap(({ isPrewritten, packs }) => {
    return isPrewritten ? packs.map(({ key }) => key) : [];
  });
  const present = await Promise.all(keys.map((key) => hasRow(store, idbKey(key))));
  return new Set(keys.filter((_, index) => !present[index]));
}

/** Rows that were to be used again and are not there. */
async function findLostSources(
  oplog: IDBObjectStore,
  plans: readonly CommitPlan[],
): Promise<Set<RowRef>> {
  const sources = plans.flatMap(({ writeSet }) => writeSet.sources);
  const present = await Promise.all(sources.map((source) => isThere(oplog, source)));
  return new Set(sources.filter((_, index) => !present[index]));
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

function prunedContent({ sha256 }: Content): TinyFSError {
  const message = `Cannot use bytes "${sha256}" once more: the version that held them has been dropped`;
  return new TinyFSError("VERSION_PRUNED", message, { sha256 });
}

/** Which of these transactions are committed. */
export async function findCommitted(
  oplog: IDBObjectStore,
  writeSets: readonly WriteSet[],
): Promise<Set<string>> {
  const oldest = Math.min(...writeSets.map(({ base }) => base));
  const range = txnRange(oldest + 1, Number.POSITIVE_INFINITY);
  const rows = await readRows<TxnRow>(oplog, range, keyOfTxn);
  return new Set(rows.map(({ id }) => id));
}
