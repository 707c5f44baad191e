import { expose } from "comlink";
import type { ByteSource } from "../tinyfs/byte-source.ts";
import { isTinyFSError, TinyFSError } from "../tinyfs/errors.ts";
import type { DigestedFile } from "./file-digest.ts";
import { Remote, receiver, startWorker } from "./remote.ts";
import type {
  DigestedBytes,
  OpenedStorage,
  StorageEngine,
  StoragePlace,
} from "./storage-engine.ts";
import type { BlobStore, StorageMode } from "./storage-files.ts";
import type {
  DoomedLargeFile,
  Fingerprint,
  ListedLargeFile,
  Outcome,
} from "./storage-large-files.ts";
import { StorageLink } from "./storage-link.ts";
import { RemoteSource } from "./storage-remote-source.ts";
import { RemoteWriter } from "./storage-remote-writer.ts";
import type { OnFull } from "./storage-room.ts";
import type { ListedTemporary } from "./storage-temporaries.ts";
import type { FinishedTemporary } from "./storage-writer.ts";
import { type WorkerSource, workerFactory } from "./worker-factory.ts";

/** How the large files of a pond are reached. */
export interface StorageOptions extends StoragePlace {
  /**
   * Where the worker comes from; `"inline"` runs the engine here, as it does where no workers can be
   * made. Sync access handles are to be had in dedicated workers only.
   */
  readonly worker?: WorkerSource | "inline" | undefined;
  /** Asked once when a write finds the store full: frees what it can and says whether it did. */
  readonly onFull?: OnFull | undefined;
  /** Gives up starting. */
  readonly signal?: AbortSignal | undefined;
}

interface Started extends OpenedStorage {
  readonly remote: Remote<StorageEngine>;
}

/**
 * The large files of one pond, kept by a worker of its own. It is a `BlobEngine` by its shape; that
 * interface's documentation holds. When the worker dies, what is pending rejects with WORKER_DIED and
 * the next call starts another: open writers are lost, open sources go on.
 */
export class StorageClient {
  /** Where large files are kept. */
  readonly blobs: BlobStore;
  /** How files are written here. */
  readonly mode: StorageMode;
  readonly #link: StorageLink<StorageEngine>;

