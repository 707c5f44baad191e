import { wrap } from "comlink";
import { isTinyFSError, TinyFSError } from "../tinyfs/errors.ts";
import { sha256Of } from "../tinyfs/sha256.ts";
import type { DigestedFile } from "./file-digest.ts";
import { digestFile, setAside } from "./file-inspection.ts";
import type { HashThread } from "./hash-thread.ts";
import { loadPageSums } from "./page-sums.ts";
import { PartsDatabase } from "./parts-database.ts";
import { PartsFiles } from "./parts-files.ts";
import { transferring } from "./remote.ts";
import { guarded } from "./storage-failure.ts";
import type { BlobStore, FileStore, StorageMode } from "./storage-files.ts";
import {
  type DoomedLargeFile,
  type Fingerprint,
  LargeFiles,
  type ListedLargeFile,
  type Outcome,
} from "./storage-large-files.ts";
import { OpfsFiles } from "./storage-opfs.ts";
import { largeFilePath } from "./storage-paths.ts";
import type { OnFull } from "./storage-room.ts";
import { Sources } from "./storage-sources.ts";
import { type ListedTemporary, type NewTemporary, Temporaries } from "./storage-temporaries.ts";
import type { FinishedTemporary, TemporaryFileWriter } from "./storage-writer.ts";
import { VerifiedFile } from "./verified-file.ts";

interface OpenStore {
  readonly files: FileStore;
  readonly temporaries: Temporaries;
  readonly largeFiles: LargeFiles;
}

/** Where the large files of a pond are. */
export interface StoragePlace {
  /** Path of the pond's folder below the root of OPFS. Made if it is not there. */
  readonly directory: readonly string[];
  /** Name of the pond's database: keeps large files where there is no OPFS. */
  readonly database?: string | undefined;
  /** Where they must be kept; if nothing is said, in OPFS where it is to be had. */
  readonly blobs?: BlobStore | undefined;
}

/** How a pond's large files are kept. */
export interface OpenedStorage {
  readonly blobs: BlobStore;
  readonly mode: StorageMode;
}

/** Bytes that are whole in memory, and their SHA-256. */
export interface DigestedBytes {
  readonly sha256: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/**
 * The storage worker's methods, each of one cloneable argument. Open writers and sources are numbers.
 * Sync access handles are to be had in a dedicated worker only; it runs elsewhere without them.
 */
export class StorageEngine {
  readonly #writers = new Map<number, TemporaryFileWriter>();
  readonly #sources = new Sources();
  readonly #hashThread: HashThread | undefined;
  #nextWriter = 1;
  #store: OpenStore | undefined;
  #fullPort: MessagePort | undefined;

  /** @param hashThread - hashes long streams beside their writing; without one, they are hashed here */
  constructor(hashThread?: HashThread) {
    this.#hashThread = hashThread;
  }

