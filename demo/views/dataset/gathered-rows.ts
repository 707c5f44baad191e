import type { RecordBatch, Schema } from "apache-arrow";
import type { RowFilter } from "tinypond";
import {
  type RowListener,
  type RowPlace,
  type RowSource,
  type RowsWanted,
  type SortBy,
  schemaOf,
} from "./row-source.ts";
import { sortedOrder } from "./sorted-order.ts";

/** So many rows are held at most, and so many bytes: sorting compares them all. */
export const MOST_ROWS = 300_000;
const MOST_BYTES = 192 << 20;

/** Which rows are gathered, and in what order. */
export interface Gathering extends RowsWanted {
  readonly filter: RowFilter | undefined;
  readonly sort: SortBy | undefined;
}

/** Rows that a filter finds, or that are put into an order: all of them are read, up to a limit, and held. */
export class GatheredRows implements RowSource {
  readonly schema: Schema;
  readonly #gathering: Gathering;
  readonly #listener: RowListener;
  readonly #left = new AbortController();
  readonly #batches: RecordBatch[] = [];
  /** The row that each batch begins with, and that the next one will. */
  readonly #starts: number[] = [0];
  #bytes = 0;
  #order: Uint32Array | undefined;
  #isDone = false;
  #isCut = false;

  constructor(gathering: Gathering, listener: RowListener) {
    this.schema = schemaOf(gathering);
    this.#gathering = gathering;
    this.#listener = listener;
    void this.#gather();
  }

  /** Rows that wait to be sorted are not counted. */
  get rowCount(): number {
    return this.#gathering.sort && !this.#order ? 0 : this.#found;
  }

  get found(): number {
    return this.#found;
  }

  get isDone(): boolean {
    return this.#isDone;
  }

  /** Whether there may be more rows than are held. */
  get isCut(): boolean {
    return this.#isCut;
  }

  at(row: number): RowPlace | undefined {
    const place = this.#order ? this.#order[row] : row;
    if (place === undefined || place >= this.#found) return undefined;
    return placeIn(this.#batches, this.#starts, place);
  }

  want(): void {} // all of them are wanted

  close(): void {
    this.#left.abort(new DOMException("The rows are not shown any more", "AbortError"));
  }

  get #found(): number {
    return this.#starts.at(-1) ?? 0;
  }

  async #gather(): Promise<void> {
    try {
      await this.#read();
      const { sort } = this.#gathering;
      if (sort) this.#order = sortedOrder(this.#batches, this.#found, sort);
      this.#isDone = true;
    } catch (error) {
      if (!this.#left.signal.aborted) this.#listener.onError(error);
    }
    if (!this.#left.signal.aborted) this.#listener.onChange();
  }

  async #read(): Promise<void> {
    const { root, path, columns, filter, description } = this.#gathering;
    const options = { columns, filter, version: description.version, limit: MOST_ROWS + 1 };
    const { signal } = this.#left;
    for await (const batch of root.readSeriesAsStream(path, { ...options, signal })) {
      const room = MOST_ROWS - this.#found;
      this.#isCut = batch.numRows > room || this.#bytes > MOST_BYTES;
      const kept = batch.numRows > room ? batch.slice(0, room) : batch;
      this.#batches.push(kept);
      this.#starts.push(this.#found + kept.numRows);
      this.#bytes += kept.data.byteLength;
      this.#listener.onChange();
      if (this.#isCut) return;
    }
  }
}

function placeIn(
  batches: readonly RecordBatch[],
  starts: readonly number[],
  row: number,
): RowPlace | undefined {
  let [low, high] = [0, batches.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((starts[middle + 1] ?? 0) <= row) low = middle + 1;
    else high = middle;
  }
  const batch = batches[low];
  return batch && { batch, index: row - (starts[low] ?? 0) };
}
