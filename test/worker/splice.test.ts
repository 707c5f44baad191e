import { Table, tableFromIPC, Utf8, type Vector, vectorFromArray } from "apache-arrow";
import { expect } from "chai";
import { type FileMetaData, parquetMetadata } from "hyparquet";
import init, {
  readParquet,
  Table as WasmTable,
  WriterPropertiesBuilder,
  writeParquet,
} from "parquet-wasm/esm";
import { isTinyFSError } from "../../src/tinyfs/errors.ts";
import { assertFooterFits } from "../../src/worker/footer-limit.ts";
import { footerOf } from "../../src/worker/footer-reading.ts";
import { joinFooters } from "../../src/worker/footer-writing.ts";
import { leafColumns } from "../../src/worker/parquet-schema.ts";
import { summarise } from "../../src/worker/parquet-summary.ts";
import { assertSameSchema, bodyRange, shiftRowGroups } from "../../src/worker/splice.ts";
import { concat, rowsOf, statisticsOfAllKinds, toIpc, weather } from "./parquet-fixtures.ts";

describe("splice", () => {
  before(() => init());

  describe("joinFooters()", () => {
    it("keeps everything that readers need but page indexes and ordinals", () => {
      const file = write(toIpc(statisticsOfAllKinds(2000)));

      const joined = splice([file]);

      expect(essence(parquetMetadata(joined.buffer))).deep.equal(
        essence(parquetMetadata(file.buffer)),
      );
      expect(parquetMetadata(joined.buffer).row_groups[0]?.columns[0]).not.property("ordinal");
    });

    it("keeps a foreign writer's footer", async () => {
      const file = await flights();
      const footer = footerOf(file);

      const tail = joinFooters(footer, shiftRowGroups(footer, 0));

      const metadata = parquetMetadata(concat([file.slice(0, 4), tail]).buffer);
      expect(essence(metadata)).deep.equal(essence(parquetMetadata(file.buffer)));
      expect(metadata.row_groups.length).equal(11);
    });

    it("keeps the statistics that each file had alone, of every kind", () => {
      const files = [0, 1, 2].map((seed) => write(toIpc(statisticsOfAllKinds(500, seed))));

      const joined = parquetMetadata(splice(files).buffer);

      const alone = files.map((file) => parquetMetadata(file.buffer).row_groups[0]);
      expect(joined.row_groups.map(statistics)).deep.equal(alone.map(statistics));
      const longest = joined.row_groups[2]?.columns[2]?.meta_data?.statistics;
      expect(longest?.max_value).equal(1499n - 2n ** 60n);
    });

    it("is read by parquet-wasm, integers of 8 and 16 bits included", () => {
      const batches = [0, 1, 2].map((seed) => statisticsOfAllKinds(100, seed));

      const joined = splice(batches.map((columns) => write(toIpc(columns))));
      const table = tableFromIPC(readParquet(joined).intoIPCStream());

      expect(rowsOf(table)).deep.equal(batches.flatMap((columns) => rowsOf(new Table(columns))));
      expect(String(table.schema)).equal(String(new Table(batches[0] ?? {}).schema));
    });

    it("adds key-value metadata behind what is there", () => {
      const footer = footerOf(write(toIpc(weather(3))));

      const tail = joinFooters(footer, [], { unit: "°C", empty: "" });

      const { key_value_metadata: pairs } = parquetMetadata(tail.buffer);
      expect(pairs?.map(({ key }) => key)).deep.equal(["ARROW:schema", "unit", "empty"]);
      expect(pairs?.[1]).deep.equal({ key: "unit", value: "°C" });
    });

    it("refuses a footer beyond 64 MB and names compactSeries", () => {
      const refusal = () => assertFooterFits(64 * 2 ** 20 + 1);

      expect(refusal)
        .throw(/compactSeries/)
        .property("code", "PARQUET_READ_FAILED");
      expect(() => assertFooterFits(64 * 2 ** 20)).not.throw();
    });
  });

  describe("shiftRowGroups()", () => {
    it("moves every offset, beyond 4 GB too, and leaves what is absent absent", () => {
      const file = write(toIpc(weather(2000)));
      const footer = footerOf(file);

      const shifted = shiftRowGroups(footer, 5_000_000_000);

      const before = parquetMetadata(joinFooters(footer, shiftRowGroups(footer, 0)).buffer);
      const after = parquetMetadata(joinFooters(footer, shifted).buffer);
      const by = 5_000_000_000n;
      const plus = (offset?: bigint) => (offset === undefined ? undefined : offset + by);
      const offsets = ({ row_groups }: FileMetaData) =>
        row_groups.flatMap(({ columns }) =>
          columns.map(({ meta_data, file_offset }) => ({ ...meta_data, file_offset })),
        );
      expect(offsets(after).map((chunk) => chunk.data_page_offset)).deep.equal(
        offsets(before).map((chunk) => plus(chunk.data_page_offset)),
      );
      expect(offsets(after).map((chunk) => chunk.dictionary_page_offset)).deep.equal(
        offsets(before).map((chunk) => plus(chunk.dictionary_page_offset)),
      );
      expect(offsets(after).map((chunk) => chunk.file_offset)).deep.equal(
        offsets(before).map(({ file_offset }) =>
          file_offset > 0n ? file_offset + by : file_offset,
        ),
      );
      expect(shifted[0]?.start).equal((footer.rowGroups[0]?.start ?? 0) + 5_000_000_000);
    });
  });

  describe("bodyRange()", () => {
    it("holds the pages and not the indexes behind them", () => {
      const file = write(toIpc(weather(2000)));
      const metadata = parquetMetadata(file.buffer);
      const chunks = metadata.row_groups.flatMap(({ columns }) => columns);

      const { start, end } = bodyRange(footerOf(file));

      const indexes = chunks.map(({ offset_index_offset }) => Number(offset_index_offset));
      expect(start).equal(4);
      expect(end).at.most(Math.min(...indexes));
      const last = chunks.at(-1)?.meta_data;
      const lastStart = last?.dictionary_page_offset ?? last?.data_page_offset;
      expect(end).equal(Number(lastStart) + Number(last?.total_compressed_size));
    });

    it("is empty without row groups", () => {
      const footer = footerOf(write(toIpc(weather(3))));
      const tail = joinFooters(footer, []);

      expect(bodyRange(footerOf(concat([new TextEncoder().encode("PAR1"), tail])))).deep.equal({
        start: 4,
        end: 4,
      });
    });
  });

  describe("assertSameSchema()", () => {
    const first = { a: vectorFromArray([1, 2]), b: vectorFromArray(["x", "y"]) };

    it("accepts the same columns with other rows", () => {
      const other = { a: vectorFromArray([3]), b: vectorFromArray(["zzz"]) };

      expect(() => compare(first, other)).not.throw();
    });

    it("names the column that differs", () => {
      const mismatches = [
        { a: vectorFromArray([1, 2]), b: vectorFromArray([1n, 2n]) },
        { a: vectorFromArray([1, 2]), c: vectorFromArray(["x", "y"]) },
        { a: vectorFromArray([1, 2]) },
        { ...first, c: vectorFromArray([true, false]) },
      ].map((columns) => () => compare(first, columns));

      expect(mismatches[0]).throw('"b" INT64').property("code", "SCHEMA_MISMATCH");
      expect(mismatches[1]).throw('"c" BYTE_ARRAY');
      expect(mismatches[2]).throw("no column");
      expect(mismatches[3]).throw('"c" BOOLEAN');
    });

    it("tells Arrow types apart that Parquet stores alike", () => {
      const texts = ["x", "y"];
      const plain = footerOf(write(toIpc({ a: vectorFromArray(texts, new Utf8()) })));
      const dictionary = footerOf(write(toIpc({ a: vectorFromArray(texts) })));

      expect(leafColumns(plain).map(({ physicalType }) => physicalType)).deep.equal(
        leafColumns(dictionary).map(({ physicalType }) => physicalType),
      );
      expect(() => assertSameSchema(plain, dictionary, "it")).throw("Arrow types");
    });
  });

  describe("summarise()", () => {
    it("gives bounds exactly: 64 bits, timestamps, dates, decimals, unsigned, text", async () => {
      const file = write(toIpc(statisticsOfAllKinds(500)));

      const { columns, rowGroups } = await summarise(footerOf(file), file.length);

      const bounds = Object.fromEntries(
        columns.map(({ name }, index) => [name, rowGroups[0]?.statistics[index]]),
      );
      expect(bounds).deep.equal({
        u8: { min: 0, max: 199, nullCount: 0 },
        i16: { min: -499, max: 0, nullCount: 0 },
        i64: { min: -(2n ** 60n), max: 499n - 2n ** 60n, nullCount: 0 },
        f32: { min: 0, max: 249.5, nullCount: 0 },
        f64: { min: 0, max: 498 / 7, nullCount: 250 },
        text: { min: "ä0", max: "ä9", nullCount: 0 },
        flag: { min: false, max: true, nullCount: 0 },
        day: { min: 0, max: 499, nullCount: 0 },
        t: { min: 1_700_000_000_000_001n, max: 1_700_000_000_000_500n, nullCount: 0 },
        price: { min: 0n, max: 499n, nullCount: 0 },
      });
    });

    it("fingerprints the schema, not the rows", async () => {
      const prints = await Promise.all(
        [weather(10), weather(20, 3), statisticsOfAllKinds(10)].map(async (columns) => {
          const file = write(toIpc(columns));
          return (await summarise(footerOf(file), file.length)).schemaFingerprint;
        }),
      );

      expect(prints[0])
        .match(/^[0-9a-f]{64}$/)
        .and.equal(prints[1]);
      expect(prints[2]).not.equal(prints[0]);
    });

    it("refuses a row group that lacks columns", async () => {
      const footer = footerOf(write(toIpc(weather(3))));
      const other = footerOf(write(toIpc({ a: vectorFromArray([1]) })));

      const error = await summarise({ ...footer, rowGroups: other.rowGroups }, 1000).catch(
        (thrown) => thrown,
      );

      expect(isTinyFSError(error, "NOT_PARQUET")).equal(true);
    });
  });
});

