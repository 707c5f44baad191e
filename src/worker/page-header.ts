import { ThriftReader } from "./footer-thrift.ts";

/** The types of pages that hold values. */
const DATA_PAGE = 0;
const DATA_PAGE_V2 = 3;

/** What stands before the values of a data page. */
export interface PageHeader {
  /** Its length and that of the page, in bytes. */
  readonly totalBytes: number;
  /** The same, decompressed. */
  readonly uncompressedBytes: number;
  /** Nulls and places of empty lists included. */
  readonly valueCount: number;
  /** Pages of the second version tell it. */
  readonly rowCount?: number;
}

/** @throws Error where there is no data page */
export function readPageHeader(bytes: Uint8Array<ArrayBuffer>): PageHeader {
  const reader = new ThriftReader(bytes);
  let pageType = -1;
  let uncompressed = -1;
  let compressed = -1;
  const counts: { [id: number]: number } = {};
  reader.readStruct((id, type) => {
    if (id === 1) pageType = reader.readInteger(type);
    else if (id === 2) uncompressed = reader.readInteger(type);
    else if (id === 3) compressed = reader.readInteger(type);
    else if (id === 5 || id === 8) readCounts(reader, counts);
    else reader.skip(type);
  });
  const { 1: valueCount, 3: rowCount } = counts;
  if (pageType !== DATA_PAGE && pageType !== DATA_PAGE_V2) throw new Error("it is no data page");
  if (uncompressed < 0 || compressed < 0 || valueCount === undefined)
    throw new Error("its header is damaged");
  return {
    totalBytes: reader.position + compressed,
    uncompressedBytes: reader.position + uncompressed,
    valueCount,
    // The third field of the first version is an encoding.
    ...(pageType === DATA_PAGE_V2 && rowCount !== undefined && { rowCount }),
  };
}

function readCounts(reader: ThriftReader, counts: { [id: number]: number }): void {
  reader.readStruct((id, type) => {
    if (id === 1 || id === 3) counts[id] = reader.readInteger(type);
    else reader.skip(type);
  });
}
