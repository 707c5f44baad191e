import type { ByteSource } from "../tinyfs/byte-source.ts";
import { TinyFSError } from "../tinyfs/errors.ts";
import { type ParquetLane, unlessAborted } from "./parquet-lane.ts";
import { LentSources } from "./parquet-lent-sources.ts";
import type { ParquetService } from "./parquet-service.ts";
import type {
  DecodedRows,
  PageBounds,
  ParquetReader,
  ParquetSummary,
  PlannedPages,
  ReadOptions,
  RowRange,
} from "./parquet-types.ts";
import type { Remote } from "./remote.ts";

/** What opening a reader takes. */
export interface ReaderOpening {
  /** Several of one schema are read as one file. */
  readonly source: ByteSource | readonly ByteSource[];
  readonly wasmUrl: string | undefined;
  /** Gives a number that no other reader of the lane has. */
  readonly nextId: () => number;
}

/** A reader's other half in one worker. */
interface Opened {
  readonly remote: Remote<ParquetService>;
  readonly id: number;
  readonly lent: LentSources;
  /** Settles when the worker has been told; never rejects. */
  readonly told: Promise<unknown>;
  readonly summary: Promise<ParquetSummary>;
}

/** A reader that lives in a worker; it is opened again when the worker or a read of its source has failed. */
export class RemoteReader implements ParquetReader {
  readonly summary: ParquetSummary;
  readonly #lane: ParquetLane;
  readonly #opening: ReaderOpening;
  #opened: Opened | undefined;
  #closed = false;

  constructor(lane: ParquetLane, opening: ReaderOpening, opened: Opened, summary: ParquetSummary) {
    this.#lane = lane;
    this.#opening = opening;
    this.#opened = opened;
    this.summary = summary;
  }

  /** Opens the file: its footer is read and validated. @throws NOT_PARQUET and the source's own error */
  static open(
    lane: ParquetLane,
    opening: ReaderOpening,
    signal: AbortSignal | undefined,
  ): Promise<RemoteReader> {
    return lane.use(signal, async (remote) => {
      const opened = openOn(lane, remote, opening);
      try {
        return new RemoteReader(lane, opening, opened, await unlessAborted(opened.summary, signal));
      } catch (error) {
        close(lane, opened).catch(() => {}); // it never fails, and an abort must not wait for it
        throw error;
      }
    });
  }

  schema({ columns, signal }: ReadOptions = {}): Promise<Uint8Array<ArrayBuffer>> {
    return this.#call(signal, ({ remote, id }) =>
      remote.call("schema", { id, columns }, { signal }),
    );
  }

  arrowSchema(signal?: AbortSignal): Promise<string | undefined> {
    return this.#call(signal, ({ remote, id }) => remote.call("arrowSchema", { id }, { signal }));
  }

  readRowGroup(
    index: number,
    { columns, signal }: ReadOptions = {},
  ): Promise<Uint8Array<ArrayBuffer>> {
    return this.#call(signal, ({ remote, id }) =>
      remote.call("readRowGroup", { id, index, columns }, { signal }),
    );
  }

  pageBounds(
    rowGroups: readonly number[],
    { columns, signal }: ReadOptions = {},
  ): Promise<PageBounds[][]> {
    return this.#call(signal, ({ remote, id }) =>
      remote.call("pageBounds", { id, rowGroups, columns }, { signal }),
    );
  }

  readPages(
    index: number,
    rows: readonly RowRange[],
    { columns, signal }: ReadOptions = {},
  ): Promise<DecodedRows> {
    return this.#call(signal, ({ remote, id }) =>
      remote.call("readPages", { id, index, rows, columns }, { signal }),
    );
  }

  plannedPages(
    index: number,
    rows: readonly RowRange[],
    { columns, signal }: ReadOptions = {},
  ): Promise<PlannedPages> {
    return this.#call(signal, ({ remote, id }) =>
      remote.call("plannedPages", { id, index, rows, columns }, { signal }),
    );
  }

  /** Decodes a row group in the worker and drops it. @throws PARQUET_READ_FAILED */
  verifyRowGroup(index: number, signal: AbortSignal | undefined): Promise<void> {
    return this.#call(signal, ({ remote, id }) =>
      remote.call("verifyRowGroup", { id, index }, { signal }),
    );
  }

  plannedBytes(
    rowGroups: readonly number[],
    { columns, signal }: ReadOptions = {},
  ): Promise<number> {
    return this.#call(signal, ({ remote, id }) =>
      remote.call("plannedBytes", { id, rowGroups, columns }, { signal }),
    );
  }

  get bytesRead(): number {
    return this.#opened?.lent.bytesRead ?? 0;
  }

  async close(): Promise<void> {
    this.#closed = true;
    const opened = this.#opened;
    this.#opened = undefined;
    if (opened) await close(this.#lane, opened);
  }

  async #call<T>(signal: AbortSignal | undefined, ask: (opened: Opened) => Promise<T>): Promise<T> {
    if (this.#closed) throw new TinyFSError("PARQUET_READ_FAILED", "The Parquet reader is closed");
    return await this.#lane.use(signal, async (remote) => {
      const opened = this.#openedOn(remote);
      await unlessAborted(opened.summary, signal);
      return await this.#lane.watch(remote, ask(opened), opened.lent);
    });
  }

  #openedOn(remote: Remote<ParquetService>): Opened {
    const opened = this.#opened;
    if (opened?.remote === remote && !opened.lent.hasFailed) return opened;
    if (opened) close(this.#lane, opened).catch(() => {}); // it never fails, and nothing waits for it
    this.#opened = openOn(this.#lane, remote, this.#opening);
    return this.#opened;
  }
}

function openOn(lane: ParquetLane, remote: Remote<ParquetService>, asked: ReaderOpening): Opened {
  const { source, wasmUrl, nextId } = asked;
  const lent = new LentSources("size" in source ? [source] : source);
  const id = nextId();
  const reading = lent.readEnds();
  const told = reading.catch(() => {}); // who waits for the summary has the error
  const opening = reading.then((buffers) => {
    const { loan } = lent;
    const transfer = [loan.port, ...buffers];
    return lane.watch(remote, remote.call("openReader", { id, loan, wasmUrl }, { transfer }), lent);
  });
  opening.catch(() => {}); // the callers that wait for it report it
  return { remote, id, lent, told, summary: opening };
}

/** The worker's answer is not waited for: what comes after finds the reader closed. */
async function close(lane: ParquetLane, { remote, id, lent, told }: Opened): Promise<void> {
  lent.close();
  await told;
  lane.watch(remote, remote.call("closeReader", { id })).then(
    (heapBytes) => lane.recycle(remote, heapBytes),
    () => {}, // the worker is dead, and what the reader held with it
  );
}
