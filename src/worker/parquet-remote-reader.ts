import type { ByteSource } from "../tinyfs/byte-source.ts";
import { TinyFSError } from "../tinyfs/errors.ts";
import { type ParquetLane, unlessAborted } from "./parquet-lane.ts";
import { LentSources } from "./parquet-lent-sources.ts";
import type { ParquetService } from "./parquet-service.ts";
import type { ParquetReader, ParquetSummary, ReadOptions } from "./parquet-types.ts";
import type { Remote } from "./remote.ts";

/** What opening a reader takes. */
export interface ReaderOpening {
  readonly source: ByteSource;
  readonly wasmUrl: string | undefined;
  /** Gives a number that no other reader of the lane has. */
  readonly nextId: () => number;
}

/** A reader's other half in one worker. */
interface Opened {
  readonly remote: Remote<ParquetService>;
  readonly id: number;
  readonly lent: LentSources;
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

  readRowGroup(
    index: number,
    { columns, signal }: ReadOptions = {},
  ): Promise<Uint8Array<ArrayBuffer>> {
    return this.#call(signal, ({ remote, id }) =>
      remote.call("readRowGroup", { id, index, columns }, { signal }),
    );
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

function openOn(lane: ParquetLane, remote: Remote<ParquetService>, opening: ReaderOpening): Opened {
  const { source, wasmUrl, nextId } = opening;
  const lent = new LentSources([source]);
  const { loan } = lent;
  const id = nextId();
  const call = remote.call("openReader", { id, loan, wasmUrl }, { transfer: [loan.port] });
  const summary = lane.watch(remote, call, lent);
  summary.catch(() => {}); // the callers that wait for it report it
  return { remote, id, lent, summary };
}

async function close(lane: ParquetLane, { remote, id, lent }: Opened): Promise<void> {
  lent.close();
  try {
    lane.recycle(remote, await lane.watch(remote, remote.call("closeReader", { id })));
  } catch {
    // the worker is dead, and what the reader held with it
  }
}
