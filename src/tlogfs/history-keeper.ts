import type { RowRef } from "../tinyfs/entry.ts";
import { HistoryTruncatedError, TinyFSError } from "../tinyfs/errors.ts";
import type { RetentionPolicy, Tag, VacuumOptions, VacuumReport } from "../tinyfs/retention.ts";
import { checkPolicy, checkTagName } from "../tinyfs/retention-rules.ts";
import type { GarbageCollector } from "./gc.ts";
import { type PondMeta, putMeta, readMeta } from "./meta.ts";
import { vacuumLockName } from "./names.ts";
import { isReadable, type Pins } from "./pins.ts";
import type { PondContext } from "./pond-context.ts";
import { checkUnused, purge } from "./retention/purge.ts";
import { findHorizon, vacuum } from "./retention/vacuum.ts";
import { readHead } from "./txn-row.ts";

/** What a keeper works with. */
export interface KeeperParts {
  readonly context: PondContext;
  readonly pins: Pins;
  readonly collector: GarbageCollector;
}

/** Tags and retention. */
export class HistoryKeeper {
  readonly #parts: KeeperParts;

  constructor(parts: KeeperParts) {
    this.#parts = parts;
  }

  /** See `PersistenceLayer.tags`. */
  async tags(): Promise<readonly Tag[]> {
    const { tags } = await this.#readMeta();
    const all = Object.entries(tags).map(([name, seq]): Tag => ({ name, seq }));
    return all.sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** See `PersistenceLayer.tag`. */
  async tag(name: string, seq: number): Promise<void> {
    checkTagName(name);
    await this.#changeTags(async (meta, oplog) => {
      const head = (await readHead(oplog))?.seq ?? 0;
      if (!Number.isInteger(seq) || seq < 0 || seq > head) throw missingCommit(seq, head);
      if (!isReadable(meta, seq) && !this.#parts.pins.has(seq)) throw truncated(seq);
      return { ...meta.tags, [name]: seq };
    });
  }

  /** See `PersistenceLayer.untag`. */
  async untag(name: string): Promise<void> {
    checkTagName(name);
    await this.#changeTags(async ({ tags }) => {
      if (!Object.hasOwn(tags, name)) {
        throw new TinyFSError("NOT_FOUND", `Cannot drop tag "${name}": there is none of this name`);
      }
      return Object.fromEntries(Object.entries(tags).filter(([other]) => other !== name));
    });
  }

  /** See `PersistenceLayer.vacuum`. */
  async vacuum(policy?: RetentionPolicy, options: VacuumOptions = {}): Promise<VacuumReport> {
    const checked = policy && checkPolicy(policy);
    const { context, collector } = this.#parts;
    const { locks, pond } = context;
    const lock = await locks.hold(vacuumLockName(pond), { signal: options.signal });
    try {
      const { retention } = await this.#readMeta();
      const report = await this.#run(checked ?? retention, options);
      const { freedBytes } = await collector.gc({ dryRun: options.dryRun ?? false });
      return { ...report, freedBytes: report.freedBytes + freedBytes };
    } finally {
      await lock.release();
    }
  }

  /** Runs the pond's own policy, unless another tab is doing so or it would drop nothing. */
  async retain(signal: AbortSignal): Promise<void> {
    const { context } = this.#parts;
    const lock = await context.locks.holdIfFree(vacuumLockName(context.pond));
    if (!lock) return;
    try {
      const { retention } = await this.#readMeta();
      const { horizon, before, cutoff } = await findHorizon(context, retention);
      // Too many bytes may be of versions below the horizon, which `keepVersions` has kept so far.
      if (horizon > before || cutoff > 0) await this.#run(retention, { signal, isAutomatic: true });
    } finally {
      await lock.release();
    }
  }

  /** See `PersistenceLayer.checkUnused`. */
  async checkUnused(row: RowRef): Promise<void> {
    await checkUnused(this.#parts.context, row);
  }

  /** See `PersistenceLayer.purge`. */
  async purge(row: RowRef): Promise<void> {
    const { context } = this.#parts;
    const lock = await context.locks.hold(vacuumLockName(context.pond));
    try {
      await purge({ context, collect: (blobs) => this.#collect(blobs) }, row);
    } finally {
      await lock.release();
    }
  }

  #run(
    policy: RetentionPolicy,
    options: VacuumOptions & { readonly isAutomatic?: boolean },
  ): Promise<VacuumReport> {
    const collect = (blobs: ReadonlySet<string>) => this.#collect(blobs);
    return vacuum({ context: this.#parts.context, collect }, policy, options);
  }

  #collect(blobs: ReadonlySet<string>): Promise<number> {
    return this.#parts.collector.collectAll(blobs);
  }

  #readMeta(): Promise<PondMeta> {
    const { database, pond } = this.#parts.context;
    return database.use("oplog")("readonly", (oplog) => readMeta(oplog, pond));
  }

  /** Rereads the tags in the same transaction: other tabs change them too. */
  #changeTags(
    change: (meta: PondMeta, oplog: IDBObjectStore) => Promise<Readonly<Record<string, number>>>,
  ): Promise<void> {
    const { database, pond } = this.#parts.context;
    return database.use("oplog")("readwrite", async (oplog) => {
      const { sum, ...meta } = await readMeta(oplog, pond);
      putMeta(oplog, { ...meta, tags: await change({ ...meta, sum }, oplog) });
    });
  }
}

function missingCommit(seq: number, head: number): TinyFSError {
  return new TinyFSError("NOT_FOUND", `Cannot tag commit ${seq}: the commits are 1 to ${head}`);
}

function truncated(seq: number): HistoryTruncatedError {
  return new HistoryTruncatedError(
    `Cannot tag commit ${seq}: retention has dropped some of what it shows`,
  );
}
