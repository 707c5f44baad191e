import type { ByteSource } from "../tinyfs/byte-source.ts";
import { joinBytes } from "./join-bytes.ts";
import type { SplicePlan } from "./splice-plan.ts";

/** A stretch of the joined file: bytes in memory, or a range of a source. */
interface Part {
  /** Where it starts in the joined file. */
  readonly at: number;
  readonly size: number;
  readonly read: (
    start: number,
    end: number,
    signal?: AbortSignal,
  ) => Promise<Uint8Array<ArrayBuffer>>;
}

/** Several Parquet files as one: it refers to their bodies and holds only the new footer. */
export class SplicedSource implements ByteSource {
  readonly size: number;
  readonly #parts: readonly Part[];
  readonly #sources: readonly ByteSource[];
  #closed = false;

  /** Takes the sources over: they are closed with it. */
  constructor(sources: readonly ByteSource[], { bodies, tail }: SplicePlan) {
    const parts: Part[] = [];
    let size = 0;
    const add = (length: number, read: Part["read"]) => {
      if (length > 0) parts.push({ at: size, size: length, read });
      size += length;
    };
    add(4, memory(new TextEncoder().encode("PAR1")));
    sources.forEach((source, index) => {
      const { start, end } = bodies[index] ?? { start: 0, end: 0 };
      add(end - start, (from, to, signal) => source.read(start + from, start + to, signal));
    });
    add(tail.length, memory(tail));
    this.size = size;
    this.#parts = parts;
    this.#sources = sources;
  }

  async read(start: number, end: number, signal?: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
    if (this.#closed) throw new TypeError("Cannot read from a source that is closed");
    signal?.throwIfAborted();
    const until = Math.min(end, this.size);
    const pieces: Promise<Uint8Array<ArrayBuffer>>[] = [];
    for (let index = this.#indexAt(start); index < this.#parts.length; index++) {
      const part = this.#parts[index];
      if (!part || part.at >= until) break;
      const from = Math.max(0, start - part.at);
      pieces.push(part.read(from, Math.min(part.size, until - part.at), signal));
    }
    return joinBytes(await Promise.all(pieces));
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#sources.map((source) => source.close()));
  }

  /** The part that holds the byte at `position`: thousands of parts are read thousands of times. */
  #indexAt(position: number): number {
    let low = 0;
    let high = this.#parts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#parts[middle]?.at ?? 0) <= position) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

function memory(bytes: Uint8Array<ArrayBuffer>): Part["read"] {
  return async (start, end) => bytes.slice(start, end);
}
