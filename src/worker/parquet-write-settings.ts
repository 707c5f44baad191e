import {
  Compression,
  EnabledStatistics,
  Encoding,
  type WriterProperties,
  WriterPropertiesBuilder,
} from "parquet-wasm/esm";
import { SchemaMismatchError } from "../tinyfs/errors.ts";
import type { LeafColumn } from "./parquet-schema.ts";
import type { EncodeOptions, ParquetCompression, PerColumn } from "./parquet-types.ts";

/** The rows of a row group at most, and of a batch on reading. */
export const MAX_ROW_GROUP_ROWS = 131_072;

/**
 * What zstd costs in time over snappy the delta encoding wins back, and files have half the size
 * (6 columns of 131,072 rows: 34 ms and 804 KiB, snappy 37 ms and 1525 KiB).
 */
const DEFAULT_COMPRESSION: ParquetCompression = "zstd";

const compressions: Record<ParquetCompression, Compression> = {
  uncompressed: Compression.UNCOMPRESSED,
  snappy: Compression.SNAPPY,
  gzip: Compression.GZIP,
  brotli: Compression.BROTLI,
  zstd: Compression.ZSTD,
  lz4_raw: Compression.LZ4_RAW,
};

const statisticsLevels = {
  none: EnabledStatistics.None,
  chunk: EnabledStatistics.Chunk,
  page: EnabledStatistics.Page,
};

/**
 * The settings for one `writeParquet`, which consumes them.
 * parquet-wasm takes a name as one path element: settings of a single column reach top-level ones alone.
 */
export function buildWriterProperties(
  options: EncodeOptions,
  columns: readonly LeafColumn[],
): WriterProperties {
  let builder = new WriterPropertiesBuilder()
    .setMaxRowGroupSize(options.rowGroupRows ?? MAX_ROW_GROUP_ROWS)
    .setStatisticsEnabled(statisticsLevels[options.statistics ?? "chunk"])
    .setCompression(compressions[generalSetting(options.compression) ?? DEFAULT_COMPRESSION])
    .setDictionaryEnabled(generalSetting(options.dictionary) ?? true);
  for (const column of columns) {
    if (column.path.length === 1) builder = setColumn(builder, column, options);
  }
  return builder.build();
}

/**
 * Dictionaries of numbers cost most of the time of writing and seldom pay: 131,072 doubles that all
 * differ stay below the size at which the writer gives a dictionary up. Integers are delta-encoded.
 */
function setColumn(
  builder: WriterPropertiesBuilder,
  { name, physicalType }: LeafColumn,
  options: EncodeOptions,
): WriterPropertiesBuilder {
  const isBytes = physicalType.endsWith("BYTE_ARRAY");
  const dictionary = settingFor(options.dictionary, name) ?? isBytes;
  const compression = settingFor(options.compression, name) ?? DEFAULT_COMPRESSION;
  let set = builder.setColumnDictionaryEnabled(name, dictionary);
  if (compression !== generalSetting(options.compression)) {
    set = set.setColumnCompression(name, compressions[compression]);
  }
  const isDelta = !dictionary && (physicalType === "INT32" || physicalType === "INT64");
  return isDelta ? set.setColumnEncoding(name, Encoding.DELTA_BINARY_PACKED) : set;
}

/**
 * @throws SCHEMA_MISMATCH where an option names a column that is not there, or that has children
 */
export function assertColumnsExist(options: EncodeOptions, columns: readonly LeafColumn[]): void {
  const known = columns.filter(({ path }) => path.length === 1).map(({ name }) => name);
  const named = [options.compression, options.dictionary].flatMap(namedColumns);
  const unknown = named.find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw new SchemaMismatchError(
    `Cannot set how "${unknown}" is written: the columns that can be set are ${listOf(known)}`,
  );
}

function namedColumns(setting: PerColumn<unknown> | undefined): string[] {
  if (typeof setting !== "object" || setting === null) return [];
  return Object.keys(setting).filter((name) => name !== "*");
}

function generalSetting<T extends string | boolean>(
  setting: PerColumn<T> | undefined,
): T | undefined {
  return typeof setting === "object" ? setting["*"] : setting;
}

function settingFor<T extends string | boolean>(
  setting: PerColumn<T> | undefined,
  column: string,
): T | undefined {
  if (typeof setting !== "object") return setting;
  return Object.hasOwn(setting, column) ? setting[column] : setting["*"];
}

/** Names in quotes, for messages. */
export function listOf(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(", ");
}
