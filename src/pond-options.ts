import type { Durability } from "./tinyfs/persistence.ts";
import type { WorkerSource } from "./worker/worker-factory.ts";

/** Where a pond's bytes are: kept by the browser, or in memory and gone with the page. */
export type StorageMode = "opfs" | "memory";

/** Where a pond is kept, and whether it is safe from eviction. */
export interface PondStorage {
  /** Where the bytes are. */
  readonly mode: StorageMode;
  /** Whether the browser has promised not to evict this origin when space gets low. */
  readonly persisted: boolean;
}

/** Where a pond's workers come from. */
export interface WorkerSources {
  /** The storage worker. */
  readonly storage?: WorkerSource | "inline";
  /** The Parquet worker. */
  readonly parquet?: WorkerSource | "inline";
}

/** How a pond is opened. */
export interface PondOptions {
  /** Default `opfs`. `memory` only when asked for: where OPFS is missing, opening fails and says so. */
  readonly storage?: StorageMode;
  /** What a finished commit has survived. Default `strict`: also a power loss. */
  readonly durability?: Durability;
  /** Refuse to make a pond that is not there. */
  readonly mustExist?: boolean;
  /** The id that the pond must have; another, or no pond, is POND_MISSING. */
  readonly expect?: string;
  /** Ask the browser not to evict this origin; `pond.storage.persisted` has the answer. */
  readonly persist?: boolean;
  /** Where the workers' scripts are, or what makes them; `inline` within a dedicated Worker: no others. */
  readonly workers?: WorkerSources | "inline";
  /** Where the wasm of the Parquet worker is. */
  readonly parquetWasmUrl?: string | URL;
  /** Gives up opening. */
  readonly signal?: AbortSignal;
}
