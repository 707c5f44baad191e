import type { ByteSource } from "../tinyfs/byte-source.ts";

/** A finished temporary: its bytes are flushed and its file is closed. */
export interface Temporary {
  /** `tmp/<owner>/<uuid>`, below the pond's directory. */
  readonly path: string;
  /** Length in bytes. */
  readonly size: number;
  /** 64 lower-case hex digits. */
  readonly sha256: string;
  /** xxh64 of each 64 KiB page, 8 bytes a page, little-endian. */
  readonly pageSums: Uint8Array<ArrayBuffer>;
}

/** Where a pond keeps its large files: decided when it is made, and for good. */
export type BlobStore = "opfs" | "indexeddb";

/** What the bytes of a file are. */
export type Digest = Omit<Temporary, "path">;

/** Bytes that are whole in memory, and their SHA-256 in 64 lower-case hex digits. */
export interface DigestedBytes {
  readonly sha256: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Writes one temporary. One call at a time: a resolved `write` is the permission for the next. */
export interface TemporaryWriter {
  /** Appends. Takes the chunk's buffer (it is transferred and must not be used again). */
  write(chunk: Uint8Array<ArrayBuffer>): Promise<void>;
  /** Flushes and closes. @throws QUOTA and then nothing is left */
  close(): Promise<Temporary>;
  /** Closes and deletes the file. Never fails on a writer that failed before. */
  abort(): Promise<void>;
}

/** What became of a temporary: it is the blob now; the blob was there already; it replaced a damaged one. */
export type Published = "published" | "deduplicated" | "repaired";

/** What the store asks of the engine that keeps large files. `pond.ts` plugs one in. */
export interface BlobEngine {
  /** Where it keeps them: in OPFS if it does not say. */
  readonly blobs?: BlobStore;
  /** Hashes bytes where no page waits for it. Takes their buffer; what comes back holds the same. */
  digest(bytes: Uint8Array<ArrayBuffer>): Promise<DigestedBytes>;
  /**
   * Opens a temporary under `tmp/<owner>/`. With `sha256` given the bytes are known and not hashed again;
   * with `sizeBytes` room is reserved for them. @throws QUOTA
   */
  createTemporary(
    owner: string,
    options?: { sha256?: string; sizeBytes?: number },
  ): Promise<TemporaryWriter>;
  /**
   * Moves a temporary to `_large_files/<sha256>.data`. A blob that is there already is read against
   * the temporary's page checksums first: whole, it is kept and the temporary deleted; damaged, it is replaced.
   */
  publish(temporary: Temporary): Promise<Published>;
  /** Deletes a temporary; one that is gone already is no error. */
  discard(path: string): Promise<void>;
  /**
   * Verified random access to a blob.
   * @throws LARGE_FILE_NOT_FOUND, CORRUPT_BLOB (with `sha256` and `page`)
   */
  openBlob(sha256: string, size: number, pageSums: Uint8Array<ArrayBuffer>): Promise<ByteSource>;
  /** Verified random access to a temporary that has not been published. */
  openTemporary(temporary: Temporary): Promise<ByteSource>;
  /** Reads the whole blob against its page checksums. `false`: damaged or missing. */
  verifyBlob(sha256: string, size: number, pageSums: Uint8Array<ArrayBuffer>): Promise<boolean>;
  /** Hashes and sizes of all files in `_large_files`. */
  listBlobs(): Promise<{ sha256: string; size: number }[]>;
  /** Hashes of all files in `_large_files`. */
  listBlobNames(): Promise<string[]>;
  /**
   * Deletes blobs and returns their sizes in bytes, 0 where there is none, and `undefined` where one
   * could not be deleted because somebody has it open. A size that is given is not looked up.
   */
  removeBlobs(
    blobs: readonly { readonly sha256: string; readonly size?: number | undefined }[],
  ): Promise<(number | undefined)[]>;
  /** All temporaries, whoever owns them (browser leftovers such as `*.crswap` included). */
  listTemporaries(): Promise<{ owner: string; path: string; size: number }[]>;
  /** Moves an unhashed leftover to a blob's name: recovery after a power loss between move and row. */
  adopt(path: string, sha256: string): Promise<void>;
  /** What the bytes of a blob are, whatever they should be; `undefined` where it is missing. */
  digestBlob(sha256: string, signal?: AbortSignal): Promise<Digest | undefined>;
  /** The same of a temporary. */
  digestTemporary(path: string, signal?: AbortSignal): Promise<Digest | undefined>;
  /** Moves a damaged blob where nothing reads it and nothing deletes it. `false`: there is none. */
  setAside(sha256: string): Promise<boolean>;
  /** Releases handles, connections and the worker. Pending calls reject with `POND_CLOSED`. */
  close(): Promise<void>;
}
