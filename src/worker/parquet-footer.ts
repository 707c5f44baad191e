import { ThriftReader } from "./footer-thrift.ts";

/** A stretch of the file. */
export interface FileRange {
  readonly start: number;
  readonly end: number;
}

/** Where a column chunk's pages stand, and what belongs to it beside them, which is optional. */
export interface ChunkExtras {
  /** Its pages. */
  readonly pages: FileRange;
  /** Bounds of each page. */
  readonly columnIndex?: FileRange;
  /** Place of each page. */
  readonly offsetIndex?: FileRange;
  /** Where its bloom filter starts, as the footer says. */
  readonly bloomStart?: number;
  /** Where it ends; older writers do not say, and then its header does. */
  readonly bloomEnd?: number;
}

/** One row group of a footer: its bytes as they stand, and what must be known of it. */
export interface FooterRowGroup {
  /** The Thrift struct. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly rowCount: number;
  readonly columnCount: number;
  /** Where its pages start and end in the file. */
  readonly start: number;
  readonly end: number;
  /** One for each column chunk. */
  readonly extras: readonly ChunkExtras[];
}

/** One entry of the key-value metadata. */
export interface FooterKeyValue {
  /** The Thrift struct. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly key: string;
  readonly value: Uint8Array<ArrayBuffer>;
}

/** The footer of a Parquet file, taken apart no further than splicing needs; nothing is re-encoded. */
export interface Footer {
  readonly version: number;
  /** The Thrift list of schema elements. */
  readonly schema: Uint8Array<ArrayBuffer>;
  readonly rowCount: number;
  readonly rowGroups: readonly FooterRowGroup[];
  readonly keyValues: readonly FooterKeyValue[];
  /** The string's bytes. */
  readonly createdBy?: Uint8Array<ArrayBuffer>;
  /** The Thrift list that says how bounds are ordered. */
  readonly columnOrders?: Uint8Array<ArrayBuffer>;
}

const decoder = new TextDecoder();

/**
 * Takes a footer apart.
 * @param bytes the Thrift struct without its length and "PAR1"
 * @param bodyEnd where the footer starts in its file: all pages must lie before
 * @throws Error that says what is wrong; the caller names the file
 */
export function parseFooter(bytes: Uint8Array<ArrayBuffer>, bodyEnd: number): Footer {
  const reader = new ThriftReader(bytes);
  const found: { -readonly [K in keyof Footer]?: Footer[K] } = {};
  const rowGroups: FooterRowGroup[] = [];
  const keyValues: FooterKeyValue[] = [];
  reader.readStruct((id, type) => {
    if (id === 1) found.version = reader.readInteger(type);
    else if (id === 2) found.schema = reader.skip(type);
    else if (id === 3) found.rowCount = reader.readInteger(type);
    else if (id === 4)
      reader.readStructs(type, () => rowGroups.push(readRowGroup(reader, bodyEnd)));
    else if (id === 5) reader.readStructs(type, () => keyValues.push(readKeyValue(reader)));
    else if (id === 6) found.createdBy = reader.readBinary(type);
    else if (id === 7) found.columnOrders = reader.skip(type);
    else if (id === 8) throw new Error("it is encrypted");
    else reader.skip(type);
  });
  const { version, schema, rowCount, ...rest } = found;
  if (version === undefined || schema === undefined || rowCount === undefined) {
    throw new Error("it has no version, schema or row count");
  }
  const footer = { version, schema, rowCount, rowGroups, keyValues, ...rest };
  assertRowsAddUp(footer);
  return footer;
}

function assertRowsAddUp({ rowCount, rowGroups }: Footer): void {
  let sum = 0;
  for (const group of rowGroups) sum += group.rowCount;
  if (sum !== rowCount) throw new Error(`it counts ${rowCount} rows and its row groups ${sum}`);
}

function readRowGroup(reader: ThriftReader, bodyEnd: number): FooterRowGroup {
  const from = reader.position;
  const extras: ChunkExtras[] = [];
  const group = { rowCount: 0, columnCount: 0, start: bodyEnd, end: 0, extras };
  reader.readStruct((id, type) => {
    if (id === 1) reader.readStructs(type, () => readColumnChunk(reader, group, bodyEnd));
    else if (id === 3) group.rowCount = reader.readInteger(type);
    else reader.skip(type);
  });
  if (group.rowCount < 0) throw new Error(`a row group has ${group.rowCount} rows`);
  if (group.columnCount === 0) throw new Error("a row group has no columns");
  return { ...group, bytes: reader.bytes.subarray(from, reader.position) };
}

function readColumnChunk(
  reader: ThriftReader,
  group: { columnCount: number; start: number; end: number; extras: ChunkExtras[] },
  bodyEnd: number,
): void {
  let pages: ChunkPlaces | undefined;
  const index: { [id: number]: number } = {};
  reader.readStruct((id, type) => {
    if (id === 1 && reader.readBinary(type).length > 0)
      throw new Error("its columns are in another file");
    if (id === 3) pages = readPlaces(reader);
    else if (id >= 4 && id <= 7) index[id] = reader.readInteger(type);
    else if (id !== 1) reader.skip(type);
  });
  if (!pages) throw new Error("a column chunk has no metadata");
  if (pages.start < 4 || pages.end < pages.start || pages.end > bodyEnd) {
    throw new Error(
      `a column chunk at ${pages.start} to ${pages.end} is outside of its ${bodyEnd} bytes`,
    );
  }
  const offsetIndex = rangeWithin(index[4], index[5], bodyEnd);
  const columnIndex = rangeWithin(index[6], index[7], bodyEnd);
  const bloom = rangeWithin(pages.bloomStart, pages.bloomSize, bodyEnd);
  group.extras.push({
    pages: { start: pages.start, end: pages.end },
    ...(columnIndex && { columnIndex }),
    ...(offsetIndex && { offsetIndex }),
    ...(pages.bloomStart > 0 && { bloomStart: pages.bloomStart }),
    ...(bloom && { bloomEnd: bloom.end }),
  });
  group.columnCount++;
  group.start = Math.min(group.start, pages.start);
  group.end = Math.max(group.end, pages.end);
}

/** What is only a help to readers counts as absent where it cannot be. */
function rangeWithin(
  start: number | undefined,
  size: number | undefined,
  bodyEnd: number,
): FileRange | undefined {
  if (start === undefined || size === undefined) return undefined;
  const isWithin = start >= 4 && size > 0 && start + size <= bodyEnd;
  return isWithin ? { start, end: start + size } : undefined;
}

/** Where the pages of a column chunk are, and its bloom filter. */
interface ChunkPlaces extends FileRange {
  readonly bloomStart: number;
  readonly bloomSize: number | undefined;
}

/** A column chunk starts with its dictionary page, where it has one (some writers put 0 for none). */
function readPlaces(reader: ThriftReader): ChunkPlaces {
  let size = -1;
  let start = -1;
  let dictionary = 0;
  let bloomStart = 0;
  let bloomSize: number | undefined;
  reader.readStruct((id, type) => {
    if (id === 7) size = reader.readInteger(type);
    else if (id === 9) start = reader.readInteger(type);
    else if (id === 11) dictionary = reader.readInteger(type);
    else if (id === 14) bloomStart = reader.readInteger(type);
    else if (id === 15) bloomSize = reader.readInteger(type);
    else reader.skip(type);
  });
  if (dictionary > 0) start = Math.min(start, dictionary);
  return { start, end: start + size, bloomStart, bloomSize };
}

function readKeyValue(reader: ThriftReader): FooterKeyValue {
  const from = reader.position;
  let key = "";
  let value: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  reader.readStruct((id, type) => {
    if (id === 1) key = decoder.decode(reader.readBinary(type));
    else if (id === 2) value = reader.readBinary(type);
    else reader.skip(type);
  });
  return { key, value, bytes: reader.bytes.subarray(from, reader.position) };
}

/** The footer's Arrow schema as it was written, or `undefined` where another kind of writer made the file. */
export function arrowSchemaOf(footer: Footer): Uint8Array<ArrayBuffer> | undefined {
  return footer.keyValues.find(({ key }) => key === "ARROW:schema")?.value;
}
