import { CommitUnknownError, isTinyFSError } from "../tinyfs/errors.ts";
import type { NodeId } from "../tinyfs/node-id.ts";
import { Pacer } from "../tinyfs/pacer.ts";
import type { CommitOptions, Committed, Draft, Durability } from "../tinyfs/persistence.ts";
import type { WriteSet } from "../tinyfs/write-set.ts";
import { findCommitted, readGround } from "./commit-basis.ts";
import { type CommitPlan, packBytes, planCommit, stagedContents } from "./commit-plan.ts";
import { DraftTree } from "./draft-tree.ts";
import {
  commitGroup,
  commitWithin,
  type Foreseen,
  foresee,
  type Issued,
  type Outcome,
} from "./group-commit.ts";
import { GroupQueue } from "./group-queue.ts";
import { isConnectionLoss, isOutOfRoom, quotaError, storageUnavailable } from "./idb-failure.ts";
import type { Log } from "./log.ts";
import type { Maintenance } from "./maintenance.ts";
import { type FilledPack, idbKey } from "./packs.ts";
import type { PondContext } from "./pond-context.ts";
import type { Publisher } from "./publisher.ts";
import { yieldToEvents } from "./yield-to-events.ts";

/** How often a commit is tried whose connection was lost before it could take effect. */
const ATTEMPTS = 3;

/** How many packs one transaction writes before the commit: 4 MiB. */
const PACKS_PER_BATCH = 64;

/** How many names one transaction commits at most, unless one write set has more: readers wait for it. */
const MAX_GROUP_NAMES = 1000;

/** What a committer works with. */
export interface CommitterParts {
  readonly context: PondContext;
  readonly publisher: Publisher;
  readonly log: Log;
  readonly maintenance: Maintenance;
  readonly durability: Durability;
}

