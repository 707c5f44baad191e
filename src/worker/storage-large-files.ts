import { isTinyFSError } from "../tinyfs/errors.ts";
import { retryWhile } from "./retry.ts";
import { guarded, isInUse, largeFileNotFound } from "./storage-failure.ts";
import { findFile, hashOfLargeFile, largeFileName, largeFilePath } from "./storage-paths.ts";
import type { Sources } from "./storage-sources.ts";
import { sizeOf, type Temporaries } from "./storage-temporaries.ts";
import type { FinishedTemporary } from "./storage-writer.ts";
import { VerifiedFile } from "./verified-file.ts";

/** What is known of a blob. Size in bytes. */
export interface ListedLargeFile {
  readonly sha256: string;
  readonly size: number;
}

/** What became of a temporary: it is the blob now; the blob was there already; it replaced a damaged one. */
export type Outcome = "published" | "deduplicated" | "repaired";

/** What a blob is checked against. */
export type Fingerprint = Omit<FinishedTemporary, "path">;

/** What the blobs live among. */
export interface LargeFileStore {
  /** The pond's folder. */
  readonly root: FileSystemDirectoryHandle;
  /** `_large_files` in it. */
  readonly folder: FileSystemDirectoryHandle;
  readonly sharedReads: boolean;
  readonly sources: Sources;
  readonly temporaries: Temporaries;
}

/** The blobs, `_large_files/<sha256>.data`. */
export class LargeFiles {
  readonly #store: LargeFileStore;

  constructor(store: LargeFileStore) {
    this.#store = store;
  }

  /** A blob to read from. */
  file(fingerprint: Fingerprint): VerifiedFile {
    const path = largeFilePath(fingerprint.sha256);
    const { root, sharedReads } = this.#store;
    return new VerifiedFile(root, sharedReads, { ...fingerprint, path });
  }

  /**
   * Makes a temporary the blob of its hash. May be called again after a failure of any kind.
   * @throws LARGE_FILE_NOT_FOUND where neither the temporary nor a whole blob is there
   */
  async publish(temporary: FinishedTemporary): Promise<Outcome> {
    const { path, sha256 } = temporary;
    const action = `publish large file "${sha256}"`;
    return await guarded(
      action,
      async () => {
        const state = await this.#stateOf(temporary);
        if (state === "whole") {
          await this.#store.sources.duringMove(path, largeFilePath(sha256), () =>
            this.#store.temporaries.discard(path),
          );
          return "deduplicated";
        }
        await this.#moveIn(path, sha256);
        return state === "missing" ? "published" : "repaired";
      },
      { sha256 },
    );
  }

  /** Moves an unhashed leftover to a blob's name. @throws LARGE_FILE_NOT_FOUND where it is gone */
  async adopt(path: string, sha256: string): Promise<void> {
    await guarded(`adopt "${path}"`, () => this.#moveIn(path, sha256), { sha256 });
  }

  /** Whether a blob is there, of this size and with these page checksums. */
  async verify(fingerprint: Fingerprint, signal?: AbortSignal): Promise<boolean> {
    return (await this.#stateOf(fingerprint, signal)) === "whole";
  }

  /** Hashes and sizes of all blobs; other files in the folder are passed over. */
  async list(): Promise<ListedLargeFile[]> {
    return await guarded("list large files", async () => {
      const found: Promise<ListedLargeFile[]>[] = [];
      for await (const [name, entry] of this.#store.folder.entries()) {
        const sha256 = hashOfLargeFile(name);
        if (sha256) found.push(listed(sha256, entry as FileSystemFileHandle));
      }
      return (await Promise.all(found)).flat();
    });
  }

  /**
   * Deletes a blob; returns its size in bytes, or `undefined` where there is none.
   * @throws STORAGE_UNAVAILABLE while it is open, here or in another tab
   */
  async remove(sha256: string): Promise<number | undefined> {
    return await guarded(
      `delete large file "${sha256}"`,
      async () => {
        const { root, folder } = this.#store;
        const path = largeFilePath(sha256);
        const file = await findFile(root, path);
        const size = file && (await sizeOf(file));
        if (file && size !== undefined) {
          await retryWhile(isInUse, () => folder.removeEntry(file.name));
        }
        return size;
      },
      { sha256 },
    );
  }

  async #stateOf(
    fingerprint: Fingerprint,
    signal?: AbortSignal,
  ): Promise<"whole" | "damaged" | "missing"> {
    const file = this.file(fingerprint);
    try {
      await file.verify(signal);
      return "whole";
    } catch (error) {
      if (isTinyFSError(error, "LARGE_FILE_NOT_FOUND")) return "missing";
      if (isTinyFSError(error, "CORRUPT_BLOB")) return "damaged";
      throw error;
    } finally {
      file.close();
    }
  }

  async #moveIn(path: string, sha256: string): Promise<void> {
    const { root, folder, sources } = this.#store;
    const target = largeFilePath(sha256);
    const file = await findFile(root, path);
    if (!file) throw largeFileNotFound(sha256);
    await sources.duringMove(path, target, () =>
      retryWhile(isInUse, () => file.move(folder, largeFileName(sha256))),
    );
  }
}

async function listed(sha256: string, file: FileSystemFileHandle): Promise<ListedLargeFile[]> {
  const size = await sizeOf(file);
  return size === undefined ? [] : [{ sha256, size }];
}
