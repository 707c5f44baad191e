import { wrap } from "comlink";
import type { ByteSource } from "../tinyfs/byte-source.ts";
import { TinyFSError } from "../tinyfs/errors.ts";
import type { ReadableFile } from "./footer-reading.ts";
import type { LentSources } from "./parquet-lent-sources.ts";
import { findPart } from "./parquet-source-blob.ts";
import type { SourceLoan } from "./parquet-source-loan.ts";
import { type Receiver, Remote } from "./remote.ts";
import { planSplice } from "./splice-plan.ts";
import { SplicedSource } from "./splice-source.ts";

/** Worker side of a loan. */
export class PageSources {
  /** One per source, in the page's order. */
  readonly files: readonly ReadableFile[];
  readonly #remote: Remote<LentSources>;

  constructor({ port, sizes, held }: SourceLoan) {
    this.#remote = new Remote(wrap<Receiver>(port) as unknown as Receiver, () => port.close());
    this.files = sizes.map((size, source) => {
      const parts = held[source] ?? [];
      const isHeld = parts.some(({ bytes }) => bytes.length === size);
      const read = async (start: number, end: number) =>
        findPart(parts, start, end)?.slice() ?? this.#read(source, start, Math.min(end, size));
      return { size, isHeld, read };
    });
  }

  /** The one file that a loan is of: several make one, of one schema. @throws SCHEMA_MISMATCH, NOT_PARQUET */
  async joined(): Promise<ReadableFile> {
    if (this.files.length === 1) return this.only;
    const joined = new SplicedSource(this.files.map(unclosable), await planSplice(this.files));
    const isHeld = this.files.every((file) => file.isHeld);
    return { size: joined.size, isHeld, read: (start, end) => joined.read(start, end) };
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

/** The page's sources are the page's to close. */
function unclosable(file: ReadableFile): ByteSource {
  return { size: file.size, read: (start, end) => file.read(start, end), close: async () => {} };
}
