import { ThriftReader } from "./footer-thrift.ts";
import type { ChunkExtras, FileRange } from "./parquet-footer.ts";
import type { LeafColumn } from "./parquet-schema.ts";
import { columnStatistics } from "./parquet-statistics.ts";
import type { ColumnStatistics, RowRange, StatisticValue } from "./parquet-types.ts";

/** Beyond so many pages in a column chunk looking at each costs more than it saves. */
const MAX_PAGES = 10_000;

/** Where a data page stands in its file, and which rows of its row group it holds. */
export interface PagePlace extends FileRange {
  readonly rows: RowRange;
}

/**
 * Reads where the data pages of a column chunk are.
 * @throws Error where the index contradicts itself or the footer: it is of no use then
 */
export function readOffsetIndex(
  bytes: Uint8Array<ArrayBuffer>,
  { pages }: Pick<ChunkExtras, "pages">,
  rowCount: number,
): PagePlace[] {
  const found: { start: number; end: number; firstRow: number }[] = [];
  const reader = new ThriftReader(bytes);
  reader.readStruct((id, type) => {
    if (id !== 1) return void reader.skip(type);
    reader.readStructs(type, () => {
      if (found.push(readLocation(reader)) > MAX_PAGES) throw new Error("it has too many pages");
    });
  });
  const places = found.map(({ start, end, firstRow }, index) => ({
    start,
    end,
    rows: { start: firstRow, end: found[index + 1]?.firstRow ?? rowCount },
  }));
  assertSideBySide(places, pages);
  return places;
}

function readLocation(reader: ThriftReader): { start: number; end: number; firstRow: number } {
  let start = -1;
  let size = 0;
  let firstRow = -1;
  reader.readStruct((id, type) => {
    if (id === 1) start = reader.readInteger(type);
    else if (id === 2) size = reader.readInteger(type);
    else if (id === 3) firstRow = reader.readInteger(type);
    else reader.skip(type);
  });
  return { start, end: start + size, firstRow };
}

/** Pages follow each other without a gap up to the chunk's end, and so do their rows: else one would be missed. */
function assertSideBySide(places: readonly PagePlace[], chunk: FileRange): void {
  const [first] = places;
  if (!first || first.start < chunk.start || first.rows.start !== 0)
    throw new Error("its first page is somewhere else");
  places.forEach(({ start, end, rows }, index) => {
    if (end <= start || rows.end <= rows.start) throw new Error("a page of it is empty");
    if (end !== (places[index + 1]?.start ?? chunk.end)) throw new Error("there are gaps in it");
  });
}

/** What bounds of pages are checked against, and what they are bounds of. */
export interface IndexedChunk {
  /** Not repeated. */
  readonly leaf: LeafColumn;
  /** Whether the footer states the order of bounds. */
  readonly isOrdered: boolean;
  readonly places: readonly PagePlace[];
  /** What the footer says of the whole chunk. */
  readonly statistics: ColumnStatistics;
}

/**
 * Reads what is known of the values of each page.
 * @throws Error where the index contradicts itself, the pages or the footer
 */
export function readColumnIndex(
  bytes: Uint8Array<ArrayBuffer>,
  chunk: IndexedChunk,
): ColumnStatistics[] {
  const { places, leaf, isOrdered } = chunk;
  const { nullPages, minValues, maxValues, nullCounts } = readLists(bytes, places.length);
  const lists = nullCounts
    ? [nullPages, minValues, maxValues, nullCounts]
    : [nullPages, minValues, maxValues];
  if (lists.some(({ length }) => length !== places.length))
    throw new Error(`it is not of the ${places.length} pages that there are`);
  const pages = places.map(({ rows }, index): ColumnStatistics => {
    const rowCount = rows.end - rows.start;
    const nullCount = nullCounts?.[index];
    if (nullCount !== undefined && (nullCount < 0 || nullCount > rowCount))
      throw new Error("a page has more nulls than rows");
    if (nullPages[index]) {
      if (nullCount !== undefined && nullCount !== rowCount)
        throw new Error("a page of nulls has values");
      return { nullCount: rowCount };
    }
    const known = { field_6: minValues[index], field_5: maxValues[index] } as const;
    const bounds = columnStatistics(defined(known), leaf, isOrdered);
    return { ...bounds, ...(nullCount !== undefined && { nullCount }) };
  });
  assertWithinChunk(pages, chunk);
  return pages;
}

