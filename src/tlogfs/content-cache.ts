import type { Pack } from "./packs.ts";

/** Default of `cacheBytes`: a folder of 10,000 files of 1 KiB is fetched once, in whatever order they are read. */
const DEFAULT_CACHE_BYTES = 16 << 20;

/** What an entry takes beside its bytes: without it many tiny files would have no bound. */
const ENTRY_BYTES = 200;

/** And what a pack says of each of its slots. */
const SLOT_BYTES = 16;

/** How often small files were found in memory, and how many bytes are kept for them. */
export interface CacheStats {
  /** Reads that found their bytes in memory, or those of a file that was written with them. */
  readonly hits: number;
  /** Reads that had to fetch them. */
  readonly misses: number;
  /** Bytes that are kept, with what it takes to find them. */
  readonly bytes: number;
}

/** What is kept of one key, and what that takes. */
interface Kept {
  readonly size: number;
  readonly content?: Uint8Array<ArrayBuffer>;
  readonly pack?: Pack;
}

/**
 * Verified bytes of small files, and the packs they came in, those that were read last. What a hash stands
 * for never changes, so nothing in here can be stale: whether a file still has these bytes is for its row
 * to say. Of a pack only its table was verified: whoever reads a slot hashes its bytes.
 */
export class ContentCache {
  readonly #maxBytes: number;
  readonly #entries = new Map<string, Kept>();
  #hits = 0;
  #misses = 0;
  #bytes = 0;

  constructor(maxBytes: number = DEFAULT_CACHE_BYTES) {
    this.#maxBytes = maxBytes;
  }

  /** The bytes of a hash, which nobody may change. */
  content(sha256: string): Uint8Array<ArrayBuffer> | undefined {
    return this.#touch(sha256)?.content;
  }

  /** A pack, by the text of its key. Nobody may change it. */
  pack(key: string): Pack | undefined {
    return this.#touch(key)?.pack;
  }

  /** Keeps verified bytes, and lets go of what has not been read for longest. */
  keepContent(sha256: string, content: Uint8Array<ArrayBuffer>): void {
    this.#keep(sha256, { size: content.byteLength + ENTRY_BYTES, content });
  }

  /** Keeps a pack likewise, unless all it holds is one file's. */
  keepPack(key: string, pack: Pack): void {
    const slots = pack.counts.length;
    if (slots === 1) return;
    this.#keep(key, { size: pack.bytes.byteLength + ENTRY_BYTES + SLOT_BYTES * slots, pack });
  }

  /** Forgets a pack that turned out to differ from what was written. */
  dropPack(key: string): void {
    this.#bytes -= this.#entries.get(key)?.size ?? 0;
    this.#entries.delete(key);
  }

  /** Counts a read. @param isHit whether its bytes were here */
  count(isHit: boolean): void {
    if (isHit) this.#hits += 1;
    else this.#misses += 1;
  }

  /** How well it has served. */
  stats(): CacheStats {
    return { hits: this.#hits, misses: this.#misses, bytes: this.#bytes };
  }

  #touch(key: string): Kept | undefined {
    const kept = this.#entries.get(key);
    if (!kept) return undefined;
    this.#entries.delete(key); // and to the end, where the ones read last stand
    this.#entries.set(key, kept);
    return kept;
  }

  #keep(key: string, kept: Kept): void {
    if (this.#entries.has(key) || kept.size > this.#maxBytes) return;
    this.#entries.set(key, kept);
    this.#bytes += kept.size;
    for (const [oldest, { size }] of this.#entries) {
      if (this.#bytes <= this.#maxBytes) return;
      this.#entries.delete(oldest);
      this.#bytes -= size;
    }
  }
}
