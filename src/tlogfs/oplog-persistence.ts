import type { ByteSource } from "../tinyfs/byte-source.ts";
import type { CommitInfo, Head, PondTotals } from "../tinyfs/change.ts";
import type {
  Content,
  Entry,
  Place,
  RowRef,
  SegmentRow,
  SupersededEntry,
} from "../tinyfs/entry.ts";
import { isTinyFSError, recordError, reviveError, TinyFSError } from "../tinyfs/errors.ts";
import type { ContentWriter } from "../tinyfs/file.ts";
import type { NodeId } from "../tinyfs/node-id.ts";
import type {
  CommitOptions,
  Committed,
  Draft,
  LogRange,
  PersistenceLayer,
  Pin,
  TreeOptions,
} from "../tinyfs/persistence.ts";
import type { RetentionPolicy, Tag, VacuumOptions, VacuumReport } from "../tinyfs/retention.ts";
import type { Page, RowScope } from "../tinyfs/tree.ts";
import type { WriteSet } from "../tinyfs/write-set.ts";
import type { CheckOptions, CheckReport, RepairReport } from "./check/report.ts";
import { CommitNotifier } from "./commit-notifier.ts";
import { type CacheStats, ContentCache } from "./content-cache.ts";
import type { GCOptions, GCStats } from "./gc.ts";
import { storageUnavailable } from "./idb-failure.ts";
import { LastingPins } from "./lasting-pins.ts";
import { Log } from "./log.ts";
import { compactLockName } from "./names.ts";
import { NewestTree, NewestTrees } from "./newest-tree.ts";
import { type OpenOptions, openContext } from "./open-pond.ts";
import type { OpLogFile } from "./oplog-file.ts";
import type { PageLifecycle } from "./page-lifecycle.ts";
import type { PondContext } from "./pond-context.ts";
import { formatChanged } from "./pond-database.ts";
import type { HeldLock } from "./pond-locks.ts";
import { PondParts, preloadWriting } from "./pond-parts.ts";
import {
  entriesAt,
  entryAt,
  lastEnded,
  NOW,
  newestSegment,
  previousEntry,
  type RowQuery,
  segmentsAt,
} from "./reader.ts";
import type { AutomaticRetention } from "./retention/auto.ts";
import { NO_COMMIT, type StoredTotals } from "./txn-row.ts";
import { yieldToEvents } from "./yield-to-events.ts";

/** What a pond holds and what it takes up. */
export interface PondStats extends PondTotals, StoredTotals {
  /** Bytes that need not be stored because versions share them. */
  readonly dedupSavings: number;
  /**
   * At most how many bytes the stored policy would free now: those of versions that ended before what
   * `keepFor` keeps, or all history without it. What `keepVersions` keeps of them is not taken off, and
   * what crashes left is not counted: `vacuum` and `gc` with `dryRun` look closer.
   */
  readonly reclaimable: number;
  /** How well small files that were read before are found in this tab's memory. */
  readonly cache: CacheStats;
}

/** The pond in IndexedDB and large files: see `PersistenceLayer` for what its methods promise. */
export class OpLogPersistence implements PersistenceLayer {
  readonly #options: OpenOptions;
  readonly #id: string;
  readonly #log: Log;
  readonly #cache: ContentCache;
  readonly #newest = new NewestTrees(() => this.#beginNewest("oplog"));
  readonly #newestWithBytes = new NewestTrees(() => this.#beginNewest(["oplog", "packs"]));
  readonly #newestUnnumbered = new NewestTrees(() => this.#beginNewest(["oplog", "packs"], true));
  readonly #notifier: CommitNotifier;
  readonly #lifecycle: PageLifecycle | undefined;
  readonly #pins = new LastingPins();
  readonly #onSuspend = new Set<(reason: TinyFSError) => void>();
  #parts: PondParts;
  #ended: TinyFSError | undefined;
  #closing: Promise<void> | undefined;

