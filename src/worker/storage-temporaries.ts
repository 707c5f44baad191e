import { FileDigest } from "./file-digest.ts";
import { retryWhile } from "./retry.ts";
import { guarded, isInUse, isNotFound } from "./storage-failure.ts";
import { newTemporaryPath, parseTemporaryPath, TEMPORARIES, walk } from "./storage-paths.ts";
import type { Capabilities } from "./storage-probe.ts";
import { type OnFull, openSink } from "./storage-sink.ts";
import { TemporaryFileWriter } from "./storage-writer.ts";

/** A file below `tmp`, whoever made it. Size in bytes. */
export interface ListedTemporary {
  readonly owner: string;
  readonly path: string;
  readonly size: number;
}

/** The files below `tmp/<owner>/`. */
export class Temporaries {
  readonly #folder: FileSystemDirectoryHandle;
  readonly #mode: Capabilities["mode"];
  readonly #onFull: OnFull | undefined;
  readonly #owners = new Set<string>();

  /** @param folder - `tmp` in the pond's folder */
  constructor(folder: FileSystemDirectoryHandle, mode: Capabilities["mode"], onFull?: OnFull) {
    this.#folder = folder;
    this.#mode = mode;
    this.#onFull = onFull;
  }

  /** Opens a new one for writing. @param sha256 - where the bytes are known already */
  async create(owner: string, sha256?: string): Promise<TemporaryFileWriter> {
    const path = newTemporaryPath(owner);
    this.#owners.add(owner);
    return await guarded(`create "${path}"`, async () => {
      // Another tab's list() may remove the owner's folder while it is empty.
      const file = await retryWhile(isNotFound, () => this.#createFile(path));
      const digest = await FileDigest.start(sha256);
      const sink = await openSink(file, this.#mode, this.#onFull);
      return new TemporaryFileWriter(path, sink, digest, () => this.discard(path));
    });
  }

  async #createFile(path: string): Promise<FileSystemFileHandle> {
    const { owner, name } = parseTemporaryPath(path);
    const directory = await walk(this.#folder, [owner], { create: true });
    return await directory.getFileHandle(name, { create: true });
  }

  /** Deletes one; one that is gone is no error. @throws STORAGE_UNAVAILABLE while it is open elsewhere */
  async discard(path: string): Promise<void> {
    const { owner, name } = parseTemporaryPath(path);
    await guarded(`delete "${path}"`, async () => {
      try {
        const directory = await walk(this.#folder, [owner]);
        await retryWhile(isInUse, () => directory.removeEntry(name));
      } catch (error) {
        if (!isNotFound(error)) throw error;
      }
    });
  }

  /** All of them, browser leftovers such as `*.crswap` included. Folders left empty are removed. */
  async list(): Promise<ListedTemporary[]> {
    return await guarded("list temporaries", async () => {
      const found: ListedTemporary[] = [];
      const empty: string[] = [];
      for await (const [owner, folder] of this.#folder.entries()) {
        const listed = isDirectory(folder) ? await listOwner(owner, folder) : [];
        if (listed.length === 0) empty.push(owner);
        found.push(...listed);
      }
      await this.#prune(empty);
      return found;
    });
  }

  /** Removes the folders that this store has made, if they are empty. */
  close(): Promise<void> {
    return this.#prune([...this.#owners]);
  }

  async #prune(owners: string[]): Promise<void> {
    // A folder that is not empty, or gone already, is as it should be.
    await Promise.allSettled(owners.map((owner) => this.#folder.removeEntry(owner)));
  }
}

async function listOwner(
  owner: string,
  folder: FileSystemDirectoryHandle,
): Promise<ListedTemporary[]> {
  const found: ListedTemporary[] = [];
  try {
    for await (const [name, entry] of folder.entries()) {
      const size = isDirectory(entry) ? undefined : await sizeOf(entry);
      if (size !== undefined) found.push({ owner, path: `${TEMPORARIES}/${owner}/${name}`, size });
    }
  } catch (error) {
    if (!isNotFound(error)) throw error; // its owner has removed the folder meanwhile
  }
  return found;
}

/** Size of a file in bytes, or `undefined` where it went away while the folder was listed. */
export async function sizeOf(file: FileSystemFileHandle): Promise<number | undefined> {
  try {
    return (await file.getFile()).size;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

function isDirectory(
  entry: FileSystemDirectoryHandle | FileSystemFileHandle,
): entry is FileSystemDirectoryHandle {
  return entry.kind === "directory";
}
