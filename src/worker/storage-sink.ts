import { isFull, quotaError } from "./storage-failure.ts";
import type { Sink } from "./storage-files.ts";
import { type OnFull, withRoom } from "./storage-room.ts";
import { WritableSink } from "./storage-writable.ts";

/** How far ahead of its bytes a file is made longer at most. */
const MAX_RESERVE_BYTES = 64 << 20;

/** How many bytes are worth a flush before the last. */
const SETTLED_BYTES = 8 << 20;

/** What a sink needs of a sync access handle. */
export type SinkHandle = Pick<
  FileSystemSyncAccessHandle,
  "write" | "truncate" | "flush" | "getSize" | "close"
>;

/** What a checked write needs of one. */
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
  return new WritableSink(file, await file.createWritable(), onFull);
}

/**
 * Writes through a sync access handle. The file is made longer before it is filled, by what is known
 * to come, else by as much again as it has: a browser that is out of room refuses that at once.
 */
export class SyncSink implements Sink {
  readonly #handle: SinkHandle;
  readonly #onFull: OnFull | undefined;
  #size = 0;
  #reserved = 0;
  #flushed = 0;

  constructor(handle: SinkHandle, onFull?: OnFull) {
    this.#handle = handle;
    this.#onFull = onFull;
  }

  async reserve(bytes: number): Promise<void> {
    const end = this.#size + bytes;
    if (end > this.#reserved) await withRoom(bytes, this.#onFull, async () => this.#grow(end));
  }

  async write(chunk: Uint8Array<ArrayBuffer>): Promise<void> {
    const end = this.#size + chunk.byteLength;
    // The first piece says by itself whether it has room, and most files have no second.
    const isFirst = this.#size === 0;
    if (!isFirst && end > this.#reserved && !this.#growAhead(end)) {
      await this.reserve(chunk.byteLength);
    }
    await writeChecked(this.#handle, chunk, this.#size, this.#onFull);
    this.#size = end;
  }

  async settle(): Promise<void> {
    if (this.#size - this.#flushed >= SETTLED_BYTES) await this.#flush();
  }

  async close(): Promise<void> {
    if (this.#reserved > this.#size) this.#handle.truncate(this.#size);
    await this.#flush();
    const kept = this.#handle.getSize();
    this.#handle.close();
    // A full disk can also show first when the browser's own buffers are flushed.
    if (kept !== this.#size) throw await quotaError("flush a file", this.#size - kept);
  }

  async abort(): Promise<void> {
    this.#handle.close();
  }

  async #flush(): Promise<void> {
    await withRoom(this.#size, this.#onFull, async () => this.#handle.flush());
    this.#flushed = this.#size;
  }

  /** Makes room for twice the bytes; where there is not so much, what comes may fit nevertheless. */
  #growAhead(end: number): boolean {
    try {
      this.#grow(end + Math.min(end, MAX_RESERVE_BYTES));
      return true;
    } catch (error) {
      if (!isFull(error)) throw error;
      return false;
    }
  }

  #grow(end: number): void {
    this.#handle.truncate(end);
    // In a private window Chromium may do nothing, and says nothing.
    if (this.#handle.getSize() < end) {
      throw new DOMException(`No room for ${end} bytes`, "QuotaExceededError");
    }
    this.#reserved = end;
  }
}
