import type { ReadableFile } from "./footer-reading.ts";
import type { FileRange } from "./parquet-footer.ts";

/** A part of a file that is in memory already. */
export interface KnownPart {
  readonly start: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** A range of a file, if one of its parts holds all of it. */
export function findPart(
  parts: readonly KnownPart[],
  start: number,
  end: number,
): Uint8Array<ArrayBuffer> | undefined {
  const held = parts.find((part) => start >= part.start && end <= part.start + part.bytes.length);
  return held?.bytes.subarray(start - held.start, end - held.start);
}

/** The parts of a file that are in memory: its end, and for as long as it is read what was fetched together. */
export class KnownParts {
  readonly #file: ReadableFile;
  readonly #parts: KnownPart[];

  constructor(file: ReadableFile, end: KnownPart) {
    this.#file = file;
    this.#parts = [end];
  }

  /** Fetches ranges. @throws what the file's `read` throws */
  async add(ranges: readonly FileRange[]): Promise<readonly KnownPart[]> {
    const parts = await Promise.all(
      ranges.map(async ({ start, end }) => ({ start, bytes: await this.#file.read(start, end) })),
    );
    this.#parts.push(...parts);
    return parts;
  }

  /** Lets go of what was fetched. */
  drop(parts: readonly KnownPart[]): void {
    for (const part of parts) this.#parts.splice(this.#parts.indexOf(part), 1);
  }

  /** A copy of a range, if all of it is in memory. */
  find(start: number, end: number): ArrayBuffer | undefined {
    return findPart(this.#parts, start, end)?.slice().buffer;
  }
}

/** What parquet-wasm asks of a Blob, over a file whose bytes come from elsewhere. */
export class SourceBlob {
  readonly size: number;
  readonly #file: ReadableFile;
  readonly #start: number;
  readonly #shared: { known: KnownParts; fail: (error: unknown) => void };

  constructor(
    file: ReadableFile,
    range: { start: number; end: number },
    shared: { known: KnownParts; fail: (error: unknown) => void },
  ) {
    this.#file = file;
    this.#start = range.start;
    this.size = range.end - range.start;
    this.#shared = shared;
  }

  /**
   * The whole file.
   * @param known is not read again
   * @returns also a promise that rejects when a read of the file has failed
   */
  static over(
    file: ReadableFile,
    known: KnownParts,
  ): { blob: SourceBlob; failure: Promise<never> } {
    const { promise: failure, reject } = withReject();
    failure.catch(() => {}); // those who read race against it
    return {
      failure,
      blob: new SourceBlob(file, { start: 0, end: file.size }, { known, fail: reject }),
    };
  }

  slice(start: number, end: number): SourceBlob {
    const range = { start: this.#start + start, end: this.#start + Math.min(end, this.size) };
    return new SourceBlob(this.#file, range, this.#shared);
  }

  /**
   * The bytes. It never rejects: parquet-wasm panics on a rejected promise, and a panic takes all its
   * other readers with it. A pending one costs the memory of one abandoned read.
   */
  async arrayBuffer(): Promise<ArrayBuffer> {
    const end = this.#start + this.size;
    const { known, fail } = this.#shared;
    const held = known.find(this.#start, end);
    if (held) return held;
    try {
      return (await this.#file.read(this.#start, end)).buffer;
    } catch (error) {
      fail(error);
      return new Promise(() => {});
    }
  }
}

function withReject(): { promise: Promise<never>; reject: (error: unknown) => void } {
  let reject: (error: unknown) => void = () => {};
  const promise = new Promise<never>((_resolve, rejectIt) => {
    reject = rejectIt;
  });
  return { promise, reject };
}
