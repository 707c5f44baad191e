import type { Content } from "../entry.ts";
import { TinyFSError } from "../errors.ts";
import type { ContentWriter } from "../file.ts";
import { sha256Of } from "../sha256.ts";

/** Content that is its own store. */
export interface MemoryContent extends Content {
  readonly bytes: Uint8Array;
}

/** Names bytes by their hash. Nobody may change them any more. */
export async function memoryContent(bytes: Uint8Array<ArrayBuffer>): Promise<MemoryContent> {
  return { size: bytes.byteLength, sha256: await sha256Of(bytes), bytes };
}

/** Gathers the chunks of one new version. */
export class MemoryContentWriter implements ContentWriter {
  #chunks: Uint8Array[] | undefined = [];

  async write(chunk: Uint8Array): Promise<void> {
    this.#open("write").push(chunk.slice());
  }

  async close(): Promise<MemoryContent> {
    const chunks = this.#open("close");
    this.#chunks = undefined;
    return memoryContent(new Uint8Array(await new Blob(chunks as BlobPart[]).arrayBuffer()));
  }

  async abort(): Promise<void> {
    this.#chunks = undefined;
  }

  #open(action: string): Uint8Array[] {
    if (this.#chunks) return this.#chunks;
    throw new TinyFSError("WRITER_CLOSED", `Cannot ${action}: the writer is already closed`);
  }
}
