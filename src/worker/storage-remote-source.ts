import type { ByteSource } from "../tinyfs/byte-source.ts";
import type { Remote } from "./remote.ts";
import type { StorageEngine } from "./storage-engine.ts";
import type { StorageLink } from "./storage-link.ts";

/** A file that a worker has opened under a number. */
interface OpenSource {
  readonly on: Remote<StorageEngine>;
  readonly source: number;
}

/** Opens the file, with the given worker, and returns its number. */
export type OpenIn = (on: Remote<StorageEngine>) => Promise<number>;

/** Random access through the worker. When that has died, the next read opens the file with the new one. */
export class RemoteSource implements ByteSource {
  readonly size: number;
  readonly #link: StorageLink<StorageEngine>;
  readonly #openIn: OpenIn;
  #opened: Promise<OpenSource>;
  #isClosed = false;

  /** A source that is open already: see `open`. */
  constructor(link: StorageLink<StorageEngine>, size: number, openIn: OpenIn, opened: OpenSource) {
    this.#link = link;
    this.size = size;
    this.#openIn = openIn;
    this.#opened = Promise.resolve(opened);
  }

  /** Opens a file of `size` bytes. */
  static async open(
    link: StorageLink<StorageEngine>,
    size: number,
    openIn: OpenIn,
  ): Promise<RemoteSource> {
    return new RemoteSource(link, size, openIn, await open(link, openIn));
  }

  /** See `ByteSource`. @throws CORRUPT_BLOB, WORKER_DIED: then it may be read again */
  async read(
    start: number,
    end: number,
    signal?: AbortSignal,
    memory?: ArrayBuffer,
  ): Promise<Uint8Array<ArrayBuffer>> {
    const { on, source } = await this.#alive();
    const transfer = memory ? [memory] : [];
    return await this.#link.call("read", { source, start, end, memory }, { on, signal, transfer });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const opened = await this.#opened.catch(() => undefined); // it never opened again
    if (!opened) return;
    try {
      await this.#link.call("closeSource", { source: opened.source }, { on: opened.on });
    } catch (error) {
      if (!opened.on.ended) throw error; // a worker that has ended holds nothing
    }
  }

  async #alive(): Promise<OpenSource> {
    if (this.#isClosed) throw new TypeError("Cannot read from a source that is closed");
    const seen = this.#opened;
    const opened = await seen.catch(() => undefined); // it did not open: this read tries again
    if (opened && !opened.on.ended) return opened;
    if (this.#opened === seen) {
      this.#opened = open(this.#link, this.#openIn);
      this.#opened.catch(() => {}); // whoever reads has the error
    }
    return await this.#opened;
  }
}

async function open(link: StorageLink<StorageEngine>, openIn: OpenIn): Promise<OpenSource> {
  const on = await link.remote();
  return { on, source: await openIn(on) };
}
