import { createXXHash64, type IHasher } from "hash-wasm";
import { TinyFSError } from "../tinyfs/errors.ts";

/** Bytes are verified in pages of this size; the last page of a file is shorter. */
export const PAGE_BYTES = 65_536;

/** Length of one page's checksum. */
const SUM_BYTES = 8;

let xxhash64: IHasher | undefined;

/** Loads the hash. Obligation: await this once before anything else here is used. @throws WORKER_START */
export async function loadPageSums(): Promise<void> {
  try {
    xxhash64 ??= await createXXHash64();
  } catch (cause) {
    throw notCompiled(cause);
  }
}

function notCompiled(cause: unknown): TinyFSError {
  const detail = cause instanceof Error ? cause.message : String(cause);
  const message = `Cannot compile the wasm that verifies bytes: ${detail}; a Content-Security-Policy must allow 'wasm-unsafe-eval' in script-src`;
  return new TinyFSError("WORKER_START", message, { cause });
}

/** Number of pages of a file of `size` bytes. */
function pageCount(size: number): number {
  return Math.ceil(size / PAGE_BYTES);
}

/**
 * The first page of `bytes` that does not have its checksum, or `undefined`.
 * @param firstPage - the page at which `bytes` starts
 */
export function findDamagedPage(
  bytes: Uint8Array,
  firstPage: number,
  pageSums: Uint8Array,
): number | undefined {
  for (let page = 0; page < pageCount(bytes.length); page++) {
    const sum = sumPage(bytes.subarray(page * PAGE_BYTES, (page + 1) * PAGE_BYTES));
    if (!hasSumAt(pageSums, (firstPage + page) * SUM_BYTES, sum)) return firstPage + page;
  }
  return undefined;
}

/** Sums the pages of a file that arrives in chunks of any size. */
export class PageSummer {
  readonly #open = new Uint8Array(PAGE_BYTES);
  #filled = 0;
  #sums = new Uint8Array(256 * SUM_BYTES);
  #count = 0;

  /** Takes the next bytes and keeps no reference to them. */
  update(chunk: Uint8Array): void {
    let at = this.#fill(chunk);
    for (; at + PAGE_BYTES <= chunk.length; at += PAGE_BYTES) {
      this.#append(sumPage(chunk.subarray(at, at + PAGE_BYTES)));
    }
    this.#open.set(chunk.subarray(at), this.#filled);
    this.#filled += chunk.length - at;
  }

  /** The checksums of all pages, 8 bytes each, little-endian. Ends the sum. */
  finish(): Uint8Array<ArrayBuffer> {
    if (this.#filled > 0) this.#append(sumPage(this.#open.subarray(0, this.#filled)));
    return this.#sums.slice(0, this.#count * SUM_BYTES);
  }

  /** Completes the page that is begun; returns how many bytes of `chunk` went into it. */
  #fill(chunk: Uint8Array): number {
    if (this.#filled === 0) return 0;
    const taken = Math.min(PAGE_BYTES - this.#filled, chunk.length);
    this.#open.set(chunk.subarray(0, taken), this.#filled);
    this.#filled += taken;
    if (this.#filled === PAGE_BYTES) {
      this.#append(sumPage(this.#open));
      this.#filled = 0;
    }
    return taken;
  }

  #append(sum: Uint8Array): void {
    const at = this.#count * SUM_BYTES;
    if (at === this.#sums.length) {
      const grown = new Uint8Array(this.#sums.length * 2);
      grown.set(this.#sums);
      this.#sums = grown;
    }
    this.#sums.set(sum, at);
    this.#count += 1;
  }
}

function sumPage(page: Uint8Array): Uint8Array {
  if (!xxhash64) throw new Error("loadPageSums() has not been awaited");
  // hash-wasm gives the canonical form, which is big-endian.
  return xxhash64.init().update(page).digest("binary").reverse();
}

function hasSumAt(pageSums: Uint8Array, at: number, sum: Uint8Array): boolean {
  return sum.every((byte, index) => byte === pageSums[at + index]);
}
