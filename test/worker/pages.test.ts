import { Int32, makeVector, tableFromIPC, vectorFromArray } from "apache-arrow";
import { expect } from "chai";
import fc from "fast-check";
import { parquetMetadata } from "hyparquet";
import { type ColumnSource, parquetWriteBuffer } from "hyparquet-writer";
import init, { Compression } from "parquet-wasm/esm";
import { footerOf } from "../../src/worker/footer-reading.ts";
import { PageDecoder } from "../../src/worker/page-decoding.ts";
import { readOffsetIndex } from "../../src/worker/page-index-reading.ts";
import type { ParquetClient } from "../../src/worker/parquet-client.ts";
import type { FileDecoder } from "../../src/worker/parquet-decoding.ts";
import type { ChunkExtras } from "../../src/worker/parquet-footer.ts";
import { summarise } from "../../src/worker/parquet-summary.ts";
import type { DecodedRows, ParquetReader, ParquetSummary } from "../../src/worker/parquet-types.ts";
import {
  comparedRows,
  mixedColumns,
  numbered,
  offsetIndex,
  pageSettings,
  rowRanges,
  writePages,
} from "./paged-files.ts";
import {
  closeClients,
  encodeAll,
  failureOf,
  MemorySource,
  newClient,
  toIpc,
} from "./parquet-fixtures.ts";

const NAMES = ["id", "t", "temp", "station", "name", "readings", "place", "wide", "points"];

