import type { CompactionPolicy } from "./arrow/auto-compaction.ts";
import type { Durability } from "./tinyfs/persistence.ts";
import type { RetentionPolicy } from "./tinyfs/retention.ts";
import type { WorkerSource } from "./worker/worker-factory.ts";

/**
 * Where a pond's bytes are: large files in the browser's private file system (OPFS) or, like all the
 * rest, in IndexedDB; or all of it in memory and gone with the page.
 */
export type StorageMode = "opfs" | "indexeddb" | "memory";

/** Where a pond is kept, and whether it is safe from eviction. */
export interface PondStorage {
  /** Where the bytes are. */
  readonly mode: StorageMode;
  /** Whether large files are written by sync access handles: the fast way, of some browsers. */
  readonly syncHandles: boolean;
  /** Whether the browser has promised not to evict this origin when space gets low. */
  readonly persisted: boolean;
}

/** Where a pond's workers come from. */
export interface WorkerSources {
  /** The storage worker. */
  readonly storage?: WorkerSource | "inline";
  /** The Parquet worker; a port to one where none can be made: see `connectParquetWorker`. */
  readonly parquet?: WorkerSource | MessagePort | "inline";
  /** How many Parquet workers encode at most. Default: 2, or 1 where there is one processor. */
  readonly parquetEncoders?: number;
}

/** How a pond is opened. */
export interface PondOptions {
  /**
   * Where a new pond keeps its large files, for good; one that is there says so itself. Default `opfs`,
   * and `indexeddb` where there is no OPFS: `pond.storage` tells. `memory` only when asked for.
   */
  readonly storage?: StorageMode;
  /** What a finished commit has survived. Default `strict`: also a power loss. */
  readonly durability?: Durability;
  /** Refuse to make a pond that is not there. */
  readonly mustExist?: boolean;
  /** The id that the pond must have; another, or no pond, is POND_MISSING. */
  readonly expect?: string;
  /** Ask the browser not to evict this origin; `pond.storage.persisted` has the answer. */
  readonly persist?: boolean;
  /** Where the workers' scripts are, or what makes them; `inline` within a Worker: no others. */
  readonly workers?: WorkerSources | "inline";
  /** Where the wasm of the Parquet worker is. */
  readonly parquetWasmUrl?: string | URL;
  /** Which old versions are kept: stored in the pond. Default of a new pond: 10 versions or 7 days. */
  readonly retention?: RetentionPolicy;
  /**
   * When small segments at the end of a series are joined by themselves, after appends and in idle moments.
   * Default: 64 of less than 1 MiB. `false`: never; `compactSeries` does it when it is called.
   */
  readonly compaction?: false | CompactionPolicy;
  /**
   * How many bytes are kept in memory for reading again: so many of small files with those they
   * are stored with, and so many of what tables and series are read from. Default 16 MiB of the one; 8 MiB of
   * footers and 32 MiB of decoded row groups.
   */
  readonly cacheBytes?: number;
  /** Gives up opening. */
  readonly signal?: AbortSignal;
}
