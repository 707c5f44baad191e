/** Default of `cacheBytes`. */
const DEFAULT_CACHE_BYTES = 4 << 20;

/** What an entry takes beside its bytes: without it many tiny files would have no bound. */
const ENTRY_BYTES = 200;

/** How often small files were found in memory, and how many bytes of them are there. */
export interface CacheStats {
  /** Reads that found their bytes in memory. */
  readonly hits: number;
  /** Reads that had to fetch them. */
  readonly misses: number;
  /** Bytes that are kept, with what it takes to find them. */
  readonly bytes: number;
}

/**
 * Verified bytes of small files, those that were read last. What a hash stands for never changes, so
 * nothing in here can be stale: whether a file still has these bytes is for its row to say.
 */
export class ContentCache {
  readonly #maxBytes: number;
  readonly #entries = new Map<string, Uint8Array<ArrayBuffer>>();
  #hits = 0;
  #misses = 0;
  #bytes = 0;

  constructor(maxBytes: number = DEFAULT_CACHE_BYTES) {
    this.#maxBytes = maxBytes;
  }

  /** The bytes of a hash, which nobody may change. */
  get(sha256: string): Uint8Array<ArrayBuffer> | undefined {
    const bytes = this.#entries.get(sha256);
    if (!bytes) {
      this.#misses += 1;
      return undefined;
    }
    this.#hits += 1;
    this.#entries.delete(sha256); // and to the end, where the ones read last stand
    this.#entries.set(sha256, bytes);
    return bytes;
  }

  /** Keeps bytes, and lets go of those that have not been read for longest. */
  keep(sha256: string, bytes: Uint8Array<ArrayBuffer>): void {
    const size = bytes.byteLength + ENTRY_BYTES;
    if (this.#entries.has(sha256) || size > this.#maxBytes) return;
    this.#entries.set(sha256, bytes);
    this.#bytes += size;
    for (const [oldest, { byteLength }] of this.#entries) {
      if (this.#bytes <= this.#maxBytes) return;
      this.#entries.delete(oldest);
      this.#bytes -= byteLength + ENTRY_BYTES;
    }
  }

  /** How well it has served. */
  stats(): CacheStats {
    return { hits: this.#hits, misses: this.#misses, bytes: this.#bytes };
  }
}
