import { ByteWriter } from "hyparquet-writer/src/bytewriter.js";
import { ThriftReader, thriftType } from "./footer-thrift.ts";
import { writeFieldHeader, writeListHeader, writeStructEnd } from "./footer-thrift-writing.ts";
import { joinFooters, MAGIC } from "./footer-writing.ts";
import { joinBytes } from "./join-bytes.ts";
import { readPageHeader } from "./page-header.ts";
import type { PagePlace } from "./page-index-reading.ts";
import type { LeafPages, PageGroup } from "./page-plan.ts";
import type { FileRange, Footer, FooterRowGroup } from "./parquet-footer.ts";
import type { LeafColumn } from "./parquet-schema.ts";
import { countRows } from "./row-ranges.ts";

/** What a file of pages is made of. */
export interface PageFileParts {
  readonly footer: Footer;
  /** The row group whose pages these are. */
  readonly group: FooterRowGroup;
  /** Each becomes a row group. */
  readonly planned: readonly PageGroup[];
  readonly leaves: readonly LeafColumn[];
  /** Gives a range of the file. */
  readonly bytesAt: (range: FileRange) => Uint8Array<ArrayBuffer>;
}

/** What the pages of a leaf column take of the file: its dictionary, and runs of pages. */
export function rangesOfPages({ dictionary, pages }: LeafPages): FileRange[] {
  const ranges: { start: number; end: number }[] = dictionary ? [{ ...dictionary }] : [];
  for (const { start, end } of pages) {
    const last = ranges.at(-1);
    if (last?.end === start) last.end = end;
    else ranges.push({ start, end });
  }
  return ranges;
}

/**
 * A Parquet file of some pages, copied as they are: parquet-wasm reads nothing less than column chunks. It
 * has the schema of the file that they are from; columns that are not wanted have no pages.
 * @throws Error where a page is not what the index says
 */
export function buildPageFile(parts: PageFileParts): Uint8Array<ArrayBuffer> {
  const { footer, group, planned } = parts;
  const body = new Body();
  const rowGroups = planned.map(({ rows, leaves }) => {
    const chunks = new Map(leaves.map((leaf) => [leaf.leaf, putChunk(body, leaf, parts)]));
    const rowCount = countRows(rows);
    return { bytes: writeRowGroup(group, chunks, rowCount), rowCount };
  });
  body.put(joinFooters(footer, rowGroups));
  return body.bytes();
}

/** A column chunk of the new file. */
interface PlacedChunk {
  readonly valueCount: number;
  readonly uncompressedBytes: number;
  readonly compressedBytes: number;
  readonly pagesAt: number;
  readonly dictionaryAt?: number;
}

const NOTHING: PlacedChunk = {
  valueCount: 0,
  uncompressedBytes: 0,
  compressedBytes: 0,
  pagesAt: MAGIC.length,
};

function putChunk(
  body: Body,
  { leaf, dictionary, pages }: LeafPages,
  { leaves, bytesAt }: PageFileParts,
): PlacedChunk {
  const start = body.length;
  if (dictionary) body.put(bytesAt(dictionary));
  const pagesAt = body.length;
  let uncompressedBytes = pagesAt - start;
  let valueCount = 0;
  for (const page of pages) {
    const bytes = bytesAt(page);
    const header = readPageHeader(bytes);
    assertIsPage(header, page, leaves[leaf]);
    body.put(bytes);
    valueCount += header.valueCount;
    uncompressedBytes += header.uncompressedBytes;
  }
  const compressedBytes = body.length - start;
  const placed = { valueCount, uncompressedBytes, compressedBytes, pagesAt };
  return dictionary ? { ...placed, dictionaryAt: start } : placed;
}

