import { CorruptBlobError, isTinyFSError } from "../tinyfs/errors.ts";
import { FileDigest } from "./file-digest.ts";
import { findDamagedPage, PAGE_BYTES } from "./page-sums.ts";
import { guarded, largeFileNotFound } from "./storage-failure.ts";
import type { FileStore } from "./storage-files.ts";
import type { FileReading } from "./storage-reader.ts";
import { STEP_BYTES } from "./storage-writer.ts";
import { yieldToMessages } from "./yield-to-messages.ts";

/** What a file must be. */
export interface ExpectedFile {
  /** Below the pond's folder. */
  readonly path: string;
  readonly size: number;
  readonly sha256: string;
  readonly pageSums: Uint8Array<ArrayBuffer>;
}

/** What is read of a file, half open, and where to. */
export interface FileRange {
  readonly start: number;
  readonly end: number;
  /** Has room for the bytes, which are put at its beginning. */
  readonly memory?: ArrayBuffer | undefined;
}

/** Random access to a file whose every byte is verified before it is returned. */
export class VerifiedFile {
  readonly #files: FileStore;
  readonly #size: number;
  readonly #sha256: string;
  #path: string;
  #pageSums: Uint8Array<ArrayBuffer>;
  #reading: Promise<FileReading> | undefined;
  #verdict: Promise<boolean> | undefined;
  #gate: Promise<void> | undefined;
  #isClosed = false;

  constructor(files: FileStore, expected: ExpectedFile) {
    this.#files = files;
    this.#path = expected.path;
    this.#size = expected.size;
    this.#sha256 = expected.sha256;
    this.#pageSums = expected.pageSums;
  }

  /** Where the file lies now. */
  get path(): string {
    return this.#path;
  }

  /** Opens the file. @throws LARGE_FILE_NOT_FOUND, CORRUPT_BLOB where its size is another */
  async open(): Promise<void> {
    await this.#opened();
  }

