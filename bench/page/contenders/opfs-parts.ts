/** Files of one folder, for workers that keep Parquet there by hand. */
export class OpfsParts {
  readonly #folder: FileSystemDirectoryHandle;

  constructor(folder: FileSystemDirectoryHandle) {
    this.#folder = folder;
  }

  static async open(name: string): Promise<OpfsParts> {
    const root = await navigator.storage.getDirectory();
    return new OpfsParts(await root.getDirectoryHandle(name, { create: true }));
  }

  async write(name: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    const file = await this.#folder.getFileHandle(name, { create: true });
    const handle = await file.createSyncAccessHandle();
    handle.truncate(0);
    handle.write(bytes);
    handle.flush();
    handle.close();
  }

  async file(name: string): Promise<File> {
    return (await this.#folder.getFileHandle(name)).getFile();
  }

  /** The names of the files that start so, in order. */
  async names(start: string): Promise<string[]> {
    const found: string[] = [];
    for await (const name of this.#folder.keys()) if (name.startsWith(start)) found.push(name);
    return found.sort();
  }
}

/** The name of a part of a series: in their order by name. */
export function partName(index: number): string {
  return `part-${String(index).padStart(6, "0")}.parquet`;
}
