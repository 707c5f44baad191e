import type { ByteSource } from "../../tinyfs/byte-source.ts";
import { TinyFSError } from "../../tinyfs/errors.ts";
import type { ParquetReader, ParquetSummary } from "../../worker/parquet-types.ts";
import type { ArrowContext } from "../arrow-context.ts";
import { naming } from "../named-errors.ts";
import type { Part } from "../open-parts.ts";

/** Opens the Parquet files of some neighbouring parts as one, when first it is asked for. */
export class PartReader {
  readonly #context: ArrowContext;
  readonly #path: string;
  readonly #parts: readonly Part[];
  readonly #signal: AbortSignal | undefined;
  #opening: Promise<ParquetReader> | undefined;
  #sources: readonly ByteSource[] = [];
  #closing: Promise<void> | undefined;

  constructor(
    context: ArrowContext,
    path: string,
    parts: readonly Part[],
    signal: AbortSignal | undefined,
  ) {
    this.#context = context;
    this.#path = path;
    this.#parts = parts;
    this.#signal = signal;
  }

  /** @throws EMPTY_TABLE, NOT_PARQUET and what sources throw */
  get(): Promise<ParquetReader> {
    if (this.#closing !== undefined) return Promise.reject(new TypeError("The reader is closed"));
    this.#opening ??= this.#open();
    return this.#opening;
  }

  /** What the footers say together. */
  async summary(): Promise<ParquetSummary> {
    return (await this.get()).summary;
  }

  /** Closes the reader and its sources, also those that are about to be opened. Never fails. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const reader = await this.#opening?.catch(() => undefined); // it never opened
    // A reader that is closed asks nothing of its sources any more.
    await Promise.all([reader?.close(), closeAll(this.#sources)]);
  }

  async #open(): Promise<ParquetReader> {
    const opening = await Promise.allSettled(this.#parts.map((part) => part.open()));
    this.#sources = opening.flatMap((one) => (one.status === "fulfilled" ? one.value : []));
    for (const one of opening) if (one.status === "rejected") throw one.reason;
    if (this.#sources.some(({ size }) => size === 0)) throw emptyTable(this.#path);
    const [only] = this.#sources;
    const source = only && this.#sources.length === 1 ? only : this.#sources;
    const { parquet } = this.#context;
    return naming(this.#path, "read", parquet.openReader(source, { signal: this.#signal }));
  }
}

async function closeAll(sources: readonly ByteSource[]): Promise<void> {
  await Promise.allSettled(sources.map((source) => source.close())); // whoever read has had the error
}

function emptyTable(path: string): TinyFSError {
  return new TinyFSError("EMPTY_TABLE", `Cannot read "${path}": it has no bytes`, { path });
}
