import type { Schema } from "apache-arrow";
import type { ParquetCodec } from "../worker/parquet-types.ts";
import type { ArrowContext } from "./arrow-context.ts";
import { BatchCache } from "./batch-cache.ts";
import type { ArrowCacheUse } from "./cache-use.ts";
import { FooterCache } from "./footer-cache.ts";
import { PageBoundsCache } from "./page-bounds-cache.ts";

/** What footers and decoded batches may take where nothing is said. */
const DEFAULT_FOOTER_BYTES = 8 << 20;
const DEFAULT_BATCH_BYTES = 32 << 20;
/** The share of `cacheBytes` that footers get; decoded batches get the rest of it. */
const FOOTER_SHARE = 4;
/** The share of what footers get that bounds of pages get beside it. */
const PAGES_SHARE = 4;
/** A pond has few schemas. */
const MAX_SCHEMAS = 1000;

/** What the tables and series of one pond keep in memory. */
export interface ArrowCaches {
  readonly footers: FooterCache;
  readonly batches: BatchCache;
  /** What is known of the values in pages. */
  readonly pages: PageBoundsCache;
  /** Arrow schemas of files. */
  readonly schemas: FingerprintCache<Schema>;
  /** The metadata of these schemas. */
  readonly metadata: FingerprintCache<ReadonlyMap<string, string>>;
}

/** What is known of files by the fingerprint of their schema: of those that were met first. */
export class FingerprintCache<Value> {
  readonly #known = new Map<string, Value>();

  /** What nobody may change. */
  get(fingerprint: string): Value | undefined {
    return this.#known.get(fingerprint);
  }

  /** Keeps it for good. */
  keep(fingerprint: string, value: Value): void {
    if (this.#known.size < MAX_SCHEMAS) this.#known.set(fingerprint, value);
  }
}

// By the codec: a pond has one, and all its directories and transactions share it.
const caches = new WeakMap<ParquetCodec, ArrowCaches>();

/** The caches of a pond. */
export function cachesOf({ parquet }: Pick<ArrowContext, "parquet">): ArrowCaches {
  const known = caches.get(parquet);
  if (known) return known;
  const { cacheBytes } = parquet;
  const footerBytes =
    cacheBytes === undefined ? DEFAULT_FOOTER_BYTES : Math.floor(cacheBytes / FOOTER_SHARE);
  const batchBytes = cacheBytes === undefined ? DEFAULT_BATCH_BYTES : cacheBytes - footerBytes;
  const pageBytes = Math.floor(footerBytes / PAGES_SHARE);
  const made = {
    footers: new FooterCache(parquet, footerBytes - pageBytes),
    pages: new PageBoundsCache(pageBytes),
    batches: new BatchCache(batchBytes),
    schemas: new FingerprintCache<Schema>(),
    metadata: new FingerprintCache<ReadonlyMap<string, string>>(),
  };
  caches.set(parquet, made);
  return made;
}

/** How well the caches of a pond have served. */
export function cacheUse(parquet: ParquetCodec): ArrowCacheUse {
  const { footers, batches, pages } = cachesOf({ parquet });
  const { use } = footers;
  return { footers: { ...use, bytes: use.bytes + pages.bytes }, batches: batches.use };
}
