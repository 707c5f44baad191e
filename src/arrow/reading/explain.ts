import type { ParquetReader, ReadOptions } from "../../worker/parquet-types.ts";
import type { ArrowContext } from "../arrow-context.ts";
import { naming } from "../named-errors.ts";
import { locateParts } from "../open-parts.ts";
import type { ReadPlan, StreamOptions } from "../read-options.ts";
import { upTo, wantedRows } from "./page-pruning.ts";
import { planRead } from "./plan-read.ts";
import type { Reading } from "./reading.ts";
import type { OpenChunk, OpenRowGroup } from "./row-groups.ts";

/**
 * What a read with the same options would do. Footers are read, and pages only where they come with them: a
 * file of up to 64 KiB is read whole.
 */
export async function explainRead(
  context: ArrowContext,
  path: string,
  options: StreamOptions,
): Promise<ReadPlan> {
  options.signal?.throwIfAborted();
  const located = await locateParts(context, path, options);
  try {
    const reading = await planRead(context, path, located, options);
    try {
      return await new Explanation(reading, path, options).plan();
    } finally {
      await reading.close();
    }
  } finally {
    await located.close();
  }
}

class Explanation {
  readonly #reading: Reading;
  readonly #path: string;
  readonly #options: StreamOptions;
  readonly #columns = new Set<string>();
  readonly #columnsRead = new Set<string>();
  #rowGroups = 0;
  #rowGroupsRead = 0;
  #pages = 0;
  #pagesRead = 0;
  #bytes = 0;
  #rows = 0;

  constructor(reading: Reading, path: string, options: StreamOptions) {
    this.#reading = reading;
    this.#path = path;
    this.#options = options;
  }

  async plan(): Promise<ReadPlan> {
    for await (const opened of this.#reading.chunks()) {
      await this.#add(opened);
      if (this.#hasEnough) break;
    }
    const { all, wanted } = this.#reading.parts;
    const skipped = this.#rowGroups - this.#rowGroupsRead;
    const { limit = Number.POSITIVE_INFINITY } = this.#options;
    return {
      segments: { total: all.length, skipped: all.length - wanted.length },
      rowGroups: { total: this.#rowGroups, skipped },
      pages: { total: this.#pages, skipped: this.#pages - this.#pagesRead },
      columns: { total: this.#columns.size, read: this.#columnsRead.size },
      bytes: { total: sum(all.map(({ content }) => content.size)), read: this.#bytes },
      rows: {
        total: sum(all.map(({ rowCount = 0, skipRows }) => rowCount - skipRows)),
        atMost: Math.min(this.#rows, limit),
      },
    };
  }

  /** Whether the limit is reached: rows that are chosen by their values are not counted before. */
  get #hasEnough(): boolean {
    const { limit = Number.POSITIVE_INFINITY } = this.#options;
    return !this.#reading.isFiltered && this.#rows >= limit;
  }

  async #add({ reader, groups, total }: OpenChunk): Promise<void> {
    const opened = await reader.get();
    for (const { path } of opened.summary.columns) this.#columns.add(path[0] ?? "");
    this.#rowGroups += total;
    for (const { columns, groups: wanted } of this.#byColumns(groups)) {
      const options = { ...(columns && { columns }), signal: this.#options.signal };
      this.#bytes += await naming(this.#path, "explain", this.#plan(opened, wanted, options));
    }
    this.#bytes += opened.bytesRead;
    await reader.close();
  }

  /** How many bytes are read of some row groups. */
  async #plan(
    reader: ParquetReader,
    groups: readonly OpenRowGroup[],
    options: ReadOptions,
  ): Promise<number> {
    const whole = groups.filter(({ rows }) => rows === undefined).map(({ index }) => index);
    let bytes = whole.length > 0 ? await reader.plannedBytes(whole, options) : 0;
    for (const { index, rows } of groups) {
      if (!rows) continue;
      const planned = await reader.plannedPages(index, rows, options);
      bytes += planned.bytes;
      this.#pages += planned.pages;
      this.#pagesRead += planned.pagesRead;
    }
    return bytes;
  }

  /** The row groups that are read, by the columns that are read of them. */
  #byColumns(groups: readonly OpenRowGroup[]): Iterable<Wanted> {
    const found = new Map<string, Wanted>();
    const { limit = Number.POSITIVE_INFINITY } = this.#options;
    for (const group of groups) {
      if (this.#hasEnough) break;
      const open = this.#reading.isFiltered ? group : upTo(group, limit - this.#rows);
      const columns = this.#reading.decoder.columnsIn(open);
      const all = open.summary.columns.map(({ path }) => path[0] ?? "");
      for (const name of columns ?? all) this.#columnsRead.add(name);
      const key = JSON.stringify(columns);
      const same = found.get(key) ?? { columns, groups: [] };
      same.groups.push(open);
      found.set(key, same);
      this.#rowGroupsRead += 1;
      this.#rows += wantedRows(open);
    }
    return found.values();
  }
}

interface Wanted {
  readonly columns: readonly string[] | undefined;
  readonly groups: OpenRowGroup[];
}

function sum(values: readonly number[]): number {
  return values.reduce((one, other) => one + other, 0);
}