describe("reading pages of a row group", () => {
  let client: ParquetClient;

  before(() => init());

  beforeEach(() => {
    client = newClient();
  });

  afterEach(closeClients);

  async function open(file: Uint8Array): Promise<{ reader: ParquetReader; source: MemorySource }> {
    const source = new MemorySource(file);
    return { source, reader: await client.openReader(source) };
  }

  it("gives the rows that a read of all gives there, whatever the types, codecs and sizes of pages", async () => {
    let prunedReads = 0;
    let apart = 0;
    const rowCount = 700;
    const columns = mixedColumns(rowCount);
    const properties = [
      pageSettings,
      rowRanges(rowCount),
      fc.subarray(NAMES, { minLength: 1 }),
      fc.boolean(),
    ] as const;
    await fc.assert(
      fc.asyncProperty(...properties, async (settings, rows, names, hasIndexes) => {
        const file = writePages(columns, settings);
        const { reader, source } = await open(hasIndexes ? file : withoutIndexes(file));
        const whole = tableFromIPC(await reader.readRowGroup(0));

        const decoded = await reader.readPages(0, rows, { columns: names });

        const read = decoded.parts.flatMap((part) => part.rows);
        for (const { found, expected } of comparedRows(decoded, whole)) {
          expect(found.length).least(rows.reduce((sum, { start, end }) => sum + end - start, 0));
          expect(found).deep.equal(expected);
        }
        if (read.some(({ start, end }) => end - start < rowCount)) prunedReads += 1;
        if (decoded.parts.length > 1) apart += 1;
        expect(source.closed).equal(false);
        await reader.close();
      }),
      { numRuns: 160 },
    );
    expect(prunedReads).greaterThan(8);
    expect(apart).greaterThan(4);
  }).timeout(120_000);

  it("asks the source for these pages and the small gaps between them, as it says before", async () => {
    const file = writePages(numbered(40_000), { codec: Compression.UNCOMPRESSED, pageBytes: 4000 });
    const rows = [{ start: 20_000, end: 20_100 }];
    const { reader, source } = await open(file);
    const planned = await reader.plannedPages(0, rows);
    const before = reader.bytesRead;
    source.reads = [];

    const { parts } = await reader.readPages(0, rows);

    expect(planned.pages).greaterThan(150);
    expect(planned.pagesRead).most(4);
    expect(reader.bytesRead - before).equal(planned.bytes);
    expect(planned.bytes).below(0.02 * file.length);
    expect(parts.flatMap((part) => part.rows).every(({ end, start }) => end - start < 1000)).equal(
      true,
    );
  });

  it("never looks at the other pages: damaged ones are not noticed", async () => {
    const file = writePages(numbered(40_000), { codec: Compression.ZSTD, pageBytes: 4000 });
    const chunk = parquetMetadata(file.buffer).row_groups[0]?.columns[1];
    const pagesAt = Number(chunk?.meta_data?.data_page_offset);
    file.fill(0xff, pagesAt, pagesAt + 2000); // the first page, its header too
    const { reader } = await open(file);

    const { streams, parts } = await reader.readPages(0, [{ start: 30_000, end: 30_010 }]);

    const [first] = parts;
    const table = tableFromIPC(streams.slice(0, first?.end));
    expect(Number(table.getChild("id")?.get(0))).equal(first?.rows[0]?.start);
    expect(await failureOf(reader.readRowGroup(0, { columns: ["text"] }))).include({
      code: "PARQUET_READ_FAILED",
    });
  });

  it("decodes from the first row to the last where pages would save next to nothing, or there is no index", async () => {
    const file = writePages(numbered(3000));
    const { reader } = await open(file);

    const nearlyAll = await reader.readPages(0, [{ start: 10, end: 2990 }]);

    expect(nearlyAll.parts.map(({ rows }) => rows)).deep.equal([[{ start: 10, end: 2990 }]]);
    const { reader: other } = await open(withoutIndexes(file));
    const without = await other.readPages(0, [
      { start: 10, end: 20 },
      { start: 30, end: 40 },
    ]);
    expect(without.parts.map(({ rows }) => rows)).deep.equal([[{ start: 10, end: 40 }]]);
    expect(await other.pageBounds([0])).deep.equal([[]]);
    expect(await other.plannedPages(0, [{ start: 10, end: 20 }])).include({
      pages: 0,
      pagesRead: 0,
    });
  });

  it("tells the bounds of each page", async () => {
    const { reader } = await open(writePages(numbered(3000)));

    const [bounds = []] = await reader.pageBounds([0], { columns: ["id"] });

    const [id] = bounds;
    expect(bounds).length(1);
    expect(id?.leaf).equal(0);
    expect(id?.firstRows.length).greaterThan(10);
    expect(id?.statistics.map(({ min }) => Number(min))).deep.equal(id?.firstRows);
    expect(id?.statistics.map(({ max }) => Number(max) + 1)).deep.equal([
      ...(id?.firstRows.slice(1) ?? []),
      3000,
    ]);
  });

  it("finds pages of columns with nulls and without side by side, as the encoder writes them", async () => {
    const ids = Array.from({ length: 50_000 }, (_, index) => index);
    const without = makeVector(Int32Array.from(ids));
    const withNulls = vectorFromArray(
      ids.map((id) => (id % 3 ? id : null)),
      new Int32(),
    );
    const { file } = await encodeAll(client, [toIpc({ without, withNulls })]);
    const { reader } = await open(file);

    const [bounds = []] = await reader.pageBounds([0]);
    const { parts } = await reader.readPages(0, [{ start: 25_000, end: 25_001 }]);

    const starts = [0, 20_000, 40_000];
    expect(bounds.map(({ firstRows }) => firstRows)).deep.equal([starts, starts]);
    expect(parts.map(({ rows }) => rows)).deep.equal([[{ start: 20_000, end: 40_000 }]]);
  });

  it("reads pages of a file of another writer", async () => {
    const ids = Array.from({ length: 5000 }, (_, index) => index);
    const indexed = { columnIndex: true, offsetIndex: true, nullable: true } as const;
    const columnData: ColumnSource[] = [
      { name: "id", data: ids.map((id) => (id % 7 === 0 ? null : id)), type: "INT32", ...indexed },
      { name: "name", data: ids.map((id) => `n${id % 90}`), type: "STRING", ...indexed },
      { name: "place", data: ids.map((id) => `${id}`.repeat(9)), type: "STRING", ...indexed },
    ];
    const options = { columnData, pageSize: 4000, rowGroupSize: 5000 };
    const { reader } = await open(new Uint8Array(parquetWriteBuffer(options)));
    const whole = tableFromIPC(await reader.readRowGroup(0));

    const [bounds = []] = await reader.pageBounds([0], { columns: ["id"] });
    const decoded = await reader.readPages(0, [{ start: 3000, end: 3050 }]);

    expect(bounds[0]?.firstRows.length).greaterThan(3);
    expect(decoded.parts.length).greaterThan(1);
    for (const { found, expected } of comparedRows(decoded, whole))
      expect(found).deep.equal(expected);
  });

  it("never gives a row beside values of another, whatever bit of an offset index is damaged", async () => {
    const file = writePages(numbered(2000), { codec: Compression.SNAPPY });
    const rows = [{ start: 700, end: 720 }];
    const { reader } = await open(file);
    const whole = tableFromIPC(await reader.readRowGroup(0));
    const outcomes = { pages: 0, whole: 0 };
    for (const { start, end } of indexesOf(file)) {
      for (let at = start; at < end; at += 1) {
        const damaged = file.slice();
        damaged[at] = (damaged[at] ?? 0) ^ (1 << (at & 7));

        const decoded = await decoderOf(damaged, await summaryOf(damaged)).read(0, rows, undefined);

        outcomes[decoded === WHOLE ? "whole" : "pages"] += 1;
        for (const { found, expected } of comparedRows(decoded, whole))
          expect(found).deep.equal(expected);
      }
    }
    expect(outcomes.whole).greaterThan(50);
    expect(outcomes.pages).greaterThan(50);
  }).timeout(60_000);

  it("believes no index by which one page has rows too many and another as many too few", async () => {
    const columns = {
      id: makeVector(BigInt64Array.from({ length: 400 }, (_, row) => BigInt(row))),
    };
    const file = writePages(columns, { codec: Compression.UNCOMPRESSED, pageBytes: 400 });
    const [index = { start: 0, end: 0 }] = indexesOf(file);
    const [chunk] = footerOf(file).rowGroups[0]?.extras ?? [];
    const pages = readOffsetIndex(file.slice(index.start, index.end), chunk as ChunkExtras, 400);
    const moved = pages.map(({ rows, ...place }, at) => {
      const by = { 1: -5, 3: 5 }[at] ?? 0;
      return { ...place, rows: { ...rows, start: rows.start + by } };
    });
    const damaged = file.slice();
    damaged.set(offsetIndex(moved), index.start);
    const decoder = decoderOf(damaged, await summaryOf(damaged));
    const rows = [
      { start: 60, end: 61 },
      { start: 160, end: 161 },
    ];

    const decoded = await decoder.read(0, rows, undefined);

    expect(offsetIndex(moved).length).equal(index.end - index.start);
    expect(moved.slice(0, 4).map((page) => page.rows.start)).deep.equal([0, 45, 100, 155]);
    expect(decoded === WHOLE).equal(true);
  });

  it("fails with a typed error, or reads all, where an index is damaged; the next read goes on", async () => {
    const file = writePages(numbered(2000), { codec: Compression.SNAPPY });
    const [, { start } = { start: 0 }] = indexesOf(file);
    const damaged = file.slice();
    damaged[start + 4] = (damaged[start + 4] ?? 0) ^ 2;
    const { reader } = await open(damaged);
    const rows = [{ start: 700, end: 720 }];

    const outcome = await reader.readPages(0, rows).then(
      ({ parts }) => parts.length,
      ({ code }) => code,
    );

    expect(outcome).oneOf([1, "PARQUET_READ_FAILED"]);
    const { reader: other } = await open(file);
    expect((await other.readPages(0, rows)).parts.length).greaterThan(0);
  });
});

