import { ByteWriter } from "hyparquet-writer/src/bytewriter.js";
import type { LocatedFooter, ReadableFile } from "./footer-reading.ts";
import { ThriftReader, thriftType } from "./footer-thrift.ts";
import { writeFieldHeader, writeListHeader, writeStructEnd } from "./footer-thrift-writing.ts";
import { type JoinableRowGroup, joinFooters } from "./footer-writing.ts";
import type { FileRange, Footer, FooterRowGroup } from "./parquet-footer.ts";
import { rewriteStruct, type StructRules } from "./splice-rewriting.ts";

/**
 * Page indexes beyond this many bytes are left out of a joined file: they help readers, and they are
 * held in memory until the file ends.
 */
export const MAX_INDEX_BYTES: number = 32 * 1024 * 1024;

/** Ranges that are closer than this are read together. */
const NEIGHBOUR_BYTES = 64 * 1024;

/** The page indexes of a column chunk; page offsets are those of the joined file. */
export interface ChunkIndexes {
  readonly columnIndex?: Uint8Array<ArrayBuffer>;
  readonly offsetIndex?: Uint8Array<ArrayBuffer>;
}

/** A row group of a joined file. */
export interface SplicedRowGroup extends FooterRowGroup {
  /** One for each column chunk. */
  readonly indexes: readonly ChunkIndexes[];
}

const offsetIndexRules: StructRules = { 1: { listOf: { 1: "shift" } } };

/** Reads the page indexes of a file's column chunks, as they stand there. */
export async function readPageIndexes(
  file: ReadableFile,
  located: Pick<LocatedFooter, "footer" | "tail" | "tailStart">,
): Promise<ChunkIndexes[][]> {
  return pageIndexesOf(located.footer, await readRanges(file, located, rangesOf(located.footer)));
}

/** The page indexes of a file's column chunks. @param bytesAt gives any range of the file */
export function pageIndexesOf(
  { rowGroups }: Footer,
  bytesAt: (range: FileRange) => Uint8Array<ArrayBuffer>,
): ChunkIndexes[][] {
  return rowGroups.map(({ extras }) =>
    extras.map(({ columnIndex, offsetIndex }): ChunkIndexes => {
      if (!offsetIndex) return {}; // bounds of pages that nobody could find
      const bounds = columnIndex && { columnIndex: bytesAt(columnIndex).slice() };
      return { offsetIndex: bytesAt(offsetIndex).slice(), ...bounds };
    }),
  );
}

/**
 * The page indexes as they read once the file's body stands `shift` bytes further on. What cannot be
 * understood is left out.
 */
export function shiftPageIndexes(
  groups: readonly (readonly ChunkIndexes[])[],
  shift: number,
): ChunkIndexes[][] {
  return groups.map((chunks) =>
    chunks.map((chunk): ChunkIndexes => {
      try {
        if (!chunk.offsetIndex) return {};
        return { ...chunk, offsetIndex: shiftOffsetIndex(chunk.offsetIndex, shift) };
      } catch {
        return {};
      }
    }),
  );
}

function rangesOf({ rowGroups }: Footer): FileRange[] {
  return rowGroups.flatMap(({ extras }) =>
    extras.flatMap(({ columnIndex, offsetIndex }) => {
      return offsetIndex ? [offsetIndex, ...(columnIndex ? [columnIndex] : [])] : [];
    }),
  );
}

function shiftOffsetIndex(bytes: Uint8Array<ArrayBuffer>, shift: number): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter(bytes.length + 64);
  rewriteStruct(new ThriftReader(bytes), writer, offsetIndexRules, shift);
  return new Uint8Array(writer.getBuffer());
}

/** Reads ranges, those side by side at once, or takes them from the end that is in memory. */
export async function readRanges(
  file: ReadableFile,
  { tail, tailStart }: Pick<LocatedFooter, "tail" | "tailStart">,
  ranges: readonly FileRange[],
): Promise<(range: FileRange) => Uint8Array<ArrayBuffer>> {
  const pieces = await Promise.all(
    joinNeighbours(ranges.filter(({ start }) => start < tailStart)).map(async (range) => {
      return { start: range.start, bytes: await file.read(range.start, range.end) };
    }),
  );
  const held = [...pieces, { start: tailStart, bytes: tail }];
  return ({ start, end }) => {
    const piece = held.find((one) => start >= one.start && end <= one.start + one.bytes.length);
    if (!piece) throw new Error("it ends too early");
    return piece.bytes.subarray(start - piece.start, end - piece.start);
  };
}

