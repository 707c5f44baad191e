import { knownHash } from "./chunk-hash.ts";
import type { HashThread } from "./hash-thread.ts";
import { guarded } from "./storage-failure.ts";
import type { FileStore } from "./storage-files.ts";
import { newTemporaryPath, parseTemporaryPath, TEMPORARIES } from "./storage-paths.ts";
import { TemporaryFileWriter } from "./storage-writer.ts";
import { StreamHash } from "./stream-hash.ts";

/** A file below `tmp`, whoever made it. Size in bytes. */
export interface ListedTemporary {
  readonly owner: string;
  readonly path: string;
  readonly size: number;
}

/** What is known of a temporary when it is opened. */
export interface NewTemporary {
  readonly owner: string;
  /** The hash, where the bytes are known already. */
  readonly sha256?: string | undefined;
  /** The size in bytes, where that is known. */
  readonly sizeBytes?: number | undefined;
}

/** The files below `tmp/<owner>/`. */
export class Temporaries {
  readonly #files: FileStore;
  readonly #hashThread: HashThread | undefined;

  /** @param hashThread - takes over hashing where a stream is long */
  constructor(files: FileStore, hashThread?: HashThread) {
    this.#files = files;
    this.#hashThread = hashThread;
  }

  /** Opens a new one for writing. @throws QUOTA where there is no room for a size that is known, and then it is gone */
  async create({ owner, sha256, sizeBytes }: NewTemporary): Promise<TemporaryFileWriter> {
    const path = newTemporaryPath(owner);
    return await guarded(`create "${path}"`, async () => {
      const sink = await this.#files.create(path);
      const hash = sha256 ? knownHash(sha256) : await StreamHash.start(this.#hashThread);
      const writer = new TemporaryFileWriter(path, sink, hash, () => this.discard(path));
      if (sizeBytes !== undefined) await writer.reserve(sizeBytes);
      return writer;
    });
  }

  /** Deletes one; one that is gone is no error. @throws STORAGE_UNAVAILABLE while it is open elsewhere */
  async discard(path: string): Promise<void> {
    parseTemporaryPath(path);
    await guarded(`delete "${path}"`, () => this.#files.remove(path));
  }

  /** All of them, browser leftovers such as `*.crswap` included. Folders left empty are removed. */
  async list(): Promise<ListedTemporary[]> {
    const files = await guarded("list temporaries", () => this.#files.list(TEMPORARIES));
    return files.map(({ path, size }) => ({ owner: parseTemporaryPath(path).owner, path, size }));
  }
}
