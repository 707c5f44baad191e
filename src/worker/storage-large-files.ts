import { isTinyFSError } from "../tinyfs/errors.ts";
import { guarded, largeFileNotFound } from "./storage-failure.ts";
import type { FileStore } from "./storage-files.ts";
import { hashOfLargeFile, LARGE_FILES, largeFilePath } from "./storage-paths.ts";
import type { Sources } from "./storage-sources.ts";
import type { Temporaries } from "./storage-temporaries.ts";
import type { FinishedTemporary } from "./storage-writer.ts";
import { VerifiedFile } from "./verified-file.ts";

/** What is known of a blob. Size in bytes. */
export interface ListedLargeFile {
  readonly sha256: string;
  readonly size: number;
}

/** A blob that is to be deleted, with its size in bytes where it is known. */
export interface DoomedLargeFile {
  readonly sha256: string;
  readonly size?: number | undefined;
}

/** What became of a temporary: it is the blob now; the blob was there already; it replaced a damaged one. */
export type Outcome = "published" | "deduplicated" | "repaired";

/** What a blob is checked against. */
export type Fingerprint = Omit<FinishedTemporary, "path">;

/** What the blobs live among. */
export interface LargeFileStore {
  readonly files: FileStore;
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
    return new VerifiedFile(this.#store.files, { ...fingerprint, path });
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
    const files = await guarded("list large files", () => this.#store.files.list(LARGE_FILES));
    return files.flatMap(({ path, size }) => {
      const sha256 = hashOfLargeFile(path.slice(LARGE_FILES.length + 1));
      return sha256 ? { sha256, size } : [];
    });
  }

  /**
   * Deletes a blob; returns its size in bytes, or `undefined` where there is none.
   * @throws STORAGE_UNAVAILABLE while it is open, here or in another tab
   */
  async remove(sha256: string, size?: number): Promise<number | undefined> {
    const path = largeFilePath(sha256);
    const action = `delete large file "${sha256}"`;
    return await guarded(action, () => this.#store.files.remove(path, size), { sha256 });
  }

  /** Hashes of all blobs. */
  async names(): Promise<string[]> {
    const names = await guarded("list large files", () => this.#store.files.names(LARGE_FILES));
    return names.flatMap((name) => hashOfLargeFile(name) ?? []);
  }

  /** Deletes blobs; returns their sizes, 0 where there is none and `undefined` where one is open. */
  removeAll(blobs: readonly DoomedLargeFile[]): Promise<(number | undefined)[]> {
    return Promise.all(
      blobs.map(async ({ sha256, size }) => {
        try {
          return (await this.remove(sha256, size)) ?? 0;
        } catch (error) {
          if (isTinyFSError(error, "STORAGE_UNAVAILABLE")) return undefined;
          throw error;
        }
      }),
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
    const { files, sources } = this.#store;
    const target = largeFilePath(sha256);
    await sources.duringMove(path, target, async () => {
      if (!(await files.move(path, target))) throw largeFileNotFound(sha256);
    });
  }
}
