import { expect } from "chai";
import {
  type ColumnChunk,
  type FileMetaData,
  parquetMetadata,
  parquetQuery,
  parquetReadObjects,
  readColumnIndex,
  readOffsetIndex,
} from "hyparquet";
import { readBloomFilter } from "hyparquet/src/bloom.js";
import { type ColumnSource, parquetWriteBuffer } from "hyparquet-writer";
import { rowSum } from "../../src/tlogfs/row-sum.ts";
import type { ParquetClient } from "../../src/worker/parquet-client.ts";
import {
  closeClients,
  encodeAll,
  MemorySource,
  newClient,
  toIpc,
  weather,
} from "./parquet-fixtures.ts";

const ROWS = 5000;

describe("page indexes and bloom filters of spliced files", () => {
  let client: ParquetClient;

  beforeEach(() => {
    client = newClient();
  });

  afterEach(closeClients);

  async function splice(files: readonly Uint8Array[]): Promise<Uint8Array<ArrayBuffer>> {
    const source = await client.splice(files.map((file) => new MemorySource(file)));
    return source.read(0, source.size);
  }

  it("finds every page of the joined file through its offset index", async () => {
    const files = [foreign(0), foreign(1), foreign(2)];

    const joined = await splice(files);

    const chunks = chunksOf(parquetMetadata(joined.buffer));
    const alone = files.flatMap((file) =>
      chunksOf(parquetMetadata(file.buffer)).map((chunk) => pagesOf(file, chunk)),
    );
    expect(chunks.map((chunk) => pagesOf(joined, chunk))).deep.equal(alone);
    expect(Math.max(...alone.map((pages) => pages.length))).greaterThan(2);
  });

  it("keeps the bounds of each page", async () => {
    const files = [foreign(0), foreign(1)];

    const joined = await splice(files);

    const alone = files.flatMap((file) => bounds(file));
    expect(bounds(joined)).deep.equal(alone);
    expect(alone.filter((one) => one !== undefined)).length.greaterThan(1);
  });

  it("keeps the bloom filter of each column chunk", async () => {
    const files = [foreign(0), foreign(1)];

    const joined = await splice(files);

    const alone = files.flatMap((file) => blooms(file));
    expect(blooms(joined)).deep.equal(alone);
    expect(alone.filter((one) => one !== undefined)).length(2);
  });

  it("finds the end of a bloom filter whose length the footer does not tell", async () => {
    const file = foreign(0);
    const withoutLength = withoutField15(file);
    const [, chunk] = chunksOf(parquetMetadata(withoutLength.buffer));
    expect(chunk?.meta_data?.bloom_filter_length).equal(undefined);

    const joined = await splice([withoutLength, withoutLength]);

    expect(blooms(joined)).deep.equal([...blooms(file), ...blooms(file)]);
  });

  it("leaves readers no filter where its header is damaged", async () => {
    const file = withoutField15(foreign(0));
    const [, name] = chunksOf(parquetMetadata(file.buffer));
    const at = Number(name?.meta_data?.bloom_filter_offset);
    file.fill(0xff, at, at + 16);

    const joined = await splice([file, file]);

    expect(blooms(joined)).deep.equal([undefined, undefined, undefined, undefined]);
    expect((await parquetReadObjects({ file: joined.buffer })).length).equal(2 * ROWS);
  });

  it("gives rows by a filter that hyparquet answers with them", async () => {
    const joined = await splice([foreign(0), foreign(1), foreign(2)]);

    const rows = await parquetQuery({
      file: joined.buffer,
      filter: { id: { $gte: 7000n, $lt: 7003n } },
    });

    expect(rows.map(({ id }) => Number(id))).deep.equal([7000, 7001, 7002]);
    const named = await parquetQuery({
      file: joined.buffer,
      filter: { name: { $eq: `n${2 * ROWS}` } },
    });
    expect(named.map(({ id }) => Number(id))).deep.equal([2 * ROWS]);
  });

  it("writes the indexes of a stream of batches side by side before the footer", async () => {
    const { file } = await encodeAll(
      client,
      [0, 1, 2].map((seed) => toIpc(weather(3000, seed))),
    );

    const metadata = parquetMetadata(file.buffer);
    const chunks = chunksOf(metadata);
    const starts = chunks.map((chunk) => chunk.offset_index_offset);
    const pagesEnd = Math.max(...chunks.map(endOfPages));
    expect(starts.filter((start) => !(Number(start) >= pagesEnd))).length(0);
    const last = Math.max(
      ...chunks.map(
        (chunk) => Number(chunk.offset_index_offset) + (chunk.offset_index_length ?? 0),
      ),
    );
    expect(last).equal(file.length - 8 - metadata.metadata_length);
    for (const chunk of chunks) {
      const [first] = locations(file, chunk);
      expect(Number(first?.offset)).equal(Number(chunk.meta_data?.data_page_offset));
    }
  });

  it("drops an index that cannot be understood, and keeps the rows", async () => {
    const file = foreign(0).slice();
    const [id] = chunksOf(parquetMetadata(file.buffer));
    const at = Number(id?.offset_index_offset);
    file.fill(0xff, at, at + (id?.offset_index_length ?? 0));

    const joined = await splice([file, foreign(1)]);

    const chunks = chunksOf(parquetMetadata(joined.buffer));
    expect(chunks.map(({ offset_index_offset: at }) => at !== undefined)).deep.equal([
      false,
      true,
      true,
      true,
    ]);
    expect((await parquetReadObjects({ file: joined.buffer })).length).equal(2 * ROWS);
  });
});

