import type { RecordBatch } from "apache-arrow";
import type { ArrowContext } from "../arrow-context.ts";
import { type SeriesSchema, seriesSchema } from "../evolution/series-schema.ts";
import { loadArrow } from "../load-arrow.ts";
import { naming } from "../named-errors.ts";
import type { Part } from "../open-parts.ts";
import type { StreamOptions } from "../read-options.ts";
import { ahead } from "./ahead.ts";
import { type Chunk, chunksOf, firstParts, type PlannedPart } from "./chunks.ts";
import { RowGroupDecoder } from "./decode.ts";
import { pruneByPages, upTo, wantedRows } from "./page-pruning.ts";
import type { PartReader } from "./part-reader.ts";
import { type OpenChunk, type OpenRowGroup, openChunk } from "./row-groups.ts";
import { RowSelection } from "./row-selection.ts";
import { skipRows } from "./series-position.ts";

/** Chunks of files that are opened while another is read. */
const OPEN_AHEAD = 1;
/** Row groups that are decoded while the consumer has the last one: so many, or so many rows of all columns. */
const DECODE_AHEAD = 4;
const DECODE_AHEAD_ROWS = 131_072;

/** The batches of a row group, and the row of its part that comes after them. */
export interface DecodedGroup {
  readonly open: OpenRowGroup;
  readonly batches: readonly RecordBatch[];
}

interface Opened {
  readonly opened: readonly OpenChunk[];
  readonly failure?: { readonly reason: unknown };
}

interface ReadingParts {
  /** All there are, and those that may have rows that match. */
  readonly all: readonly PlannedPart[];
  readonly wanted: readonly PlannedPart[];
}

/** Which parts, row groups and columns at a path are read, and reading them. */
export class Reading {
  readonly parts: ReadingParts;
  readonly decoder: RowGroupDecoder;
  readonly #context: ArrowContext;
  readonly #path: string;
  readonly #options: StreamOptions;
  readonly #selection: RowSelection | undefined;
  readonly #readers = new Set<PartReader>();

  constructor(
    { context, path, options }: { context: ArrowContext; path: string; options: StreamOptions },
    parts: ReadingParts,
    { decoder, selection }: { decoder: RowGroupDecoder; selection: RowSelection | undefined },
  ) {
    this.#context = context;
    this.#path = path;
    this.#options = options;
    this.#selection = selection;
    this.parts = parts;
    this.decoder = decoder;
  }

  /**
   * Plans what is read of some parts. What is asked for is checked before any row is read.
   * @param skip rows at the beginning that are none of those that are asked for
   * @param offset rows after them that are not wanted
   * @throws SCHEMA_MISMATCH
   */
  static async plan(
    context: ArrowContext,
    path: string,
    {
      parts,
      skip = 0,
      offset = 0,
    }: { readonly parts: readonly Part[]; readonly skip?: number; readonly offset?: number },
    options: StreamOptions,
  ): Promise<Reading> {
    const arrow = await loadArrow();
    const series = await schemaOf(context, path, parts, options);
    const planning = async () => {
      const selection = series && new RowSelection(arrow, series.schema, options);
      const all = skipRows(parts, skip);
      const { columns, signal, limit = Number.POSITIVE_INFINITY } = options;
      const rest = offset > 0 ? skipRows(all, offset) : all;
      const wanted = selection ? rest.filter((part) => selection.mayBeInSegment(part)) : rest;
      const decoder = new RowGroupDecoder(
        { arrow, context },
        { columns, signal, selection, series },
      );
      return new Reading(
        { context, path, options },
        { all, wanted: selection?.isFiltered ? wanted : firstParts(wanted, limit) },
        { decoder, selection },
      );
    };
    return naming(path, "read", planning());
  }

  /** Whether rows are chosen by their values. */
  get isFiltered(): boolean {
    return this.#selection?.isFiltered === true;
  }

  /** The row groups that may have rows that match, decoded, in order; each with its batches. */
  decoded(): AsyncGenerator<DecodedGroup, void> {
    const left = new Map<PartReader, number>();
    const decode = async (open: OpenRowGroup): Promise<DecodedGroup> => {
      const batches = await naming(this.#path, "read", this.decoder.decode(open));
      this.#options.signal?.throwIfAborted();
      return { open, batches };
    };
    const hasRoom = (underWay: readonly OpenRowGroup[]) => this.#hasRoom(underWay);
    return ahead(this.#wantedGroups(left), hasRoom, async (open) => {
      const decoded = await decode(open);
      const count = (left.get(open.reader) ?? 0) - 1;
      left.set(open.reader, count);
      if (count === 0) this.#let(open.reader);
      return decoded;
    });
  }

