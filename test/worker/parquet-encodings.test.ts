import {
  Bool,
  FixedSizeBinary,
  Float32,
  Float64,
  Int32,
  Int64,
  Utf8,
  type Vector,
  vectorFromArray,
} from "apache-arrow";
import { expect } from "chai";
import { parquetMetadata, parquetReadObjects } from "hyparquet";
import type { EncodeOptions, ParquetEncoding } from "../../src/worker/parquet-types.ts";
import {
  closeClients,
  encodeAll,
  failureOf,
  MemorySource,
  newClient,
  readAll,
  toIpc,
} from "./parquet-fixtures.ts";

const ROWS = Array.from({ length: 300 }, (_, row) => row);

/** A column of each Parquet type, by its name. */
function columns(): Record<string, Vector> {
  const nullable = <T>(value: (row: number) => T) =>
    ROWS.map((row) => (row % 7 === 0 ? null : value(row)));
  return {
    bool: vectorFromArray(
      nullable((row) => row % 3 === 0),
      new Bool(),
    ),
    int32: vectorFromArray(
      nullable((row) => row * 3 - 100),
      new Int32(),
    ),
    int64: vectorFromArray(
      nullable((row) => BigInt(row) ** 5n),
      new Int64(),
    ),
    float: vectorFromArray(
      nullable((row) => row / 4),
      new Float32(),
    ),
    double: vectorFromArray(
      nullable((row) => row / 7),
      new Float64(),
    ),
    text: vectorFromArray(
      nullable((row) => `name ${row}`),
      new Utf8(),
    ),
    fixed: vectorFromArray(
      nullable((row) => Uint8Array.of(row, row >> 8, 1, 2)),
      new FixedSizeBinary(4),
    ),
  };
}

const ALLOWED: Readonly<Record<string, readonly ParquetEncoding[]>> = {
  bool: ["plain", "rle"],
  int32: ["plain", "delta_binary_packed", "byte_stream_split"],
  int64: ["plain", "delta_binary_packed", "byte_stream_split"],
  float: ["plain", "byte_stream_split"],
  double: ["plain", "byte_stream_split"],
  text: ["plain", "delta_length_byte_array", "delta_byte_array"],
  fixed: ["plain", "delta_byte_array", "byte_stream_split"],
};

const ALL: readonly ParquetEncoding[] = [
  "plain",
  "rle",
  "delta_binary_packed",
  "delta_length_byte_array",
  "delta_byte_array",
  "byte_stream_split",
];

function chunk(
  file: Uint8Array<ArrayBuffer>,
  name: string,
): { encodings: string[]; codec: string } {
  const chunks = parquetMetadata(file.buffer).row_groups[0]?.columns ?? [];
  const found = chunks.find(({ meta_data }) => meta_data?.path_in_schema[0] === name)?.meta_data;
  return { encodings: found?.encodings ?? [], codec: found?.codec ?? "" };
}

