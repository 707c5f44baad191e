import { expose } from "comlink";
import type { ByteSource } from "../tinyfs/byte-source.ts";
import { TinyFSError } from "../tinyfs/errors.ts";
import { Remote, receiver, startWorker } from "./remote.ts";
import type { StorageEngine } from "./storage-engine.ts";
import type { Fingerprint, ListedLargeFile, Outcome } from "./storage-large-files.ts";
import type { Capabilities } from "./storage-probe.ts";
import type { OnFull } from "./storage-sink.ts";
import type { ListedTemporary } from "./storage-temporaries.ts";
import type { FinishedTemporary } from "./storage-writer.ts";
import { type WorkerSource, workerFactory } from "./worker-factory.ts";

/** How the large files of a pond are reached. */
export interface StorageOptions {
  /** Path of the pond's folder below the root of OPFS: `["tinypond", "weather"]`. Made if it is not there. */
  readonly directory: readonly string[];
  /** Where the worker comes from; `"inline"` runs the engine here, which must be a dedicated Worker. */
  readonly worker?: WorkerSource | "inline" | undefined;
  /** Asked once when a write finds the store full: frees what it can and says whether it did. */
  readonly onFull?: OnFull | undefined;
  /** Gives up starting. */
  readonly signal?: AbortSignal | undefined;
}

/** Writes one temporary through the worker. One call at a time. */
export interface RemoteWriter {
  /** Appends; the chunk's whole buffer moves to the worker. @throws QUOTA, and then nothing is left */
  write(chunk: Uint8Array<ArrayBuffer>): Promise<void>;
  /** Flushes and closes. @throws QUOTA, and then nothing is left */
  close(): Promise<FinishedTemporary>;
  /** Closes and deletes. Never fails on a writer that failed before. */
  abort(): Promise<void>;
}

/**
 * The large files of one pond in OPFS, kept by a worker of its own. It is a `BlobEngine` by its shape;
 * that interface's documentation holds.
 */
export class StorageClient {
  /** How files are written here: by sync access handles, or by `createWritable` (WebKitGTK). */
  readonly mode: Capabilities["mode"];
  readonly #remote: Remote<StorageEngine>;

  /** Over a started engine; {@link StorageClient.open} starts one. */
  constructor(remote: Remote<StorageEngine>, mode: Capabilities["mode"]) {
    this.#remote = remote;
    this.mode = mode;
  }

  /** Starts the worker and opens the folder. @throws WORKER_START, STORAGE_UNAVAILABLE */
  static async open(options: StorageOptions): Promise<StorageClient> {
    const { worker, onFull, signal } = options;
    const remote = worker === "inline" ? await runHere() : await start(worker, signal);
    const port = onFull && listen(onFull);
    const argument = { directory: [...options.directory], onFull: port };
    try {
      const { mode } = await remote.call("open", argument, {
        signal,
        transfer: port ? [port] : [],
      });
      return new StorageClient(remote, mode);
    } catch (error) {
      await remote.close(closed(), "close");
      throw error;
    }
  }

  /** Removes a pond's folder with all it holds; one that is not there is no error. @throws STORAGE_UNAVAILABLE */
  static async destroy(directory: readonly string[]): Promise<void> {
    const { removeFolder } = await import("./storage-folder.ts");
    await removeFolder(directory);
  }

  async createTemporary(owner: string, options: { sha256?: string } = {}): Promise<RemoteWriter> {
    const writer = await this.#remote.call("createTemporary", { owner, sha256: options.sha256 });
    return {
      write: (chunk) => this.#remote.call("write", { writer, chunk }, { transfer: [chunk.buffer] }),
      close: () => this.#remote.call("finish", { writer }),
      abort: () => this.#unlessEnded(() => this.#remote.call("abort", { writer })),
    };
  }

  /** Makes a temporary the blob of its hash. @throws LARGE_FILE_NOT_FOUND, STORAGE_UNAVAILABLE */
  publish(temporary: FinishedTemporary): Promise<Outcome> {
    return this.#remote.call("publish", temporary);
  }

  /** Deletes a temporary; one that is gone already is no error. */
  discard(path: string): Promise<void> {
    return this.#remote.call("discard", { path });
  }

  /** Verified random access to a blob. @throws LARGE_FILE_NOT_FOUND, CORRUPT_BLOB */
  async openBlob(
    sha256: string,
    size: number,
    pageSums: Uint8Array<ArrayBuffer>,
  ): Promise<ByteSource> {
    return this.#source(await this.#remote.call("openBlob", { sha256, size, pageSums }), size);
  }

  /** Verified random access to a temporary; it goes on when the temporary is published. */
  async openTemporary(temporary: FinishedTemporary): Promise<ByteSource> {
    return this.#source(await this.#remote.call("openTemporary", temporary), temporary.size);
  }

  /** Reads the whole blob against its page checksums; `false`: damaged or missing. */
  verifyBlob(sha256: string, size: number, pageSums: Uint8Array<ArrayBuffer>): Promise<boolean> {
    return this.#remote.call("verifyBlob", { sha256, size, pageSums } satisfies Fingerprint);
  }

  /** Hashes and sizes of all blobs. */
  listBlobs(): Promise<ListedLargeFile[]> {
    return this.#remote.call("listBlobs", undefined);
  }

  /** Deletes a blob; its size in bytes, or `undefined` where there is none. @throws STORAGE_UNAVAILABLE */
  removeBlob(sha256: string): Promise<number | undefined> {
    return this.#remote.call("removeBlob", { sha256 });
  }

  /** All temporaries, whoever owns them. Owner folders that are empty are removed. */
  listTemporaries(): Promise<ListedTemporary[]> {
    return this.#remote.call("listTemporaries", undefined);
  }

  /** Moves an unhashed leftover to a blob's name. @throws LARGE_FILE_NOT_FOUND */
  adopt(path: string, sha256: string): Promise<void> {
    return this.#remote.call("adopt", { path, sha256 });
  }

  /** Frees handles, deletes what is half written, ends the worker. Pending calls reject with POND_CLOSED. */
  close(): Promise<void> {
    return this.#remote.close(closed(), "close");
  }

  #source(source: number, size: number): ByteSource {
    return {
      size,
      read: (start, end, signal) => this.#remote.call("read", { source, start, end }, { signal }),
      close: () => this.#unlessEnded(() => this.#remote.call("closeSource", { source })),
    };
  }

  /** For calls that free what a worker holds: an ended one holds nothing. */
  async #unlessEnded(free: () => Promise<void>): Promise<void> {
    try {
      await free();
    } catch (error) {
      if (!this.#remote.ended) throw error;
    }
  }
}

function start(
  worker: WorkerSource | undefined,
  signal?: AbortSignal,
): Promise<Remote<StorageEngine>> {
  const create = workerFactory(
    worker,
    () => new Worker(new URL("./storage.worker.js", import.meta.url), { type: "module" }),
  );
  return startWorker<StorageEngine>({ create, label: "storage", signal });
}

async function runHere(): Promise<Remote<StorageEngine>> {
  const engine = await import("./storage-engine.ts");
  return new Remote<StorageEngine>(receiver(new engine.StorageEngine()));
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
