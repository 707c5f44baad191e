import type { Remote } from "./remote.ts";
import type { StorageEngine } from "./storage-engine.ts";
import type { StorageLink } from "./storage-link.ts";
import type { NewTemporary } from "./storage-temporaries.ts";
import type { FinishedTemporary } from "./storage-writer.ts";

/** Writes one temporary through the worker that opened it. One call at a time. */
export class RemoteWriter {
  readonly #link: StorageLink<StorageEngine>;
  readonly #on: Remote<StorageEngine>;
  readonly #path: string;
  readonly #writer: number;

  /** A writer that is open already: see `open`. */
  constructor(
    link: StorageLink<StorageEngine>,
    on: Remote<StorageEngine>,
    { writer, path }: { readonly writer: number; readonly path: string },
  ) {
    this.#link = link;
    this.#on = on;
    this.#writer = writer;
    this.#path = path;
  }

  /** Opens a temporary. @param options - with the hash where the bytes are known already, and the size where that is */
  static async open(
    link: StorageLink<StorageEngine>,
    options: NewTemporary,
  ): Promise<RemoteWriter> {
    const on = await link.remote();
    return new RemoteWriter(link, on, await link.call("createTemporary", options, { on }));
  }

  /** Appends; the chunk's whole buffer moves to the worker. @throws QUOTA, WORKER_DIED; then nothing is left */
  write(chunk: Uint8Array<ArrayBuffer>): Promise<void> {
    const argument = { writer: this.#writer, chunk };
    return this.#link.call("write", argument, { on: this.#on, transfer: [chunk.buffer] });
  }

  /** Flushes and closes. @throws QUOTA, WORKER_DIED; then nothing is left */
  close(): Promise<FinishedTemporary> {
    return this.#link.call("finish", { writer: this.#writer }, { on: this.#on });
  }

  /** Closes and deletes. Never fails on a writer that failed before. */
  async abort(): Promise<void> {
    try {
      await this.#link.call("abort", { writer: this.#writer }, { on: this.#on });
    } catch (error) {
      if (!this.#on.ended) throw error;
      // Its worker has died and left the file behind; a closed one has cleared it away itself.
      if (!this.#link.isClosed) await this.#link.call("discard", { path: this.#path });
    }
  }
}
