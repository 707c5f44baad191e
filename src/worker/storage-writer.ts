import { TinyFSError } from "../tinyfs/errors.ts";
import type { FileDigest } from "./file-digest.ts";
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
  readonly #digest: FileDigest;
  readonly #remove: () => Promise<void>;
  #ended: Promise<void> | undefined;
  #failure: unknown;

  /** @param remove - deletes the file; called once, after the sink has let go of it */
  constructor(path: string, sink: Sink, digest: FileDigest, remove: () => Promise<void>) {
    this.path = path;
    this.#sink = sink;
    this.#digest = digest;
    this.#remove = remove;
  }

  /** Makes sure of room for so many bytes, as far as the browser can. @throws QUOTA, and then the file is gone */
  async reserve(bytes: number): Promise<void> {
    await this.#orAbort(async () => this.#sink.reserve?.(bytes));
  }

  /** Appends. @throws QUOTA, and then the file is gone */
  async write(chunk: Uint8Array<ArrayBuffer>): Promise<void> {
    await this.#orAbort(async () => {
      if (chunk.byteLength > STEP_BYTES) await this.#sink.reserve?.(chunk.byteLength);
      for (let at = 0; at < chunk.byteLength; at += STEP_BYTES) {
        if (at > 0) await yieldToMessages();
        const piece = chunk.subarray(at, at + STEP_BYTES);
        await this.#sink.write(piece);
        this.#digest.update(piece);
      }
    });
  }

  /** Flushes and closes. @throws QUOTA, and then the file is gone */
  async finish(): Promise<FinishedTemporary> {
    await this.#orAbort(() => this.#sink.close());
    this.#ended = Promise.resolve();
    return { path: this.path, ...this.#digest.finish() };
  }

  /** Closes and deletes the file; what was finished stays. */
  abort(): Promise<void> {
    this.#ended ??= this.#sink.abort().then(this.#remove);
    return this.#ended;
  }

  async #orAbort(work: () => Promise<void>): Promise<void> {
    if (this.#failure) throw this.#failure;
    if (this.#ended !== undefined)
      throw new TinyFSError("WRITER_CLOSED", `Cannot write "${this.path}": it has ended`);
    try {
      await work();
    } catch (error) {
      this.#failure = error;
      await this.abort().catch(() => {}); // the first failure is the one to report; a leftover is swept
      throw error;
    }
  }
}
