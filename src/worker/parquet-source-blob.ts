import type { ReadableFile } from "./footer-reading.ts";

/** A part of a file that is in memory already. */
export interface KnownPart {
  readonly start: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** What parquet-wasm asks of a Blob, over a file whose bytes come from elsewhere. */
export class SourceBlob {
  readonly size: number;
  readonly #file: ReadableFile;
  readonly #start: number;
  readonly #shared: { known: KnownPart | undefined; fail: (error: unknown) => void };

  constructor(
    file: ReadableFile,
    range: { start: number; end: number },
    shared: { known: KnownPart | undefined; fail: (error: unknown) => void },
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
  static over(file: ReadableFile, known: KnownPart): { blob: SourceBlob; failure: Promise<never> } {
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
    if (known && this.#start >= known.start && end <= known.start + known.bytes.length) {
      return known.bytes.slice(this.#start - known.start, end - known.start).buffer;
    }
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
