import { type FileMetaData, parquetMetadata } from "hyparquet";
import { type ColumnSource, parquetWriteBuffer } from "hyparquet-writer";
import type { ParquetClient } from "../../src/worker/parquet-client.ts";
import type { ParquetCompression } from "../../src/worker/parquet-types.ts";
import { withMetadata } from "../worker/foreign-footer.ts";
import { concat, encodeAll, toIpc, weather } from "../worker/parquet-fixtures.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/** Malformed files of one kind, by what is wrong with them. */
export type Corpus = Record<string, Bytes>;

const MAGIC = new TextEncoder().encode("PAR1");

/** What the files are made from: ours in several codecs, and one of another writer. */
export async function wholeFiles(client: ParquetClient): Promise<Corpus> {
  const files: Corpus = { foreign: foreignFile() };
  const codecs: ParquetCompression[] = ["snappy", "gzip", "zstd", "lz4_raw", "brotli"];
  for (const compression of codecs) {
    const batches = [toIpc(weather(60)), toIpc(weather(60, 1))];
    files[compression] = (await encodeAll(client, batches, { compression })).file;
  }
  return files;
}

/** Cut where something ends, and a byte before and behind it. */
export function truncated(whole: Corpus): Corpus {
  const files: Corpus = {};
  for (const name of ["snappy", "foreign"]) {
    const file = take(whole, name);
    for (const border of borders(file)) {
      for (const at of [border - 1, border, border + 1]) {
        if (at >= 0 && at < file.length) files[`${name} cut at ${at}`] = file.slice(0, at);
      }
    }
  }
  return files;
}

/** One bit flipped in the footer, in the headers of pages, in pages, and in the last eight bytes. */
export function flipped(whole: Corpus, random: () => number): Corpus {
  const files: Corpus = {};
  for (const [name, file] of Object.entries(whole)) {
    const footer = file.length - 8 - parquetMetadata(file.buffer).metadata_length;
    const headers = chunkStarts(file).map((start) => start + Math.floor(random() * 24));
    const between = (start: number, end: number) => start + Math.floor(random() * (end - start));
    const places = [
      ...headers.filter(() => random() < 0.25),
      ...Array.from({ length: 4 }, () => between(4, footer)),
      ...Array.from({ length: 4 }, () => between(footer, file.length - 8)),
      between(file.length - 8, file.length),
    ];
    for (const at of places) {
      const bit = Math.floor(random() * 8);
      const copy = file.slice();
      copy[at] = (copy[at] ?? 0) ^ (1 << bit);
      files[`${name} with bit ${bit} of byte ${at} flipped`] = copy;
    }
  }
  return files;
}

/** Footers that say what is not so: sizes, offsets, counts, types. */
export function lying(whole: Corpus): Corpus {
  const files: Corpus = {};
  for (const name of ["snappy", "foreign"]) {
    const file = take(whole, name);
    for (const [what, change] of Object.entries(lies(BigInt(file.length)))) {
      files[`${name} where ${what}`] = withMetadata(file, change);
    }
    for (const count of [0, 1, 1000, 2 ** 31 - 1, -5]) {
      files[`${name} where the schema has ${count} columns`] = withRootChildren(file, count);
    }
  }
  return files;
}

/** Thrift that is made to take all memory, all stack or all time. */
export function bombs(whole: Corpus): Corpus {
  const file = take(whole, "snappy");
  const [firstPage = 4] = chunkStarts(file);
  const inPage = (bytes: readonly number[]) => {
    const copy = file.slice();
    copy.set(bytes, firstPage);
    return copy;
  };
  const nested = (byte: number, count: number) => new Array<number>(count).fill(byte);
  const huge = [0xff, 0xff, 0xff, 0xff, 0x07];
  return {
    "a footer of nested structs": withFooter(nested(0x1c, 500_000)),
    "a footer of nested lists": withFooter([0x29, ...nested(0x19, 500_000)]),
    "a footer of nested maps": withFooter([0x1b, ...nested(0x01, 10), ...nested(0xbb, 200_000)]),
    "a footer with 2 billion schema elements": withFooter([0x15, 2, 0x19, 0xfc, ...huge, 0]),
    "a footer with 2 billion row groups": withFooter([0x15, 2, 0x39, 0xfc, ...huge, 0]),
    "a footer with a text of 2 GB": withFooter([0x15, 2, 0x58, ...huge, 0]),
    "a footer of endless numbers": withFooter(nested(0xff, 300_000)),
    "a footer of zeros": withFooter(nested(0, 300_000)),
    "a page header of nested structs": inPage(nested(0x1c, 400)),
    "a page header of nested lists": inPage(nested(0x19, 400)),
    "a page header of endless numbers": inPage(nested(0xff, 400)),
    "a page header with a list of 2 billion": inPage([0x19, 0xfc, ...huge, 0]),
    "a page header that asks for 2 GB": inPage([0x15, 0, 0x15, 0xfe, ...huge.slice(1), 0x15, 40]),
  };
}