function joinNeighbours(ranges: readonly FileRange[]): FileRange[] {
  const joined: { start: number; end: number }[] = [];
  for (const { start, end } of [...ranges].sort((one, other) => one.start - other.start)) {
    const last = joined.at(-1);
    if (last && start <= last.end + NEIGHBOUR_BYTES) last.end = Math.max(last.end, end);
    else joined.push({ start, end });
  }
  return joined;
}

/** How many bytes the indexes of row groups take. */
export function indexBytes(groups: readonly (readonly ChunkIndexes[])[]): number {
  let sum = 0;
  for (const { columnIndex, offsetIndex } of groups.flat()) {
    sum += (columnIndex?.length ?? 0) + (offsetIndex?.length ?? 0);
  }
  return sum;
}

/**
 * The end of a joined file: all page indexes side by side, since readers fetch them at once, and the
 * footer that knows their places.
 * @param at where the tail starts in the file
 * @throws PARQUET_READ_FAILED where the footer would be beyond 64 MB
 */
export function joinTail(
  first: Footer,
  rowGroups: readonly SplicedRowGroup[],
  at: number,
  keyValueMetadata?: Readonly<Record<string, string>>,
): Uint8Array<ArrayBuffer> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let end = at;
  const put = (bytes: Uint8Array<ArrayBuffer> | undefined): FileRange | undefined => {
    if (!bytes) return undefined;
    parts.push(bytes);
    end += bytes.length;
    return { start: end - bytes.length, end };
  };
  const columnPlaces = rowGroups.map(({ indexes }) =>
    indexes.map((chunk) => put(chunk.columnIndex)),
  );
  const offsetPlaces = rowGroups.map(({ indexes }) =>
    indexes.map((chunk) => put(chunk.offsetIndex)),
  );
  const placed = rowGroups.map((group, index): JoinableRowGroup => {
    const places = { offset: offsetPlaces[index] ?? [], column: columnPlaces[index] ?? [] };
    return { rowCount: group.rowCount, bytes: placeIndexes(group, places) };
  });
  const footer = joinFooters(first, placed, keyValueMetadata);
  const tail = new Uint8Array(end - at + footer.length);
  let position = 0;
  for (const part of [...parts, footer]) {
    tail.set(part, position);
    position += part.length;
  }
  return tail;
}

type Places = readonly (FileRange | undefined)[];

/** Tells the column chunks of a row group where their indexes stand. */
function placeIndexes(
  { bytes, indexes }: SplicedRowGroup,
  { offset, column }: { readonly offset: Places; readonly column: Places },
): Uint8Array<ArrayBuffer> {
  if (indexes.every(({ offsetIndex }) => !offsetIndex)) return bytes;
  const reader = new ThriftReader(bytes);
  const writer = new ByteWriter(bytes.length + 32 * indexes.length);
  let lastId = 0;
  reader.readStruct((id, type) => {
    writeFieldHeader(writer, id - lastId, id, type);
    lastId = id;
    if (id !== 1) return writer.appendBytes(reader.skip(type));
    const chunks: Uint8Array<ArrayBuffer>[] = [];
    reader.readStructs(type, () => chunks.push(reader.skip(thriftType.struct)));
    writeListHeader(writer, chunks.length, thriftType.struct);
    chunks.forEach((chunk, index) => {
      writer.appendBytes(chunk.subarray(0, -1)); // all but the mark of its end
      writePlace(writer, 4, offset[index]);
      writePlace(writer, 6, column[index]);
      writeStructEnd(writer);
    });
  });
  writeStructEnd(writer);
  return new Uint8Array(writer.getBuffer());
}

/** Offset and length, as the fields `id` and `id + 1`. */
function writePlace(writer: ByteWriter, id: number, place: FileRange | undefined): void {
  if (!place) return;
  writeFieldHeader(writer, 0, id, thriftType.i64); // by its id: it is not known what stands before
  writer.appendZigZag(BigInt(place.start));
  writeFieldHeader(writer, 1, id + 1, thriftType.i32);
  writer.appendZigZag(place.end - place.start);
}
