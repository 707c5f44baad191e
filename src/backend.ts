import type { CompactionLock } from "./arrow/auto-compaction.ts";
import type { PondOptions, StorageMode, WorkerSources } from "./pond-options.ts";
import type { PondStats } from "./pond-stats.ts";
import { isTinyFSError, PondMissingError, TinyFSError } from "./tinyfs/errors.ts";
import type { NodeId } from "./tinyfs/node-id.ts";
import type { PersistenceLayer } from "./tinyfs/persistence.ts";
import type { BlobStore } from "./tlogfs/blob-engine.ts";
import type { CheckOptions, CheckReport, RepairReport } from "./tlogfs/check/report.ts";
import type { CacheStats } from "./tlogfs/content-cache.ts";
import type { GCOptions, GCStats } from "./tlogfs/gc.ts";
import { databaseName } from "./tlogfs/names.ts";
import { OpLogPersistence, type PondStats as OplogStats } from "./tlogfs/oplog-persistence.ts";
import { StorageClient, type StorageOptions } from "./worker/storage-client.ts";

/** What a backend tells of it: the caches of tables are not its own. */
export type BackendStats = Omit<PondStats, "cache"> & { readonly cache: CacheStats };

/** What a pond stands on: a persistence layer, and the care for its bytes. */
export interface Backend {
  readonly mode: StorageMode;
  /** Whether large files are written through sync access handles. */
  readonly syncHandles: boolean;
  readonly id: string;
  readonly persistence: PersistenceLayer;
  gc(options?: GCOptions): Promise<GCStats>;
  check(options?: CheckOptions): Promise<CheckReport>;
  repair(report: CheckReport): Promise<RepairReport>;
  stats(): Promise<BackendStats>;
  /** See `OpLogPersistence.holdCompaction`. */
  holdCompaction(nodeId: NodeId): Promise<CompactionLock | undefined>;
  close(): Promise<void>;
}

/** How a backend is opened. */
export interface BackendOptions extends Omit<PondOptions, "workers"> {
  readonly workers: WorkerSources;
}

/** Opens what a pond of this name stands on. */
export function openBackend(name: string, options: BackendOptions): Promise<Backend> {
  return options.storage === "memory" ? openMemory(name, options) : openOplog(name, options);
}

/** The path of a pond's large files below the root of OPFS. */
export function pondDirectory(name: string): string[] {
  // Names that a file system gives a meaning to are no names for a directory.
  return ["tinypond", encodeURIComponent(name).replaceAll(".", "%2E")];
}

async function openOplog(name: string, options: BackendOptions): Promise<Backend> {
  const { storage, mustExist, expect, durability, cacheBytes, retention, signal, workers } =
    options;
  // Asked by the storage worker when a write finds no room, which is after the pond was opened.
  const onFull = async (): Promise<boolean> => (await persistence.gc()).freedBytes > 0;
  let client: StorageClient | undefined;
  const engine = async (openSignal?: AbortSignal, blobs?: BlobStore) => {
    client = await openEngine(name, blobs, {
      storage,
      worker: workers.storage,
      onFull,
      signal: openSignal,
    });
    return client;
  };
  const persistence = await OpLogPersistence.open({
    name,
    engine,
    mustExist,
    expect,
    durability,
    cacheBytes,
    retention,
    signal,
  });
  return {
    mode: client?.blobs ?? "opfs",
    syncHandles: client?.mode === "sync",
    id: persistence.id,
    persistence,
    gc: (gcOptions) => persistence.gc(gcOptions),
    check: (checkOptions) => persistence.check(checkOptions),
    repair: (report) => persistence.repair(report),
    stats: async () => addQuota(await persistence.stats()),
    holdCompaction: (nodeId) => persistence.holdCompaction(nodeId),
    close: () => persistence.close(),
  };
}

/** @param blobs where the pond keeps its large files; a new one keeps them where it is asked to, or can */
async function openEngine(
  name: string,
  blobs: BlobStore | undefined,
  { storage, ...options }: Omit<StorageOptions, "directory"> & { storage: StorageMode | undefined },
): Promise<StorageClient> {
  try {
    return await StorageClient.open({
      ...options,
      directory: pondDirectory(name),
      database: databaseName(name),
      blobs: blobs ?? (storage === "indexeddb" ? storage : undefined),
    });
  } catch (cause) {
    if (blobs !== "opfs" || !isTinyFSError(cause, "STORAGE_UNAVAILABLE")) throw cause;
    throw opfsRefused(name, cause);
  }
}

function opfsRefused(name: string, cause: Error): TinyFSError {
  const message = `Cannot open pond "${name}": its large files are in OPFS, which this browser, or its present mode, refuses (${cause.message})`;
  return new TinyFSError("STORAGE_UNAVAILABLE", message, { cause });
}

async function openMemory(
  name: string,
  { mustExist, expect, retention }: BackendOptions,
): Promise<Backend> {
  if (mustExist || expect !== undefined) {
    throw new PondMissingError(`Cannot open pond "${name}": one in memory is always new`);
  }
  const { MemoryPersistence } = await import("./tinyfs/memory/memory-persistence.ts");
  const persistence = new MemoryPersistence(retention);
  return {
    mode: "memory",
    syncHandles: false,
    id: crypto.randomUUID(),
    persistence,
    gc: async () => ({ deletedCount: 0, freedBytes: 0, skippedInUse: 0, sweptTemporaries: 0 }),
    check: async () => {
      const { seq } = await persistence.head();
      return { seq, findings: [], rows: 0, blobs: 0, bytes: 0, settled: true }; // nothing of it can be damaged
    },
    repair: async () => ({ repaired: [] }),
    stats: async () => {
      const { totals } = await persistence.head();
      const reclaimable = totals.versionBytes - totals.liveBytes;
      const stored = {
        reclaimable,
        blobs: 0,
        blobBytes: 0,
        inlineBytes: totals.versionBytes,
        dedupSavings: 0,
      };
      const cache = { hits: 0, misses: 0, bytes: 0 }; // there is nothing faster to read from
      return addQuota({ ...totals, ...stored, cache });
    },
    holdCompaction: async () => ({ release: async () => {} }), // no other tab has it
    close: () => persistence.close(),
  };
}

async function addQuota(stats: OplogStats): Promise<BackendStats> {
  // Absent in WebKit without its storage features: then nothing is known.
  const { usage = 0, quota = 0 } = (await navigator.storage?.estimate()) ?? {};
  return { ...stats, historyBytes: stats.versionBytes - stats.liveBytes, usage, quota };
}
