import type { ArrowCacheUse } from "./arrow/cache-use.ts";
import type { PondTotals } from "./tinyfs/change.ts";
import type { CacheStats } from "./tlogfs/content-cache.ts";

/** What a pond holds, what it takes up, and what the browser grants. All sizes are bytes. */
export interface PondStats extends PondTotals {
  /** Large files, each counted once however many versions name it. */
  readonly blobs: number;
  /** Bytes of the large files. */
  readonly blobBytes: number;
  /** Bytes of small files, which are kept in packs. */
  readonly inlineBytes: number;
  /** Bytes that need not be stored because versions share them. */
  readonly dedupSavings: number;
  /** Of versions that a listing does not show. */
  readonly historyBytes: number;
  /** Bytes of all versions that retention has ever dropped. */
  readonly droppedBytes?: number;
  /**
   * At most how many bytes the stored policy would free now: those of versions that ended before what
   * `keepFor` keeps, or all history without it. What `keepVersions` keeps of them is not taken off, and
   * what crashes left is not counted: `vacuum` and `gc` with `dryRun` look closer.
   */
  readonly reclaimable: number;
  /** What the whole origin uses, as the browser tells it. */
  readonly usage: number;
  /** What the origin may use, as the browser tells it. */
  readonly quota: number;
  /** How well what was read before is found in this tab's memory: small files, and of tables two more. */
  readonly cache: CacheStats & ArrowCacheUse;
}
