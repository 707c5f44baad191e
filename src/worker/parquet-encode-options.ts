import type { EncodeOptions, ParquetCompression } from "./parquet-types.ts";

const compressions: Record<ParquetCompression, true> = {
  uncompressed: true,
  snappy: true,
  gzip: true,
  brotli: true,
  zstd: true,
  lz4_raw: true,
};

/**
 * Refuses what no data can cure, here on the page: across the worker a `TypeError` loses its class.
 * @throws TypeError, RangeError
 */
export function assertEncodeOptions(options: EncodeOptions): void {
  const { compression, rowGroupRows, statistics, keyValueMetadata } = options;
  for (const codec of typeof compression === "object"
    ? Object.values(compression)
    : [compression]) {
    if (codec === undefined || Object.hasOwn(compressions, codec)) continue;
    throw new TypeError(
      `Unknown compression "${codec}": use ${Object.keys(compressions).join(", ")}`,
    );
  }
  if (rowGroupRows !== undefined && !isRowGroupSize(rowGroupRows)) {
    throw new RangeError(
      `rowGroupRows must be a whole number from 1 to 131072, not ${rowGroupRows}`,
    );
  }
  if (statistics !== undefined && !["none", "chunk", "page"].includes(statistics)) {
    throw new TypeError(`Unknown statistics "${statistics}": use none, chunk or page`);
  }
  if (keyValueMetadata && Object.hasOwn(keyValueMetadata, "ARROW:schema")) {
    throw new TypeError('keyValueMetadata cannot hold "ARROW:schema": it comes from the batches');
  }
}

function isRowGroupSize(rows: number): boolean {
  return Number.isInteger(rows) && rows >= 1 && rows <= 131_072;
}