function lies(size: bigint): Record<string, (metadata: FileMetaData) => void> {
  const made: Record<string, (metadata: FileMetaData) => void> = {};
  const numbers = [0n, -1n, size, 2n ** 31n, 2n ** 40n, 2n ** 62n];
  const fields = [
    "total_compressed_size",
    "total_uncompressed_size",
    "data_page_offset",
    "dictionary_page_offset",
    "num_values",
  ] as const;
  for (const field of fields) {
    for (const value of numbers) {
      made[`${field} is ${value}`] = (metadata) => {
        const column = metadata.row_groups[0]?.columns[1]?.meta_data;
        if (column) column[field] = value;
      };
    }
  }
  for (const value of numbers) {
    made[`a row group has ${value} rows`] = (metadata) => {
      const [group] = metadata.row_groups;
      if (!group) return;
      metadata.num_rows += value - group.num_rows;
      group.num_rows = value;
    };
  }
  return { ...made, ...structuralLies() };
}

function structuralLies(): Record<string, (metadata: FileMetaData) => void> {
  const first = ({ row_groups: [group] }: FileMetaData) => {
    if (!group) throw new Error("The file has a row group");
    return group;
  };
  const column = (metadata: FileMetaData) => {
    const { meta_data: data } = first(metadata).columns[0] ?? {};
    if (!data) throw new Error("The file has a column");
    return data;
  };
  return {
    "there are no row groups, and rows": (metadata) => void metadata.row_groups.splice(0),
    "the file counts other rows": (metadata) => {
      metadata.num_rows += 1n;
    },
    "a row group lacks a column": (metadata) => void first(metadata).columns.pop(),
    "a row group lacks all columns": (metadata) => void first(metadata).columns.splice(0),
    "a row group has a column twice": (metadata) => {
      first(metadata).columns.push(...first(metadata).columns.slice(0, 1));
    },
    "the columns stand in another order": (metadata) => void first(metadata).columns.reverse(),
    "row groups share their pages": (metadata) => {
      const rows = metadata.row_groups.reduce((sum, group) => sum + group.num_rows, 0n);
      metadata.row_groups = Array.from({ length: 50 }, () => metadata.row_groups).flat();
      metadata.num_rows = rows * 50n;
    },
    "columns share their pages": (metadata) => {
      const [one, other] = first(metadata).columns;
      if (one?.meta_data && other?.meta_data) {
        other.meta_data.data_page_offset = one.meta_data.data_page_offset;
      }
    },
    "a column has another type": (metadata) => {
      column(metadata).type = "BYTE_ARRAY";
    },
    "a column has another codec": (metadata) => {
      column(metadata).codec = "GZIP";
    },
    "a column is LZO": (metadata) => {
      column(metadata).codec = "LZO";
    },
    "a column is in another file": (metadata) => {
      const [chunk] = first(metadata).columns;
      if (chunk) chunk.file_path = "other.parquet";
    },
    "the schema has no columns": (metadata) => {
      for (const { meta_data: data } of metadata.row_groups.flatMap(({ columns }) => columns)) {
        delete data?.statistics;
      }
      metadata.schema.splice(1);
      if (metadata.schema[0]) metadata.schema[0].num_children = 0;
    },
    "a fixed size is negative": (metadata) => {
      const [, element] = metadata.schema;
      if (element) Object.assign(element, { type: "FIXED_LEN_BYTE_ARRAY", type_length: -8 });
    },
    "a decimal has 5,000 digits": (metadata) => {
      const [, element] = metadata.schema;
      if (element) Object.assign(element, { converted_type: "DECIMAL", precision: 5000, scale: 7 });
    },
    "the Arrow schema is no schema": (metadata) => {
      metadata.key_value_metadata = [{ key: "ARROW:schema", value: "AAAA////bm8gc2NoZW1h" }];
    },
    "the Arrow schema is no base64": (metadata) => {
      metadata.key_value_metadata = [{ key: "ARROW:schema", value: "%%%" }];
    },
    "page indexes are beyond the end": (metadata) => {
      for (const chunk of first(metadata).columns) {
        Object.assign(chunk, { offset_index_offset: 2n ** 40n, offset_index_length: 100 });
        Object.assign(chunk, { column_index_offset: -9n, column_index_length: 2 ** 30 });
      }
    },
    "page indexes are within pages": (metadata) => {
      for (const chunk of first(metadata).columns) {
        Object.assign(chunk, { offset_index_offset: 5n, offset_index_length: 60 });
        Object.assign(chunk, { column_index_offset: 9n, column_index_length: 60 });
      }
    },
    "bloom filters are beyond the end": (metadata) => {
      column(metadata).bloom_filter_offset = 2n ** 40n;
    },
    "bloom filters are within pages": (metadata) => {
      column(metadata).bloom_filter_offset = 6n;
    },
  };
}

