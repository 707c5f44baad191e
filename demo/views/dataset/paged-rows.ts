import type { Schema, Table } from "apache-arrow";
import { HeldBatches } from "./held-batches.ts";
import {
  type RowListener,
  type RowPlace,
  type RowSource,
  type RowsWanted,
  schemaOf,
} from "./row-source.ts";

const MAX_BYTES = 96 << 20;
/** Rows that are read at once: some screens of them, and little to wait for. */
const PAGE_ROWS = 4096;
/** Rows that are read beyond those on screen, so that the next ones are there in time. */
const MARGIN = 200;

/** Rows of any number, of which those around the screen are in memory. They are read page by page, wherever they lie. */
export class PagedRows implements RowSource {
  readonly schema: Schema;
  #rowCount: number;
  readonly #wanted: RowsWanted;
  readonly #listener: RowListener;
  readonly #held = new HeldBatches(MAX_BYTES);
  readonly #left = new AbortController();
  #first = 0;
  #last = 0;
  #isFilling = false;

  constructor(wanted: RowsWanted, listener: RowListener) {
    this.schema = schemaOf(wanted);
    this.#rowCount = wanted.description.rowCount;
    this.#wanted = wanted;
    this.#listener = listener;
    this.want(0, MARGIN); // whoever shows them comes to ask for no others at first
  }

  get rowCount(): number {
    return this.#rowCount;
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
    this.#left.abort(new DOMException("The rows are not shown any more", "AbortError"));
  }

  /** Reads until all that is on screen is in memory. Never rejects. */
  async #fill(): Promise<void> {
    if (this.#isFilling) return;
    this.#isFilling = true;
    try {
      for (let row = this.#missing(); row !== undefined; row = this.#missing()) {
        const start = row - (row % PAGE_ROWS);
        this.#keep(start, await this.#read(start));
        this.#listener.onChange();
      }
    } catch (error) {
      if (!this.#left.signal.aborted) this.#listener.onError(error);
    } finally {
      this.#isFilling = false;
    }
  }

  #missing(): number | undefined {
    if (this.#left.signal.aborted) return undefined;
    const end = Math.min(this.#last + MARGIN, this.#rowCount);
    return (
      this.#held.firstMissing(this.#first, this.#last) ?? this.#held.firstMissing(this.#last, end)
    );
  }

  #read(offset: number): Promise<Table> {
    const { root, path, columns, description } = this.#wanted;
    const { version } = description;
    const { signal } = this.#left;
    return root.readTable(path, { columns, version, offset, limit: PAGE_ROWS, signal });
  }

  #keep(start: number, { batches, numRows }: Table): void {
    let at = start;
    for (const batch of batches) {
      this.#held.keep(at, batch, start);
      at += batch.numRows;
    }
    const expected = Math.min(PAGE_ROWS, this.#rowCount - start);
    if (numRows >= expected) return;
    this.#rowCount = start + numRows; // the log had counted more than there are
    this.#last = Math.min(this.#last, this.#rowCount);
  }
}
