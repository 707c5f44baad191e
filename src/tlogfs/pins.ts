import { HistoryTruncatedError } from "../tinyfs/errors.ts";
import type { Pin } from "../tinyfs/persistence.ts";
import { type PondMeta, readMeta } from "./meta.ts";
import { pinLockName } from "./names.ts";
import type { PondContext } from "./pond-context.ts";
import type { HeldLock } from "./pond-locks.ts";

interface PinnedCommit {
  readonly lock: Promise<HeldLock>;
  count: number;
  isKept: boolean;
}

/** The commits that this tab keeps from being dropped: one lock for each, however often it is pinned. */
export class Pins {
  readonly #context: PondContext;
  readonly #pinned = new Map<number, PinnedCommit>();

  constructor(context: PondContext) {
    this.#context = context;
  }

  /** Whether this tab keeps a commit. */
  has(seq: number): boolean {
    return this.#pinned.get(seq)?.isKept === true;
  }

  /** See `PersistenceLayer.pin`. @throws HISTORY_TRUNCATED */
  async pin(seq: number): Promise<Pin> {
    const pinned = this.#pinned.get(seq) ?? this.#begin(seq);
    pinned.count += 1;
    let isReleased = false;
    const release = async () => {
      if (isReleased) return;
      isReleased = true;
      await this.#release(seq, pinned);
    };
    try {
      await pinned.lock;
    } catch (error) {
      await release();
      throw error;
    }
    return { release };
  }

  /** @throws HISTORY_TRUNCATED when what a commit shows may have been dropped */
  async check(oplog: IDBObjectStore, seq: number): Promise<void> {
    if (this.has(seq)) return;
    if (!isReadable(await readMeta(oplog, this.#context.pond), seq)) throw truncated(seq);
  }

  #begin(seq: number): PinnedCommit {
    const pinned = { lock: this.#hold(seq), count: 0, isKept: false };
    this.#pinned.set(seq, pinned);
    pinned.lock.then(
      () => {
        pinned.isKept = true;
      },
      () => {}, // whoever pins has the error
    );
    return pinned;
  }

  async #hold(seq: number): Promise<HeldLock> {
    const { locks, pond, database } = this.#context;
    // Nobody takes it exclusively: it is granted at once.
    const lock = await locks.hold(pinLockName(pond, seq), { mode: "shared" });
    try {
      // Read under the lock: retention raises the horizon before it looks for locks.
      const meta = await database.use("oplog")("readonly", (oplog) => readMeta(oplog, pond));
      if (isReadable(meta, seq)) return lock;
      throw truncated(seq);
    } catch (error) {
      await lock.release();
      throw error;
    }
  }

  async #release(seq: number, pinned: PinnedCommit): Promise<void> {
    pinned.count -= 1;
    if (pinned.count > 0) return;
    if (this.#pinned.get(seq) === pinned) this.#pinned.delete(seq);
    const lock = await pinned.lock.catch(() => undefined); // it was never held
    await lock?.release();
  }
}

/** Whether all that a commit shows is still there. */
export function isReadable({ horizon, tags }: PondMeta, seq: number): boolean {
  return seq >= horizon || Object.values(tags).includes(seq);
}

function truncated(seq: number): HistoryTruncatedError {
  return new HistoryTruncatedError(
    `Cannot read commit ${seq}: retention has dropped some of what it shows. Tag a commit to keep it`,
  );
}
