import type { ByteRange, ByteSource } from "./byte-source.ts";
import { cutRange } from "./streams.ts";

/** How much of a source one pull of a stream reads. */
const CHUNK_BYTES = 1 << 20;

/** The most that one pull reads into the memory of a consumer who brings it. */
const BROUGHT_BYTES = 4 << 20;

/** Less is not worth a read of its own: it is copied out of a chunk. */
const LEAST_BROUGHT_BYTES = 256 << 10;

/** So many chunks are asked for before the consumer asks: the source reads them while those before are used. */
const CHUNKS_AHEAD = 2;

/** Large files are verified in pages of this size: a chunk that ends where one ends reads none twice. */
const PAGE_BYTES = 65_536;

// WebKit has no streams of bytes: there nobody can bring memory.
const KIND = "ReadableByteStreamController" in globalThis ? ({ type: "bytes" } as const) : {};

/**
 * The bytes of a range as a stream. It reads what it is asked for, and a little ahead from the second
 * chunk on, or into the memory that a BYOB reader brings. Closes the source at its end.
 */
export function sourceToStream(
  source: ByteSource,
  range?: ByteRange,
  signal?: AbortSignal,
): ReadableStream<Uint8Array> {
  const reading = new SourceReading(source, cutOrClose(source, range), signal);
  return new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      ...KIND,
      start: (controller) => reading.start(controller),
      pull: (controller) => reading.pull(controller),
      cancel: () => reading.close(),
    },
    { highWaterMark: 0 },
  );
}

type Controller = ReadableStreamController<Uint8Array<ArrayBuffer>>;

/** What a stream asks of its source. */
class SourceReading {
  readonly #source: ByteSource;
  readonly #end: number;
  readonly #signal: AbortSignal | undefined;
  readonly #stop = new AbortController();
  readonly #asked: Promise<Uint8Array<ArrayBuffer>>[] = [];
  #at: number;
  #hasBegun = false;
  #closing: Promise<void> | undefined;

  constructor(
    source: ByteSource,
    { start, end }: { readonly start: number; readonly end: number },
    signal: AbortSignal | undefined,
  ) {
    this.#source = source;
    this.#at = start;
    this.#end = end;
    this.#signal = signal;
  }

  start(controller: Controller): void {
    const signal = this.#signal;
    const abort = () => {
      controller.error(signal?.reason);
      this.close().catch(() => {}); // why it was aborted is what the consumer is told
    };
    if (signal?.aborted) abort();
    else signal?.addEventListener("abort", abort, { once: true, signal: this.#stop.signal });
  }

  async pull(controller: Controller): Promise<void> {
    const request = "byobRequest" in controller ? controller.byobRequest : null;
    const memory = this.#asked.length === 0 ? memoryOf(request) : undefined;
    try {
      const chunk = await this.#next(memory);
      // The source is let go of while the last chunk is used; the end is told when that is done.
      if (this.#asked.length === 0 && this.#at === this.#end) this.close().catch(() => {});
      if (chunk && memory && isIn(chunk, memory)) return request?.respondWithNewView(chunk);
      if (chunk) return controller.enqueue(chunk);
    } catch (error) {
      await this.close().catch(() => {}); // what could not be read is what the consumer is told
      throw error;
    }
    await this.close();
    controller.close();
    request?.respond(0); // else its reader would wait for ever
  }

  /** Ends what was asked for, and lets go of the source. */
  close(): Promise<void> {
    this.#stop.abort(this.#signal?.reason);
    this.#closing ??= this.#source.close();
    return this.#closing;
  }

  #next(memory?: ArrayBuffer): Promise<Uint8Array<ArrayBuffer>> | undefined {
    // Whoever takes one chunk may want no more, and whoever brings memory brings what is wanted.
    const ahead = memory || !this.#hasBegun ? 0 : CHUNKS_AHEAD;
    this.#hasBegun = true;
    while (this.#asked.length <= ahead && this.#at < this.#end) this.#ask(memory);
    return this.#asked.shift();
  }

  #ask(memory?: ArrayBuffer): void {
    const full = this.#at + (memory ? Math.min(memory.byteLength, BROUGHT_BYTES) : CHUNK_BYTES);
    const end = Math.min(full - (full % PAGE_BYTES), this.#end);
    const read = this.#source.read(this.#at, end, this.#stop.signal, memory);
    read.catch(() => {}); // it is told when its turn comes, if it does
    this.#asked.push(read);
    this.#at = end;
  }
}

/** The memory that a reader has brought, if it is free from its beginning on and worth a read of its own. */
function memoryOf(request: ReadableStreamBYOBRequest | null): ArrayBuffer | undefined {
  const view = request?.view;
  if (!view || view.byteOffset > 0 || view.byteLength !== view.buffer.byteLength) return undefined;
  return view.byteLength < LEAST_BROUGHT_BYTES ? undefined : view.buffer;
}

/** Whether a source has put a chunk into the memory that it was offered: it may have been transferred. */
function isIn({ buffer }: Uint8Array, memory: ArrayBuffer): boolean {
  return buffer === memory || memory.byteLength === 0;
}

function cutOrClose(source: ByteSource, range?: ByteRange): { start: number; end: number } {
  try {
    return cutRange(source.size, range);
  } catch (error) {
    source.close().catch(() => {}); // nothing was read: the range is what is wrong
    throw error;
  }
}
