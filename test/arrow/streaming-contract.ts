import {
  type Field,
  Float64,
  makeVector,
  type RecordBatch,
  Schema,
  Table,
  Utf8,
  vectorFromArray,
} from "apache-arrow";
import { expect } from "chai";
import { parquetMetadata } from "hyparquet";
import type { TinyFSError } from "../../src/tinyfs/index.ts";
import type { ArrowPond, OpenPond } from "./arrow-contract.ts";
import { batchOf, createReadings, createTestBatch, rowsOf } from "./batch-fixtures.ts";
import { failureOf, treeOf, withPond } from "./with-pond.ts";

/** How rows are written, and what is refused on the way. */
export function describeStreaming(open: OpenPond): void {
  async function footerOf(
    { root }: ArrowPond,
    path: string,
  ): Promise<ReturnType<typeof parquetMetadata>> {
    const bytes = await root.readFile(path);
    return parquetMetadata(bytes.slice().buffer);
  }

  describe("encode options", () => {
    it(
      "choose encodings from the data, keep them for the file, and obey what is asked",
      withPond(open, async (pond) => {
        const { root } = pond;
        const batch = () =>
          batchOf({
            id: makeVector(Int32Array.from({ length: 5000 }, (_, row) => row)),
            city: vectorFromArray(
              Array.from({ length: 5000 }, (_, row) => `city ${row % 8}`),
              new Utf8(),
            ),
            name: vectorFromArray(
              Array.from({ length: 5000 }, (_, row) => `name ${row}`),
              new Utf8(),
            ),
            value: vectorFromArray(
              Array.from({ length: 5000 }, (_, row) => Math.sin(row)),
              new Float64(),
            ),
          });

        await root.createTableFromBatches("/auto", [batch(), createFour(batch())]);
        await root.createTableFromBatch("/asked", batch(), {
          dictionary: { name: true },
          encoding: { city: "delta_length_byte_array", value: "plain" },
          compression: { "*": "snappy", id: "uncompressed" },
        });

        const encodings = async (path: string) =>
          (await footerOf(pond, path)).row_groups.map(({ columns }) =>
            columns.map(({ meta_data }) => meta_data?.encodings.at(-1)),
          );
        const auto = [
          "DELTA_BINARY_PACKED",
          "RLE_DICTIONARY",
          "DELTA_BYTE_ARRAY",
          "BYTE_STREAM_SPLIT",
        ];
        expect(await encodings("/auto")).deep.equal([auto, auto]);
        const asked = ["DELTA_BINARY_PACKED", "DELTA_LENGTH_BYTE_ARRAY", "RLE_DICTIONARY", "RLE"];
        expect(await encodings("/asked")).deep.equal([asked]);
        expect(rowsOf(await root.readTable("/asked"))).deep.equal(rowsOf(batch()));
        expect((await root.readTable("/auto")).numRows).equal(5004);
        const { columns } = await root.describe("/asked");
        expect(columns.map(({ codec }) => codec)).deep.equal([
          "uncompressed",
          ...Array(3).fill("snappy"),
        ]);
      }),
    );

    it(
      "write the metadata and the order of rows to the footer, where other readers find it",
      withPond(open, async (pond) => {
        await pond.root.createTableFromBatches("/t", [createReadings(10), createReadings(5, 10)], {
          metadata: { station: "Zürich" },
          sortedBy: [{ column: "time" }, { column: "t", descending: true }],
        });

        const footer = await footerOf(pond, "/t");
        const pairs = footer.key_value_metadata?.map(({ key, value }) => `${key} ${value}`);
        expect(pairs).include("station Zürich");
        for (const { sorting_columns: sorting } of footer.row_groups)
          expect(sorting?.map(({ column_idx, descending }) => [column_idx, descending])).deep.equal(
            [
              [1, false],
              [0, true],
            ],
          );
      }),
    );

    it(
      "refuse rows that are not sorted as they say, and leave nothing",
      withPond(open, async (pond) => {
        const { root } = pond;
        const numbers = (...values: (number | null)[]) =>
          batchOf({ a: vectorFromArray(values, new Float64()) });
        const words = (...values: (string | null)[]) =>
          batchOf({ a: vectorFromArray(values, new Utf8()) });
        const unsorted: [RecordBatch, object][] = [
          [numbers(1, 3, 2), {}],
          [numbers(1, 2), { descending: true }],
          [numbers(1, null, 2), {}],
          [numbers(null, 1), {}],
          [numbers(1, null), { nullsFirst: true }],
          [numbers(Number.NaN, 1), {}],
          [words("a", "c", "b"), {}],
          [words("\u{10000}", "\uffff"), {}],
        ];
        const sorted: [RecordBatch, object][] = [
          [numbers(1, 1, 2, Number.NaN, null, null), {}],
          [numbers(null, 3, 2, 2), { descending: true, nullsFirst: true }],
          [words("", "a", "ab", "b", "\uffff", "\u{10000}"), {}],
        ];

        for (const [batch, how] of unsorted) {
          const error = await failureOf(
            root.createTableFromBatch("/new", batch, { sortedBy: [{ column: "a", ...how }] }),
          );
          expect(error, String(rowsOf(batch))).include({ code: "SCHEMA_MISMATCH", path: "/new" });
          expect((error as TinyFSError).message).match(/not sorted by "a": see row [23]/);
        }
        expect(await treeOf(pond)).deep.equal([]);
        for (const [index, [batch, how]] of sorted.entries())
          await root.createTableFromBatch(`/${index}`, batch, {
            sortedBy: [{ column: "a", ...how }],
          });
      }),
    );

    it(
      "look at rows in each row group by itself",
      withPond(open, async ({ root }) => {
        const sortedBy = [{ column: "id" }];

        await root.createTableFromBatches("/batches", [createTestBatch(5), createTestBatch(5)], {
          sortedBy,
        });
        const ids = makeVector(Int32Array.of(1, 2, 3, 1, 2, 3));
        await root.createTableFromBatch("/groups", batchOf({ id: ids }), {
          sortedBy,
          rowGroupRows: 3,
        });

        expect((await root.readTable("/groups")).numRows).equal(6);
      }),
    );

    it(
      "that do not go with the columns are refused before anything is written",
      withPond(open, async (pond) => {
        for (const options of [
          { encoding: { name: "byte_stream_split" } },
          { encoding: { none: "plain" } },
          { sortedBy: [{ column: "none" }] },
        ] as const) {
          const error = await failureOf(
            pond.root.createTableFromBatch("/new", createTestBatch(3), options),
          );
          expect(error).include({ code: "SCHEMA_MISMATCH", path: "/new" });
        }
        const unknown = { encoding: "zip" } as never;
        const error = pond.root.createTableFromBatch("/new", createTestBatch(3), unknown);
        expect(await failureOf(error)).instanceOf(TypeError);
        expect(await treeOf(pond)).deep.equal([]);
      }),
    );
  });

  describe("columns", () => {
    it(
      "that are none, or two of one name, are refused",
      withPond(open, async (pond) => {
        const two = createTestBatch(2);
        const [id] = two.schema.fields;
        const fields = [id, id] as Field[];
        const twice = new Table(new Schema(fields));

        for (const [input, message] of [
          [new Table(new Schema([])), "no columns"],
          [twice, '"id"'],
        ] as const) {
          const error = await failureOf(pond.root.createTableFromBatches("/new", input));
          expect(error).include({ code: "SCHEMA_MISMATCH", path: "/new" });
          expect((error as TinyFSError).message).include(message);
        }
        expect(await treeOf(pond)).deep.equal([]);
      }),
    );
  });

  describe("a source", () => {
    it(
      "is asked for a batch only when the bytes of the last one have been taken, or one for each further worker",
      withPond(open, async ({ root }) => {
        const { hardwareConcurrency } = navigator;
        const ahead = hardwareConcurrency > 1 ? 2 : 1;
        let asked = 0;
        let taken = 0;
        let most = 0;
        async function* source(): AsyncGenerator<RecordBatch> {
          for (; asked < 20; ) {
            asked += 1;
            most = Math.max(most, asked - taken);
            yield createTestBatch(1000, asked * 1000);
          }
        }

        await root.createSeriesFromBatches("/s", source(), {
          onProgress: ({ rows }) => {
            taken = rows / 1000;
          },
        });

        expect(asked).equal(20);
        expect(most).within(1, ahead);
        expect((await root.stat("/s")).rowCount).equal(20_000);
      }),
    );
  });
}

/** A batch of four rows of the same schema. */
function createFour(batch: RecordBatch): RecordBatch {
  return batch.slice(0, 4);
}