  /** Around what is open already: see `open`. */
  constructor(context: PondContext, options: OpenOptions, lifecycle?: PageLifecycle) {
    this.#options = options;
    this.#id = context.id;
    this.#log = new Log({
      use: (names, durability) => async (mode, work) => {
        const { database } = (await this.#awake()).context;
        return database.use(names, durability)(mode, work);
      },
    });
    this.#cache = new ContentCache(options.cacheBytes);
    this.#notifier = new CommitNotifier(context.pond);
    this.#parts = this.#assemble(context);
    this.#lifecycle = lifecycle;
    lifecycle?.follow({
      sleep: (reason) => this.#suspend(reason),
      wake: (signal) => this.#resume(signal),
    });
  }

  /**
   * Opens a pond, makes it where it is not there, and clears away what dead tabs have left.
   * @throws POND_MISSING with `mustExist` or `expect`; nothing was made
   * @throws FORMAT_TOO_NEW a newer version of the library has written it
   * @throws STORAGE_UNAVAILABLE the browser lacks or refuses what a pond stands on
   * @throws SUSPENDED the browser put the page to sleep meanwhile
   */
  static async open(options: OpenOptions): Promise<OpLogPersistence> {
    const { page = globalThis.document?.defaultView ?? undefined, signal } = options;
    const lifecycle = page && (await followPage(page, options.name));
    preloadWriting(); // while the engine starts
    const given = firstOf(signal, lifecycle?.nextSleep);
    try {
      const context = await openContext({ ...options, signal: given });
      const persistence = new OpLogPersistence(context, options, lifecycle);
      // Waited for, since a large file may be missing until it is found here. A pond that cannot be
      // swept can still be read, and says of each file whether its bytes are there.
      await persistence.#parts.maintenance.sweepTemporaries().catch(() => {}); // the next gc does it again, and tells
      if (given?.aborted) {
        await persistence.close();
        throw given.reason;
      }
      persistence.#parts.sweepPacksLater();
      return persistence;
    } catch (error) {
      lifecycle?.close();
      throw error;
    }
  }

  /** The pond's UUID. */
  get id(): string {
    return this.#id;
  }

  head(): Promise<Head> {
    return this.#guard("read the newest commit", () => this.#log.head());
  }

  seqAt(timeMicros: number): Promise<number> {
    return this.#guard("find a commit", () => this.#log.seqAt(timeMicros));
  }

  newestTree({ withBytes, isUnnumbered }: TreeOptions = {}): Promise<NewestTree> {
    if (isUnnumbered) return this.#newestUnnumbered.get();
    return (withBytes ? this.#newestWithBytes : this.#newest).get();
  }

  entryAt(place: Place, seq: number): Promise<Entry | undefined> {
    return this.#read(`read "${place.name}"`, entryAt(place), seq);
  }

  entriesAt(dirId: NodeId, seq: number, page: Page): Promise<readonly Entry[]> {
    return this.#read("list a directory", entriesAt(dirId, page), seq);
  }

  previousEntry(entry: Entry): Promise<SupersededEntry | undefined> {
    return this.#read(`read "${entry.name}"`, previousEntry(entry), NOW);
  }

  lastEnded(place: Place, seq: number): Promise<SupersededEntry | undefined> {
    return this.#read(`read "${place.name}"`, lastEnded(place), seq);
  }

  segmentsAt(nodeId: NodeId, seq: number, scope?: RowScope): Promise<readonly SegmentRow[]> {
    return this.#read("read a series", segmentsAt(nodeId, scope), seq);
  }

  newestSegment(nodeId: NodeId, seq: number): Promise<SegmentRow | undefined> {
    return this.#read("read a series", newestSegment(nodeId), seq);
  }

  commit(writeSet: WriteSet, options?: CommitOptions): Promise<Committed> {
    const action = `commit transaction ${writeSet.id}`;
    return this.#guard(action, async ({ writing, retention }) => {
      const committed = await (await writing).commit(writeSet, options);
      return this.#note(committed, retention);
    });
  }

  commitAtOnce(draft: Draft, options?: CommitOptions): Promise<Committed | undefined> {
    return this.#guard("commit", async ({ writing, retention }) => {
      const committed = await (await writing).commitAtOnce(draft, options);
      return committed && this.#note(committed, retention);
    });
  }

  async *commits(range?: LogRange): AsyncGenerator<CommitInfo, void> {
    this.#checkOpen();
    yield* this.#log.commits(range);
  }

  async stage(signal?: AbortSignal): Promise<ContentWriter> {
    return this.#guard("store bytes", async ({ writing }) => (await writing).stage(signal));
  }

  stageBytes(bytes: Uint8Array<ArrayBuffer>): Promise<Content> {
    return this.#guard("store bytes", async ({ writing }) => (await writing).stageOwned(bytes));
  }

  async discard(content: Content): Promise<void> {
    await (await this.#parts.writing).discard(content);
  }

  open(content: Content): Promise<ByteSource> {
    return this.#guard("open a file", ({ opener }) => opener.open(content));
  }

  fileAt(place: Place): OpLogFile {
    this.#checkOpen();
    return this.#parts.files.at(place);
  }

  rest(): Promise<void> {
    return yieldToEvents();
  }

  onCommit(listener: () => void): () => void {
    this.#checkOpen();
    return this.#notifier.onCommit(listener);
  }

  onSuspend(listener: (reason: TinyFSError) => void): () => void {
    this.#onSuspend.add(listener);
    return () => this.#onSuspend.delete(listener);
  }

  pin(seq: number): Promise<Pin> {
    return this.#guard(`pin commit ${seq}`, async ({ pins }) => {
      return this.#pins.add(seq, await pins.pin(seq));
    });
  }

  tags(): Promise<readonly Tag[]> {
    return this.#guard("read the tags", async ({ maintenance }) =>
      (await maintenance.history()).tags(),
    );
  }

  tag(name: string, seq: number): Promise<void> {
    return this.#guard(`tag commit ${seq}`, async ({ maintenance }) => {
      return (await maintenance.history()).tag(name, seq);
    });
  }

  untag(name: string): Promise<void> {
    return this.#guard(`drop tag "${name}"`, async ({ maintenance }) => {
      return (await maintenance.history()).untag(name);
    });
  }

  async vacuum(policy?: RetentionPolicy, options: VacuumOptions = {}): Promise<VacuumReport> {
    try {
      return await this.#guard("drop old versions", async ({ maintenance }) => {
        return (await maintenance.history()).vacuum(policy, options);
      });
    } catch (error) {
      options.signal?.throwIfAborted(); // it says why better than what it interrupted
      throw error;
    }
  }

  async checkUnused(row: RowRef): Promise<void> {
    await this.#guard(`purge "${row.name}"`, async ({ maintenance }) => {
      await (await maintenance.history()).checkUnused(row);
    });
  }

  async purge(row: RowRef): Promise<void> {
    await this.#guard(`purge "${row.name}"`, async ({ maintenance }) => {
      await (await maintenance.history()).purge(row);
    });
  }

  /** Finds every fault: see `CheckReport`. */
  check(options: CheckOptions = {}): Promise<CheckReport> {
    return this.#guard("check the pond", ({ maintenance }) => maintenance.check(options));
  }

  /** Mends what a check has found, and reports what became of each finding. */
  repair(report: CheckReport): Promise<RepairReport> {
    return this.#guard("repair the pond", ({ maintenance }) => maintenance.repair(report));
  }

  /** Deletes what no row names: temporaries and packs of dead tabs, and large files. */
  gc(options?: GCOptions): Promise<GCStats> {
    return this.#guard("collect garbage", ({ maintenance }) => maintenance.gc(options));
  }

  /** A lock by which one tab at a time joins the segments of a series; `undefined` where another has it. */
  holdCompaction(nodeId: NodeId): Promise<HeldLock | undefined> {
    return this.#guard("join segments", ({ context: { locks, pond } }) => {
      return locks.holdIfFree(compactLockName(pond, nodeId));
    });
  }

  /** See `PondStats.reclaimable`. */
  reclaimable(): Promise<number> {
    return this.#guard("estimate", ({ maintenance }) => maintenance.reclaimable());
  }

  /** What the pond holds and what it takes up, from running totals. */
  async stats(): Promise<PondStats> {
    const newest = await this.#guard("read the newest commit", () => this.#log.newest());
    const { totals, stored } = newest ?? NO_COMMIT;
    // What compactions have copied is stored beside the versions, and is none.
    const saved = totals.versionBytes - stored.blobBytes - stored.inlineBytes;
    const dedupSavings = Math.max(0, saved);
    const reclaimable = await this.reclaimable();
    return { ...totals, ...stored, dedupSavings, reclaimable, cache: this.#cache.stats() };
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  #note(committed: Committed, retention: AutomaticRetention): Committed {
    retention.committed(committed);
    this.#notifier.committed();
    return committed;
  }

  async #close(): Promise<void> {
    this.#lifecycle?.close();
    this.#notifier.close();
    this.#onSuspend.clear();
    await this.#parts.close(pondClosed);
  }

  #isClosed(): boolean {
    return this.#closing !== undefined;
  }

  #checkOpen(): void {
    if (this.#isClosed()) throw pondClosed();
    if (this.#ended) throw this.#ended;
  }

  #assemble(context: PondContext): PondParts {
    const { durability = "strict" } = this.#options;
    const stage = (signal?: AbortSignal) => this.stage(signal);
    const parts = new PondParts(context, {
      log: this.#log,
      cache: this.#cache,
      durability,
      stage,
    });
    context.database.onEnd = (reason) => {
      this.#ended = reason;
      this.#suspend(reason);
      this.#lifecycle?.close();
      this.#notifier.close(); // whoever waits for commits finds out
    };
    return parts;
  }

  /** Ends all that is open, and lets go of what others could wait for. */
  #suspend(reason: TinyFSError): void {
    this.#notifier.sleep();
    for (const listener of [...this.#onSuspend]) listener(reason);
    this.#parts.drop((cause) => again(reason, cause));
  }

  /** Begins anew: what was left in the sleep may have been swept meanwhile. */
  async #resume(signal: AbortSignal): Promise<void> {
    this.#checkOpen();
    const options = { ...this.#options, mustExist: true, expect: this.#id, signal };
    const context = await openContext(options).catch((error: unknown) => {
      throw isTinyFSError(error, "FORMAT_TOO_NEW") ? formatChanged(options.name, error) : error;
    });
    this.#parts = this.#assemble(context);
    if (this.#isClosed() || signal.aborted) {
      const reason = this.#isClosed() ? pondClosed : () => signal.reason as TinyFSError;
      await this.#parts.close(reason);
      throw reason();
    }
    const { pins } = this.#parts;
    await this.#pins.renew((seq) => pins.pin(seq));
    this.#parts.sweepPacksLater();
    this.#notifier.wake();
  }

  /** The parts that work now; after a sleep they are made anew. */
  async #awake(): Promise<PondParts> {
    this.#checkOpen();
    const waking = this.#lifecycle?.awake();
    if (waking !== undefined) await waking;
    return this.#parts;
  }

  #read<Found>(action: string, query: RowQuery<Found>, seq: number): Promise<Found> {
    return this.#guard(action, ({ reader }) => reader.read(query, seq));
  }

  #beginNewest(stores: "oplog" | ["oplog", "packs"], isUnnumbered = false): Promise<NewestTree> {
    const open = (content: Content, transaction: IDBTransaction) => {
      return this.#guard("open a file", ({ opener }) => opener.open(content, transaction));
    };
    return this.#guard("read the newest commit", ({ context: { database } }) => {
      return database.use(stores)("readonly", (oplog) => {
        return new NewestTree(oplog, { persistence: this, open, isUnnumbered });
      });
    });
  }

  /** Gives the browser's errors a code. What fails because the pond was closed, or suspended, says so. */
  async #guard<Value>(action: string, work: (parts: PondParts) => Promise<Value>): Promise<Value> {
    this.#checkOpen();
    const waking = this.#lifecycle?.awake();
    if (waking !== undefined) await waking;
    const parts = this.#parts;
    try {
      return await work(parts);
    } catch (error) {
      if (parts.ended && !isAnswer(error)) throw parts.ended(error);
      throw storageUnavailable(action, error);
    }
  }
}

async function followPage(page: EventTarget, pond: string): Promise<PageLifecycle> {
  const { PageLifecycle: Lifecycle } = await import("./page-lifecycle.ts");
  return new Lifecycle(page, pond);
}

function firstOf(...signals: readonly (AbortSignal | undefined)[]): AbortSignal | undefined {
  const given = signals.filter((signal) => signal !== undefined);
  return given.length > 1 ? AbortSignal.any(given) : given[0];
}

/** Whether an error says more than that its pond has ended. */
function isAnswer(error: unknown): boolean {
  return (
    isTinyFSError(error) && error.code !== "STORAGE_UNAVAILABLE" && error.code !== "POND_CLOSED"
  );
}

/** The same error for another call: one object has one cause. */
function again({ code, message, name }: TinyFSError, cause: unknown): TinyFSError {
  return reviveError({
    name,
    message,
    fields: { code },
    ...(cause !== undefined && { cause: recordError(cause) }),
  }) as TinyFSError;
}

function pondClosed(cause?: unknown): TinyFSError {
  return new TinyFSError("POND_CLOSED", "Cannot use the pond: it is closed", { cause });
}