  /** The chunks whose footers must be looked at, in order, with the row groups that are left of each. */
  async *chunks(): AsyncGenerator<OpenChunk, void> {
    const chunks = ahead(
      iterate(chunksOf(this.parts.wanted)),
      ({ length }) => length < OPEN_AHEAD,
      (chunk) => this.#open(chunk),
    );
    for await (const { opened, failure } of chunks) {
      yield* opened;
      if (failure) throw failure.reason;
    }
  }

  /** Closes what is still open. */
  async close(): Promise<void> {
    await Promise.all([...this.#readers].map((reader) => reader.close()));
  }

  /** A part that cannot be opened is told of after those before it. */
  async #open(chunk: Chunk): Promise<Opened> {
    const opened: OpenChunk[] = [];
    const options = { readers: this.#readers, signal: this.#options.signal };
    try {
      for await (const one of openChunk(this.#context, this.#path, chunk, options))
        opened.push({ ...one, groups: await this.#prune(one) });
      return { opened };
    } catch (reason) {
      return { opened, failure: { reason } };
    }
  }

  async *#wantedGroups(left: Map<PartReader, number>): AsyncGenerator<OpenRowGroup, void> {
    const { limit = Number.POSITIVE_INFINITY } = this.#options;
    let rows = 0;
    for await (const { reader, groups } of this.chunks()) {
      left.set(reader, groups.length);
      if (groups.length === 0) this.#let(reader);
      for (const open of groups) {
        if (!this.isFiltered && rows >= limit) return;
        const wanted = this.isFiltered ? open : upTo(open, limit - rows);
        yield wanted;
        rows += wantedRows(wanted);
      }
    }
  }

  async #prune({ reader, groups }: OpenChunk): Promise<readonly OpenRowGroup[]> {
    const selection = this.#selection;
    if (selection) {
      const prune = async () => {
        const left = groups.filter(({ summary, group }) =>
          selection.mayBeInRowGroup(summary, group),
        );
        const columnsIn = (open: OpenRowGroup) => this.decoder.columnsIn(open);
        const { signal } = this.#options;
        const question = { context: this.#context, reader, selection, columnsIn, signal };
        return selection.isFiltered ? pruneByPages(left, question) : left;
      };
      return naming(this.#path, "read", prune());
    }
    const { columns, signal } = this.#options;
    // Asked of a file without row groups too: a column that is not there is an error all the same.
    if (groups.length === 0 && columns)
      await naming(this.#path, "read", (await reader.get()).schema({ columns, signal }));
    return groups;
  }

  /** Whether another row group may be decoded: large ones one at a time, but of few columns several. */
  #hasRoom(underWay: readonly OpenRowGroup[]): boolean {
    let rows = 0;
    for (const open of underWay)
      rows += wantedRows(open) * shareOf(open, this.decoder.columnsIn(open));
    return underWay.length < DECODE_AHEAD && rows < DECODE_AHEAD_ROWS;
  }

  /** Closing is waited for at the end. */
  #let(reader: PartReader): void {
    void reader.close().then(() => this.#readers.delete(reader));
  }
}

/** What part of the bytes of a row group some columns have. */
function shareOf({ summary, group }: OpenRowGroup, columns: readonly string[] | undefined): number {
  if (!columns || group.uncompressedBytes === 0) return 1;
  let bytes = 0;
  summary.columns.forEach(({ path: [name = ""] }, leaf) => {
    if (columns.includes(name)) bytes += group.storage[leaf]?.uncompressedBytes ?? 0;
  });
  return bytes / group.uncompressedBytes;
}

/** The schema of all parts; `undefined` where nobody needs to know it before rows are read. */
async function schemaOf(
  context: ArrowContext,
  path: string,
  parts: readonly Part[],
  { filter, timeRange, signal }: StreamOptions,
): Promise<SeriesSchema | undefined> {
  const fingerprints = new Set(parts.map(({ schemaFingerprint }) => schemaFingerprint));
  const isOne = parts.length === 1 || (fingerprints.size === 1 && !fingerprints.has(undefined));
  if (isOne && filter === undefined && timeRange === undefined) return undefined;
  return seriesSchema(context, path, parts, signal);
}

async function* iterate<Item>(items: Iterable<Item>): AsyncGenerator<Item, void> {
  yield* items;
}
