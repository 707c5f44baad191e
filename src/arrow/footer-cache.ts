import { LRUCache } from "lru-cache";
import type { ByteSource } from "../tinyfs/byte-source.ts";
import type { Content } from "../tinyfs/entry.ts";
import type { ParquetCodec, ParquetSummary } from "../worker/parquet-types.ts";
import type { CacheUse } from "./cache-use.ts";

/** What a summary takes beside its columns and row groups. */
const SUMMARY_BYTES = 1000;
/** What a column, or its statistics in one row group, takes. */
const CELL_BYTES = 200;

/** The hash of bytes that nobody has hashed yet. */
const UNKNOWN = "";

/** A Parquet file that can be opened. The caller of `open` closes the source. */
export interface ParquetContent {
  readonly content: Content;
  open(): Promise<ByteSource>;
}

/**
 * What the footers of Parquet files say, those that were read last. They go by the hash of the file's
 * bytes: what a hash stands for never changes, so nothing in here can be stale.
 */
export class FooterCache {
  readonly #parquet: ParquetCodec;
  readonly #summaries: LRUCache<string, ParquetSummary>;
  #hits = 0;
  #misses = 0;

  /** @param maxBytes that what is kept may take; 0: nothing is kept */
  constructor(parquet: ParquetCodec, maxBytes: number) {
    this.#parquet = parquet;
    this.#summaries = new LRUCache({ maxSize: Math.max(1, maxBytes), sizeCalculation: sizeOf });
  }

  /** What a footer says, which nobody may change. @throws NOT_PARQUET and the source's own error */
  async summary(file: ParquetContent, signal?: AbortSignal): Promise<ParquetSummary> {
    const known = this.get(file.content.sha256);
    if (known) return known;
    const source = await file.open();
    try {
      const summary = await this.#parquet.describe(source, signal);
      this.keep(file.content.sha256, summary);
      return summary;
    } finally {
      await source.close();
    }
  }

  /** What is known already of the file of a hash. */
  get(sha256: string): ParquetSummary | undefined {
    const known = this.#summaries.get(sha256);
    if (known) this.#hits += 1;
    else this.#misses += 1;
    return known;
  }

  /** Keeps what somebody else has read. */
  keep(sha256: string, summary: ParquetSummary): void {
    if (sha256 !== UNKNOWN) this.#summaries.set(sha256, summary);
  }

  /** How well it has served. */
  get use(): CacheUse {
    return { hits: this.#hits, misses: this.#misses, bytes: this.#summaries.calculatedSize };
  }
}

function sizeOf({ columns, rowGroups }: ParquetSummary): number {
  return SUMMARY_BYTES + CELL_BYTES * columns.length * (1 + rowGroups.length);
}