interface Lists {
  readonly nullPages: readonly boolean[];
  readonly minValues: readonly Uint8Array<ArrayBuffer>[];
  readonly maxValues: readonly Uint8Array<ArrayBuffer>[];
  readonly nullCounts?: readonly number[];
}

function readLists(bytes: Uint8Array<ArrayBuffer>, pageCount: number): Lists {
  const reader = new ThriftReader(bytes);
  const nullPages: boolean[] = [];
  const minValues: Uint8Array<ArrayBuffer>[] = [];
  const maxValues: Uint8Array<ArrayBuffer>[] = [];
  let nullCounts: number[] | undefined;
  // A list that is too long is not kept: it may be as long as the bytes are.
  const addTo = <Item>(list: Item[], item: Item) => {
    if (list.push(item) > pageCount) throw new Error("it is of more pages than there are");
  };
  reader.readStruct((id, type) => {
    if (id === 1) reader.readElements(type, () => addTo(nullPages, readBoolean(reader)));
    else if (id === 2) reader.readElements(type, (of) => addTo(minValues, reader.readBinary(of)));
    else if (id === 3) reader.readElements(type, (of) => addTo(maxValues, reader.readBinary(of)));
    else if (id === 5) {
      const counts: number[] = [];
      reader.readElements(type, (of) => addTo(counts, reader.readInteger(of)));
      nullCounts = counts;
    } else reader.skip(type);
  });
  return { nullPages, minValues, maxValues, ...(nullCounts && { nullCounts }) };
}

/** In a list a boolean has a byte of its own; some writers put 0 for false. */
function readBoolean(reader: ThriftReader): boolean {
  const byte = reader.readByte();
  if (byte > 2) throw new Error("a boolean is something else");
  return byte === 1;
}

function defined<T extends object>(known: T): { [K in keyof T]?: NonNullable<T[K]> } {
  return known as { [K in keyof T]?: NonNullable<T[K]> };
}

/** What holds of all pages together must hold of the chunk. Bounds of text may be cut, each in its own way. */
function assertWithinChunk(
  pages: readonly ColumnStatistics[],
  { statistics, places }: IndexedChunk,
): void {
  const nulls = pages.reduce((sum, { nullCount = Number.NaN }) => sum + nullCount, 0);
  if (statistics.nullCount !== undefined && !Number.isNaN(nulls) && nulls !== statistics.nullCount)
    throw new Error(`it counts ${nulls} nulls, and the footer ${statistics.nullCount}`);
  const valued = pages.filter(({ nullCount }, index) => {
    const { start, end } = places[index]?.rows ?? { start: 0, end: 0 };
    return nullCount !== end - start;
  });
  if (
    isBeyond(
      statistics.min,
      valued.map(({ min }) => min),
      -1,
    )
  )
    throw new Error("its pages begin above the least value");
  if (
    isBeyond(
      statistics.max,
      valued.map(({ max }) => max),
      1,
    )
  )
    throw new Error("its pages end below the greatest value");
}

/** Whether a number lies outside of all bounds, in one direction. Unknown ones may be anything. */
function isBeyond(
  whole: StatisticValue | undefined,
  bounds: readonly (StatisticValue | undefined)[],
  direction: 1 | -1,
): boolean {
  if (typeof whole !== "number" && typeof whole !== "bigint") return false;
  return bounds.every((bound) => {
    if (typeof bound !== "number" && typeof bound !== "bigint") return false;
    return direction === 1 ? whole > bound : whole < bound;
  });
}
