import "./symbols.ts";
import { ArrowWD } from "./arrow/arrow-wd.ts";
import type { Backend } from "./backend.ts";
import { openBackend, pondDirectory } from "./backend.ts";
import { LazyCompaction } from "./lazy-compaction.ts";
import { LazyParquet } from "./lazy-parquet.ts";
import { askForPersistence } from "./persistence-permission.ts";
import type { PondOptions, PondStorage, WorkerSources } from "./pond-options.ts";
import type { PondStats } from "./pond-stats.ts";
import type { CommitInfo } from "./tinyfs/change.ts";
import { TinyFSError } from "./tinyfs/errors.ts";
import { FS } from "./tinyfs/fs.ts";
import type { LogRange } from "./tinyfs/persistence.ts";
import type { RetentionPolicy, Tag, VacuumOptions, VacuumReport } from "./tinyfs/retention.ts";
import type { RunOptions } from "./tinyfs/run-transaction.ts";
import type { Snapshot, SnapshotAt } from "./tinyfs/snapshot.ts";
import type { Transaction, TransactionOptions } from "./tinyfs/transaction.ts";
import type { WatchOptions } from "./tinyfs/watch.ts";
import type { CheckOptions, CheckReport, RepairReport } from "./tlogfs/check/report.ts";
import type { GCOptions, GCStats } from "./tlogfs/gc.ts";
import { deletePondDatabase } from "./tlogfs/ponds.ts";
import { StorageClient } from "./worker/storage-client.ts";

const MAX_NAME_BYTES = 80;

/** A transactional, versioned file system with a name, kept by the browser. `openPond` opens one. */
export class Pond implements AsyncDisposable {
  /** The name it was opened by. */
  readonly name: string;
  /** The pond's UUID, for `expect`; it differs after the pond was deleted and made again. */
  readonly id: string;
  #storage: PondStorage;
  readonly #backend: Backend;
  readonly #parquet: LazyParquet;
  readonly #compaction: LazyCompaction | undefined;
  readonly #closing = new AbortController();
  readonly #fs: FS<ArrowWD>;

