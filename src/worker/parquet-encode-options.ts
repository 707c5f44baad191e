import type {
  EncodeOptions,
  ParquetCompression,
  ParquetEncoding,
  PerColumn,
} from "./parquet-types.ts";

const compressions: Record<ParquetCompression, true> = {
  uncompressed: true,
  snappy: true,
  gzip: true,
  brotli: true,
  zstd: true,
  lz4_raw: true,
};

const encodings: Record<ParquetEncoding, true> = {
  plain: true,
  rle: true,
  delta_binary_packed: true,
  delta_length_byte_array: true,
  delta_byte_array: true,
  byte_stream_split: true,
};

/**
 * Refuses what no data can cure, here on the page: across the worker a `TypeError` loses its class.
 * @throws TypeError, RangeError
 */
export function assertEncodeOptions(options: EncodeOptions): void {
  const { rowGroupRows, statistics, dictionary } = options;
  assertKnown("compression", options.compression, Object.keys(compressions));
  assertKnown("encoding", options.encoding, Object.keys(encodings));
  for (const value of valuesOf(dictionary)) {
    if ([true, false, "auto", undefined].includes(value)) continue;
    throw new TypeError(`Unknown dictionary "${value}": use true, false or "auto"`);
  }
  if (rowGroupRows !== undefined && !isRowGroupSize(rowGroupRows)) {
    throw new RangeError(
      `rowGroupRows must be a whole number from 1 to 131072, not ${rowGroupRows}`,
    );
  }
  if (statistics !== undefined && !["none", "chunk", "page"].includes(statistics)) {
    throw new TypeError(`Unknown statistics "${statistics}": use none, chunk or page`);
  }
  assertMetadata(options.keyValueMetadata);
  assertSorting(options.sortedBy);
}

function assertKnown(
  what: string,
  setting: PerColumn<string> | undefined,
  known: readonly string[],
): void {
  for (const value of valuesOf(setting)) {
    if (value === undefined || known.includes(value)) continue;
    throw new TypeError(`Unknown ${what} "${value}": use ${known.join(", ")}`);
  }
}

function valuesOf<T>(setting: PerColumn<T> | undefined): readonly (T | undefined)[] {
  if (typeof setting !== "object" || setting === null) return [setting];
  return Object.values<T>(setting as Record<string, T>);
}

function assertMetadata(metadata: EncodeOptions["keyValueMetadata"] = {}): void {
  if (Object.hasOwn(metadata, "ARROW:schema")) {
    throw new TypeError('The metadata cannot hold "ARROW:schema": it comes from the batches');
  }
  for (const [key, value] of Object.entries<unknown>(metadata)) {
    if (typeof value === "string") continue;
    throw new TypeError(`The metadata "${key}" is text, not ${typeof value}`);
  }
}

function assertSorting(sortedBy: EncodeOptions["sortedBy"] = []): void {
  const names = sortedBy.map(({ column }) => column);
  if (names.some((name) => typeof name !== "string"))
    throw new TypeError("sortedBy is a list of columns: [{ column: name }]");
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new TypeError(`sortedBy has "${twice}" twice`);
}

function isRowGroupSize(rows: number): boolean {
  return Number.isInteger(rows) && rows >= 1 && rows <= 131_072;
}