  /** Over a started engine; {@link StorageClient.open} starts one. */
  constructor({ blobs, mode, remote }: Started, options: StorageOptions) {
    this.blobs = blobs;
    this.mode = mode;
    // What was chosen at first holds for as long as the pond is open.
    this.#link = new StorageLink(remote, async (signal) => {
      return (await startEngine({ ...options, blobs, signal })).remote;
    });
  }

  /** Starts the worker and opens the place. @throws WORKER_START, STORAGE_UNAVAILABLE */
  static async open(options: StorageOptions): Promise<StorageClient> {
    return new StorageClient(await startEngine(options), options);
  }

  /** Removes a pond's folder with all it holds; one that is not there is no error. @throws STORAGE_UNAVAILABLE */
  static async destroy(directory: readonly string[]): Promise<void> {
    const { removeFolder } = await import("./storage-folder.ts");
    await removeFolder(directory);
  }

  /** The SHA-256 of bytes that are whole in memory. Takes their buffer, and gives it back. @throws WORKER_DIED */
  digest(bytes: Uint8Array<ArrayBuffer>): Promise<DigestedBytes> {
    return this.#link.call("digest", { bytes }, { transfer: [bytes.buffer] });
  }

  createTemporary(
    owner: string,
    { sha256, sizeBytes }: { sha256?: string; sizeBytes?: number } = {},
  ): Promise<RemoteWriter> {
    return RemoteWriter.open(this.#link, { owner, sha256, sizeBytes });
  }

  /** Makes a temporary the blob of its hash. @throws LARGE_FILE_NOT_FOUND, STORAGE_UNAVAILABLE */
  publish(temporary: FinishedTemporary): Promise<Outcome> {
    return this.#link.call("publish", temporary);
  }

  /** Deletes a temporary; one that is gone already is no error. */
  discard(path: string): Promise<void> {
    return this.#link.call("discard", { path });
  }

  /** Verified random access to a blob. @throws LARGE_FILE_NOT_FOUND, CORRUPT_BLOB */
  openBlob(sha256: string, size: number, pageSums: Uint8Array<ArrayBuffer>): Promise<ByteSource> {
    const fingerprint: Fingerprint = { sha256, size, pageSums };
    return RemoteSource.open(this.#link, size, (on) => on.call("openBlob", fingerprint));
  }

  /** Verified random access to a temporary; it goes on when the temporary is published. */
  openTemporary(temporary: FinishedTemporary): Promise<ByteSource> {
    return RemoteSource.open(this.#link, temporary.size, async (on) => {
      try {
        return await on.call("openTemporary", temporary);
      } catch (error) {
        if (!isTinyFSError(error, "LARGE_FILE_NOT_FOUND")) throw error;
        return await on.call("openBlob", temporary); // published since
      }
    });
  }

  /** Reads the whole blob against its page checksums; `false`: damaged or missing. */
  verifyBlob(sha256: string, size: number, pageSums: Uint8Array<ArrayBuffer>): Promise<boolean> {
    return this.#link.call("verifyBlob", { sha256, size, pageSums } satisfies Fingerprint);
  }

  /** Hashes and sizes of all blobs. */
  listBlobs(): Promise<ListedLargeFile[]> {
    return this.#link.call("listBlobs", undefined);
  }

  /** Deletes a blob; its size in bytes, or `undefined` where there is none. @throws STORAGE_UNAVAILABLE */
  removeBlob(sha256: string): Promise<number | undefined> {
    return this.#link.call("removeBlob", { sha256 });
  }

  /** The same of many; `undefined` for those that are open, here or in another tab. */
  removeBlobs(blobs: readonly DoomedLargeFile[]): Promise<(number | undefined)[]> {
    return this.#link.call("removeBlobs", { blobs });
  }

  /** Hashes of all blobs. Their sizes are not looked up, which takes far longer. */
  listBlobNames(): Promise<string[]> {
    return this.#link.call("listBlobNames", undefined);
  }

  /** All temporaries, whoever owns them. Owner folders that are empty are removed. */
  listTemporaries(): Promise<ListedTemporary[]> {
    return this.#link.call("listTemporaries", undefined);
  }

  /** What the bytes of a blob are, whatever they should be; `undefined` where it is missing. */
  digestBlob(sha256: string, signal?: AbortSignal): Promise<DigestedFile | undefined> {
    return this.#link.call("digestBlob", { sha256 }, { signal });
  }

  /** The same of a temporary. */
  digestTemporary(path: string, signal?: AbortSignal): Promise<DigestedFile | undefined> {
    return this.#link.call("digestTemporary", { path }, { signal });
  }

  /** Moves a damaged blob to `_quarantine`, where nothing reads it. `false`: there is none. */
  setAside(sha256: string): Promise<boolean> {
    return this.#link.call("setAside", { sha256 });
  }

  /** Moves an unhashed leftover to a blob's name. @throws LARGE_FILE_NOT_FOUND */
  adopt(path: string, sha256: string): Promise<void> {
    return this.#link.call("adopt", { path, sha256 });
  }

  /** Frees handles, deletes what is half written, ends the worker. Pending calls reject with POND_CLOSED. */
  close(): Promise<void> {
    return this.#link.close(closed(), "close");
  }
}

async function startEngine(options: StorageOptions): Promise<Started> {
  const { directory, database, blobs, onFull, signal } = options;
  const remote = await start(options);
  const port = onFull && listen(onFull);
  const place = { directory: [...directory], database, blobs, onFull: port };
  try {
    const opened = await remote.call("open", place, { signal, transfer: port ? [port] : [] });
    return { ...opened, remote };
  } catch (error) {
    await remote.close(closed(), "close");
    throw error;
  }
}

function start({ worker, signal }: StorageOptions): Promise<Remote<StorageEngine>> {
  // Shared Workers of Chromium and Service Workers cannot make workers.
  const isInline = worker === "inline" || (worker === undefined && !("Worker" in globalThis));
  if (isInline) return runHere();
  const create = workerFactory(
    worker,
    () => new Worker(new URL("./storage.worker.js", import.meta.url), { type: "module" }),
  );
  return startWorker<StorageEngine>({ create, label: "storage", signal, cure });
}

async function cure(worker?: object): Promise<string> {
  return (await import("./start-cure.ts")).startCure("storage", worker);
}

async function runHere(): Promise<Remote<StorageEngine>> {
  const engine = await import("./storage-engine.ts").catch((cause) => {
    throw notLoaded(cause);
  });
  return new Remote<StorageEngine>(receiver(new engine.StorageEngine()));
}

/** Service Workers refuse to load modules once they run. */
function notLoaded(cause: unknown): TinyFSError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const message = `Cannot start the storage engine here: ${reason}; a Service Worker needs the library in one file`;
  return new TinyFSError("WORKER_START", message, { cause });
}

/** A hook of the page as a port that the engine can ask. */
function listen(onFull: OnFull): MessagePort {
  const { port1, port2 } = new MessageChannel();
  const ask: OnFull = async (needed) => {
    try {
      return await onFull(needed);
    } catch {
      return false; // nothing was freed: the write's own QUOTA is the error to report
    }
  };
  expose(ask, port1);
  return port2;
}

function closed(): TinyFSError {
  return new TinyFSError("POND_CLOSED", "The pond is closed");
}
