import type { ReadableFile } from "./footer-reading.ts";
import { ThriftReader } from "./footer-thrift.ts";
import type { ChunkExtras, Footer } from "./parquet-footer.ts";

/** The header of a bloom filter, which says how long it is: three numbers and its kinds. */
const MAX_HEADER_BYTES = 64;

/**
 * The footer with the ends of bloom filters whose length it does not tell: their headers do. A filter
 * whose header cannot be read stays without an end.
 */
export async function locateBloomFilters(
  file: ReadableFile,
  footer: Footer,
  bodyEnd: number,
): Promise<Footer> {
  const isOpen = ({ bloomStart, bloomEnd }: ChunkExtras) =>
    bloomStart !== undefined && bloomEnd === undefined;
  if (!footer.rowGroups.some(({ extras }) => extras.some(isOpen))) return footer;
  const rowGroups = await Promise.all(
    footer.rowGroups.map(async (group) => {
      const extras = await Promise.all(
        group.extras.map(async (chunk) => (isOpen(chunk) ? locate(file, chunk, bodyEnd) : chunk)),
      );
      return { ...group, extras };
    }),
  );
  return { ...footer, rowGroups };
}

async function locate(
  file: ReadableFile,
  chunk: ChunkExtras,
  bodyEnd: number,
): Promise<ChunkExtras> {
  const { bloomStart = 0 } = chunk;
  if (bloomStart < 4 || bloomStart >= bodyEnd) return chunk;
  const header = await file.read(bloomStart, Math.min(bodyEnd, bloomStart + MAX_HEADER_BYTES));
  const size = filterBytes(header);
  if (size === undefined || bloomStart + size > bodyEnd) return chunk;
  return { ...chunk, bloomEnd: bloomStart + size };
}

/** Length of a filter with its header. */
function filterBytes(header: Uint8Array<ArrayBuffer>): number | undefined {
  const reader = new ThriftReader(header);
  let bitBytes = -1;
  try {
    reader.readStruct((id, type) => {
      if (id === 1) bitBytes = reader.readInteger(type);
      else reader.skip(type);
    });
  } catch {
    return undefined; // it is no header
  }
  return bitBytes > 0 ? reader.position + bitBytes : undefined;
}