  /** Around what is open already: see `openPond`. @internal */
  constructor(
    name: string,
    storage: PondStorage,
    backend: Backend,
    parquet: LazyParquet,
    compaction?: LazyCompaction,
  ) {
    this.name = name;
    this.id = backend.id;
    this.#storage = storage;
    this.#backend = backend;
    this.#parquet = parquet;
    this.#compaction = compaction;
    const { persistence } = backend;
    this.#fs = new FS(
      {
        persistence,
        joinSegments: (segments) => parquet.splice(segments),
        committed: (commit) => compaction?.committed(commit, this.root.context),
      },
      (context) => new ArrowWD({ ...context, parquet, closing: this.#closing.signal }),
    );
  }

  /** Where its bytes are, and whether the browser has promised to keep them. */
  get storage(): PondStorage {
    return this.#storage;
  }

  /** The root directory. Every call commits by itself. */
  get root(): ArrowWD {
    return this.#fs.root;
  }

  /** Begins a transaction on the newest commit. Leaving it without `commit()` rolls it back. */
  begin(options?: TransactionOptions): Promise<Transaction<ArrowWD>> {
    return this.#fs.begin(options);
  }

  /**
   * Runs a function in a transaction: commits when it returns, rolls back when it throws, and runs it
   * again when another commit came first or a file was busy.
   */
  transaction<Result>(
    work: (tx: Transaction<ArrowWD>) => Promise<Result> | Result,
    options?: RunOptions,
  ): Promise<Result> {
    return this.#fs.transaction(work, options);
  }

  /** The pond as of a commit, read-only; of now if nothing is said. @throws NOT_FOUND */
  snapshot(at?: SnapshotAt): Promise<Snapshot<ArrowWD>> {
    return this.#fs.snapshot(at);
  }

  /** The commits, oldest first unless `reverse`. */
  log(range?: LogRange): AsyncIterable<CommitInfo> {
    return this.#fs.log(range);
  }

  /**
   * The commits of this and all other tabs, oldest first: those after `since`, or from now on, and
   * then each as it comes. With a path or a glob only commits that changed what it finds.
   * @throws HISTORY_TRUNCATED commits after `since` have left the log
   */
  watch(pathOrGlob?: string, options?: WatchOptions): AsyncIterable<CommitInfo> {
    return this.#fs.watch(pathOrGlob, options);
  }

  /** Names a commit, the newest if none is said; retention keeps what it shows. A name that is taken moves. */
  tag(name: string, seq?: number): Promise<Tag> {
    return this.#fs.tag(name, seq);
  }

  /** Drops a name; the commit stays until retention drops it. @throws NOT_FOUND */
  untag(name: string): Promise<void> {
    return this.#fs.untag(name);
  }

  /** All tags, by name. */
  tags(): Promise<readonly Tag[]> {
    return this.#fs.tags();
  }

  /**
   * Drops old versions by a policy, by the pond's own if none is said, and then deletes what nothing
   * names any more. What is current, tagged or open in some tab stays.
   */
  vacuum(policy?: RetentionPolicy, options?: VacuumOptions): Promise<VacuumReport> {
    return this.#fs.vacuum(policy, options);
  }

  /** Looks for faults: lists every one, and stops at none. */
  check(options?: CheckOptions): Promise<CheckReport> {
    return this.#backend.check(options);
  }

  /** Mends what a check has found, as far as another version or an identical file still has it. */
  repair(report: CheckReport): Promise<RepairReport> {
    return this.#backend.repair(report);
  }

  /** Deletes bytes that nothing names: what crashes and lost races left. History is kept. */
  gc(options?: GCOptions): Promise<GCStats> {
    return this.#backend.gc(options);
  }

  /**
   * Asks the browser not to evict this origin when space gets low, which may ask the user, and says
   * whether it has promised so; `storage.persisted` then says the same. Waits for a second at most.
   */
  async persist(): Promise<boolean> {
    const persisted = this.storage.mode !== "memory" && (await askForPersistence(true));
    this.#storage = { ...this.#storage, persisted };
    return persisted;
  }

  /** What the pond holds and takes up, from running totals, and what the browser grants. */
  async stats(): Promise<PondStats> {
    const [stats, use] = await Promise.all([this.#backend.stats(), this.#parquet.cacheUse()]);
    return { ...stats, cache: { ...stats.cache, ...use } };
  }

  /** Releases workers, locks and handles. Open transactions are lost; later calls throw POND_CLOSED. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#compaction?.close();
    await this.#backend.close();
    await this.#parquet.close();
  }

  /** The same as `close()`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/**
 * Opens a pond, and makes it where there is none.
 *
 * @param name any text that is not empty, is well-formed Unicode and has at most 80 bytes in UTF-8
 * @throws STORAGE_UNAVAILABLE the browser lacks or refuses what it needs
 * @throws POND_MISSING with `mustExist` or `expect`
 * @throws FORMAT_TOO_NEW a newer version of the library has written it
 * @throws WORKER_START the storage worker's script was not found: the message names the cure
 */
export async function openPond(name: string, options: PondOptions = {}): Promise<Pond> {
  checkPondName(name);
  options.signal?.throwIfAborted();
  const workers = workerSources(options.workers);
  const backend = await openBackend(name, { ...options, workers });
  const { mode, syncHandles } = backend;
  const persisted = mode !== "memory" && (await askForPersistence(options.persist ?? false));
  const { parquetWasmUrl, cacheBytes } = options;
  const parquet = new LazyParquet({
    ...(workers.parquet && { worker: workers.parquet }),
    ...(workers.parquetEncoders && { encoders: workers.parquetEncoders }),
    ...(parquetWasmUrl && { wasmUrl: parquetWasmUrl }),
    ...(cacheBytes !== undefined && { cacheBytes }),
  });
  const { compaction = {} } = options;
  const joining = compaction
    ? new LazyCompaction((nodeId) => backend.holdCompaction(nodeId), compaction)
    : undefined;
  return new Pond(name, { mode, syncHandles, persisted }, backend, parquet, joining);
}

/**
 * Deletes a pond with all its history; one that is not there is no error. Tabs that have it open find
 * it missing. @throws STORAGE_UNAVAILABLE while another tab holds on to it
 */
export async function deletePond(name: string): Promise<void> {
  checkPondName(name);
  await deletePondDatabase(name);
  await StorageClient.destroy(pondDirectory(name));
}

function workerSources(workers: PondOptions["workers"] = {}): WorkerSources {
  return workers === "inline" ? { storage: workers, parquet: workers } : workers;
}

function checkPondName(name: string): void {
  if (typeof name !== "string")
    throw new TypeError(`A pond's name is a string, not ${typeof name}`);
  const size = new TextEncoder().encode(name).byteLength;
  if (size >= 1 && size <= MAX_NAME_BYTES && !/\p{Surrogate}/u.test(name)) return;
  const message = `Cannot use pond name "${name}": it is empty, not Unicode, or over ${MAX_NAME_BYTES} bytes`;
  throw new TinyFSError("INVALID_PATH", message, { path: name });
}
