import { CommitUnknownError, isTinyFSError } from "../tinyfs/errors.ts";
import type { CommitOptions, Committed, Durability } from "../tinyfs/persistence.ts";
import { nextTime, type SettledCommit, settle } from "../tinyfs/settle.ts";
import type { WriteSet } from "../tinyfs/write-set.ts";
import { type FoundRows, findCommit, readBasis } from "./commit-basis.ts";
import { type CommitPlan, packBytes, planCommit, stagedContents } from "./commit-plan.ts";
import { makeRows, type RowWrites, storedAfter } from "./commit-rows.ts";
import { isConnectionLoss, isOutOfRoom, quotaError, storageUnavailable } from "./idb-failure.ts";
import { txnKey } from "./keys.ts";
import type { Log } from "./log.ts";
import type { Maintenance } from "./maintenance.ts";
import { seal } from "./oplog-rows.ts";
import { type FilledPack, idbKey } from "./packs.ts";
import type { PondContext } from "./pond-context.ts";
import type { Publisher } from "./publisher.ts";
import { NO_COMMIT, type TxnRow } from "./txn-row.ts";

/** How often a commit is tried whose connection was lost before it could take effect. */
const ATTEMPTS = 3;

/** How many packs one transaction writes before the commit: 4 MiB. */
const PACKS_PER_BATCH = 64;

/** A commit whose rows have been put. */
interface Issued {
  readonly txn: TxnRow;
  readonly settled: SettledCommit;
}

/** What a committer works with. */
export interface CommitterParts {
  readonly context: PondContext;
  readonly publisher: Publisher;
  readonly log: Log;
  readonly maintenance: Maintenance;
  readonly durability: Durability;
}

/** Commits write sets, all or nothing. */
export class Committer {
  readonly #parts: CommitterParts;

  constructor(parts: CommitterParts) {
    this.#parts = parts;
  }

  /** See `PersistenceLayer.commit`. @throws CONFLICT, VERSION_PRUNED, COMMIT_UNKNOWN, QUOTA */
  async commit(writeSet: WriteSet, options: CommitOptions = {}): Promise<Committed> {
    const { context, durability } = this.#parts;
    const plan = planCommit(writeSet, context.owner);
    try {
      const committed = await this.#commitWithRoom(plan, options.durability ?? durability);
      for (const content of stagedContents(plan)) content.end();
      return committed;
    } catch (error) {
      // Packs of a commit that may have succeeded stay: without its row they are orphans.
      if (!isTinyFSError(error, "COMMIT_UNKNOWN")) await this.#withdraw(plan);
      throw storageUnavailable(`commit transaction ${writeSet.id}`, error);
    }
  }