describe("encodings", () => {
  afterEach(closeClients);

  for (const [name, allowed] of Object.entries(ALLOWED)) {
    for (const encoding of allowed) {
      it(`${encoding} of a column of type ${name} is read back, by others too`, async () => {
        const client = newClient();
        const own = { [name]: columns()[name] as Vector };
        const options: EncodeOptions = { encoding: { [name]: encoding }, compression: "snappy" };

        const { file } = await encodeAll(client, [toIpc(own)], options);
        const [table] = await readAll(await client.openReader(new MemorySource(file)));
        const rows = await parquetReadObjects({ file: file.buffer, utf8: false });

        expect(chunk(file, name).encodings).include(encoding.toUpperCase());
        expect(chunk(file, name).encodings).not.include("RLE_DICTIONARY");
        const values = Array.from(table?.getChild(name) ?? [], String);
        expect(values).deep.equal(Array.from(own[name] ?? [], String));
        expect(rows.length).equal(ROWS.length);
        expect(rows.filter((row) => row[name] === null).length).equal(43);
      });
    }

    it(`that a column of type ${name} does not have are refused with those it has`, async () => {
      const client = newClient();
      const own = { [name]: columns()[name] as Vector };

      for (const encoding of ALL.filter((one) => !allowed.includes(one))) {
        for (const option of [encoding, { [name]: encoding }, { "*": encoding }]) {
          const error = await failureOf(encodeAll(client, [toIpc(own)], { encoding: option }));
          expect(error).property("code", "SCHEMA_MISMATCH");
          expect(error.message).include(`"${name}" as ${encoding}`).include(allowed.join(", "));
        }
      }
    });
  }

  it("follow the choices where the options say nothing", async () => {
    const choices = {
      int64: { dictionary: true, encoding: "delta_binary_packed" },
      text: { dictionary: false, encoding: "delta_byte_array" },
      double: { dictionary: false, encoding: "byte_stream_split" },
      int32: { dictionary: true },
    } as const;
    const encode = async (options: EncodeOptions) => {
      const encoder = await newClient().openEncoder(options);
      const body = await encoder.encode(toIpc(columns()), choices);
      const { tail } = await encoder.finish();
      return new Uint8Array([...body, ...tail]);
    };

    const chosen = await encode({});
    const asked = await encode({
      dictionary: { int64: false, text: true, "*": "auto" },
      encoding: { double: "plain", int32: "plain" },
    });

    const names = Object.keys(choices);
    expect(names.map((name) => chunk(chosen, name).encodings.join())).deep.equal([
      "PLAIN,RLE,RLE_DICTIONARY",
      "RLE,DELTA_BYTE_ARRAY",
      "RLE,BYTE_STREAM_SPLIT",
      "PLAIN,RLE,RLE_DICTIONARY",
    ]);
    expect(names.map((name) => chunk(asked, name).encodings.join())).deep.equal([
      "RLE,DELTA_BINARY_PACKED",
      "PLAIN,RLE,RLE_DICTIONARY",
      "PLAIN,RLE",
      "PLAIN,RLE",
    ]);
  });

  it("are refused with a TypeError where nobody knows them", async () => {
    const client = newClient();
    const refused: readonly object[] = [
      { encoding: "zip" },
      { encoding: { a: "delta" } },
      { dictionary: "always" },
      { dictionary: { a: 1 } },
      { keyValueMetadata: { a: 1 } },
      { sortedBy: ["a"] },
      { sortedBy: [{ column: "a" }, { column: "a" }] },
    ];

    for (const options of refused)
      expect(await failureOf(client.openEncoder(options))).instanceOf(TypeError);
  });
});

describe("what a footer says of a file", () => {
  afterEach(closeClients);

  it("has the order of its rows in every row group, also after splicing", async () => {
    const client = newClient();
    const options: EncodeOptions = {
      sortedBy: [{ column: "text", descending: true, nullsFirst: true }, { column: "int32" }],
    };

    const { file } = await encodeAll(client, [toIpc(columns()), toIpc(columns())], options);
    const spliced = await client.splice([new MemorySource(file), new MemorySource(file)]);
    const joined = await spliced.read(0, spliced.size);

    const expected = [
      { column_idx: 5, descending: true, nulls_first: true },
      { column_idx: 1, descending: false, nulls_first: false },
    ];
    for (const [bytes, count] of [
      [file, 2],
      [joined, 4],
    ] as const) {
      const groups = parquetMetadata(bytes.buffer).row_groups;
      expect(groups.map(({ sorting_columns }) => sorting_columns)).deep.equal(
        Array(count).fill(expected),
      );
      const [table] = await readAll(await client.openReader(new MemorySource(bytes)));
      expect(table?.numRows).equal(ROWS.length);
    }
  });

  it("has no order of columns that are not there", async () => {
    const error = await failureOf(
      encodeAll(newClient(), [toIpc(columns())], { sortedBy: [{ column: "none" }] }),
    );

    expect(error).property("code", "SCHEMA_MISMATCH");
    expect(error.message).include('"none"').include('"int64"');
  });

  it("has the metadata that it was given, and keeps it when it is spliced", async () => {
    const client = newClient();
    const keyValueMetadata = { station: "Zürich", unit: "°C", empty: "" };

    const { file } = await encodeAll(client, [toIpc(columns())], { keyValueMetadata });
    const spliced = await client.splice([new MemorySource(file), new MemorySource(file)]);

    for (const bytes of [file, await spliced.read(0, spliced.size)]) {
      const pairs = parquetMetadata(bytes.buffer).key_value_metadata ?? [];
      const found = Object.fromEntries(pairs.map(({ key, value }) => [key, value ?? ""]));
      expect(found).include(keyValueMetadata);
      expect(Object.keys(found)).include("ARROW:schema");
    }
  });
});
