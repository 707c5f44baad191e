import { LRUCache } from "lru-cache";
import type { DecodedRows, RowRange } from "../worker/parquet-types.ts";
import type { CacheUse } from "./cache-use.ts";

/** What an entry takes beside its bytes. */
const ENTRY_BYTES = 500;
/** What a range of rows takes, with its share of the key. */
const RANGE_BYTES = 80;
/** One entry takes at most this share of the whole: a scan of large row groups would leave nothing else. */
const LARGEST_SHARE = 4;

/** The rows of a row group as they were asked for. */
export interface BatchKey {
  /** Of the file; empty where it is not known, and then nothing is kept. */
  readonly sha256: string;
  readonly rowGroup: number;
  /** Top-level columns in the file's order; absent: all. */
  readonly columns?: readonly string[] | undefined;
  /** The rows that were looked for, where not all were; there may be more. */
  readonly rows?: readonly RowRange[] | undefined;
}

/**
 * Decoded row groups as Arrow IPC streams, those that were read last. They go by the hash of the file's
 * bytes, so nothing in here can be stale. Batches share the buffer of the stream that they are read from,
 * and a page may write into them: so what is kept, and what is found, are copies.
 */
export class BatchCache {
  readonly #maxBytes: number;
  readonly #streams: LRUCache<string, DecodedRows>;
  #hits = 0;
  #misses = 0;

  /** @param maxBytes that what is kept may take; 0: nothing is kept */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
    this.#streams = new LRUCache({
      maxSize: Math.max(1, maxBytes),
      maxEntrySize: Math.max(1, Math.floor(maxBytes / LARGEST_SHARE)),
      sizeCalculation: (decoded, name) => sizeOf(decoded) + 2 * name.length,
    });
  }

  /** A copy of what was decoded before, or what is decoded now. */
  async read(
    key: BatchKey,
    decode: () => Promise<Uint8Array<ArrayBuffer>>,
  ): Promise<Uint8Array<ArrayBuffer>> {
    const rows = await this.readRows(key, async () => ({ streams: await decode(), parts: [] }));
    return rows.streams;
  }

  /** The same of some rows. */
  async readRows(key: BatchKey, decode: () => Promise<DecodedRows>): Promise<DecodedRows> {
    const name = nameOf(key);
    const known = this.#streams.get(name);
    if (known) {
      this.#hits += 1;
      return copyOf(known);
    }
    this.#misses += 1;
    const decoded = await decode();
    if (key.sha256 !== "" && this.#fits(decoded)) this.#streams.set(name, copyOf(decoded));
    return decoded;
  }

  /** Whether there is something of a key. */
  has(key: BatchKey): boolean {
    return this.#streams.has(nameOf(key));
  }

  /** How well it has served. */
  get use(): CacheUse {
    return { hits: this.#hits, misses: this.#misses, bytes: this.#streams.calculatedSize };
  }

  #fits(decoded: DecodedRows): boolean {
    return sizeOf(decoded) * LARGEST_SHARE <= this.#maxBytes;
  }
}

function nameOf({ sha256, rowGroup, columns, rows }: BatchKey): string {
  return JSON.stringify([sha256, rowGroup, columns, rows]);
}

function copyOf({ streams, parts }: DecodedRows): DecodedRows {
  return { streams: streams.slice(), parts };
}

function sizeOf({ streams, parts }: DecodedRows): number {
  const ranges = parts.reduce((sum, { rows }) => sum + rows.length, 0);
  return streams.byteLength + ENTRY_BYTES + RANGE_BYTES * ranges;
}
