import type { Content } from "../tinyfs/entry.ts";
import { TinyFSError } from "../tinyfs/errors.ts";
import type { ContentWriter } from "../tinyfs/file.ts";
import { checkChunk } from "../tinyfs/streams.ts";
import type { Temporary, TemporaryWriter } from "./blob-engine.ts";

/** Up to this many bytes stay in memory; what is longer goes to a temporary, in pieces of this size. */
export const MEMORY_BUFFER_THRESHOLD: number = 1 << 20;

/** What the first buffer of a writer takes, in bytes. */
const FIRST_BUFFER_BYTES = 16_384;

/** Where the bytes of a writer end up. */
export interface WriterTarget {
  /** @param sizeBytes - how many bytes are to come, where that is known */
  createTemporary(sizeBytes?: number): Promise<TemporaryWriter>;
  /** Takes bytes that nobody else changes. */
  stageOwned(bytes: Uint8Array<ArrayBuffer>): Promise<Content>;
  stageTemporary(temporary: Temporary): Content;
  /** Never rejects. */
  discard(content: Content): Promise<void>;
}

type State = "open" | "closed" | "aborted";

/**
 * Collects the bytes of one file: in memory first, then in a temporary that becomes its blob. Holds
 * at most 2 MiB, one buffer that is filled and one on its way to the engine. After a failure nothing
 * is left, and every later call rejects with that failure.
 */
export class HybridWriter implements ContentWriter {
  readonly #target: WriterTarget;
  readonly #signal: AbortSignal | undefined;
  #state: State = "open";
  #failure: { readonly cause: unknown } | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #buffer: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  #filled = 0;
  #temporary: TemporaryWriter | undefined;
  #expected: number | undefined;
  #flight: Promise<void> = Promise.resolve();
  #flyingBytes = 0;
  #dropped: Promise<void> = Promise.resolve();

  constructor(target: WriterTarget, signal?: AbortSignal) {
    signal?.throwIfAborted();
    this.#target = target;
    this.#signal = signal;
    signal?.addEventListener("abort", this.#stop, { once: true });
  }

  /** How many bytes are in memory at the moment. */
  get bufferedBytes(): number {
    return this.#filled + this.#flyingBytes;
  }

  /** See `ContentWriter.expect`. To be called before the first write. */
  expect(sizeBytes: number): void {
    this.#expected = sizeBytes;
  }

  /** Appends a copy of the chunk. @throws WRITER_CLOSED, QUOTA */
  write(chunk: Uint8Array): Promise<void> {
    const bytes = checkChunk(chunk);
    return this.#inTurn(() => this.#append(bytes));
  }

  /** Ends the bytes. @throws the failure of an earlier write, WRITER_CLOSED, QUOTA */
  close(): Promise<Content> {
    return this.#inTurn(async () => {
      const content = await this.#finish();
      if (this.#failure)
        await this.#target.discard(content); // stopped at the last moment
      else this.#end("closed");
      return content;
    });
  }

  /** Drops the bytes, unless they were handed out by `close`. Never rejects. */
  async abort(): Promise<void> {
    await this.#last;
    if (this.#state !== "open") return;
    this.#end("aborted");
    await this.#dropTemporary();
  }

  readonly #stop = (): void => {
    void this.#fail(this.#signal?.reason);
  };

  /** Runs one call after the other. A failure is final. */
  #inTurn<Value>(work: () => Promise<Value>): Promise<Value> {
    const run = this.#last.then(async () => {
      this.#checkOpen();
      try {
        this.#checkNotFailed();
        const value = await work();
        this.#checkNotFailed(); // it may have been stopped meanwhile
        return value;
      } catch (error) {
        throw await this.#fail(error);
      }
    });
    this.#last = run.catch(() => {}); // whoever made that call has its error
    return run;
  }

  async #append(chunk: Uint8Array): Promise<void> {
    for (let at = 0; at < chunk.byteLength; ) {
      if (this.#filled === MEMORY_BUFFER_THRESHOLD) await this.#flush();
      const room = MEMORY_BUFFER_THRESHOLD - this.#filled;
      const piece = chunk.subarray(at, at + room);
      this.#reserve(this.#filled + piece.byteLength);
      this.#buffer.set(piece, this.#filled);
      this.#filled += piece.byteLength;
      at += piece.byteLength;
    }
    if (this.#temporary && this.#filled === MEMORY_BUFFER_THRESHOLD) await this.#flush();
  }

  #reserve(bytes: number): void {
    if (bytes <= this.#buffer.byteLength) return;
    const doubled = Math.max(2 * this.#buffer.byteLength, bytes, FIRST_BUFFER_BYTES);
    const size = this.#temporary
      ? MEMORY_BUFFER_THRESHOLD
      : Math.min(doubled, MEMORY_BUFFER_THRESHOLD);
    const larger = new Uint8Array(size);
    larger.set(this.#buffer.subarray(0, this.#filled));
    this.#buffer = larger;
  }

  /** Sends the buffer off. Waits for the one before it, not for this one. */
  async #flush(): Promise<void> {
    this.#temporary ??= await this.#target.createTemporary(this.#expected);
    await this.#flight;
    this.#checkNotFailed();
    const sent = this.#takeBuffer();
    this.#flyingBytes = sent.byteLength;
    this.#flight = this.#temporary.write(sent).then(() => {
      this.#flyingBytes = 0;
    });
    this.#flight.catch(() => {}); // reported by the next flush
  }

  #takeBuffer(): Uint8Array<ArrayBuffer> {
    const whole = this.#filled === this.#buffer.byteLength;
    const taken = whole ? this.#buffer : this.#buffer.slice(0, this.#filled);
    this.#buffer = new Uint8Array(0);
    this.#filled = 0;
    return taken;
  }

  async #finish(): Promise<Content> {
    if (!this.#temporary) return this.#target.stageOwned(this.#takeBuffer());
    if (this.#filled > 0) await this.#flush();
    await this.#flight;
    const temporary = await this.#temporary.close();
    return this.#target.stageTemporary(temporary);
  }

  #checkNotFailed(): void {
    if (this.#failure) throw this.#failure.cause;
  }

  #checkOpen(): void {
    if (this.#state === "open") return;
    throw new TinyFSError("WRITER_CLOSED", `Cannot write to a file: its writer is ${this.#state}`);
  }

  /** Ends the writer. Returns its first failure, which is the one to report. */
  async #fail(cause: unknown): Promise<unknown> {
    this.#failure ??= { cause };
    this.#signal?.removeEventListener("abort", this.#stop);
    await this.#dropTemporary();
    return this.#failure.cause;
  }

  #end(state: State): void {
    this.#state = state;
    this.#signal?.removeEventListener("abort", this.#stop);
  }

  /** One after the other: whoever asks last may go on only when the file is gone. */
  #dropTemporary(): Promise<void> {
    this.#dropped = this.#dropped.then(() => this.#drop());
    return this.#dropped;
  }

  async #drop(): Promise<void> {
    this.#takeBuffer();
    await this.#flight.catch(() => {}); // its failure is why the temporary is dropped
    await this.#temporary?.abort().catch(() => {}); // what is left is swept with its owner's files
  }
}
