import type { RecordBatch } from "apache-arrow";
import type { RowPlace } from "./row-source.ts";

interface Held {
  readonly start: number;
  readonly batch: RecordBatch;
  readonly bytes: number;
}

/** Batches in memory by the row they begin with. Beyond a limit those farthest from the screen go. */
export class HeldBatches {
  readonly #maxBytes: number;
  #held: Held[] = [];
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  at(row: number): RowPlace | undefined {
    const held = this.#held[this.#indexBefore(row)];
    const index = held ? row - held.start : -1;
    return held && index < held.batch.numRows ? { batch: held.batch, index } : undefined;
  }

  /** The first row from one on to another that is not in memory. */
  firstMissing(from: number, to: number): number | undefined {
    for (let row = from; row < to; ) {
      const held = this.#held[this.#indexBefore(row)];
      const end = held ? held.start + held.batch.numRows : 0;
      if (end <= row) return row;
      row = end;
    }
    return undefined;
  }

  /** @param near the row that those that go are farthest from */
  keep(start: number, batch: RecordBatch, near: number): void {
    const before = this.#indexBefore(start);
    if (this.#held[before]?.start === start || batch.numRows === 0) return;
    const bytes = batch.data.byteLength;
    this.#held.splice(before + 1, 0, { start, batch, bytes });
    this.#bytes += bytes;
    while (this.#bytes > this.#maxBytes && this.#held.length > 1) this.#dropFarthest(near);
  }

  #dropFarthest(near: number): void {
    const distance = ({ start, batch }: Held): number =>
      Math.max(start - near, near - (start + batch.numRows - 1), 0);
    const last = this.#held.length - 1;
    const [first, end] = [this.#held[0], this.#held[last]];
    if (!first || !end) return;
    const [dropped] = this.#held.splice(distance(first) >= distance(end) ? 0 : last, 1);
    this.#bytes -= dropped?.bytes ?? 0;
  }

  /** The last batch that begins at a row or before it; -1 if there is none. */
  #indexBefore(row: number): number {
    let [low, high] = [0, this.#held.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#held[middle]?.start ?? 0) <= row) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }
}
