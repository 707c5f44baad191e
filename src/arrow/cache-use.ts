/** How often something was found in memory, and how many bytes of it are there. */
export interface CacheUse {
  /** Times that it was there. */
  readonly hits: number;
  /** Times that it had to be read or decoded. */
  readonly misses: number;
  /** Bytes that are kept, with what it takes to find them. */
  readonly bytes: number;
}

/** Of what tables and series keep in memory. */
export interface ArrowCacheUse {
  /** What the footers of Parquet files say. */
  readonly footers: CacheUse;
  /** Row groups, decoded. */
  readonly batches: CacheUse;
}
