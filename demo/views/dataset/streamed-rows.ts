import type { RecordBatch, Schema } from "apache-arrow";
import { isTinyFSError } from "tinypond";
import { HeldBatches } from "./held-batches.ts";
import {
  type Description,
  type RowListener,
  type RowPlace,
  type RowSource,
  type RowsWanted,
  schemaOf,
} from "./row-source.ts";

const MAX_BYTES = 96 << 20;
/** Rows that are read beyond those on screen, so that the next ones are there in time. */
const MARGIN = 200;
/** A stream that nobody reads from holds its segments open only so long. */
const IDLE_MS = 10_000;

/** A version of a series, and the row that those after it begin with. */
interface Checkpoint {
  readonly row: number;
  readonly version: number;
}

/**
 * Rows of any number, of which those around the screen are in memory. The library reads rows from the
 * beginning or from a version of a series on, and nowhere else: going back, or far ahead, reads what
 * lies between.
 */
export class StreamedRows implements RowSource {
  readonly schema: Schema;
  #rowCount: number;
  readonly #wanted: RowsWanted;
  readonly #listener: RowListener;
  readonly #held = new HeldBatches(MAX_BYTES);
  readonly #left = new AbortController();
  #checkpoints: readonly Checkpoint[];
  #stream: AsyncIterator<RecordBatch> | undefined;
  /** The row that the stream gives next. */
  #position = 0;
  #first = 0;
  #last = 0;
  #isFilling = false;
  #idle: ReturnType<typeof setTimeout> | undefined;

  constructor(wanted: RowsWanted, listener: RowListener) {
    this.schema = schemaOf(wanted);
    this.#rowCount = wanted.description.rowCount;
    this.#wanted = wanted;
    this.#listener = listener;
    this.#checkpoints = checkpointsOf(wanted.description);
  }

  get rowCount(): number {
    return this.#rowCount;
  }

  /** While rows on screen are waited for: how far reading has come. */
  get awaited(): { readonly position: number; readonly row: number } | undefined {
    const row = this.#isFilling ? this.#held.firstMissing(this.#first, this.#last) : undefined;
    return row === undefined ? undefined : { position: this.#position, row };
  }

  at(row: number): RowPlace | undefined {
    return this.#held.at(row);
  }

  want(first: number, last: number): void {
    this.#first = Math.max(0, first);
    this.#last = Math.min(this.#rowCount, last);
    void this.#fill();
  }

  close(): void {
    clearTimeout(this.#idle);
    this.#left.abort(new DOMException("The rows are not shown any more", "AbortError"));
    this.#leaveStream();
  }

  /** Reads until all that is on screen is in memory. Never rejects. */
  async #fill(): Promise<void> {
    if (this.#isFilling || this.#missing() === undefined) return;
    this.#isFilling = true;
    clearTimeout(this.#idle);
    try {
      for (let row = this.#missing(); row !== undefined; row = this.#missing()) {
        await this.#readTowards(row);
      }
      this.#idle = setTimeout(() => this.#leaveStream(), IDLE_MS);
    } catch (error) {
      this.#leaveStream();
      if (!this.#left.signal.aborted) this.#listener.onError(error);
    } finally {
      this.#isFilling = false;
    }
    if (!this.#left.signal.aborted) this.#listener.onChange();
  }

  #missing(): number | undefined {
    if (this.#left.signal.aborted) return undefined;
    const onScreen = this.#held.firstMissing(this.#first, this.#last);
    return onScreen ?? this.#held.firstMissing(this.#last, this.#end);
  }

  get #end(): number {
    return Math.min(this.#last + MARGIN, this.#rowCount);
  }

  async #readTowards(row: number): Promise<void> {
    const begin = this.#checkpoints.findLast((checkpoint) => checkpoint.row <= row);
    const from = begin?.row ?? 0;
    if (!this.#stream || this.#position > row || this.#position < from) this.#begin(begin);
    const step = await this.#next(begin !== undefined);
    if (!step) return;
    if (step.done) {
      this.#rowCount = this.#position; // the log had counted more than there are
      this.#last = Math.min(this.#last, this.#rowCount);
      return;
    }
    this.#held.keep(this.#position, step.value, row);
    this.#position += step.value.numRows;
    this.#listener.onChange();
  }

  /** The next batch; `undefined` where the stream has to begin elsewhere. */
  async #next(isFromVersion: boolean): Promise<IteratorResult<RecordBatch> | undefined> {
    try {
      return await this.#stream?.next();
    } catch (error) {
      const cannotBegin =
        isTinyFSError(error, "HISTORY_TRUNCATED") || isTinyFSError(error, "VERSION_PRUNED");
      if (!isFromVersion || !cannotBegin) throw error;
      this.#checkpoints = [];
      this.#leaveStream();
      return undefined;
    }
  }

  #begin(checkpoint: Checkpoint | undefined): void {
    this.#leaveStream();
    const { root, path, columns, description } = this.#wanted;
    const options = { columns, version: description.version, signal: this.#left.signal };
    const afterVersion = checkpoint && { afterVersion: checkpoint.version };
    const rows = root.readSeriesAsStream(path, { ...options, ...afterVersion });
    this.#stream = rows[Symbol.asyncIterator]();
    this.#position = checkpoint?.row ?? 0;
  }

  #leaveStream(): void {
    const stream = this.#stream;
    this.#stream = undefined;
    stream?.return?.().catch(() => {}); // whoever waits for a batch of it has the error
  }
}

/** Where the rows of each version of a series end, as far as appending alone has made them. */
function checkpointsOf({ versions, rowCount }: Description): Checkpoint[] {
  const found: Checkpoint[] = [];
  let next = rowCount;
  for (const version of versions) {
    const row = version.rowCount;
    if (row === undefined || row > next) break; // rows were trimmed or replaced after it
    if (row < next) found.unshift({ row, version: version.version });
    next = row;
  }
  return found;
}
