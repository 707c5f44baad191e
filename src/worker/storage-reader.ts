/** Unverified random access to a file. */
export interface FileReading {
  /** Length in bytes when it was opened. */
  readonly size: number;
  /** Fills `target` from byte `at` on; returns how many bytes there were. */
  readInto(target: Uint8Array<ArrayBuffer>, at: number): Promise<number>;
  close(): void;
}

/**
 * Opens a file for reading: by a shared sync handle where such can be had, else by `getFile()`,
 * which takes no lock and works while others have the file open.
 */
export async function openReading(
  file: FileSystemFileHandle,
  sharedReads: boolean,
): Promise<FileReading> {
  const handle = sharedReads ? await tryReadOnly(file) : undefined;
  return handle ? new HandleReading(handle) : new SliceReading(await file.getFile());
}

async function tryReadOnly(
  file: FileSystemFileHandle,
): Promise<FileSystemSyncAccessHandle | undefined> {
  try {
    return await file.createSyncAccessHandle({ mode: "read-only" });
  } catch {
    return undefined; // a writer has it, or there are too many: getFile() says whether the file is there
  }
}

class HandleReading implements FileReading {
  readonly size: number;
  readonly #handle: FileSystemSyncAccessHandle;

  constructor(handle: FileSystemSyncAccessHandle) {
    this.#handle = handle;
    this.size = handle.getSize();
  }

  async readInto(target: Uint8Array<ArrayBuffer>, at: number): Promise<number> {
    return this.#handle.read(target, { at });
  }

  close(): void {
    this.#handle.close();
  }
}

class SliceReading implements FileReading {
  readonly size: number;
  readonly #file: File;

  constructor(file: File) {
    this.#file = file;
    this.size = file.size;
  }

  async readInto(target: Uint8Array<ArrayBuffer>, at: number): Promise<number> {
    const bytes = await this.#file.slice(at, at + target.length).arrayBuffer();
    target.set(new Uint8Array(bytes));
    return bytes.byteLength;
  }

  close(): void {} // a File holds nothing open
}