/** Rows that stand elsewhere than the index says would come beside rows of other columns that they do not belong to. */
function assertIsPage(
  { totalBytes, valueCount, rowCount }: ReturnType<typeof readPageHeader>,
  { start, end, rows }: PagePlace,
  leaf: LeafColumn | undefined,
): void {
  const expected = rows.end - rows.start;
  const isSized = totalBytes === end - start;
  const isCounted = rowCount === undefined || rowCount === expected;
  const isFilled = leaf?.repeated ? valueCount >= expected : valueCount === expected;
  if (!isSized || !isCounted || !isFilled)
    throw new Error(`the page at ${start} is not what its index says`);
}

function writeRowGroup(
  { bytes }: FooterRowGroup,
  chunks: ReadonlyMap<number, PlacedChunk>,
  rowCount: number,
): Uint8Array<ArrayBuffer> {
  const reader = new ThriftReader(bytes);
  const columns: Kept[][] = [];
  reader.readStruct((id, type) => {
    if (id === 1) reader.readStructs(type, () => columns.push(readChunk(reader)));
    else reader.skip(type);
  });
  const writer = new ByteWriter(bytes.length + 64);
  writeFieldHeader(writer, 1, 1, thriftType.list);
  writeListHeader(writer, columns.length, thriftType.struct);
  columns.forEach((kept, leaf) => {
    writeChunk(writer, kept, chunks.get(leaf) ?? NOTHING);
  });
  const totalBytes = [...chunks.values()].reduce((sum, one) => sum + one.uncompressedBytes, 0);
  writeNumber(writer, { id: 2, after: 1 }, totalBytes);
  writeNumber(writer, { id: 3, after: 2 }, rowCount);
  writeStructEnd(writer);
  return new Uint8Array(writer.getBuffer());
}

/** A field that is copied byte for byte. */
interface Kept {
  readonly id: number;
  readonly type: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Type, encodings, path and codec of a column chunk: what else is said of it is of all its pages. */
function readChunk(reader: ThriftReader): Kept[] {
  const kept: Kept[] = [];
  reader.readStruct((id, type) => {
    if (id !== 3) return void reader.skip(type);
    reader.readStruct((field, fieldType) => {
      const bytes = reader.skip(fieldType);
      if (field <= 4) kept.push({ id: field, type: fieldType, bytes });
    });
  });
  return kept;
}

function writeChunk(writer: ByteWriter, kept: readonly Kept[], chunk: PlacedChunk): void {
  writeNumber(writer, { id: 2, after: 0 }, chunk.dictionaryAt ?? chunk.pagesAt);
  writeFieldHeader(writer, 1, 3, thriftType.struct);
  let after = 0;
  for (const { id, type, bytes } of kept) {
    writeFieldHeader(writer, id - after, id, type);
    writer.appendBytes(bytes);
    after = id;
  }
  writeNumber(writer, { id: 5, after }, chunk.valueCount);
  writeNumber(writer, { id: 6, after: 5 }, chunk.uncompressedBytes);
  writeNumber(writer, { id: 7, after: 6 }, chunk.compressedBytes);
  writeNumber(writer, { id: 9, after: 7 }, chunk.pagesAt);
  if (chunk.dictionaryAt !== undefined)
    writeNumber(writer, { id: 11, after: 9 }, chunk.dictionaryAt);
  writeStructEnd(writer);
  writeStructEnd(writer);
}

function writeNumber(
  writer: ByteWriter,
  { id, after }: { readonly id: number; readonly after: number },
  value: number,
): void {
  writeFieldHeader(writer, id - after, id, thriftType.i64);
  writer.appendZigZag(BigInt(value));
}

/** The bytes of a file, put together piece by piece. */
class Body {
  readonly #pieces: Uint8Array<ArrayBuffer>[] = [MAGIC];
  #length = MAGIC.length;

  get length(): number {
    return this.#length;
  }

  put(bytes: Uint8Array<ArrayBuffer>): void {
    this.#pieces.push(bytes);
    this.#length += bytes.length;
  }

  bytes(): Uint8Array<ArrayBuffer> {
    return joinBytes(this.#pieces);
  }
}