/** As another writer makes it: several pages in a column, indexes, a bloom filter. */
function foreignFile(): Bytes {
  const ids = Array.from({ length: 120 }, (_, index) => BigInt(index));
  const columnData: ColumnSource[] = [
    { name: "id", data: ids, type: "INT64", columnIndex: true, encoding: "PLAIN" },
    { name: "name", data: ids.map((id) => `n${id}`), type: "STRING", bloomFilter: true },
  ];
  return new Uint8Array(parquetWriteBuffer({ columnData, pageSize: 200, rowGroupSize: 60 }));
}

/** Where a column chunk, the footer, its length and the last "PAR1" start or end. */
function borders(file: Bytes): number[] {
  const { metadata_length: length } = parquetMetadata(file.buffer);
  const footer = file.length - 8 - length;
  const few = chunkStarts(file).filter((_, index) => index % 4 === 0);
  return [
    ...new Set([0, 4, ...few, footer, footer + (length >> 1), file.length - 8, file.length - 4]),
  ];
}

function chunkStarts(file: Bytes): number[] {
  return parquetMetadata(file.buffer).row_groups.flatMap(({ columns }) =>
    columns.map(({ meta_data: data }) =>
      Number(data?.dictionary_page_offset ?? data?.data_page_offset),
    ),
  );
}

/** The schema's root with another number of children: hyparquet-writer would refuse to write it. */
function withRootChildren(file: Bytes, count: number): Bytes {
  const { schema, metadata_length: length } = parquetMetadata(file.buffer);
  const root = new TextEncoder().encode(schema[0]?.name);
  const start = file.length - 8 - length;
  const footer = file.subarray(start, file.length - 8);
  const at = footer.findIndex((_, index) => root.every((byte, by) => footer[index + by] === byte));
  const number = at + root.length + 1; // behind the header of the field
  const zigzag = count < 0 ? -count * 2 - 1 : count * 2;
  const rest = footer.subarray(number + 1);
  const changed = concat([footer.subarray(0, number), Uint8Array.from(varint(zigzag)), rest]);
  return concat([file.subarray(0, start), withFooter(changed).subarray(4)]);
}

function varint(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(Math.floor(value / 128))];
}

function withFooter(footer: ArrayLike<number>): Bytes {
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, footer.length, true);
  return concat([MAGIC, Uint8Array.from(footer), length, MAGIC]);
}

function take(files: Corpus, name: string): Bytes {
  const file = files[name];
  if (!file) throw new Error(`There is no file "${name}"`);
  return file;
}
