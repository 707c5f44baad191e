import { quotaError } from "./storage-failure.ts";
import type { Sink } from "./storage-files.ts";
import { type OnFull, withRoom } from "./storage-room.ts";

/** Up to this many bytes of a file are kept until it is closed. */
const KEPT_BYTES = 4 << 20;

/** How many bytes are written before the browser is asked again what is free. */
const ASKED_EVERY_BYTES = 16 << 20;

/**
 * Writes through `createWritable`. A stream that has failed has lost all that it was given: so the
 * beginning of a file is kept, to be written again once something was freed, and what comes behind
 * is written where the browser says that there is room for it.
 */
export class WritableSink implements Sink {
  readonly #file: FileSystemFileHandle;
  readonly #onFull: OnFull | undefined;
  #stream: FileSystemWritableFileStream;
  #kept: Uint8Array<ArrayBuffer>[] | undefined = [];
  #size = 0;
  #headroom = 0;
  #hasAsked = false;

  constructor(
    file: FileSystemFileHandle,
    stream: FileSystemWritableFileStream,
    onFull: OnFull | undefined,
  ) {
    this.#file = file;
    this.#stream = stream;
    this.#onFull = onFull;
  }

  async write(chunk: Uint8Array<ArrayBuffer>): Promise<void> {
    const bytes = chunk.slice(); // WebKit writes the whole buffer of a view
    if (this.#size + bytes.byteLength > KEPT_BYTES) this.#kept = undefined;
    if (!this.#kept) await this.#reserve(bytes.byteLength);
    await this.#orAgain(bytes.byteLength, () => this.#stream.write(bytes));
    this.#kept?.push(bytes);
    this.#size += bytes.byteLength;
  }

  async close(): Promise<void> {
    await this.#orAgain(this.#size, () => this.#stream.close());
    const { size } = await this.#file.getFile();
    if (size !== this.#size) throw await quotaError("close a file", this.#size - size);
  }

  async abort(): Promise<void> {
    await this.#stream.abort().catch(() => {}); // closed or failed already: there is nothing to let go of
  }

  async #orAgain(needed: number, work: () => Promise<void>): Promise<void> {
    let isFirst = true;
    await withRoom(needed, this.#kept && this.#onFull, async () => {
      if (!isFirst) await this.#replay();
      isFirst = false;
      await work();
    });
  }

  /** Begins again, with what was written so far. */
  async #replay(): Promise<void> {
    await this.abort();
    this.#stream = await this.#file.createWritable();
    for (const bytes of this.#kept ?? []) await this.#stream.write(bytes);
  }

  /** Has room made, once, where less is free than is needed: afterwards it would be too late. */
  async #reserve(needed: number): Promise<void> {
    if (this.#headroom < needed) this.#headroom = await headroom();
    if (this.#headroom < needed && !this.#hasAsked) {
      this.#hasAsked = true;
      await this.#onFull?.(needed);
    }
    this.#headroom -= needed;
  }
}

/** How much can be written before the browser must be asked again; all, where it does not answer. */
async function headroom(): Promise<number> {
  const { quota, usage = 0 } = await navigator.storage
    .estimate()
    .catch(() => ({}) as StorageEstimate);
  return Math.min(ASKED_EVERY_BYTES, quota === undefined ? ASKED_EVERY_BYTES : quota - usage);
}
