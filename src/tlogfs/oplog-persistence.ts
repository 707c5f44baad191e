import type { ByteSource } from "../tinyfs/byte-source.ts";
import type { CommitInfo, Head, PondTotals } from "../tinyfs/change.ts";
import type { Content, Entry, Place, SegmentRow, SupersededEntry } from "../tinyfs/entry.ts";
import { isTinyFSError, TinyFSError } from "../tinyfs/errors.ts";
import type { ContentWriter } from "../tinyfs/file.ts";
import type { NodeId } from "../tinyfs/node-id.ts";
import type {
  CommitOptions,
  Committed,
  Durability,
  LogRange,
  Page,
  PersistenceLayer,
} from "../tinyfs/persistence.ts";
import type { WriteSet } from "../tinyfs/write-set.ts";
import { BlobRows } from "./blob-row.ts";
import { Committer } from "./committer.ts";
import { ContentOpener } from "./content-opener.ts";
import type { GCOptions, GCStats } from "./gc.ts";
import { storageUnavailable } from "./idb-failure.ts";
import { Log } from "./log.ts";
import { Maintenance } from "./maintenance.ts";
import { type OpenOptions, openContext } from "./open-pond.ts";
import { type OpLogFile, OpLogFiles } from "./oplog-file.ts";
import type { PondContext } from "./pond-context.ts";
import { Publisher } from "./publisher.ts";
import { OplogReader } from "./reader.ts";
import { Staging } from "./staging.ts";
import { NO_COMMIT, type StoredTotals } from "./txn-row.ts";

/** What a pond holds and what it takes up. */
export interface PondStats extends PondTotals, StoredTotals {
  /** Bytes that need not be stored because versions share them. */
  readonly dedupSavings: number;
}

/** The pond in IndexedDB and large files: see `PersistenceLayer` for what its methods promise. */
export class OpLogPersistence implements PersistenceLayer {
  readonly #context: PondContext;
  readonly #log: Log;
  readonly #reader: OplogReader;
  readonly #staging: Staging;
  readonly #opener: ContentOpener;
  readonly #files: OpLogFiles;
  readonly #maintenance: Maintenance;
  readonly #committer: Committer;
  #background: Promise<unknown> = Promise.resolve();
  #closing: Promise<void> | undefined;

