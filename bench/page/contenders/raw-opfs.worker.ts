import { expose, transfer } from "comlink";
import type { ListedFile, NamedFile } from "./contender.ts";

/** Files of one folder, by sync access handles and nothing else. */
class RawFiles {
  #folder: FileSystemDirectoryHandle | undefined;
  #open: FileSystemSyncAccessHandle | undefined;
  #at = 0;

  async start(folder: string): Promise<void> {
    const root = await navigator.storage.getDirectory();
    this.#folder = await root.getDirectoryHandle(folder, { create: true });
  }

  async write(files: readonly NamedFile[]): Promise<void> {
    for (const { name, bytes } of files) {
      await this.begin(name);
      this.add(bytes);
      this.end();
    }
  }

  async read(name: string): Promise<Uint8Array> {
    const size = await this.openToRead(name);
    const bytes = this.readAt(0, size);
    this.end();
    return bytes;
  }

  async list(): Promise<ListedFile[]> {
    const files: ListedFile[] = [];
    for await (const [name, handle] of this.#here.entries()) {
      const { size } = await (handle as FileSystemFileHandle).getFile();
      files.push({ name, size });
    }
    return files;
  }

  async begin(name: string): Promise<void> {
    const file = await this.#here.getFileHandle(name, { create: true });
    this.#open = await file.createSyncAccessHandle();
    this.#open.truncate(0);
    this.#at = 0;
  }

  add(bytes: Uint8Array<ArrayBuffer>): void {
    const written = this.#handle.write(bytes, { at: this.#at });
    if (written !== bytes.byteLength) throw new Error(`${written} of ${bytes.byteLength} bytes`);
    this.#at += written;
  }

  end(): void {
    this.#handle.flush();
    this.#handle.close();
    this.#open = undefined;
  }

  async openToRead(name: string): Promise<number> {
    const file = await this.#here.getFileHandle(name);
    this.#open = await file.createSyncAccessHandle();
    return this.#open.getSize();
  }

  readAt(at: number, length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    this.#handle.read(bytes, { at });
    return transfer(bytes, [bytes.buffer]);
  }

  get #here(): FileSystemDirectoryHandle {
    if (!this.#folder) throw new Error("The folder is not open");
    return this.#folder;
  }

  get #handle(): FileSystemSyncAccessHandle {
    if (!this.#open) throw new Error("No file is open");
    return this.#open;
  }
}

export type { RawFiles };

expose(new RawFiles());
