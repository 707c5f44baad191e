import type { ByteSource } from "../byte-source.ts";
import type { Content } from "../entry.ts";
import { FileBusyError } from "../errors.ts";
import type { ContentWriter, File, FileVersion, FileWriter, FileWriterOptions } from "../file.ts";

/** Whether a writer holds a file of the memory persistence, and for which transaction. */
export type WriteState =
  | { readonly kind: "Ready" }
  | { readonly kind: "Writing"; readonly txId: string };

const READY: WriteState = { kind: "Ready" };

/** A file of the memory persistence: it owns its write state. */
export class MemoryFile implements File {
  readonly #stage: () => Promise<ContentWriter>;
  #state: WriteState = READY;
  #waiting: (() => void)[] = [];

  /** @param stage opens a sink for a writer's bytes */
  constructor(stage: () => Promise<ContentWriter>) {
    this.#stage = stage;
  }

  async open(version: FileVersion): Promise<ByteSource> {
    if (this.#state.kind === "Writing") {
      const { path } = version;
      throw new FileBusyError(
        "BEING_WRITTEN",
        `Cannot read "${path}": it is currently being written`,
        {
          path,
          txId: this.#state.txId,
        },
      );
    }
    return version.open();
  }

  async asyncWriter(options: FileWriterOptions): Promise<FileWriter> {
    while (this.#state.kind === "Writing") await this.#turn(options, this.#state.txId);
    this.#state = { kind: "Writing", txId: options.txId };
    try {
      return new MemoryFileWriter(await this.#stage(), () => this.#release());
    } catch (error) {
      this.#release();
      throw error;
    }
  }

  heldBy(): string | undefined {
    return this.#state.kind === "Writing" ? this.#state.txId : undefined;
  }

  #release(): void {
    this.#state = READY;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const wake of waiting) wake();
  }

  #turn({ path, wait = false, signal }: FileWriterOptions, holder: string): Promise<void> {
    const busy = new FileBusyError(
      "ALREADY_BEING_WRITTEN",
      `Cannot write "${path}": it is already being written in transaction ${holder}`,
      { path, txId: holder },
    );
    if (wait === false) return Promise.reject(busy);
    return new Promise((resolve, reject) => {
      if (signal?.aborted) reject(signal.reason);
      signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
      if (typeof wait === "number") setTimeout(() => reject(busy), wait);
      this.#waiting.push(resolve);
    });
  }
}

class MemoryFileWriter implements FileWriter {
  readonly #inner: ContentWriter;
  readonly #release: () => void;

  constructor(inner: ContentWriter, release: () => void) {
    this.#inner = inner;
    this.#release = release;
  }

  write(chunk: Uint8Array): Promise<void> {
    return this.#inner.write(chunk);
  }

  close(): Promise<Content> {
    return this.#inner.close();
  }

  abort(): Promise<void> {
    return this.#inner.abort();
  }

  release(): void {
    this.#release();
  }
}
