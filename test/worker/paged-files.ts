import {
  Field,
  Float64,
  List,
  makeVector,
  Struct,
  Table,
  tableFromIPC,
  Utf8,
  type Vector,
  vectorFromArray,
} from "apache-arrow";
import fc from "fast-check";
import { ByteWriter } from "hyparquet-writer/src/bytewriter.js";
import {
  Compression,
  EnabledStatistics,
  Table as WasmTable,
  WriterPropertiesBuilder,
  WriterVersion,
  writeParquet,
} from "parquet-wasm/esm";
import { thriftType } from "../../src/worker/footer-thrift.ts";
import {
  writeFieldHeader,
  writeListHeader,
  writeStructEnd,
} from "../../src/worker/footer-thrift-writing.ts";
import type { PagePlace } from "../../src/worker/page-index-reading.ts";
import type { DecodedRows, RowRange } from "../../src/worker/parquet-types.ts";
import { rowsOf, toIpc, weather } from "./parquet-fixtures.ts";

/** How pages are written. */
export interface PageSettings {
  readonly pageBytes: number;
  /** Values between two looks at the size of a page. */
  readonly batchValues: number;
  readonly codec: Compression;
  readonly dictionary: boolean;
  readonly isSecondVersion: boolean;
}

/** Pages of any size. */
export const pageSettings: fc.Arbitrary<PageSettings> = fc.record({
  pageBytes: fc.integer({ min: 50, max: 4000 }),
  batchValues: fc.integer({ min: 1, max: 300 }),
  codec: fc.constantFrom(
    Compression.UNCOMPRESSED,
    Compression.SNAPPY,
    Compression.ZSTD,
    Compression.GZIP,
  ),
  dictionary: fc.boolean(),
  isSecondVersion: fc.boolean(),
});

/** A file of small pages with indexes, as parquet-wasm writes it; it must be loaded. */
export function writePages(
  columns: Record<string, Vector>,
  settings: Partial<PageSettings> = {},
): Uint8Array<ArrayBuffer> {
  const { pageBytes = 1000, batchValues = 50, codec = Compression.ZSTD } = settings;
  const { dictionary = false, isSecondVersion = false } = settings;
  const properties = new WriterPropertiesBuilder()
    .setDataPageSizeLimit(pageBytes)
    .setWriteBatchSize(batchValues)
    .setCompression(codec)
    .setDictionaryEnabled(dictionary)
    .setStatisticsEnabled(EnabledStatistics.Page)
    .setWriterVersion(isSecondVersion ? WriterVersion.V2 : WriterVersion.V1)
    .build();
  const table = WasmTable.fromIPCStream(toIpc(new Table(columns)));
  return writeParquet(table, properties) as Uint8Array<ArrayBuffer>;
}

/** Columns of all kinds; pages of no two of them begin together. */
export function mixedColumns(rows: number): Record<string, Vector> {
  const indices = Array.from({ length: rows }, (_, index) => index);
  const point = new Struct([
    new Field("at", new Float64(), true),
    new Field("of", new Utf8(), true),
  ]);
  return {
    ...weather(rows),
    wide: vectorFromArray(
      indices.map((index) => (index % 9 === 0 ? null : `${index} `.repeat(index % 40))),
      new Utf8(),
    ),
    points: vectorFromArray(
      indices.map((index) =>
        index % 3 === 0
          ? []
          : [
              { at: index / 4, of: null },
              { at: null, of: `${index}` },
            ],
      ),
      new List(new Field("item", point, true)),
    ),
  };
}

/** Ids from 0 on, and a text beside each. */
export function numbered(rows: number, textLength = 20): Record<string, Vector> {
  const ids = BigInt64Array.from({ length: rows }, (_, index) => BigInt(index));
  const texts = Array.from(ids, (id) => `${id}`.padEnd(textLength, "."));
  return { id: makeVector(ids), text: vectorFromArray(texts, new Utf8()) };
}

/** What was decoded, column by column: the rows that it has, as they are and as they should be. */
export function comparedRows(
  { streams, parts }: DecodedRows,
  whole: Table,
): { readonly found: unknown[]; readonly expected: unknown[] }[] {
  return parts.map(({ end, rows }, index) => {
    const table = tableFromIPC(streams.slice(parts[index - 1]?.end ?? 0, end));
    const names = table.schema.fields.map(({ name }) => name);
    const expected = rows.flatMap((range) =>
      rowsOf(whole.select(names).slice(range.start, range.end)),
    );
    return { found: rowsOf(table), expected };
  });
}

/** Some ranges of rows, in order, of which no two touch. */
export function rowRanges(rowCount: number): fc.Arbitrary<RowRange[]> {
  return fc
    .uniqueArray(fc.integer({ min: 0, max: rowCount }), { minLength: 2, maxLength: 8 })
    .map((cuts) => {
      const sorted = cuts.sort((one, other) => one - other);
      return sorted.flatMap((start, index) => {
        const end = sorted[index + 1];
        return index % 2 === 0 && end !== undefined ? { start, end } : [];
      });
    });
}

/** The Thrift struct that tells where pages are. */
export function offsetIndex(pages: readonly PagePlace[]): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter();
  writeFieldHeader(writer, 1, 1, thriftType.list);
  writeListHeader(writer, pages.length, thriftType.struct);
  for (const { start, end, rows } of pages) {
    writeFieldHeader(writer, 1, 1, thriftType.i64);
    writer.appendZigZag(BigInt(start));
    writeFieldHeader(writer, 1, 2, thriftType.i32);
    writer.appendZigZag(end - start);
    writeFieldHeader(writer, 1, 3, thriftType.i64);
    writer.appendZigZag(BigInt(rows.start));
    writeStructEnd(writer);
  }
  writeStructEnd(writer);
  return bytesOf(writer);
}

/** What was written. */
export function bytesOf(writer: ByteWriter): Uint8Array<ArrayBuffer> {
  return new Uint8Array(writer.getBuffer());
}
