import type { Content } from "./entry.ts";
import { isTinyFSError } from "./errors.ts";
import { readTree } from "./held-read.ts";
import { loadWrites } from "./load-writes.ts";
import { changedNames, NameTurns } from "./name-turns.ts";
import type { CommitOptions, Committed, TreeOptions } from "./persistence.ts";
import { pauseBeforeRetry } from "./retry.ts";
import type { Services } from "./services.ts";
import type { Session, WriteResult, WritingOptions } from "./session.ts";
import type { SettledCommit } from "./settle.ts";
import type { StagedTree } from "./staged-tree.ts";
import type { Tree } from "./tree.ts";
import { dropUnlinked } from "./unlinked.ts";
import type { WriteSet } from "./write-set.ts";
import { isEmptyWriteSet } from "./write-set.ts";

/** How often a single write is tried on a newer base before the conflict is handed to the caller. */
const MAX_RETRIES = 30;

/** A write as it would be committed on the tree it was made on. */
interface Draft {
  readonly result: WriteResult;
  readonly writeSet: WriteSet;
}

/** Each write commits by itself, on a newer base when another commit came first: the last one wins. */
export class AutoCommitSession implements Session {
  readonly services: Services;
  readonly txId: string = crypto.randomUUID();
  readonly readsPastWriters = false;
  readonly followsHead = true;
  readonly #options: CommitOptions;
  /** Of writes that went at once all but one would lose. */
  readonly #turns = new NameTurns();
  /** Writes that have looked at a tree and are going to commit. */
  #underWay = 0;

  constructor(services: Services, options: CommitOptions = {}) {
    this.services = services;
    this.#options = options;
  }

  tree(options?: TreeOptions): Promise<Tree> {
    return this.services.persistence.newestTree(options);
  }

  async write(
    work: (tree: StagedTree) => Promise<WriteResult>,
    staged: readonly Content[] = [],
    { durability = this.#options.durability, isBrief = false }: WritingOptions = {},
  ): Promise<WriteResult> {
    const done = isBrief && (await this.#writeAtOnce(work, staged, { durability }));
    if (done) return done;
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#attempt(work, staged, { durability });
      } catch (error) {
        if (isLostRace(error) && attempt <= MAX_RETRIES) await pauseBeforeRetry(attempt);
        else {
          await dropUnlinked(this.services.persistence, staged);
          throw error;
        }
      }
    }
  }

  poison(): void {} // there is no transaction that could go on without the failed write

  consumed(): void {} // a stream is staged once, before the first attempt

  writerOpened(): void {} // each writer commits, or is aborted, by itself

  writerEnded(): void {}

  /** Nobody overtakes a write that came before: where one is under way, this one goes after it. */
  async #writeAtOnce(
    work: (tree: StagedTree) => Promise<WriteResult>,
    staged: readonly Content[],
    options: CommitOptions,
  ): Promise<WriteResult | undefined> {
    const { persistence } = this.services;
    const { StagedTree: Staged } = await loadWrites();
    if (this.#underWay > 0) return undefined;
    let draft: Draft | undefined;
    const committed = await persistence.commitAtOnce?.(async (newest) => {
      const tree = new Staged(newest);
      const result = await work(tree);
      draft = { result, writeSet: tree.writeSet() };
      return draft.writeSet;
    }, options);
    return committed && draft && this.#finish(draft, staged, committed);
  }

  async #attempt(
    work: (tree: StagedTree) => Promise<WriteResult>,
    staged: readonly Content[],
    options: CommitOptions,
  ): Promise<WriteResult> {
    this.#underWay += 1;
    try {
      return await this.#commitInTurn(work, staged, options);
    } finally {
      this.#underWay -= 1;
    }
  }

  async #commitInTurn(
    work: (tree: StagedTree) => Promise<WriteResult>,
    staged: readonly Content[],
    options: CommitOptions,
  ): Promise<WriteResult> {
    const draft = await this.#draft(work);
    const turn = this.#turns.take(changedNames(draft.writeSet));
    try {
      if (!turn.ahead) return await this.#commit(draft, staged, options);
      // Others of this tab are about to change the names: a commit of the draft could only lose.
      await turn.ahead;
      return await this.#commit(await this.#draft(work), staged, options);
    } finally {
      turn.end();
    }
  }

  async #draft(work: (tree: StagedTree) => Promise<WriteResult>): Promise<Draft> {
    const { StagedTree: Staged } = await loadWrites();
    return readTree(this, async (newest) => {
      const tree = new Staged(newest);
      const result = await work(tree);
      return { result, writeSet: tree.writeSet() };
    });
  }

  async #commit(
    draft: Draft,
    staged: readonly Content[],
    options: CommitOptions,
  ): Promise<WriteResult> {
    const { result, writeSet } = draft;
    if (isEmptyWriteSet(writeSet)) return result;
    const committed = await committing(this.services.persistence.commit(writeSet, options));
    return this.#finish(draft, staged, committed);
  }

  async #finish(
    { result, writeSet }: Draft,
    staged: readonly Content[],
    committed: Committed,
  ): Promise<WriteResult> {
    this.services.committed?.(committed);
    await dropUnlinked(this.services.persistence, staged, writeSet);
    return finalResult(result, committed.settled);
  }
}

const lostRaces = new WeakSet<object>();

/** Marks a conflict that the commit found, as against one that the caller's own condition raised. */
async function committing<Value>(commit: Promise<Value>): Promise<Value> {
  try {
    return await commit;
  } catch (error) {
    // Retention may have dropped the changes since the base, or what was to be used again: what is
    // there now has to be looked up once more.
    const isLost =
      isTinyFSError(error, "CONFLICT") ||
      isTinyFSError(error, "HISTORY_TRUNCATED") ||
      isTinyFSError(error, "VERSION_PRUNED");
    if (isLost) lostRaces.add(error);
    throw error;
  }
}

function isLostRace(error: unknown): boolean {
  return typeof error === "object" && error !== null && lostRaces.has(error);
}

/** The numbers that only the commit knew. */
function finalResult(result: WriteResult, settled: SettledCommit): WriteResult {
  const segment = settled.segments.findLast((row) => row.nodeId === result.nodeId);
  if (segment) return { ...result, version: segment.version, txnSeq: segment.txnSeq };
  const entry = settled.placed.findLast((row) => row.nodeId === result.nodeId);
  return entry ? { ...result, txnSeq: entry.placedSeq } : result;
}