  /** Opens the place, and finds out how files work here. @throws STORAGE_UNAVAILABLE */
  async open(place: StoragePlace & { onFull?: MessagePort | undefined }): Promise<OpenedStorage> {
    this.#fullPort = place.onFull;
    const onFull: OnFull | undefined = place.onFull && wrap<OnFull>(place.onFull);
    await loadPageSums();
    const files = await openFiles(place, onFull);
    // Elsewhere a write is a question to the browser, and takes longer than hashing.
    const hashThread = files.mode === "sync" ? this.#hashThread : undefined;
    const temporaries = new Temporaries(files, hashThread);
    const largeFiles = new LargeFiles({ files, sources: this.#sources, temporaries });
    this.#store = { files, temporaries, largeFiles };
    return { blobs: files.blobs, mode: files.mode };
  }

  /** See `BlobEngine.digest`. */
  async digest({ bytes }: { bytes: Uint8Array<ArrayBuffer> }): Promise<DigestedBytes> {
    const sha256 = await sha256Of(bytes);
    return transferring({ sha256, bytes }, [bytes.buffer]);
  }

  /** Opens a temporary for writing and returns its number and its path. */
  async createTemporary(options: NewTemporary): Promise<{ writer: number; path: string }> {
    const created = await this.#opened.temporaries.create(options);
    const writer = this.#nextWriter++;
    this.#writers.set(writer, created);
    return { writer, path: created.path };
  }

  /** Appends to a temporary. @throws QUOTA, and then it is gone */
  async write({
    writer,
    chunk,
  }: {
    writer: number;
    chunk: Uint8Array<ArrayBuffer>;
  }): Promise<void> {
    await guarded("write a temporary", () => this.#writer(writer).write(chunk));
  }

  /** Flushes and closes a temporary. @throws QUOTA, and then it is gone */
  async finish({ writer }: { writer: number }): Promise<FinishedTemporary> {
    const finished = await guarded("finish a temporary", () => this.#writer(writer).finish());
    this.#writers.delete(writer);
    return transferring(finished, [finished.pageSums.buffer]);
  }

  /** Closes and deletes a temporary; one that has ended already is no error. */
  async abort({ writer }: { writer: number }): Promise<void> {
    const found = this.#writers.get(writer);
    this.#writers.delete(writer);
    await found?.abort();
  }

  /** See `BlobEngine.publish`. */
  publish(temporary: FinishedTemporary): Promise<Outcome> {
    return this.#opened.largeFiles.publish(temporary);
  }

  /** Deletes a temporary; one that is gone already is no error. */
  discard({ path }: { path: string }): Promise<void> {
    return this.#opened.temporaries.discard(path);
  }

  /** Opens a blob and returns its number. @throws LARGE_FILE_NOT_FOUND, CORRUPT_BLOB */
  openBlob(fingerprint: Fingerprint): Promise<number> {
    return this.#sources.open(this.#opened.largeFiles.file(fingerprint));
  }

  /** Opens a temporary and returns its number; it goes on reading when the temporary is published. */
  openTemporary(temporary: FinishedTemporary): Promise<number> {
    return this.#sources.open(new VerifiedFile(this.#opened.files, temporary));
  }

  /** Verified bytes of an open file. @throws CORRUPT_BLOB */
  async read(
    {
      source,
      ...range
    }: { source: number; start: number; end: number; memory?: ArrayBuffer | undefined },
    signal: AbortSignal,
  ): Promise<Uint8Array<ArrayBuffer>> {
    const bytes = await this.#sources.get(source).read(range, signal);
    return transferring(bytes, [bytes.buffer]);
  }

  /** Frees an open file; one that is closed already is no error. */
  async closeSource({ source }: { source: number }): Promise<void> {
    this.#sources.close(source);
  }

  /** Reads the whole blob against its page checksums. */
  verifyBlob(fingerprint: Fingerprint, signal: AbortSignal): Promise<boolean> {
    return this.#opened.largeFiles.verify(fingerprint, signal);
  }

  /** Hashes and sizes of all blobs. */
  listBlobs(): Promise<ListedLargeFile[]> {
    return this.#opened.largeFiles.list();
  }

  /** Deletes a blob; returns its size in bytes, or `undefined` where there is none. */
  removeBlob({ sha256 }: { sha256: string }): Promise<number | undefined> {
    return this.#opened.largeFiles.remove(sha256);
  }

  /** Deletes blobs: see `BlobEngine.removeBlobs`. */
  removeBlobs({ blobs }: { blobs: readonly DoomedLargeFile[] }): Promise<(number | undefined)[]> {
    return this.#opened.largeFiles.removeAll(blobs);
  }

  /** Hashes of all blobs. */
  listBlobNames(): Promise<string[]> {
    return this.#opened.largeFiles.names();
  }

  /** All temporaries, whoever owns them. */
  listTemporaries(): Promise<ListedTemporary[]> {
    return this.#opened.temporaries.list();
  }

  /** Moves a leftover to a blob's name. */
  adopt({ path, sha256 }: { path: string; sha256: string }): Promise<void> {
    return this.#opened.largeFiles.adopt(path, sha256);
  }

  /** What the bytes of a blob are. */
  digestBlob(
    { sha256 }: { sha256: string },
    signal: AbortSignal,
  ): Promise<DigestedFile | undefined> {
    return digestFile(this.#opened.files, largeFilePath(sha256), signal);
  }

  /** What the bytes of a temporary are. */
  digestTemporary(
    { path }: { path: string },
    signal: AbortSignal,
  ): Promise<DigestedFile | undefined> {
    return digestFile(this.#opened.files, path, signal);
  }

  /** Moves a damaged blob out of the way. */
  setAside({ sha256 }: { sha256: string }): Promise<boolean> {
    const { files } = this.#opened;
    const path = largeFilePath(sha256);
    return this.#sources.duringMove(path, path, () => setAside(files, sha256));
  }

  /** Frees all handles; temporaries that are still written are deleted. */
  async close(): Promise<void> {
    this.#sources.closeAll();
    const writers = [...this.#writers.values()];
    this.#writers.clear();
    this.#fullPort?.close();
    this.#hashThread?.close();
    await Promise.allSettled(writers.map((writer) => writer.abort()));
    await this.#store?.files.close();
  }

  get #opened(): OpenStore {
    if (!this.#store)
      throw new TinyFSError("POND_CLOSED", "The storage engine has not been opened");
    return this.#store;
  }

  #writer(id: number): TemporaryFileWriter {
    const writer = this.#writers.get(id);
    if (!writer)
      throw new TinyFSError("WRITER_CLOSED", "Cannot write to a temporary that has ended");
    return writer;
  }
}

async function openFiles(place: StoragePlace, onFull: OnFull | undefined): Promise<FileStore> {
  const { directory, database, blobs } = place;
  const inDatabase = database === undefined ? undefined : () => openParts(database, onFull);
  if (blobs === "indexeddb" && inDatabase) return inDatabase();
  try {
    const action = `open the folder "${directory.join("/")}"`;
    return await guarded(action, () => OpfsFiles.open(directory, onFull));
  } catch (error) {
    const isRefused = isTinyFSError(error, "STORAGE_UNAVAILABLE");
    if (blobs === "opfs" || !inDatabase || !isRefused) throw error;
    return inDatabase();
  }
}

function openParts(database: string, onFull: OnFull | undefined): FileStore {
  return new PartsFiles(new PartsDatabase(database), onFull);
}
