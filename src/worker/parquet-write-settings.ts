import {
  Compression,
  EnabledStatistics,
  Encoding,
  type WriterProperties,
  WriterPropertiesBuilder,
} from "parquet-wasm/esm";
import { SchemaMismatchError } from "../tinyfs/errors.ts";
import type { LeafColumn } from "./parquet-schema.ts";
import type {
  EncodeOptions,
  EncodingChoice,
  ParquetCompression,
  ParquetEncoding,
  PerColumn,
} from "./parquet-types.ts";

/** How the batches of a file are written. */
export interface PieceSettings {
  readonly options: EncodeOptions;
  /** For columns of which the options say nothing. */
  readonly choices?: Readonly<Record<string, EncodingChoice>> | undefined;
}

/** The rows of a row group at most, and of a batch on reading. */
export const MAX_ROW_GROUP_ROWS = 131_072;

/**
 * arrow-rs ends a page after so many rows. It looks after every batch of values: by default of 1,024, so that
 * pages of columns without nulls would have 20,480 rows and those of the others 20,000. Beside each other
 * pages of different columns are read with no rows too many.
 */
const PAGE_ROWS = 20_000;
const WRITE_BATCH_ROWS = 2000;

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

const encodings: Record<ParquetEncoding, Encoding> = {
  plain: Encoding.PLAIN,
  rle: Encoding.RLE,
  delta_binary_packed: Encoding.DELTA_BINARY_PACKED,
  delta_length_byte_array: Encoding.DELTA_LENGTH_BYTE_ARRAY,
  delta_byte_array: Encoding.DELTA_BYTE_ARRAY,
  byte_stream_split: Encoding.BYTE_STREAM_SPLIT,
};

/** By Parquet type; parquet-wasm panics where it is given another. */
const allowedEncodings: Readonly<Record<string, readonly ParquetEncoding[]>> = {
  BOOLEAN: ["plain", "rle"],
  INT32: ["plain", "delta_binary_packed", "byte_stream_split"],
  INT64: ["plain", "delta_binary_packed", "byte_stream_split"],
  FLOAT: ["plain", "byte_stream_split"],
  DOUBLE: ["plain", "byte_stream_split"],
  BYTE_ARRAY: ["plain", "delta_length_byte_array", "delta_byte_array"],
  FIXED_LEN_BYTE_ARRAY: ["plain", "delta_byte_array", "byte_stream_split"],
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
  { options, choices = {} }: PieceSettings,
  columns: readonly LeafColumn[],
  rowCount: number,
): WriterProperties {
  const dictionary = generalSetting(options.dictionary);
  const encoding = generalSetting(options.encoding);
  const { rowGroupRows = MAX_ROW_GROUP_ROWS } = options;
  // Of a single page the bounds are those of its chunk.
  const usualStatistics = Math.min(rowCount, rowGroupRows) > PAGE_ROWS ? "page" : "chunk";
  let builder = new WriterPropertiesBuilder()
    .setMaxRowGroupSize(rowGroupRows)
    .setWriteBatchSize(WRITE_BATCH_ROWS)
    .setStatisticsEnabled(statisticsLevels[options.statistics ?? usualStatistics])
    .setCompression(compressions[generalSetting(options.compression) ?? DEFAULT_COMPRESSION])
    .setDictionaryEnabled(typeof dictionary === "boolean" ? dictionary : encoding === undefined);
  if (encoding !== undefined) builder = builder.setEncoding(encodings[encoding]);
  for (const column of columns) {
    if (column.path.length > 1) continue;
    const choice = Object.hasOwn(choices, column.name) ? choices[column.name] : undefined;
    builder = setColumn(builder, column, { options, choice: choice ?? usualChoice(column) });
  }
  return builder.build();
}

/**
 * Where nobody has looked at the values. Dictionaries of numbers cost most of the time of writing and
 * seldom pay: 131,072 doubles that all differ stay below the size at which the writer gives one up.
 */
function usualChoice({ physicalType }: LeafColumn): EncodingChoice {
  if (physicalType === "INT32" || physicalType === "INT64")
    return { dictionary: false, encoding: "delta_binary_packed" };
  return { dictionary: physicalType.endsWith("BYTE_ARRAY") };
}

function setColumn(
  builder: WriterPropertiesBuilder,
  { name, physicalType }: LeafColumn,
  { options, choice }: { options: EncodeOptions; choice: EncodingChoice },
): WriterPropertiesBuilder {
  const asked = settingFor(options.encoding, name);
  const dictionary = settingFor(options.dictionary, name) ?? "auto";
  const isAuto = dictionary === "auto";
  const hasDictionary = isAuto ? asked === undefined && choice.dictionary : dictionary;
  const compression = settingFor(options.compression, name) ?? DEFAULT_COMPRESSION;
  let set = builder.setColumnDictionaryEnabled(name, hasDictionary);
  if (compression !== generalSetting(options.compression)) {
    set = set.setColumnCompression(name, compressions[compression]);
  }
  const encoding = asked ?? choice.encoding;
  if (encoding === undefined || !allowedEncodings[physicalType]?.includes(encoding)) return set;
  return set.setColumnEncoding(name, encodings[encoding]);
}

/**
 * @throws SCHEMA_MISMATCH where an option names a column that is not there, or that has children, or an
 * encoding that its Parquet type does not have
 */
export function assertColumnsFit(options: EncodeOptions, columns: readonly LeafColumn[]): void {
  const known = columns.filter(({ path }) => path.length === 1).map(({ name }) => name);
  const { compression, dictionary, encoding, sortedBy = [] } = options;
  const named = [compression, dictionary, encoding].flatMap(namedColumns);
  const unknown = named.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new SchemaMismatchError(
      `Cannot set how "${unknown}" is written: the columns that can be set are ${listOf(known)}`,
    );
  }
  const unsorted = sortedBy.find(({ column }) => !known.includes(column));
  if (unsorted) {
    throw new SchemaMismatchError(
      `Cannot be sorted by "${unsorted.column}": the columns that can be are ${listOf(known)}`,
    );
  }
  for (const column of columns) assertEncoding(options, column);
}

function assertEncoding({ encoding }: EncodeOptions, { name, physicalType }: LeafColumn): void {
  const asked = settingFor(encoding, name);
  const allowed = allowedEncodings[physicalType] ?? ["plain"];
  if (asked === undefined || allowed.includes(asked)) return;
  throw new SchemaMismatchError(
    `Cannot write "${name}" as ${asked}: it is ${physicalType}, which takes ${allowed.join(", ")}`,
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
