import { TinyFSError } from "../tinyfs/errors.ts";
import type { ChunkHash } from "./chunk-hash.ts";
import { PageSummer } from "./page-sums.ts";
import type { Sink } from "./storage-files.ts";
import { yieldToMessages } from "./yield-to-messages.ts";

/** A finished temporary: its bytes are flushed and its file is closed. */
export interface FinishedTemporary {
  readonly path: string;
  readonly size: number;
  readonly sha256: string;
  readonly pageSums: Uint8Array<ArrayBuffer>;
}

/** Bytes that are written, hashed or read without a pause. */
export const STEP_BYTES: number = 1 << 20;

/** Writes one temporary and digests it on the way. After a failure nothing is left of it. */
export class TemporaryFileWriter {
  readonly path: string;
  readonly #sink: Sink;
  readonly #hash: ChunkHash;
  readonly #remove: () => Promise<void>;
  readonly #pages = new PageSummer();
  #size = 0;
  #ended: Promise<void> | undefined;
  #failure: unknown;

  /** @param remove - deletes the file; called once, after the sink has let go of it */
  constructor(path: string, sink: Sink, hash: ChunkHash, remove: () => Promise<void>) {
    this.path = path;
    this.#sink = sink;
    this.#hash = hash;
    this.#remove = remove;
  }

  /** Makes sure of room for so many bytes, as far as the browser can. @throws QUOTA, and then the file is gone */
  async reserve(bytes: number): Promise<void> {
    await this.#orAbort(async () => this.#sink.reserve?.(bytes));
  }

  /** Appends. Takes the chunk's buffer. @throws QUOTA, WORKER_DIED, and then the file is gone */
  async write(chunk: Uint8Array<ArrayBuffer>): Promise<void> {
    await this.#orAbort(async () => {
      if (chunk.byteLength > STEP_BYTES) await this.#sink.reserve?.(chunk.byteLength);
      for (let at = 0; at < chunk.byteLength; at += STEP_BYTES) {
        if (at > 0) await yieldToMessages();
        const piece = chunk.subarray(at, at + STEP_BYTES);
        await this.#sink.write(piece);
        this.#pages.update(piece);
      }
      this.#size += chunk.byteLength;
      const hashed = this.#hash.update(chunk);
      hashed.catch(() => {}); // told below, unless the sink fails first
      if (this.#hash.isBehind) await this.#sink.settle?.();
      await hashed;
    });
  }

  /** Flushes and closes. @throws QUOTA, WORKER_DIED, and then the file is gone */
  async finish(): Promise<FinishedTemporary> {
    const sha256 = await this.#orAbort(async () => {
      const hashed = this.#hash.finish();
      hashed.catch(() => {}); // told below, unless the sink fails first
      await this.#sink.close();
      return await hashed;
    });
    this.#ended = Promise.resolve();
    return { path: this.path, size: this.#size, sha256, pageSums: this.#pages.finish() };
  }

  /** Closes and deletes the file; what was finished stays. */
  abort(): Promise<void> {
    this.#hash.drop();
    this.#ended ??= this.#sink.abort().then(this.#remove);
    return this.#ended;
  }

  async #orAbort<T>(work: () => Promise<T>): Promise<T> {
    if (this.#failure) throw this.#failure;
    this.#checkNotEnded();
    try {
      const value = await work();
      this.#checkNotEnded(); // it may have been aborted meanwhile
      return value;
    } catch (error) {
      this.#failure = error;
      await this.abort().catch(() => {}); // the first failure is the one to report; a leftover is swept
      throw error;
    }
  }

  #checkNotEnded(): void {
    if (this.#ended === undefined) return;
    throw new TinyFSError("WRITER_CLOSED", `Cannot write "${this.path}": it has ended`);
  }
}