  /**
   * The bytes from `start` to `end` (cut to the file), in a buffer of their own, or in `memory`.
   * @throws CORRUPT_BLOB with the first damaged page of the range
   */
  async read(
    { start, end, memory }: FileRange,
    signal?: AbortSignal,
  ): Promise<Uint8Array<ArrayBuffer>> {
    const first = Math.min(Math.max(0, start), this.#size);
    const last = Math.min(Math.max(first, end), this.#size);
    const from = first - (first % PAGE_BYTES);
    const to = Math.min(Math.ceil(last / PAGE_BYTES) * PAGE_BYTES, this.#size);
    const length = last - first;
    const isWhole = length === 0 || length === to - from;
    const bytes = isWhole ? bytesIn(memory, length) : new Uint8Array(to - from);
    await this.#inSteps(bytes.length, signal, (at, size) =>
      this.#readPages(bytes.subarray(at, at + size), from + at),
    );
    if (isWhole) return bytes;
    const found = bytes.subarray(first - from, last - from);
    if (!memory) return found.slice();
    const result = bytesIn(memory, length);
    result.set(found);
    return result;
  }

  /** Reads every byte. @throws CORRUPT_BLOB with the first damaged page */
  async verify(signal?: AbortSignal): Promise<void> {
    const buffer = new Uint8Array(Math.min(STEP_BYTES, this.#size));
    await this.#opened();
    await this.#inSteps(this.#size, signal, (at, length) =>
      this.#readPages(buffer.subarray(0, length), at),
    );
  }

  /** Lets go of the file until `gate` resolves, so that it can be moved or replaced; reads wait. */
  suspend(gate: Promise<void>): void {
    this.#gate = gate;
    this.#release();
  }

  /** Goes on reading at another path. */
  follow(path: string): void {
    this.#path = path;
  }

  /** Frees the handle. Reading afterwards fails. */
  close(): void {
    this.#isClosed = true;
    this.#release();
  }

  #release(): void {
    const reading = this.#reading;
    this.#reading = undefined;
    reading?.then((opened) => opened.close()).catch(() => {}); // it never opened: there is nothing to free
  }

  async #readPages(target: Uint8Array<ArrayBuffer>, at: number): Promise<void> {
    const firstPage = at / PAGE_BYTES;
    await this.#fill(target, at);
    const suspect = findDamagedPage(target, firstPage, this.#pageSums);
    if (suspect === undefined) return;
    // Bytes and checksum disagree, and either can be the damaged one: the file's hash decides.
    if (!(await this.#judged())) throw this.#corrupt(suspect);
    await this.#fill(target, at);
    const damaged = findDamagedPage(target, firstPage, this.#pageSums);
    if (damaged !== undefined) throw this.#corrupt(damaged);
  }

  /** The verdict over the whole file, reached once. */
  async #judged(): Promise<boolean> {
    const verdict = this.#verdict ?? this.#hashWhole();
    this.#verdict = verdict;
    try {
      return await verdict;
    } catch (error) {
      this.#verdict = undefined; // out of reach is no verdict
      throw error;
    }
  }

  /** Whether the file has its hash; then the page checksums are made anew from its bytes. */
  async #hashWhole(): Promise<boolean> {
    const digest = await FileDigest.start();
    const buffer = new Uint8Array(Math.min(STEP_BYTES, this.#size));
    await this.#inSteps(this.#size, undefined, async (at, length) => {
      await this.#fill(buffer.subarray(0, length), at);
      digest.update(buffer.subarray(0, length));
    });
    const { sha256, pageSums } = digest.finish();
    if (sha256 !== this.#sha256) return false;
    this.#pageSums = pageSums;
    return true;
  }

  async #inSteps(
    size: number,
    signal: AbortSignal | undefined,
    step: (at: number, length: number) => Promise<void>,
  ): Promise<void> {
    for (let at = 0; at < size; at += STEP_BYTES) {
      if (at > 0) await yieldToMessages();
      signal?.throwIfAborted();
      await step(at, Math.min(STEP_BYTES, size - at));
    }
  }

  async #fill(target: Uint8Array<ArrayBuffer>, at: number): Promise<void> {
    this.#requireOpen();
    const count = await guarded(`read "${this.#path}"`, () => this.#readTwice(target, at), {
      sha256: this.#sha256,
    });
    if (count !== target.length) throw this.#corrupt(Math.floor((at + count) / PAGE_BYTES));
  }

  #requireOpen(): void {
    if (this.#isClosed) throw new TypeError("Cannot read from a source that is closed");
  }

  /** A `File` dies when its file is moved or replaced and a handle when it is closed: both open again. */
  async #readTwice(target: Uint8Array<ArrayBuffer>, at: number): Promise<number> {
    try {
      return await (await this.#opened()).readInto(target, at);
    } catch (error) {
      if (isTinyFSError(error)) throw error;
      this.#release();
      return await (await this.#opened()).readInto(target, at);
    }
  }

  async #opened(): Promise<FileReading> {
    await this.#gate;
    this.#requireOpen();
    const reading = this.#reading ?? this.#openReading();
    this.#reading = reading;
    try {
      return await reading;
    } catch (error) {
      if (this.#reading === reading) this.#reading = undefined;
      throw error;
    }
  }

  async #openReading(): Promise<FileReading> {
    const details = { sha256: this.#sha256 };
    return await guarded(
      `open "${this.#path}"`,
      async () => {
        const reading = await this.#files.open(this.#path);
        if (!reading) throw largeFileNotFound(this.#sha256);
        if (reading.size === this.#size) return reading;
        reading.close();
        throw this.#corrupt(
          Math.floor(Math.min(reading.size, this.#size) / PAGE_BYTES),
          reading.size,
        );
      },
      details,
    );
  }

  #corrupt(page: number, size = this.#size): CorruptBlobError {
    const what =
      size === this.#size
        ? `page ${page} is damaged`
        : `${size} bytes are there, not ${this.#size}`;
    return new CorruptBlobError(`Cannot read blob "${this.#sha256}": ${what}`, {
      sha256: this.#sha256,
      page,
    });
  }
}

function bytesIn(memory: ArrayBuffer | undefined, length: number): Uint8Array<ArrayBuffer> {
  return memory ? new Uint8Array(memory, 0, length) : new Uint8Array(length);
}