/** As parquet-wasm writes it, page indexes and all. */
function write(ipc: Uint8Array): Uint8Array<ArrayBuffer> {
  const properties = new WriterPropertiesBuilder().setMaxRowGroupSize(700).build();
  return writeParquet(WasmTable.fromIPCStream(ipc), properties) as Uint8Array<ArrayBuffer>;
}

function splice(files: readonly Uint8Array<ArrayBuffer>[]): Uint8Array<ArrayBuffer> {
  const footers = files.map((file) => footerOf(file));
  const parts: Uint8Array[] = [new TextEncoder().encode("PAR1")];
  let at = 4;
  const rowGroups = footers.flatMap((footer, index) => {
    const { start, end } = bodyRange(footer);
    parts.push(files[index]?.subarray(start, end) ?? new Uint8Array());
    at += end - start;
    return shiftRowGroups(footer, at - end);
  });
  const [first] = footers;
  if (!first) throw new Error("no files");
  return concat([...parts, joinFooters(first, rowGroups)]);
}

function compare(one: Record<string, Vector>, other: Record<string, Vector>): void {
  const [first, second] = [one, other].map((columns) => footerOf(write(toIpc(columns))));
  if (first && second) assertSameSchema(first, second, "it");
}

/** What must be the same after splicing: all but the places of indexes, ordinals and the footer's own size. */
function essence({ metadata_length: _length, row_groups, ...rest }: FileMetaData): unknown {
  return {
    ...rest,
    row_groups: row_groups.map(({ ordinal: _ordinal, columns, ...group }) => ({
      ...group,
      columns: columns.map(({ meta_data, file_offset }) => ({
        file_offset,
        meta_data: { ...meta_data, bloom_filter_offset: undefined, bloom_filter_length: undefined },
      })),
    })),
  };
}

function statistics(group: FileMetaData["row_groups"][number] | undefined): unknown[] {
  return group?.columns.map(({ meta_data }) => meta_data?.statistics) ?? [];
}

async function flights(): Promise<Uint8Array<ArrayBuffer>> {
  const url = new URL("../../node_modules/vega-datasets/data/flights-3m.parquet", import.meta.url);
  return new Uint8Array(await (await fetch(url)).arrayBuffer());
}
