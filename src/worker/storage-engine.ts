import { wrap } from "comlink";
import { TinyFSError } from "../tinyfs/errors.ts";
import { loadPageSums } from "./page-sums.ts";
import { transferring } from "./remote.ts";
import { guarded } from "./storage-failure.ts";
import {
  type Fingerprint,
  LargeFiles,
  type ListedLargeFile,
  type Outcome,
} from "./storage-large-files.ts";
import { LARGE_FILES, TEMPORARIES, walk } from "./storage-paths.ts";
import { type Capabilities, probe } from "./storage-probe.ts";
import type { OnFull } from "./storage-sink.ts";
import { Sources } from "./storage-sources.ts";
import { type ListedTemporary, Temporaries } from "./storage-temporaries.ts";
import type { FinishedTemporary, TemporaryFileWriter } from "./storage-writer.ts";
import { VerifiedFile } from "./verified-file.ts";

interface OpenStore {
  readonly root: FileSystemDirectoryHandle;
  readonly capabilities: Capabilities;
  readonly temporaries: Temporaries;
  readonly largeFiles: LargeFiles;
}

/**
 * The storage worker's methods, each of one cloneable argument. Open writers and sources are numbers.
 * Runs in a dedicated worker only: nothing else has sync access handles.
 */
export class StorageEngine {
  readonly #writers = new Map<number, TemporaryFileWriter>();
  readonly #sources = new Sources();
  #nextWriter = 1;
  #store: OpenStore | undefined;
  #fullPort: MessagePort | undefined;

  /** Opens a pond's folder, and finds out how files work here. @throws STORAGE_UNAVAILABLE */
  async open(options: {
    directory: string[];
    onFull?: MessagePort | undefined;
  }): Promise<Capabilities> {
    this.#fullPort = options.onFull;
    const onFull: OnFull | undefined = options.onFull && wrap<OnFull>(options.onFull);
    return await guarded(`open the folder "${options.directory.join("/")}"`, async () => {
      await loadPageSums();
      const root = await walk(await navigator.storage.getDirectory(), options.directory, {
        create: true,
      });
      const capabilities = await probe(root);
      const tmp = await walk(root, [TEMPORARIES], { create: true });
      const folder = await walk(root, [LARGE_FILES], { create: true });
      const temporaries = new Temporaries(tmp, capabilities.mode, onFull);
      const largeFiles = new LargeFiles({
        root,
        folder,
        sharedReads: capabilities.sharedReads,
        sources: this.#sources,
        temporaries,
      });
      this.#store = { root, capabilities, temporaries, largeFiles };
      return capabilities;
    });
  }

  /** Opens a temporary for writing and returns its number. */
  async createTemporary(options: { owner: string; sha256?: string | undefined }): Promise<number> {
    const writer = await this.#opened.temporaries.create(options.owner, options.sha256);
    const id = this.#nextWriter++;
    this.#writers.set(id, writer);
    return id;
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
    const { root, capabilities } = this.#opened;
    return this.#sources.open(new VerifiedFile(root, capabilities.sharedReads, temporary));
  }

  /** Verified bytes of an open file. @throws CORRUPT_BLOB */
  async read(
    { source, start, end }: { source: number; start: number; end: number },
    signal: AbortSignal,
  ): Promise<Uint8Array<ArrayBuffer>> {
    const bytes = await this.#sources.get(source).read(start, end, signal);
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

  /** All temporaries, whoever owns them. */
  listTemporaries(): Promise<ListedTemporary[]> {
    return this.#opened.temporaries.list();
  }

  /** Moves a leftover to a blob's name. */
  adopt({ path, sha256 }: { path: string; sha256: string }): Promise<void> {
    return this.#opened.largeFiles.adopt(path, sha256);
  }

  /** Frees all handles; temporaries that are still written are deleted. */
  async close(): Promise<void> {
    this.#sources.closeAll();
    const writers = [...this.#writers.values()];
    this.#writers.clear();
    this.#fullPort?.close();
    await Promise.allSettled(writers.map((writer) => writer.abort()));
    await this.#store?.temporaries.close();
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