  /** Around what is open already: see `open`. */
  constructor(context: PondContext, durability: Durability) {
    const { database, pond, locks } = context;
    const blobRows = new BlobRows(database);
    this.#context = context;
    this.#log = new Log(database);
    this.#reader = new OplogReader(database);
    this.#maintenance = new Maintenance(context);
    this.#staging = new Staging(context, blobRows, this.#maintenance);
    this.#opener = new ContentOpener(context, blobRows);
    this.#files = new OpLogFiles({ pond, locks, stage: (signal) => this.stage(signal) });
    this.#committer = new Committer({
      context,
      publisher: new Publisher(context, this.#staging),
      log: this.#log,
      maintenance: this.#maintenance,
      durability,
    });
  }

  /**
   * Opens a pond, makes it where it is not there, and clears away what dead tabs have left.
   * @throws POND_MISSING with `mustExist` or `expect`; nothing was made
   * @throws FORMAT_TOO_NEW a newer version of the library has written it
   * @throws STORAGE_UNAVAILABLE the browser lacks or refuses what a pond stands on
   */
  static async open(options: OpenOptions): Promise<OpLogPersistence> {
    const context = await openContext(options);
    const persistence = new OpLogPersistence(context, options.durability ?? "strict");
    // Waited for, since a large file may be missing until it is found here. A pond that cannot be
    // swept can still be read, and says of each file whether its bytes are there.
    await persistence.#maintenance.sweepTemporaries().catch(() => {}); // the next gc does it again, and tells
    if (options.signal?.aborted) {
      await persistence.close();
      throw options.signal.reason;
    }
    // Orphans only take room: nobody waits for their end.
    persistence.#background = persistence.#maintenance.sweepPacks().catch(() => {}); // the next gc does it again
    return persistence;
  }

  /** The pond's UUID. */
  get id(): string {
    return this.#context.id;
  }

  head(): Promise<Head> {
    return this.#guard("read the newest commit", () => this.#log.head());
  }

  seqAt(timeMicros: number): Promise<number> {
    return this.#guard("find a commit", () => this.#log.seqAt(timeMicros));
  }

  entryAt(place: Place, seq: number): Promise<Entry | undefined> {
    return this.#guard(`read "${place.name}"`, () => this.#reader.entryAt(place, seq));
  }

  entriesAt(dirId: NodeId, seq: number, page: Page): Promise<readonly Entry[]> {
    return this.#guard("list a directory", () => this.#reader.entriesAt(dirId, seq, page));
  }

  previousEntry(entry: Entry): Promise<SupersededEntry | undefined> {
    return this.#guard(`read "${entry.name}"`, () => this.#reader.previousEntry(entry));
  }

  lastEnded(place: Place, seq: number): Promise<SupersededEntry | undefined> {
    return this.#guard(`read "${place.name}"`, () => this.#reader.lastEnded(place, seq));
  }

  segmentsAt(nodeId: NodeId, seq: number): Promise<readonly SegmentRow[]> {
    return this.#guard("read a series", () => this.#reader.segmentsAt(nodeId, seq));
  }

  newestSegment(nodeId: NodeId, seq: number): Promise<SegmentRow | undefined> {
    return this.#guard("read a series", () => this.#reader.newestSegment(nodeId, seq));
  }

  commit(writeSet: WriteSet, options?: CommitOptions): Promise<Committed> {
    const action = `commit transaction ${writeSet.id}`;
    return this.#guard(action, () => this.#committer.commit(writeSet, options));
  }

  async *commits(range?: LogRange): AsyncGenerator<CommitInfo, void> {
    this.#checkOpen();
    yield* this.#log.commits(range);
  }

  async stage(signal?: AbortSignal): Promise<ContentWriter> {
    this.#checkOpen();
    const { HybridWriter } = await import("./hybrid-writer.ts");
    return new HybridWriter(this.#staging, signal);
  }

  async stageBytes(bytes: Uint8Array): Promise<Content> {
    this.#checkOpen();
    const owned = new Uint8Array(bytes); // a copy, and of the view alone
    return this.#guard("store bytes", () => this.#staging.stageOwned(owned));
  }

  discard(content: Content): Promise<void> {
    return this.#staging.discard(content);
  }

  open(content: Content): Promise<ByteSource> {
    return this.#guard("open a file", () => this.#opener.open(content));
  }

  fileAt(place: Place): OpLogFile {
    this.#checkOpen();
    return this.#files.at(place);
  }

  /** Deletes what no row names: temporaries and packs of dead tabs, and large files. */
  gc(options?: GCOptions): Promise<GCStats> {
    return this.#guard("collect garbage", () => this.#maintenance.gc(options));
  }

  /** What the pond holds and what it takes up, from running totals. */
  async stats(): Promise<PondStats> {
    const newest = await this.#guard("read the newest commit", () => this.#log.newest());
    const { totals, stored } = newest ?? NO_COMMIT;
    const dedupSavings = totals.versionBytes - stored.blobBytes - stored.inlineBytes;
    return { ...totals, ...stored, dedupSavings };
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const { database, engine, locks } = this.#context;
    const closed = database.close(pondClosed);
    await Promise.allSettled([closed, engine.close(), this.#background]);
    // The owner's lock goes last: until then nobody may sweep what this object has left.
    await locks.close(pondClosed());
  }

  #isClosed(): boolean {
    return this.#closing !== undefined;
  }

  #checkOpen(): void {
    if (this.#isClosed()) throw pondClosed();
  }

  /** Gives the browser's errors a code. What fails because the pond was closed says so. */
  async #guard<Value>(action: string, work: () => Promise<Value>): Promise<Value> {
    this.#checkOpen();
    try {
      return await work();
    } catch (error) {
      const isAnswer = isTinyFSError(error) && error.code !== "STORAGE_UNAVAILABLE";
      if (this.#isClosed() && !isAnswer) throw pondClosed(error);
      throw storageUnavailable(action, error);
    }
  }
}

function pondClosed(cause?: unknown): TinyFSError {
  return new TinyFSError("POND_CLOSED", "Cannot use the pond: it is closed", { cause });
}
