const MIB = 1 << 20;
/** At every so many bytes one is compared. */
const SAMPLE_BYTES = 65_536;

/** A large file that is made while it is written, and whose bytes are known at every place. */
export class BigFile {
  readonly size: number;
  readonly #block: Uint8Array<ArrayBuffer>;
  readonly #seed: number;

  /** @param size is a multiple of 1 MiB. Another seed makes other bytes in every block */
  constructor(size: number, seed: number) {
    this.size = size;
    this.#seed = seed;
    this.#block = new Uint8Array(MIB);
    for (let at = 0; at < MIB; at += 65_536) {
      crypto.getRandomValues(this.#block.subarray(at, at + 65_536));
    }
  }

  /** Its bytes, a block of 1 MiB at a time, each in a buffer of its own. */
  stream(): ReadableStream<Uint8Array<ArrayBuffer>> {
    let index = 0;
    return new ReadableStream<Uint8Array<ArrayBuffer>>(
      {
        pull: (controller) => {
          if (index * MIB >= this.size) controller.close();
          else controller.enqueue(this.#blockAt(index++));
        },
      },
      { highWaterMark: 0 },
    );
  }

  /** All of it. */
  bytes(): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(this.size);
    for (let at = 0; at < this.size; at += MIB) bytes.set(this.#blockAt(at / MIB), at);
    return bytes;
  }

  /** Throws unless `bytes` stand at `start`. */
  compare(bytes: Uint8Array, start: number): void {
    const step = Math.min(SAMPLE_BYTES, Math.max(1, bytes.byteLength - 1));
    for (let at = 0; at < bytes.byteLength; at += step) {
      const place = start + at;
      if (bytes[at] !== this.#byteAt(place))
        throw new Error(`Byte ${place} is not what was written`);
    }
  }

  /** Reads a stream to its end, and throws unless it is this file. */
  async drain(stream: ReadableStream<Uint8Array>): Promise<void> {
    let at = 0;
    const reader = stream.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      this.compare(value, at);
      at += value.byteLength;
    }
    if (at !== this.size) throw new Error(`${at} of ${this.size} bytes were read`);
  }

  #blockAt(index: number): Uint8Array<ArrayBuffer> {
    const block = this.#block.slice();
    new DataView(block.buffer).setUint32(0, this.#stamp(index));
    return block;
  }

  #byteAt(place: number): number {
    const at = place % MIB;
    if (at >= 4) return this.#block[at] ?? 0;
    return (this.#stamp(Math.floor(place / MIB)) >>> (8 * (3 - at))) & 0xff;
  }

  #stamp(index: number): number {
    return (this.#seed * 1_000_003 + index) >>> 0;
  }
}
