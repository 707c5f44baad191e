import { LRUCache } from "lru-cache";
import type { PageBounds } from "../worker/parquet-types.ts";

/** What an entry takes beside its pages, and what the bounds of a page take. */
const ENTRY_BYTES = 200;
const PAGE_BYTES = 150;

/**
 * What is known of the pages of row groups, those that were asked about last. Like footers they go by
 * the hash of the file's bytes, so nothing in here can be stale.
 */
export class PageBoundsCache {
  readonly #known: LRUCache<string, readonly PageBounds[]>;

  /** @param maxBytes that what is kept may take; 0: nothing is kept */
  constructor(maxBytes: number) {
    this.#known = new LRUCache({ maxSize: Math.max(1, maxBytes), sizeCalculation: sizeOf });
  }

  /** What was kept of some columns of a row group. */
  get(
    sha256: string,
    rowGroup: number,
    columns: readonly string[],
  ): readonly PageBounds[] | undefined {
    return this.#known.get(nameOf(sha256, rowGroup, columns));
  }

  /** Keeps what the worker has read. Nothing is kept of bytes that nobody has hashed yet. */
  keep(
    sha256: string,
    rowGroup: number,
    columns: readonly string[],
    bounds: readonly PageBounds[],
  ): void {
    if (sha256 !== "") this.#known.set(nameOf(sha256, rowGroup, columns), bounds);
  }

  /** About what is kept. */
  get bytes(): number {
    return this.#known.calculatedSize;
  }
}

function nameOf(sha256: string, rowGroup: number, columns: readonly string[]): string {
  return JSON.stringify([sha256, rowGroup, columns]);
}

/** Bounds may be long texts. */
function sizeOf(bounds: readonly PageBounds[]): number {
  let size = ENTRY_BYTES;
  for (const { statistics } of bounds)
    for (const { min, max } of statistics) size += PAGE_BYTES + lengthOf(min) + lengthOf(max);
  return size;
}

function lengthOf(bound: PageBounds["statistics"][number]["min"]): number {
  if (typeof bound === "string") return 2 * bound.length;
  return bound instanceof Uint8Array ? bound.length : 0;
}
