import { wrap } from "comlink";
import { TinyFSError } from "../tinyfs/errors.ts";
import type { ReadableFile } from "./footer-reading.ts";
import type { LentSources } from "./parquet-lent-sources.ts";
import type { SourceLoan } from "./parquet-source-loan.ts";
import { type Receiver, Remote } from "./remote.ts";

/** Worker side of a loan. */
export class PageSources {
  /** One per source, in the page's order. */
  readonly files: readonly ReadableFile[];
  readonly #remote: Remote<LentSources>;

  constructor({ port, sizes }: SourceLoan) {
    this.#remote = new Remote(wrap<Receiver>(port) as unknown as Receiver, () => port.close());
    this.files = sizes.map((size, source) => ({
      size,
      read: (start, end) => this.#read(source, start, Math.min(end, size)),
    }));
  }

  /** The file of a loan of one. */
  get only(): ReadableFile {
    const [file] = this.files;
    if (!file) throw new TypeError("The loan has no source");
    return file;
  }

  /** Ends the loan; reads that are under way reject. */
  close(): void {
    this.#remote.terminate(new TinyFSError("PARQUET_READ_FAILED", "The reader is closed"));
  }

  async #read(source: number, start: number, end: number): Promise<Uint8Array<ArrayBuffer>> {
    const bytes = await this.#remote.call("read", { source, start, end });
    if (bytes.length === end - start) return bytes;
    const message = `Cannot read bytes ${start} to ${end}: the source gave ${bytes.length}`;
    throw new TinyFSError("PARQUET_READ_FAILED", message);
  }
}
