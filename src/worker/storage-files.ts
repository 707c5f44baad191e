import type { FileReading } from "./storage-reader.ts";

/** Where blobs are kept: in files of OPFS, or in pieces in the pond's own database. */
export type BlobStore = "opfs" | "indexeddb";

/** How files are written: by sync access handles, by `createWritable`, or in pieces in IndexedDB. */
export type StorageMode = "sync" | "writable" | "parts";

/** A file by its path below the pond's folder. Size in bytes. */
export interface StoredFile {
  readonly path: string;
  readonly size: number;
}

/** Where a new file's bytes go, from first to last. */
export interface Sink {
  /** Says how many bytes are to come, so that what has no room fails before it is written. @throws QUOTA */
  reserve?(bytes: number): Promise<void>;
  /** Appends; the chunk is not kept. @throws QUOTA */
  write(chunk: Uint8Array<ArrayBuffer>): Promise<void>;
  /** Flushes what has gathered, where that takes time: for moments in which there is some. @throws QUOTA */
  settle?(): Promise<void>;
  /** Flushes and closes. @throws QUOTA */
  close(): Promise<void>;
  /** Lets go of the file in whatever state it is. */
  abort(): Promise<void>;
}

/**
 * Files by their paths. What the engine knows of blobs and temporaries stands on this, so that it is
 * the same wherever the bytes are. Nothing here verifies what it reads; errors are the browser's.
 */
export interface FileStore {
  readonly blobs: BlobStore;
  readonly mode: StorageMode;
  /** Opens a new, empty file for writing. */
  create(path: string): Promise<Sink>;
  /** Opens a file for reading, or gives `undefined` where there is none. */
  open(path: string): Promise<FileReading | undefined>;
  /** Moves a file, over one that is there. `false` where there is nothing to move. */
  move(from: string, to: string): Promise<boolean>;
  /**
   * Deletes a file and returns its size in bytes, or `undefined` where there is none.
   * @param size where it is known: to look it up may take as long as to delete the file
   */
  remove(path: string, size?: number): Promise<number | undefined>;
  /** The names of the files in a folder. */
  names(folder: string): Promise<string[]>;
  /** All files below a folder. */
  list(folder: string): Promise<StoredFile[]>;
  /** Clears away what is empty, and lets go of everything. */
  close(): Promise<void>;
}
