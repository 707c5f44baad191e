import { isFull, quotaError } from "./storage-failure.ts";

/** Asked when the store is full; answers whether anything was freed. `needed` is in bytes. */
export type OnFull = (needed: number) => Promise<boolean>;

/** Where a new file's bytes go, from first to last. */
export interface Sink {
  /** Appends; the chunk is not kept. @throws QUOTA */
  write(chunk: Uint8Array<ArrayBuffer>): Promise<void>;
  /** Flushes and closes. @throws QUOTA */
  close(): Promise<void>;
  /** Lets go of the file in whatever state it is. */
  abort(): Promise<void>;
}

/** What a checked write needs of a sync access handle. */
export type CheckedHandle = Pick<FileSystemSyncAccessHandle, "write">;

/**
 * Writes all of `chunk` at byte `at`, or fails. A full store shows in four ways: a thrown quota
 * error, a count above the length (Chromium: -8 read as unsigned), a short count, and 0 (Firefox).
 * After each of them `onFull` is asked once, and if it freed something the write is tried again.
 * @throws QUOTA
 */
export async function writeChecked(
  handle: CheckedHandle,
  chunk: Uint8Array<ArrayBuffer>,
  at: number,
  onFull?: OnFull,
): Promise<void> {
  let shortage = attempt(handle, chunk, at);
  if (shortage && (await onFull?.(chunk.byteLength))) shortage = attempt(handle, chunk, at);
  if (shortage) throw await quotaError("write a file", chunk.byteLength, shortage);
}

function attempt(
  handle: CheckedHandle,
  chunk: Uint8Array<ArrayBuffer>,
  at: number,
): Error | undefined {
  try {
    const written = handle.write(chunk, { at });
    if (written === chunk.byteLength) return undefined;
    return new Error(`write() of ${chunk.byteLength} bytes returned ${written}`);
  } catch (error) {
    if (isFull(error)) return error as Error;
    throw error;
  }
}

/** Opens a new, empty file for writing, with a sync access handle where they work. */
export async function openSink(
  file: FileSystemFileHandle,
  mode: "sync" | "writable",
  onFull?: OnFull,
): Promise<Sink> {
  if (mode === "sync") return new SyncSink(await file.createSyncAccessHandle(), onFull);
  return new WritableSink(await file.createWritable());
}

class SyncSink implements Sink {
  readonly #handle: FileSystemSyncAccessHandle;
  readonly #onFull: OnFull | undefined;
  #size = 0;

  constructor(handle: FileSystemSyncAccessHandle, onFull?: OnFull) {
    this.#handle = handle;
    this.#onFull = onFull;
  }

  async write(chunk: Uint8Array<ArrayBuffer>): Promise<void> {
    await writeChecked(this.#handle, chunk, this.#size, this.#onFull);
    this.#size += chunk.byteLength;
  }

  async close(): Promise<void> {
    this.#handle.flush();
    const kept = this.#handle.getSize();
    this.#handle.close();
    // A full disk can also show first when the browser's own buffers are flushed.
    if (kept !== this.#size) throw await quotaError("flush a file", this.#size - kept);
  }

  async abort(): Promise<void> {
    this.#handle.close();
  }
}

class WritableSink implements Sink {
  readonly #stream: FileSystemWritableFileStream;

  constructor(stream: FileSystemWritableFileStream) {
    this.#stream = stream;
  }

  async write(chunk: Uint8Array<ArrayBuffer>): Promise<void> {
    // WebKit writes the whole buffer of a view, so a view is copied first.
    const whole = chunk.byteLength === chunk.buffer.byteLength ? chunk : chunk.slice();
    await translated(chunk.byteLength, () => this.#stream.write(whole));
  }

  async close(): Promise<void> {
    await translated(0, () => this.#stream.close());
  }

  async abort(): Promise<void> {
    await this.#stream.abort().catch(() => {}); // closed or failed already: there is nothing to let go of
  }
}

async function translated(needed: number, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    throw isFull(error) ? await quotaError("write a file", needed, error) : error;
  }
}
