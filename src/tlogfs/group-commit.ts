import { promisifyRequest } from "idb-keyval";
import type { Durability } from "../tinyfs/persistence.ts";
import { kindOfCommit, nextTime, type SettledCommit, settle } from "../tinyfs/settle.ts";
import { type CommitGround, type FoundRows, type GroupBasis, readBasis } from "./commit-basis.ts";
import type { CommitPlan } from "./commit-plan.ts";
import { retie } from "./commit-recheck.ts";
import { makeRows, makeRowsInPieces, type RowWrites, storedAfter } from "./commit-rows.ts";
import { txnKey } from "./keys.ts";
import { seal } from "./oplog-rows.ts";
import { idbKey } from "./packs.ts";
import type { PondContext } from "./pond-context.ts";
import { NO_COMMIT, readHead, type TxnRow } from "./txn-row.ts";

/** How many requests one task issues: a few milliseconds' worth. */
const REQUESTS_PER_TASK = 200;

/** A commit whose rows have been made. */
export interface Issued {
  readonly txn: TxnRow;
  readonly settled: SettledCommit;
}

/** What a transaction makes of one write set: a commit, once it completes, or a refusal. */
export type Outcome = { readonly issued: Issued } | { readonly error: unknown };

/** What is committed together. */
export interface GroupCommit {
  readonly plans: readonly CommitPlan[];
  readonly durability: Durability;
  /** Learns of each plan's outcome before the first row is put. */
  readonly outcomes: Map<CommitPlan, Outcome>;
  /** What was made before, for plans that had the time. */
  readonly foreseen: WeakMap<CommitPlan, Foreseen>;
}

/** A commit made ahead of its transaction, for the head of that time. */
export interface Foreseen extends Issued {
  readonly head: TxnRow | undefined;
  readonly rows: RowWrites;
}

/**
 * Makes the rows of a commit that depend on nothing but the head, so that its transaction is short:
 * others wait for it. `undefined` for one that depends on more.
 */
export async function foresee(
  context: PondContext,
  plan: CommitPlan,
): Promise<Foreseen | undefined> {
  const { series, large, reused } = plan;
  if (series.length + large.length + reused.length > 0) return undefined;
  const head = await context.database.use("oplog")("readonly", readHead);
  const found: FoundRows = {
    head,
    newestSegments: new Map(),
    knownBlobs: new Set(),
    damagedBlobs: new Set(),
    reused: [],
    lostPacks: new Set(),
    ties: new Map(),
  };
  const issued = issue(plan, found);
  return { head, ...issued, rows: await makeRowsInPieces({ plan, found, ...issued }) };
}

/**
 * The one transaction of a group of commits. Each is judged on its own, as if those before it had been
 * committed already; one that is refused does not keep the others.
 */
export function commitGroup(context: PondContext, group: GroupCommit): Promise<void> {
  const use = context.database.use(["oplog", "packs"], group.durability);
  return use("readwrite", (oplog) => commitWithin(oplog, context, group));
}

/** Commits a group in a transaction that has begun. @param ground what was asked for already */
export async function commitWithin(
  oplog: IDBObjectStore,
  context: PondContext,
  group: Omit<GroupCommit, "durability">,
  ground?: CommitGround,
): Promise<void> {
  const basis = await readBasis(oplog, group.plans, context, ground);
  const writes = group.plans.flatMap((plan) => judge(plan, basis, group));
  // Commit point: once this transaction completes the changes are durable and visible. Everything
  // before it leaves orphans at most, and everything after it can be repeated.
  await putRows(oplog, writes);
}

function judge(
  plan: CommitPlan,
  basis: GroupBasis,
  { outcomes, foreseen }: Pick<GroupCommit, "outcomes" | "foreseen">,
): RowWrites[] {
  try {
    const found = basis.find(plan);
    const ready = foreseen.get(plan);
    const { txn, settled, rows } = ready && isStill(ready, found) ? ready : make(plan, found);
    basis.add(plan, txn, settled);
    for (const pack of rows.raised) basis.raise(pack);
    outcomes.set(plan, { issued: { txn, settled } });
    return [rows];
  } catch (error) {
    outcomes.set(plan, { error });
    return [];
  }
}

/** Whether a commit that was made ahead is what would be made now. */
function isStill({ head }: Foreseen, found: FoundRows): boolean {
  const isSameHead = head?.seq === found.head?.seq && head?.sum === found.head?.sum;
  return isSameHead && found.lostPacks.size + found.ties.size === 0;
}

function make(plan: CommitPlan, found: FoundRows): Issued & { readonly rows: RowWrites } {
  const issued = issue(plan, found);
  return { ...issued, rows: makeRows({ plan, found, ...issued }) };
}

function issue(plan: CommitPlan, found: FoundRows): Issued {
  const { writeSet } = plan;
  const head = found.head ?? NO_COMMIT;
  const [seq, time] = [head.seq + 1, nextTime(head.time)];
  const { newestSegments } = found;
  const made = settle(writeSet, { seq, time, totals: head.totals, newestSegments });
  const settled = { ...made, superseded: retie(made.superseded, found.ties) };
  const txn: Omit<TxnRow, "sum"> = {
    seq,
    id: writeSet.id,
    time,
    ...(writeSet.label !== undefined && { label: writeSet.label }),
    kind: kindOfCommit(settled),
    changeCount: settled.changes.length,
    totals: settled.totals,
    stored: storedAfter(plan, found),
  };
  return { settled, txn: seal(txnKey(seq), txn) };
}

/** Issues all requests, of very many some in a task, and lets the transaction end. */
async function putRows(oplog: IDBObjectStore, writes: readonly RowWrites[]): Promise<void> {
  let count = 0;
  let before: Promise<unknown> | undefined;
  for (const request of issueRequests(oplog, writes)) {
    count += 1;
    if (count % REQUESTS_PER_TASK !== 0) continue;
    const done = promisifyRequest<unknown>(request as IDBRequest<unknown>);
    done.catch(() => {}); // the transaction tells
    // For those before these, so that the browser always has some to work at.
    await before;
    before = done;
  }
  oplog.transaction.commit();
}

function* issueRequests(
  oplog: IDBObjectStore,
  writes: readonly RowWrites[],
): Generator<IDBRequest<IDBValidKey> | IDBRequest<undefined>> {
  const packStore = oplog.transaction.objectStore("packs");
  for (const { deleted, oplog: rows, packs, raised } of writes) {
    for (const key of deleted) yield oplog.delete(key);
    for (const [key, row] of rows) yield oplog.put(row, key);
    for (const { key, pack } of [...packs, ...raised]) yield packStore.put(pack, idbKey(key));
  }
}
