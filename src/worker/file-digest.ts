import type { IHasher } from "hash-wasm";
import { PageSummer } from "./page-sums.ts";
import { endHasher, takeHasher } from "./sha256-hashers.ts";

/** What is known of a file once all of its bytes have gone by. */
export interface DigestedFile {
  readonly size: number;
  readonly sha256: string;
  readonly pageSums: Uint8Array<ArrayBuffer>;
}

/** Size, SHA-256 and page checksums of bytes that arrive in chunks. */
export class FileDigest {
  readonly #hash: IHasher;
  readonly #pages = new PageSummer();
  #size = 0;

  /** @param hash - a fresh hasher */
  constructor(hash: IHasher) {
    this.#hash = hash;
  }

  static async start(): Promise<FileDigest> {
    return new FileDigest(await takeHasher());
  }

  /** Takes the next bytes and keeps no reference to them. */
  update(chunk: Uint8Array): void {
    this.#hash.update(chunk);
    this.#pages.update(chunk);
    this.#size += chunk.byteLength;
  }

  /** Ends the digest. */
  finish(): DigestedFile {
    return { size: this.#size, sha256: endHasher(this.#hash), pageSums: this.#pages.finish() };
  }
}