/** As another writer makes it: several pages, page indexes, a bloom filter. */
function foreign(seed: number): Uint8Array<ArrayBuffer> {
  const from = seed * ROWS;
  const ids = Array.from({ length: ROWS }, (_, index) => BigInt(from + index));
  const columnData: ColumnSource[] = [
    { name: "id", data: ids, type: "INT64", columnIndex: true, nullable: false, encoding: "PLAIN" },
    {
      name: "name",
      data: ids.map((id) => `n${id}`),
      type: "STRING",
      bloomFilter: true,
      nullable: false,
      encoding: "PLAIN",
    },
  ];
  return new Uint8Array(parquetWriteBuffer({ columnData, pageSize: 8000, rowGroupSize: ROWS }));
}

function chunksOf({ row_groups }: FileMetaData): ColumnChunk[] {
  return row_groups.flatMap(({ columns }) => columns);
}

function reader(file: Uint8Array, offset: bigint | number | undefined) {
  return { view: new DataView(file.buffer, file.byteOffset), offset: Number(offset) };
}

function locations(file: Uint8Array, chunk: ColumnChunk) {
  if (chunk.offset_index_offset === undefined) return []; // of one page
  return readOffsetIndex(reader(file, chunk.offset_index_offset)).page_locations;
}

/** The bytes of every page, with the rows they begin at. */
function pagesOf(file: Uint8Array, chunk: ColumnChunk): string[] {
  return locations(file, chunk).map(({ offset, compressed_page_size, first_row_index }) => {
    const start = Number(offset);
    const page = file.subarray(start, start + compressed_page_size);
    return `${first_row_index}: ${rowSum([], { page })}`;
  });
}

function bounds(file: Uint8Array<ArrayBuffer>): unknown[] {
  const metadata = parquetMetadata(file.buffer);
  return chunksOf(metadata).map((chunk) => {
    if (!chunk.column_index_offset) return undefined;
    const element = metadata.schema.find(({ name }) => name === chunk.meta_data?.path_in_schema[0]);
    return element && asText(readColumnIndex(reader(file, chunk.column_index_offset), element));
  });
}

/** The runner cannot report values of 64 bits. */
function asText(value: unknown): string {
  return JSON.stringify(value, (_, item) => (typeof item === "bigint" ? `${item}n` : item));
}

function blooms(file: Uint8Array<ArrayBuffer>): unknown[] {
  return chunksOf(parquetMetadata(file.buffer)).map(({ meta_data }) => {
    const offset = meta_data?.bloom_filter_offset;
    if (offset === undefined) return undefined;
    const { numBytes = 0, blocks = new Uint32Array() } =
      readBloomFilter(reader(file, offset)) ?? {};
    return `${numBytes}: ${rowSum([], { blocks: new Uint8Array(blocks.buffer) })}`;
  });
}

function endOfPages({ meta_data }: ColumnChunk): number {
  const start = meta_data?.dictionary_page_offset ?? meta_data?.data_page_offset;
  return Number(start) + Number(meta_data?.total_compressed_size);
}

/** As older writers make it: the footer of the only row group without the filter's length. */
function withoutField15(file: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const metadata = parquetMetadata(file.buffer);
  const length = Number(metadata.row_groups[0]?.columns[1]?.meta_data?.bloom_filter_length);
  const field = [0x15, ...zigzag(length)];
  const at = file.findLastIndex((_, index) =>
    field.every((byte, ahead) => file[index + ahead] === byte),
  );
  const joined = new Uint8Array([...file.subarray(0, at), ...file.subarray(at + field.length)]);
  const view = new DataView(joined.buffer);
  view.setUint32(joined.length - 8, metadata.metadata_length - field.length, true);
  return joined;
}

function zigzag(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value * 2; rest >= 0; rest = Math.floor(rest / 128)) {
    if (rest < 128) return [...bytes, rest];
    bytes.push((rest % 128) | 0x80);
  }
  throw new Error(`${value} is no length`);
}
