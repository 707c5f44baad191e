import { createSHA256, type IHasher } from "hash-wasm";
import { PageSummer } from "./page-sums.ts";

/** What is known of a file once all of its bytes have gone by. */
export interface DigestedFile {
  readonly size: number;
  readonly sha256: string;
  readonly pageSums: Uint8Array<ArrayBuffer>;
}

/** Hashers that have ended: making one costs more than hashing a small file. */
const idle: IHasher[] = [];

/** Size, SHA-256 and page checksums of bytes that arrive in chunks. */
export class FileDigest {
  readonly #hash: IHasher | string;
  readonly #pages = new PageSummer();
  #size = 0;

  /** @param hash - a fresh hasher, or the SHA-256 where it is known */
  constructor(hash: IHasher | string) {
    this.#hash = typeof hash === "string" ? hash : hash.init();
  }

  /** @param sha256 - where it is known; then the bytes are not hashed again (it costs 3.5 ns a byte) */
  static async start(sha256?: string): Promise<FileDigest> {
    return new FileDigest(sha256 ?? idle.pop() ?? (await createSHA256()));
  }

  /** Takes the next bytes and keeps no reference to them. */
  update(chunk: Uint8Array): void {
    if (typeof this.#hash !== "string") this.#hash.update(chunk);
    this.#pages.update(chunk);
    this.#size += chunk.byteLength;
  }

  /** Ends the digest. */
  finish(): DigestedFile {
    return { size: this.#size, sha256: this.#finishHash(), pageSums: this.#pages.finish() };
  }

  #finishHash(): string {
    if (typeof this.#hash === "string") return this.#hash;
    const sha256 = this.#hash.digest("hex");
    idle.push(this.#hash);
    return sha256;
  }
}
