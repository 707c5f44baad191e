import type { PondOptions, StorageMode, WorkerSources } from "./pond-options.ts";
import { PondMissingError } from "./tinyfs/errors.ts";
import type { PersistenceLayer } from "./tinyfs/persistence.ts";
import type { GCOptions, GCStats } from "./tlogfs/gc.ts";
import { OpLogPersistence, type PondStats as OplogStats } from "./tlogfs/oplog-persistence.ts";
import { StorageClient } from "./worker/storage-client.ts";

/** What a pond holds, what it takes up, and what the browser grants. All sizes are bytes. */
export interface PondStats extends OplogStats {
  /** Of versions that a listing does not show. */
  readonly historyBytes: number;
  /** What the whole origin uses, and may use, as the browser tells it. */
  readonly usage: number;
  /** What the origin may use, as the browser tells it. */
  readonly quota: number;
}

/** What a pond stands on: a persistence layer, and the care for its bytes. */
export interface Backend {
  readonly mode: StorageMode;
  readonly id: string;
  readonly persistence: PersistenceLayer;
  gc(options?: GCOptions): Promise<GCStats>;
  stats(): Promise<PondStats>;
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
  const { mustExist, expect, durability, signal, workers } = options;
  // Asked by the storage worker when a write finds no room, which is after the pond was opened.
  const onFull = async (): Promise<boolean> => (await persistence.gc()).freedBytes > 0;
  const engine = () => {
    return StorageClient.open({
      directory: pondDirectory(name),
      worker: workers.storage,
      onFull,
      signal,
    });
  };
  const persistence = await OpLogPersistence.open({
    name,
    engine,
    mustExist,
    expect,
    durability,
    signal,
  });
  return {
    mode: "opfs",
    id: persistence.id,
    persistence,
    gc: (gcOptions) => persistence.gc(gcOptions),
    stats: async () => addQuota(await persistence.stats()),
    close: () => persistence.close(),
  };
}

async function openMemory(name: string, { mustExist, expect }: BackendOptions): Promise<Backend> {
  if (mustExist || expect !== undefined) {
    throw new PondMissingError(`Cannot open pond "${name}": one in memory is always new`);
  }
  const { MemoryPersistence } = await import("./tinyfs/memory/memory-persistence.ts");
  const persistence = new MemoryPersistence();
  return {
    mode: "memory",
    id: crypto.randomUUID(),
    persistence,
    gc: async () => ({ deletedCount: 0, freedBytes: 0, skippedInUse: 0, sweptTemporaries: 0 }),
    stats: async () => {
      const { totals } = await persistence.head();
      const stored = { blobs: 0, blobBytes: 0, inlineBytes: totals.versionBytes, dedupSavings: 0 };
      return addQuota({ ...totals, ...stored });
    },
    close: () => persistence.close(),
  };
}

async function addQuota(stats: OplogStats): Promise<PondStats> {
  const { usage = 0, quota = 0 } = await navigator.storage.estimate();
  return { ...stats, historyBytes: stats.versionBytes - stats.liveBytes, usage, quota };
}
