import type { Content } from "./entry.ts";
import { isTinyFSError } from "./errors.ts";
import { newTransactionId } from "./node-id.ts";
import type { CommitOptions } from "./persistence.ts";
import { pauseBeforeRetry } from "./retry.ts";
import type { Services } from "./services.ts";
import type { Session, WriteResult } from "./session.ts";
import type { SettledCommit } from "./settle.ts";
import { StagedTree } from "./staged-tree.ts";
import type { Tree } from "./tree.ts";
import { CommittedTree } from "./tree.ts";
import { dropUnlinked } from "./unlinked.ts";
import { isEmptyWriteSet } from "./write-set.ts";

/** How often a single write is tried on a newer base before the conflict is handed to the caller. */
const MAX_RETRIES = 30;

/** Each write commits by itself, on a newer base when another commit came first: the last one wins. */
export class AutoCommitSession implements Session {
  readonly services: Services;
  readonly txId: string = newTransactionId();
  readonly readsPastWriters = false;
  readonly #options: CommitOptions;

  constructor(services: Services, options: CommitOptions = {}) {
    this.services = services;
    this.#options = options;
  }

  async tree(): Promise<Tree> {
    const { persistence } = this.services;
    return new CommittedTree(persistence, (await persistence.head()).seq);
  }

  async write(
    work: (tree: StagedTree) => Promise<WriteResult>,
    staged: readonly Content[] = [],
    { durability = this.#options.durability }: CommitOptions = {},
  ): Promise<WriteResult> {
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

  async #attempt(
    work: (tree: StagedTree) => Promise<WriteResult>,
    staged: readonly Content[],
    options: CommitOptions,
  ): Promise<WriteResult> {
    const { persistence } = this.services;
    const tree = new StagedTree(await this.tree());
    const result = await work(tree);
    const writeSet = tree.writeSet(newTransactionId());
    if (isEmptyWriteSet(writeSet)) return result;
    const { settled } = await committing(persistence.commit(writeSet, options));
    await dropUnlinked(persistence, staged, writeSet);
    return finalResult(result, settled);
  }
}

const lostRaces = new WeakSet<object>();

/** Marks a conflict that the commit found, as against one that the caller's own condition raised. */
async function committing<Value>(commit: Promise<Value>): Promise<Value> {
  try {
    return await commit;
  } catch (error) {
    if (isTinyFSError(error, "CONFLICT")) lostRaces.add(error);
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
