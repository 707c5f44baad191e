import type { ByteSource } from "../tinyfs/byte-source.ts";
import type { SourceLoan } from "./parquet-source-loan.ts";
import { serve, transferring } from "./remote.ts";

/** Of a file of this size all is read with its footer. */
const SMALL_BYTES = 64 * 1024;

/** Is told when the worker starts to wait for the page's sources, and when it no longer does. */
export interface LoanWatcher {
  waiting(): void;
  served(): void;
}

/** Page side of a loan: sources that the worker may read for the time of a call or a reader. */
export class LentSources {
  /** Rejects with a source's own error as soon as a read of it has failed. */
  readonly failure: Promise<never>;
  readonly #sources: readonly ByteSource[];
  readonly #channel = new MessageChannel();
  readonly #watchers = new Set<LoanWatcher>();
  #held: readonly (Uint8Array<ArrayBuffer> | undefined)[] = [];
  #bytesRead = 0;
  #reads = 0;
  #hasFailed = false;
  #fail: (error: unknown) => void = () => {};

  constructor(sources: readonly ByteSource[]) {
    this.#sources = sources;
    this.failure = new Promise((_resolve, reject) => {
      this.#fail = reject;
    });
    this.failure.catch(() => {}); // those who wait race against it
    serve(this, this.#channel.port1);
  }

  /** What the worker gets; its port must be transferred. */
  get loan(): SourceLoan {
    const sizes = this.#sources.map(({ size }) => size);
    return { port: this.#channel.port2, sizes, held: this.#held };
  }

  /**
   * Reads small sources whole, to go with the loan: so the worker asks for nothing of them. Its buffers
   * are to be transferred.
   */
  async readSmall(): Promise<ArrayBuffer[]> {
    this.#held = await Promise.all(
      this.#sources.map(async (source) => {
        if (source.size > SMALL_BYTES) return undefined;
        const bytes = await source.read(0, source.size);
        this.#bytesRead += bytes.length;
        return bytes;
      }),
    );
    return this.#held.flatMap((bytes) => bytes?.buffer ?? []);
  }

  /** How many bytes the sources have given. */
  get bytesRead(): number {
    return this.#bytesRead;
  }

  /** Whether a read has failed: the worker's reader is of no use any more. */
  get hasFailed(): boolean {
    return this.#hasFailed;
  }

  /** Tells a watcher what the worker waits for, from now until the returned function is called. */
  watch(watcher: LoanWatcher): () => void {
    this.#watchers.add(watcher);
    if (this.#reads > 0) watcher.waiting();
    return () => this.#watchers.delete(watcher);
  }

  /** Answers the worker. */
  async read(argument: {
    source: number;
    start: number;
    end: number;
  }): Promise<Uint8Array<ArrayBuffer>> {
    const { source, start, end } = argument;
    if (this.#reads++ === 0) for (const watcher of this.#watchers) watcher.waiting();
    try {
      const lent = this.#sources[source];
      if (!lent) throw new RangeError(`The loan has no source ${source}`);
      const bytes = await lent.read(start, end);
      this.#bytesRead += bytes.length;
      return transferring(bytes, [bytes.buffer]);
    } catch (error) {
      this.#hasFailed = true;
      this.#fail(error);
      throw error;
    } finally {
      if (--this.#reads === 0) for (const watcher of this.#watchers) watcher.served();
    }
  }

  /** Ends the loan. The sources stay open: they are the caller's. */
  close(): void {
    this.#channel.port1.close();
  }
}
