import { retryWhile } from "./retry.ts";
import { isFolderLost, isInUse, isNotFound } from "./storage-failure.ts";
import type { FileStore, Sink, StoredFile } from "./storage-files.ts";
import { LARGE_FILES, locate, TEMPORARIES, walk } from "./storage-paths.ts";
import { type Capabilities, probe } from "./storage-probe.ts";
import { type FileReading, openReading } from "./storage-reader.ts";
import type { OnFull } from "./storage-room.ts";
import { openSink } from "./storage-sink.ts";

/** Files in a folder of OPFS. */
export class OpfsFiles implements FileStore {
  readonly blobs = "opfs";
  readonly #root: FileSystemDirectoryHandle;
  /** Kept: to walk there costs as much as what is done to a file. */
  readonly #largeFiles: FileSystemDirectoryHandle;
  readonly #capabilities: Capabilities;
  readonly #onFull: OnFull | undefined;
  readonly #made = new Set<string>();

  /** In folders that are there: see `open`. */
  constructor(
    folders: {
      readonly root: FileSystemDirectoryHandle;
      readonly largeFiles: FileSystemDirectoryHandle;
    },
    capabilities: Capabilities,
    onFull?: OnFull,
  ) {
    this.#root = folders.root;
    this.#largeFiles = folders.largeFiles;
    this.#capabilities = capabilities;
    this.#onFull = onFull;
  }

  /** Makes the folder where it is not there, and finds out how files work here. */
  static async open(directory: readonly string[], onFull?: OnFull): Promise<OpfsFiles> {
    const root = await walk(await navigator.storage.getDirectory(), directory, { create: true });
    const capabilities = await probe(root);
    await walk(root, [TEMPORARIES], { create: true });
    const largeFiles = await walk(root, [LARGE_FILES], { create: true });
    return new OpfsFiles({ root, largeFiles }, capabilities, onFull);
  }

  get mode(): Capabilities["mode"] {
    return this.#capabilities.mode;
  }

  async create(path: string): Promise<Sink> {
    this.#made.add(path.slice(0, path.lastIndexOf("/")));
    // Another tab's list() may remove the folder while it is empty, and keeps it locked to find that out.
    const file = await retryWhile(isFolderLost, () => this.#createFile(path));
    return await retryWhile(isInUse, () => openSink(file, this.mode, this.#onFull));
  }

  async #createFile(path: string): Promise<FileSystemFileHandle> {
    const { directory, name } = await this.#locate(path, { create: true });
    return await directory.getFileHandle(name, { create: true });
  }

  async open(path: string): Promise<FileReading | undefined> {
    const file = await this.#find(path);
    return file && (await openReading(file, this.#capabilities.sharedReads));
  }

  async move(from: string, to: string): Promise<boolean> {
    const file = await this.#find(from);
    if (!file) return false;
    const { directory, name } = await this.#locate(to, { create: true });
    await retryWhile(isInUse, () => file.move(directory, name));
    return true;
  }

  /** @throws NoModificationAllowedError while it is open, here or in another tab */
  async remove(path: string, known?: number): Promise<number | undefined> {
    try {
      const { directory, name } = await this.#locate(path);
      const size = known ?? (await (await directory.getFileHandle(name)).getFile()).size;
      await retryWhile(isInUse, () => directory.removeEntry(name));
      return size;
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  async names(folder: string): Promise<string[]> {
    const found: string[] = [];
    for await (const [name, entry] of (await walk(this.#root, [folder])).entries()) {
      if (!isDirectory(entry)) found.push(name);
    }
    return found;
  }

  /** The files in a folder and in the folders in it; those that are empty are removed. */
  async list(folder: string): Promise<StoredFile[]> {
    const found: Promise<StoredFile[]>[] = [];
    for await (const [name, entry] of (await walk(this.#root, [folder])).entries()) {
      const path = `${folder}/${name}`;
      found.push(isDirectory(entry) ? this.#listNested(path, entry) : listFile(path, entry));
    }
    return (await Promise.all(found)).flat();
  }

  async #listNested(path: string, folder: FileSystemDirectoryHandle): Promise<StoredFile[]> {
    const files: StoredFile[] = [];
    try {
      for await (const [name, entry] of folder.entries()) {
        if (!isDirectory(entry)) files.push(...(await listFile(`${path}/${name}`, entry)));
      }
    } catch (error) {
      if (!isNotFound(error)) throw error; // its owner has removed the folder meanwhile
    }
    if (files.length === 0) await this.#prune([path]);
    return files;
  }

  close(): Promise<void> {
    return this.#prune([...this.#made]);
  }

  async #find(path: string): Promise<FileSystemFileHandle | undefined> {
    try {
      const { directory, name } = await this.#locate(path);
      return await directory.getFileHandle(name);
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  /** A file's folder and its name there. @throws NotFoundError of the browser, unless `create` */
  async #locate(
    path: string,
    options?: { create: boolean },
  ): Promise<{ directory: FileSystemDirectoryHandle; name: string }> {
    const folder = `${LARGE_FILES}/`;
    if (!path.startsWith(folder)) return locate(this.#root, path, options);
    return { directory: this.#largeFiles, name: path.slice(folder.length) };
  }

  async #prune(folders: string[]): Promise<void> {
    // A folder that is not empty, or gone already, is as it should be.
    await Promise.allSettled(
      folders.map(async (path) => {
        const { directory, name } = await locate(this.#root, path);
        await directory.removeEntry(name);
      }),
    );
  }
}

/** None where the file went away while its folder was listed. */
async function listFile(path: string, file: FileSystemFileHandle): Promise<StoredFile[]> {
  try {
    return [{ path, size: (await file.getFile()).size }];
  } catch (error) {
    if (isNotFound(error)) return [];
    throw error;
  }
}

function isDirectory(
  entry: FileSystemDirectoryHandle | FileSystemFileHandle,
): entry is FileSystemDirectoryHandle {
  return entry.kind === "directory";
}
