import { isTinyFSError } from "../tinyfs/errors.ts";
import type { LocatedFooter, ReadableFile } from "./footer-reading.ts";
import { joinBytes } from "./join-bytes.ts";
import { buildPageFile, rangesOfPages } from "./page-file.ts";
import { type PagePlace, readColumnIndex, readOffsetIndex } from "./page-index-reading.ts";
import { type LeafPages, type PageGroup, planPages } from "./page-plan.ts";
import { FileDecoder } from "./parquet-decoding.ts";
import type { FileRange } from "./parquet-footer.ts";
import { isWithin, joinRanges, sumRanges } from "./parquet-ranges.ts";
import { type LeafColumn, leafColumns } from "./parquet-schema.ts";
import type {
  DecodedRows,
  PageBounds,
  ParquetSummary,
  PlannedPages,
  RowRange,
} from "./parquet-types.ts";
import { countRows } from "./row-ranges.ts";
import { readRanges } from "./splice-indexes.ts";

/** Indexes of so many row groups are read at a time, of at most so many bytes: others count as absent. */
const GROUPS_AT_A_TIME = 256;
const MAX_INDEX_BYTES = 8 * 1024 * 1024;

type Columns = readonly string[] | undefined;

/** What of a row group is read, by pages. */
interface PagePlan {
  /** All pages of the wanted columns; empty where it is not known where they are. */
  readonly leaves: readonly LeafPages[];
  /** Absent where the row group is read whole. */
  readonly planned: readonly PageGroup[] | undefined;
  /** What is asked of the file, neighbours in one. */
  readonly ranges: readonly FileRange[];
}

/** Decodes pages of one file, as far as it has indexes of them. */
export class PageDecoder {
  readonly #file: ReadableFile;
  readonly #located: LocatedFooter;
  readonly #summary: ParquetSummary;
  readonly #wasmUrl: string | undefined;
  readonly #whole: FileDecoder;
  readonly #leaves: readonly LeafColumn[];

  /** @param whole decodes row groups of the same file */
  constructor(
    file: ReadableFile,
    {
      located,
      summary,
      wasmUrl,
      whole,
    }: {
      located: LocatedFooter;
      summary: ParquetSummary;
      wasmUrl: string | undefined;
      whole: FileDecoder;
    },
  ) {
    this.#file = file;
    this.#located = located;
    this.#summary = summary;
    this.#wasmUrl = wasmUrl;
    this.#whole = whole;
    this.#leaves = leafColumns(located.footer);
  }