/** A write set on its way. */
interface Member {
  readonly plan: CommitPlan;
  readonly durability: Durability;
  readonly resolve: (outcome: Committed) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Commits write sets, each all or nothing. Those that come while others are being committed wait, and
 * then share one transaction.
 */
export class Committer {
  readonly #parts: CommitterParts;
  readonly #foreseen = new WeakMap<CommitPlan, Foreseen>();
  readonly #queue = new GroupQueue<Member>((group) => this.#run(group), {
    sizeOf: ({ plan: { writeSet } }) => writeSet.names.length + writeSet.series.length,
    maxSize: MAX_GROUP_NAMES,
  });

  constructor(parts: CommitterParts) {
    this.#parts = parts;
  }

  /** See `PersistenceLayer.commit`. @throws CONFLICT, VERSION_PRUNED, COMMIT_UNKNOWN, QUOTA */
  async commit(writeSet: WriteSet, options: CommitOptions = {}): Promise<Committed> {
    const { context, durability } = this.#parts;
    const plan = planCommit(writeSet, context.owner);
    try {
      const committed = await this.#commitPlan(plan, options.durability ?? durability);
      for (const content of stagedContents(plan)) content.end();
      return committed;
    } catch (error) {
      // Packs of a commit that may have succeeded stay: without its row they are orphans.
      if (!isTinyFSError(error, "COMMIT_UNKNOWN")) await this.#withdraw(plan);
      throw storageUnavailable(`commit transaction ${writeSet.id}`, error);
    }
  }

  /**
   * See `PersistenceLayer.commitAtOnce`: one transaction reads the path and writes the rows, where two
   * would take turns. Only while nobody else of this tab commits: those share a transaction.
   */
  async commitAtOnce(draft: Draft, options: CommitOptions = {}): Promise<Committed | undefined> {
    return this.#queue.alone(() => this.#commitDraft(draft, options));
  }

  async #commitDraft(
    draft: Draft,
    { durability = this.#parts.durability }: CommitOptions,
  ): Promise<Committed | undefined> {
    const outcomes = new Map<CommitPlan, Outcome>();
    let plan: CommitPlan | undefined;
    try {
      const { context } = this.#parts;
      const use = context.database.use(["oplog", "packs"], durability);
      await use("readwrite", async (oplog) => {
        const ground = readGround(oplog, context.pond);
        const tree = new DraftTree(oplog, { open: noBytes });
        const writeSet = await draft(tree);
        plan = planCommit(writeSet, context.owner);
        if (plan.isPrewritten || plan.large.length > 0) throw new TypeError("Not brief");
        const group = { plans: [plan], outcomes, foreseen: this.#foreseen };
        const newestSegment = (nodeId: NodeId) => tree.newestSegment(nodeId);
        await commitWithin(oplog, context, group, { ...ground, newestSegment });
      });
    } catch (error) {
      return plan && this.#resolveFailed(plan, outcomes, error);
    }
    return plan && this.#endPlan(plan, outcomes.get(plan));
  }

  /** What became of a commit whose transaction failed: where nothing did, the ordinary way tells why. */
  async #resolveFailed(
    plan: CommitPlan,
    outcomes: ReadonlyMap<CommitPlan, Outcome>,
    error: unknown,
  ): Promise<Committed | undefined> {
    const outcome = outcomes.get(plan);
    if (isConnectionLoss(error)) {
      this.#parts.context.database.reconnect();
      if (isIssued(outcome) && (await this.#isCommitted(plan))) return this.#endPlan(plan, outcome);
    }
    await this.#withdraw(plan);
    return undefined;
  }

  async #isCommitted(plan: CommitPlan): Promise<boolean> {
    try {
      return await this.#areCommitted([plan]);
    } catch (cause) {
      throw commitUnknown(plan, cause);
    }
  }

  async #endPlan(plan: CommitPlan, outcome: Outcome | undefined): Promise<Committed | undefined> {
    if (!outcome || !("issued" in outcome)) {
      await this.#withdraw(plan); // it was refused, and is refused in the ordinary way as well
      return undefined;
    }
    for (const content of stagedContents(plan)) content.end();
    return this.#toCommitted(outcome.issued);
  }

  async #commitPlan(plan: CommitPlan, durability: Durability): Promise<Committed> {
    // Before it joins others, which need not wait for its bytes.
    await this.#prepare(plan, durability);
    return new Promise((resolve, reject) => {
      this.#queue.join({ plan, durability, resolve, reject });
    });
  }

  async #prepare(plan: CommitPlan, durability: Durability): Promise<void> {
    await this.#parts.publisher.publish(plan.large);
    if (!plan.isPrewritten) return;
    // What fails here is done with the commit, which meets the same fault.
    const prewritten = this.#prewrite(plan, durability).catch(() => {});
    const foreseen = await foresee(this.#parts.context, plan).catch(() => undefined);
    if (foreseen) this.#foreseen.set(plan, foreseen);
    await prewritten;
  }

  /** Writes packs that are too many to go with the commit: orphans until it names them. */
  async #prewrite({ packs }: CommitPlan, durability: Durability): Promise<void> {
    const pacer = new Pacer(yieldToEvents);
    const batches: Promise<void>[] = [];
    for (let at = 0; at < packs.length; at += PACKS_PER_BATCH) {
      await pacer.rest();
      batches.push(this.#writePacks(packs.slice(at, at + PACKS_PER_BATCH), durability));
    }
    await Promise.all(batches);
  }

  #writePacks(packs: readonly FilledPack[], durability: Durability): Promise<void> {
    return this.#parts.context.database.use("packs", durability)("readwrite", (store) => {
      for (const { key, pack } of packs) store.put(pack, idbKey(key));
    });
  }

  /** Takes a group to its end: each member learns of its own. */
  async #run(group: readonly Member[], mayCollect = true): Promise<void> {
    try {
      await this.#runUntilKnown(group);
    } catch (error) {
      if (isOutOfRoom(error) && mayCollect) await this.#collectAndRun(group);
      else if (group.length > 1 && !isConnectionLoss(error)) {
        await this.#runApart(group, mayCollect && !isOutOfRoom(error));
      } else for (const member of group) member.reject(await explain(member, error));
    }
  }

  /** When the store is full, once more after orphans have been deleted. */
  async #collectAndRun(group: readonly Member[]): Promise<void> {
    try {
      await this.#parts.maintenance.gc();
    } catch (error) {
      for (const member of group) member.reject(error);
      return;
    }
    await this.#run(group, false);
  }

  /** What one of them finds, or asks for, must not be the end of the others. */
  async #runApart(group: readonly Member[], mayCollect: boolean): Promise<void> {
    for (const member of group) await this.#run([member], mayCollect);
  }

  /** Tries again whatever is known not to have taken effect. */
  async #runUntilKnown(members: readonly Member[]): Promise<void> {
    let group = members;
    for (let attempt = 1; group.length > 0; attempt += 1) {
      const outcomes = new Map<CommitPlan, Outcome>();
      try {
        await this.#transact(group, outcomes);
        return this.#tell(group, outcomes);
      } catch (error) {
        if (!isConnectionLoss(error)) throw error;
        this.#parts.context.database.reconnect();
        if (await this.#hasEnded(group, outcomes)) return;
        if (attempt === ATTEMPTS) throw error;
        group = await this.#prepareAgain(group);
      }
    }
  }

  #transact(group: readonly Member[], outcomes: Map<CommitPlan, Outcome>): Promise<void> {
    const isStrict = group.some(({ durability }) => durability === "strict");
    return commitGroup(this.#parts.context, {
      plans: group.map(({ plan }) => plan),
      durability: isStrict ? "strict" : "relaxed",
      outcomes,
      foreseen: this.#foreseen,
    });
  }

  #tell(group: readonly Member[], outcomes: ReadonlyMap<CommitPlan, Outcome>): void {
    for (const { plan, resolve, reject } of group) {
      const outcome = outcomes.get(plan);
      if (outcome && "issued" in outcome) resolve(this.#toCommitted(outcome.issued));
      else reject(outcome?.error);
    }
  }

  #toCommitted({ txn, settled }: Issued): Committed {
    return { info: this.#parts.log.toCommitInfo(txn), settled };
  }

  /**
   * Finds out what became of a group whose connection was lost, and tells its members if that is its
   * end: its transaction took effect, or nobody can say.
   */
  async #hasEnded(group: readonly Member[], outcomes: Map<CommitPlan, Outcome>): Promise<boolean> {
    const issued = group.filter(({ plan }) => isIssued(outcomes.get(plan)));
    if (issued.length === 0) return false; // nothing was put
    try {
      if (!(await this.#areCommitted(issued.map(({ plan }) => plan)))) return false;
    } catch (cause) {
      for (const { plan } of issued) outcomes.set(plan, { error: commitUnknown(plan, cause) });
    }
    this.#tell(group, outcomes);
    return true;
  }

  async #areCommitted(plans: readonly CommitPlan[]): Promise<boolean> {
    const use = this.#parts.context.database.use("oplog");
    const writeSets = plans.map(({ writeSet }) => writeSet);
    const committed = await use("readonly", (oplog) => findCommitted(oplog, writeSets));
    return writeSets.every(({ id }) => committed.has(id));
  }

  /** Publishes again what has gone meanwhile. Who cannot leaves the group. */
  async #prepareAgain(group: readonly Member[]): Promise<Member[]> {
    const prepared: Member[] = [];
    for (const member of group) {
      try {
        await this.#prepare(member.plan, member.durability);
        prepared.push(member);
      } catch (error) {
        member.reject(error);
      }
    }
    return prepared;
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

function noBytes(): Promise<never> {
  return Promise.reject(new TypeError("A brief write reads no bytes"));
}

function isIssued(outcome: Outcome | undefined): boolean {
  return outcome !== undefined && "issued" in outcome;
}

async function explain({ plan }: Member, cause: unknown): Promise<unknown> {
  if (!isOutOfRoom(cause)) return cause;
  const action = `commit transaction ${plan.writeSet.id}`;
  return quotaError(action, { needed: packBytes(plan), reclaimable: 0, cause });
}

function commitUnknown({ writeSet: { id } }: CommitPlan, cause: unknown): CommitUnknownError {
  const message = `Cannot tell whether transaction ${id} is committed: its connection was lost`;
  return new CommitUnknownError(message, { txId: id, cause });
}
