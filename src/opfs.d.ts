// What the DOM library of TypeScript does not declare yet of the File System standard.
// https://fs.spec.whatwg.org/

type FileSystemSyncAccessMode = "readwrite" | "read-only" | "readwrite-unsafe";

interface FileSystemReadWriteOptions {
  at?: number;
}

interface FileSystemSyncAccessHandle {
  read(buffer: AllowSharedBufferSource, options?: FileSystemReadWriteOptions): number;
  write(buffer: AllowSharedBufferSource, options?: FileSystemReadWriteOptions): number;
  flush(): void;
  close(): void;
  getSize(): number;
  truncate(size: number): void;
}

interface FileSystemFileHandle {
  createSyncAccessHandle(options?: {
    mode?: FileSystemSyncAccessMode;
  }): Promise<FileSystemSyncAccessHandle>;
  /** Replaces an existing target silently; fails while either side is open. */
  move(directory: FileSystemDirectoryHandle, name: string): Promise<void>;
}
