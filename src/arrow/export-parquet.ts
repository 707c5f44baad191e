import type { ByteSource } from "../tinyfs/byte-source.ts";
import { isTinyFSError } from "../tinyfs/errors.ts";
import { openFile } from "../tinyfs/open-file.ts";
import { sourceToStream } from "../tinyfs/source-to-stream.ts";
import type { ArrowContext } from "./arrow-context.ts";
import type { ParquetExport, VersionOptions } from "./read-options.ts";
import { sourceToBlob } from "./source-to-blob.ts";

const MEDIA_TYPE = "application/vnd.apache.parquet";

/**
 * Opens the Parquet file at a path, of a series the one its segments make: they are spliced where they have
 * one schema, else their rows are written anew.
 */
export async function exportParquet(
  context: ArrowContext,
  path: string,
  options: VersionOptions,
): Promise<ParquetExport> {
  const source = await openWhole(context, path, options);
  return new SourceSlice(source, { start: 0, end: source.size });
}

/** The bytes at a path; of a series those of one Parquet file. @throws as `openFile` */
export async function openWhole(
  context: ArrowContext,
  path: string,
  options: VersionOptions,
): Promise<ByteSource> {
  try {
    return await openFile(context, path, options);
  } catch (error) {
    if (!isTinyFSError(error, "SCHEMA_MISMATCH")) throw error;
    const { rewriteParquet } = await import("./rewrite-parquet.ts");
    return rewriteParquet(context, path, options);
  }
}

/** A range of a source, in the shape of a `Blob`. */
class SourceSlice implements ParquetExport {
  readonly type: string = MEDIA_TYPE;
  readonly #source: ByteSource;
  readonly #start: number;
  readonly #end: number;

  constructor(source: ByteSource, { start, end }: { start: number; end: number }) {
    this.#source = source;
    this.#start = start;
    this.#end = end;
  }

  get size(): number {
    return this.#end - this.#start;
  }

  slice(start = 0, end: number = this.size): ParquetExport {
    const from = this.#position(start);
    return new SourceSlice(this.#source, { start: from, end: Math.max(from, this.#position(end)) });
  }

  stream(): ReadableStream<Uint8Array> {
    // Reading to the end of one stream must not close what others read from.
    const lent: ByteSource = {
      size: this.#source.size,
      read: (...range) => this.#source.read(...range),
      close: async () => {},
    };
    return sourceToStream(lent, { start: this.#start, end: this.#end });
  }

  async arrayBuffer(): Promise<ArrayBuffer> {
    const { buffer } = await this.#source.read(this.#start, this.#end);
    return buffer;
  }

  toBlob(): Promise<Blob> {
    return sourceToBlob(this.#source, { start: this.#start, end: this.#end }, { type: MEDIA_TYPE });
  }

  close(): Promise<void> {
    return this.#source.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #position(at: number): number {
    const relative = at < 0 ? Math.max(0, this.size + at) : Math.min(at, this.size);
    return this.#start + relative;
  }
}
