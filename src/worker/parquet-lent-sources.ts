import type { ByteSource } from "../tinyfs/byte-source.ts";
import { TAIL_BYTES } from "./footer-limit.ts";
import type { KnownPart } from "./parquet-source-blob.ts";
import type { SourceLoan } from "./parquet-source-loan.ts";
import { serve, transferring } from "./remote.ts";

/** "PAR1", with which a file starts. */
const HEAD_BYTES = 4;

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
  #held: readonly (readonly KnownPart[])[] = [];
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
   * Reads of each source what opening it needs, to go with the loan: small ones whole, of others both ends.
   * The buffers are to be transferred.
   */
  async readEnds(): Promise<ArrayBuffer[]> {
    try {
      this.#held = await Promise.all(this.#sources.map((source) => this.#readEndsOf(source)));
    } catch (error) {
      this.#hasFailed = true;
      throw error;
    }
    return this.#held.flatMap((parts) => parts.map(({ bytes }) => bytes.buffer));
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

  #readEndsOf(source: ByteSource): Promise<KnownPart[]> {
    const tailStart = Math.max(0, source.size - TAIL_BYTES);
    const head = tailStart > 0 ? [{ start: 0, end: HEAD_BYTES }] : [];
    const ends = [...head, { start: tailStart, end: source.size }];
    return Promise.all(
      ends.map(async ({ start, end }) => {
        const bytes = await source.read(start, end);
        this.#bytesRead += bytes.length;
        return { start, bytes };
      }),
    );
  }

  /** Ends the loan. The sources stay open: they are the caller's. */
  close(): void {
    this.#channel.port1.close();
  }
}