  /** What is known of the pages of some columns, over some row groups. @throws what the file's `read` throws */
  async bounds(indexes: readonly number[], columns: Columns): Promise<PageBounds[][]> {
    const found: PageBounds[][] = [];
    const leaves = this.#leavesOf(columns).filter((leaf) => !this.#leaves[leaf]?.repeated);
    for (let from = 0; from < indexes.length; from += GROUPS_AT_A_TIME) {
      const some = indexes.slice(from, from + GROUPS_AT_A_TIME);
      const ranges = some.flatMap((index) =>
        leaves.flatMap((leaf) => {
          const { columnIndex, offsetIndex } = this.#chunk(index, leaf);
          return columnIndex && offsetIndex ? [columnIndex, offsetIndex] : [];
        }),
      );
      const isTooMuch = sumRanges(ranges) > MAX_INDEX_BYTES;
      const bytesAt = await readRanges(this.#file, this.#located, isTooMuch ? [] : ranges);
      for (const index of some)
        found.push(leaves.flatMap((leaf) => this.#boundsOf(index, leaf, bytesAt) ?? []));
    }
    return found;
  }

  /** @throws SCHEMA_MISMATCH, PARQUET_READ_FAILED */
  async read(index: number, rows: readonly RowRange[], columns: Columns): Promise<DecodedRows> {
    const { planned, ranges } = await this.#plan(index, rows, columns);
    if (planned) {
      const bytesAt = await this.#fetch(ranges);
      try {
        return await this.#decode({ index, columns }, planned, bytesAt);
      } catch (error) {
        // An index may be wrong where the pages are not: then they are read without it.
        if (isPanic(error)) throw error;
      }
    }
    const span = { start: rows[0]?.start ?? 0, end: rows.at(-1)?.end ?? 0 };
    const streams = await this.#whole.readRows(index, span, columns);
    return { streams, parts: [{ end: streams.length, rows: [span] }] };
  }

  /** What `read` would ask the file for. */
  async planned(index: number, rows: readonly RowRange[], columns: Columns): Promise<PlannedPages> {
    const { leaves, planned, ranges } = await this.#plan(index, rows, columns);
    const pages = countPages(leaves);
    if (!planned)
      return { bytes: this.#whole.plannedBytes([index], columns), pages, pagesRead: pages };
    const pagesRead = planned.reduce((sum, group) => sum + countPages(group.leaves), 0);
    return { bytes: sumRanges(ranges), pages, pagesRead };
  }

  async #plan(index: number, rows: readonly RowRange[], columns: Columns): Promise<PagePlan> {
    const leaves = await this.#locate(index, columns);
    const rowCount = this.#summary.rowGroups[index]?.rowCount ?? 0;
    const planned = leaves.length > 0 ? planPages(leaves, rows, rowCount) : undefined;
    return { leaves, planned, ranges: planned ? this.#ranges(planned) : [] };
  }

  /** Where the pages of the columns are: of all of them, or it is of no use. */
  async #locate(index: number, columns: Columns): Promise<LeafPages[]> {
    const wanted = this.#leavesOf(columns);
    const ranges = wanted.flatMap((leaf) => this.#chunk(index, leaf).offsetIndex ?? []);
    if (ranges.length < wanted.length || sumRanges(ranges) > MAX_INDEX_BYTES) return [];
    const bytesAt = await readRanges(this.#file, this.#located, ranges);
    try {
      return wanted.map((leaf) => {
        const pages = this.#places(index, leaf, bytesAt);
        const { start } = this.#chunk(index, leaf).pages ?? { start: 0 };
        const end = pages[0]?.start ?? start;
        const column = this.#leaves[leaf]?.path[0] ?? "";
        return { leaf, column, pages, ...(end > start && { dictionary: { start, end } }) };
      });
    } catch {
      return []; // a damaged index is as good as none
    }
  }

  #places(index: number, leaf: number, bytesAt: BytesAt): PagePlace[] {
    const { pages, offsetIndex } = this.#chunk(index, leaf);
    if (!pages || !offsetIndex) throw new Error("there is no index");
    return readOffsetIndex(
      bytesAt(offsetIndex),
      { pages },
      this.#summary.rowGroups[index]?.rowCount ?? 0,
    );
  }

  #boundsOf(index: number, leaf: number, bytesAt: BytesAt): PageBounds | undefined {
    const { columnIndex } = this.#chunk(index, leaf);
    const column = this.#leaves[leaf];
    if (!columnIndex || !column) return undefined;
    try {
      const places = this.#places(index, leaf, bytesAt);
      const statistics = readColumnIndex(bytesAt(columnIndex), {
        leaf: column,
        isOrdered: this.#located.footer.columnOrders !== undefined,
        places,
        statistics: this.#summary.rowGroups[index]?.statistics[leaf] ?? {},
      });
      return { leaf, firstRows: places.map(({ rows }) => rows.start), statistics };
    } catch {
      return undefined; // a damaged index is as good as none
    }
  }

  #chunk(index: number, leaf: number): Partial<ChunkPlaces> {
    return this.#located.footer.rowGroups[index]?.extras[leaf] ?? {};
  }

  /** Of two columns with one name neither can be told by it. */
  #leavesOf(columns: Columns): number[] {
    const paths = new Set(this.#leaves.map(({ path }) => JSON.stringify(path)));
    if (paths.size < this.#leaves.length) return [];
    return this.#leaves.flatMap(({ path: [name = ""] }, leaf) =>
      columns === undefined || columns.includes(name) ? leaf : [],
    );
  }

  #ranges(planned: readonly PageGroup[]): FileRange[] {
    if (this.#file.isHeld) return [];
    const wanted = planned.flatMap(({ leaves }) => leaves.flatMap(rangesOfPages));
    const { tailStart: start, size: end } = this.#located;
    return joinRanges(wanted).filter((range) => !isWithin(range, { start, end }));
  }

  async #fetch(ranges: readonly FileRange[]): Promise<BytesAt> {
    const { tail, tailStart, size } = this.#located;
    if (this.#file.isHeld) {
      const bytes = await this.#file.read(0, size);
      return ({ start, end }) => bytes.subarray(start, end);
    }
    const fetched = await Promise.all(
      ranges.map(async ({ start, end }) => ({ start, bytes: await this.#file.read(start, end) })),
    );
    const held = [...fetched, { start: tailStart, bytes: tail }];
    return ({ start, end }) => {
      const piece = held.find((one) => start >= one.start && end <= one.start + one.bytes.length);
      if (!piece) throw new Error("a page was not read");
      return piece.bytes.subarray(start - piece.start, end - piece.start);
    };
  }

  async #decode(
    { index, columns: asked }: { readonly index: number; readonly columns: Columns },
    planned: readonly PageGroup[],
    bytesAt: BytesAt,
  ): Promise<DecodedRows> {
    const { footer } = this.#located;
    const group = footer.rowGroups[index];
    if (!group) throw new Error("there is no such row group");
    const bytes = buildPageFile({ footer, group, planned, leaves: this.#leaves, bytesAt });
    const decoder = decoderOf(bytes, planned, {
      footer,
      columns: this.#summary.columns,
      wasmUrl: this.#wasmUrl,
    });
    try {
      const streams: Uint8Array<ArrayBuffer>[] = [];
      for (const [at, { columns }] of planned.entries())
        streams.push(await decoder.readRowGroup(at, planned.length === 1 ? asked : columns));
      return joinStreams(streams, planned);
    } finally {
      decoder.close();
    }
  }
}

type BytesAt = (range: FileRange) => Uint8Array<ArrayBuffer>;
type ChunkPlaces = LocatedFooter["footer"]["rowGroups"][number]["extras"][number];

/** Reads a file of pages, which is in memory. */
function decoderOf(
  bytes: Uint8Array<ArrayBuffer>,
  planned: readonly PageGroup[],
  {
    footer,
    columns,
    wasmUrl,
  }: {
    footer: LocatedFooter["footer"];
    columns: ParquetSummary["columns"];
    wasmUrl: string | undefined;
  },
): FileDecoder {
  const size = bytes.length;
  const file = {
    size,
    isHeld: true,
    read: async (start: number, end: number) => bytes.slice(start, end),
  };
  const rowGroups = planned.map(({ rows }) => ({ rowCount: countRows(rows) }));
  const located = { footer, size, bodyEnd: size, tail: bytes, tailStart: 0 };
  return new FileDecoder(file, { located, summary: { columns, rowGroups }, wasmUrl });
}

function joinStreams(
  streams: readonly Uint8Array<ArrayBuffer>[],
  planned: readonly PageGroup[],
): DecodedRows {
  let end = 0;
  const parts = streams.map((stream, index) => {
    end += stream.length;
    return { end, rows: planned[index]?.rows ?? [] };
  });
  return { streams: joinBytes(streams), parts };
}

function countPages(leaves: readonly LeafPages[]): number {
  return leaves.reduce((sum, { pages }) => sum + pages.length, 0);
}

/** Behind a panic the instance cannot be trusted: it is replaced by whoever sees this error. */
function isPanic(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause)
    if (at.name === "RuntimeError") return true;
  return isTinyFSError(error, "WORKER_START");
}