/** What is read in place of pages. */
const WHOLE: DecodedRows = { streams: new Uint8Array(0), parts: [] };

/** A decoder that reads nothing whole. */
function decoderOf(file: Uint8Array<ArrayBuffer>, summary: ParquetSummary): PageDecoder {
  const whole = { readRows: async () => WHOLE.streams, plannedBytes: () => file.length };
  const located = {
    footer: footerOf(file),
    size: file.length,
    bodyEnd: file.length,
    tail: file,
    tailStart: 0,
  };
  const held = {
    size: file.length,
    isHeld: true,
    read: async (start: number, end: number) => file.slice(start, end),
  };
  const decoder = new PageDecoder(held, {
    located,
    summary,
    wasmUrl: undefined,
    whole: whole as unknown as FileDecoder,
  });
  const read = decoder.read.bind(decoder);
  decoder.read = async (...args) => {
    const decoded = await read(...args);
    return decoded.streams.length === 0 ? WHOLE : decoded;
  };
  return decoder;
}

function summaryOf(file: Uint8Array<ArrayBuffer>): Promise<ParquetSummary> {
  return summarise(footerOf(file), file.length);
}

/** Where the offset indexes of its first row group are. */
function indexesOf(file: Uint8Array<ArrayBuffer>): { start: number; end: number }[] {
  const chunks = parquetMetadata(file.buffer).row_groups[0]?.columns ?? [];
  return chunks.map(({ offset_index_offset: at, offset_index_length: length = 0 }) => {
    return { start: Number(at), end: Number(at) + length };
  });
}

/** The same file, whose offset indexes cannot be understood. */
function withoutIndexes(file: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const copy = file.slice();
  for (const { start, end } of indexesOf(file)) copy.fill(0xff, start, end);
  return copy;
}
