import type { ByteSource } from "../tinyfs/byte-source.ts";
import type { Place } from "../tinyfs/entry.ts";
import { FileBusyError } from "../tinyfs/errors.ts";
import type {
  ContentWriter,
  File,
  FileVersion,
  FileWriter,
  FileWriterOptions,
} from "../tinyfs/file.ts";
import { writeLockName, writerLockPrefix } from "./names.ts";
import type { HeldLock, PondLocks } from "./pond-locks.ts";

/** Whether a transaction of this tab has a writer open on a file. */
export type TransactionWriteState =
  | { readonly kind: "Ready" }
  | { readonly kind: "WritingInTransaction"; readonly txId: string };

/** What the files of a pond share. */
export interface OpLogFileParts {
  readonly pond: string;
  readonly locks: PondLocks;
  /** Opens a sink for a writer. */
  readonly stage: (signal?: AbortSignal) => Promise<ContentWriter>;
}

/** Keeps the files that have a writer, so that everybody finds the same object. */
export class OpLogFiles {
  readonly #parts: OpLogFileParts;
  readonly #busy = new Map<string, OpLogFile>();

  constructor(parts: OpLogFileParts) {
    this.#parts = parts;
  }

  /** The file at a name. */
  at(place: Place): OpLogFile {
    const key = writeLockName(this.#parts.pond, place);
    const present = this.#busy.get(key);
    if (present) return present;
    const names = { lock: key, signPrefix: writerLockPrefix(this.#parts.pond, place) };
    const file: OpLogFile = new OpLogFile(names, this.#parts, {
      present: () => this.#busy.get(key) ?? file,
      enter: () => this.#busy.set(key, file),
      leave: () => this.#busy.delete(key),
    });
    return file;
  }
}

/** The names of the locks of a file. */
interface LockNames {
  /** Whose holder may write. */
  readonly lock: string;
  /** The beginning of the name by which the holder says which transaction it is. */
  readonly signPrefix: string;
}

/** How a file tells that it has a writer. */
interface Registration {
  /** The object that holds the state of the file. */
  present(): OpLogFile;
  enter(): void;
  leave(): void;
}

/** A file in the log. It owns the write state; other tabs are kept off by a Web Lock. */
export class OpLogFile implements File {
  readonly #names: LockNames;
  readonly #parts: OpLogFileParts;
  readonly #registration: Registration;
  #state: TransactionWriteState = { kind: "Ready" };
  #waiting = 0;
  #released: Promise<void> = Promise.resolve();

  constructor(names: LockNames, parts: OpLogFileParts, registration: Registration) {
    this.#names = names;
    this.#parts = parts;
    this.#registration = registration;
  }

  /** Opens a version. @throws BEING_WRITTEN */
  async open(version: FileVersion): Promise<ByteSource> {
    const state = this.#registration.present().#state;
    if (state.kind === "WritingInTransaction") throw beingWritten(version.path, state.txId);
    return version.open();
  }

  /** Opens the only writer. @throws ALREADY_BEING_WRITTEN */
  async asyncWriter(options: FileWriterOptions): Promise<FileWriter> {
    const present = this.#registration.present();
    return present === this ? this.#openWriter(options) : present.asyncWriter(options);
  }

  /** The transaction of this tab whose writer holds the file. */
  heldBy(): string | undefined {
    const state = this.#registration.present().#state;
    return state.kind === "WritingInTransaction" ? state.txId : undefined;
  }

  async #openWriter(options: FileWriterOptions): Promise<FileWriter> {
    options.signal?.throwIfAborted();
    this.#enter();
    try {
      const lock = await this.#lock(options);
      this.#state = { kind: "WritingInTransaction", txId: options.txId };
      return await this.#stage(lock, options);
    } catch (error) {
      this.#leave();
      throw error;
    }
  }

  async #stage(lock: HeldLock, { txId, signal }: FileWriterOptions): Promise<FileWriter> {
    // Shared: the transaction may have written the file before, and that lock may not be free yet.
    const signing = this.#parts.locks.hold(this.#names.signPrefix + txId, { mode: "shared" });
    const held = [lock];
    try {
      held.push(await signing);
      const writer = await this.#parts.stage(signal);
      return {
        expect: (sizeBytes) => writer.expect?.(sizeBytes),
        write: (chunk) => writer.write(chunk),
        close: () => writer.close(),
        abort: () => writer.abort(),
        release: once(() => {
          this.#release(held);
          this.#leave();
        }),
      };
    } catch (error) {
      this.#release(held);
      throw error;
    }
  }

  async #lock(options: FileWriterOptions): Promise<HeldLock> {
    const { path, wait = false, signal } = options;
    if (wait !== false) return this.#waitForLock(wait, options);
    if (this.#state.kind === "WritingInTransaction") throw await this.#alreadyBeingWritten(path);
    // The browser frees a lock some time after its release: that is no other writer.
    await this.#released;
    signal?.throwIfAborted();
    const lock = await this.#parts.locks.holdIfFree(this.#names.lock);
    if (!lock) throw await this.#alreadyBeingWritten(path);
    return lock;
  }

  async #waitForLock(wait: true | number, options: FileWriterOptions): Promise<HeldLock> {
    const { path, signal } = options;
    if (wait === true) return this.#parts.locks.hold(this.#names.lock, { signal });
    const timeout = AbortSignal.timeout(wait);
    const either = signal ? AbortSignal.any([signal, timeout]) : timeout;
    try {
      return await this.#parts.locks.hold(this.#names.lock, { signal: either });
    } catch (error) {
      if (error === timeout.reason) throw await this.#alreadyBeingWritten(path);
      throw error;
    }
  }

  #release(held: readonly HeldLock[]): void {
    this.#state = { kind: "Ready" };
    this.#released = Promise.all(held.map((lock) => lock.release())).then(() => {});
  }

  #enter(): void {
    this.#waiting += 1;
    this.#registration.enter();
  }

  /** The last one to leave makes room for another object, once the browser has freed the lock. */
  #leave(): void {
    void this.#released.then(() => {
      this.#waiting -= 1;
      if (this.#waiting === 0) this.#registration.leave();
    });
  }

  /** Of a writer in another tab only the transaction is known, and that once it is open. */
  async #alreadyBeingWritten(path: string): Promise<FileBusyError> {
    const own = this.heldBy();
    const txId = own ?? (await this.#parts.locks.findSuffix(this.#names.signPrefix));
    const holder = txId === undefined ? "" : ` in transaction ${txId}`;
    const where = own === undefined ? " by another tab" : "";
    const message = `Cannot write "${path}": it is already being written${where}${holder}`;
    return new FileBusyError("ALREADY_BEING_WRITTEN", message, { path, ...(txId && { txId }) });
  }
}

function beingWritten(path: string, txId: string): FileBusyError {
  const message = `Cannot read "${path}": it is being written in transaction ${txId}`;
  return new FileBusyError("BEING_WRITTEN", message, { path, txId });
}

function once(work: () => void): () => void {
  let isDone = false;
  return () => {
    if (isDone) return;
    isDone = true;
    work();
  };
}