  /** Commits; when the store is full, once more after orphans have been deleted. */
  async #commitWithRoom(plan: CommitPlan, durability: Durability): Promise<Committed> {
    try {
      return await this.#commitUntilKnown(plan, durability);
    } catch (error) {
      if (!isOutOfRoom(error)) throw error;
      await this.#parts.maintenance.gc();
    }
    try {
      return await this.#commitUntilKnown(plan, durability);
    } catch (cause) {
      if (!isOutOfRoom(cause)) throw cause;
      const action = `commit transaction ${plan.writeSet.id}`;
      throw await quotaError(action, { needed: packBytes(plan), reclaimable: 0, cause });
    }
  }

  /** Tries again whatever is known not to have taken effect. */
  async #commitUntilKnown(plan: CommitPlan, durability: Durability): Promise<Committed> {
    for (let attempt = 1; ; attempt += 1) {
      const progress: { issued?: Issued } = {};
      try {
        await this.#parts.publisher.publish(plan.large);
        // Not waited for: the commit's transaction spans the packs, so it begins when these have ended,
        // and puts again what is not there. Its rows are made while the packs are written.
        this.#prewrite(plan, durability).catch(() => {}); // the commit meets the same fault
        return this.#committed(await this.#transact(plan, durability, progress));
      } catch (error) {
        if (!isConnectionLoss(error)) throw error;
        this.#parts.context.database.reconnect();
        const { issued } = progress;
        if (issued && (await this.#isCommitted(plan.writeSet))) return this.#committed(issued);
        if (attempt === ATTEMPTS) throw error;
      }
    }
  }

  /** Writes packs that are too many to go with the commit: orphans until it names them. */
  async #prewrite({ packs, isPrewritten }: CommitPlan, durability: Durability): Promise<void> {
    if (!isPrewritten) return;
    const batches: Promise<void>[] = [];
    for (let at = 0; at < packs.length; at += PACKS_PER_BATCH) {
      batches.push(this.#writePacks(packs.slice(at, at + PACKS_PER_BATCH), durability));
    }
    await Promise.all(batches);
  }

  #writePacks(packs: readonly FilledPack[], durability: Durability): Promise<void> {
    return this.#parts.context.database.use("packs", durability)("readwrite", (store) => {
      for (const { key, pack } of packs) store.put(pack, idbKey(key));
    });
  }

  /** The one transaction of the commit. @param progress learns of the rows before the first is put */
  async #transact(
    plan: CommitPlan,
    durability: Durability,
    progress: { issued?: Issued },
  ): Promise<Issued> {
    const { context } = this.#parts;
    const use = context.database.use(["oplog", "packs"], durability);
    return use("readwrite", async (oplog) => {
      const found = await readBasis(oplog, plan, context);
      const issued = this.#settle(plan, found);
      const rows = makeRows(plan, found, issued.settled, issued.txn);
      progress.issued = issued;
      // Commit point: once this transaction completes the change is durable and visible. Everything
      // before it leaves orphans at most, and everything after it can be repeated.
      putRows(oplog, rows);
      return issued;
    });
  }

  #settle(plan: CommitPlan, found: FoundRows): Issued {
    const { writeSet } = plan;
    const head = found.head ?? NO_COMMIT;
    const [seq, time] = [head.seq + 1, nextTime(head.time)];
    const { newestSegments } = found;
    const settled = settle(writeSet, { seq, time, totals: head.totals, newestSegments });
    const txn: Omit<TxnRow, "sum"> = {
      seq,
      id: writeSet.id,
      time,
      ...(writeSet.label !== undefined && { label: writeSet.label }),
      kind: "user",
      changeCount: settled.changes.length,
      totals: settled.totals,
      stored: storedAfter(plan, found),
    };
    return { settled, txn: seal(txnKey(seq), txn) };
  }

  /** Whether a commit took effect whose connection was lost. @throws COMMIT_UNKNOWN */
  async #isCommitted(writeSet: WriteSet): Promise<boolean> {
    try {
      const use = this.#parts.context.database.use("oplog");
      return (await use("readonly", (oplog) => findCommit(oplog, writeSet))) !== undefined;
    } catch (cause) {
      const { id } = writeSet;
      const message = `Cannot tell whether transaction ${id} is committed: its connection was lost`;
      throw new CommitUnknownError(message, { txId: id, cause });
    }
  }

  #committed({ txn, settled }: Issued): Committed {
    return { info: this.#parts.log.toCommitInfo(txn), settled };
  }

  /** Takes back what was prepared for a commit that did not happen; the staged bytes stay. */
  async #withdraw(plan: CommitPlan): Promise<void> {
    for (const content of stagedContents(plan)) content.assign(undefined);
    if (!plan.isPrewritten) return;
    const use = this.#parts.context.database.use("packs", "relaxed");
    const deleted = use("readwrite", (store) => {
      for (const { key } of plan.packs) store.delete(idbKey(key));
    });
    await deleted.catch(() => {}); // orphans, which gc finds
  }
}

/** Issues all requests in one task, and lets the transaction end. */
function putRows(oplog: IDBObjectStore, { oplog: rows, packs, deleted }: RowWrites): void {
  const { transaction } = oplog;
  const packStore = transaction.objectStore("packs");
  for (const key of deleted) oplog.delete(key);
  for (const [key, row] of rows) oplog.put(row, key);
  for (const [key, pack] of packs) packStore.put(pack, key);
  transaction.commit();
}
