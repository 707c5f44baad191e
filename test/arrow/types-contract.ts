import {
  Binary,
  Bool,
  type DataType,
  DateDay,
  DateMillisecond,
  Decimal,
  Dictionary,
  Field,
  FixedSizeBinary,
  FixedSizeList,
  Float32,
  Float64,
  Int8,
  Int16,
  Int32,
  Int64,
  LargeUtf8,
  List,
  Map_,
  makeData,
  makeVector,
  Struct,
  TimeMicrosecond,
  TimestampMicrosecond,
  TimestampMillisecond,
  TimestampNanosecond,
  TimestampSecond,
  Uint8,
  Uint16,
  Uint32,
  Uint64,
  Utf8,
  type Vector,
  vectorFromArray,
} from "apache-arrow";
import { expect } from "chai";
import type { OpenPond } from "./arrow-contract.ts";
import { batchOf } from "./batch-fixtures.ts";
import { withPond } from "./with-pond.ts";

const ROWS = 50;

/** Every type that is asked for, with and without nulls, whole and sliced. */
export function describeTypes(open: OpenPond): void {
  describe("Arrow types", () => {
    for (const [name, make] of Object.entries(columns())) {
      it(
        `keep their type and values: ${name}`,
        withPond(open, async ({ root }) => {
          const batch = batchOf({ full: make(0), nulls: make(3) });
          const batches = [batch, batch.slice(3, 3), batch.slice(3, 20), batch.slice(20, 50)];

          await root.createTableFromBatches("/t", batches);

          const table = await root.readTable("/t");
          const one = await root.readTableAsBatch("/t");
          expect(table.schema.fields.map(String)).deep.equal(batch.schema.fields.map(String));
          for (const column of ["full", "nulls"]) {
            const values = plain(batch.getChild(column));
            const expected = [...values, ...values.slice(3)];
            expect(plain(table.getChild(column)), `table, ${column}`).deep.equal(expected);
            expect(plain(one.getChild(column)), `batch, ${column}`).deep.equal(expected);
          }
        }),
      );
    }

    it(
      "are unified where batches have dictionaries of their own",
      withPond(open, async ({ root }) => {
        const type = () => new Dictionary(new Utf8(), new Int8());
        const texts = Array.from({ length: 400 }, (_, index) => `text ${index}`);
        const parts = [texts.slice(0, 100), texts.slice(50, 150), texts.slice(150, 400)];
        const batches = parts.flatMap((part) =>
          [part.slice(0, 100), part.slice(100, 200), part.slice(200)]
            .filter(({ length }) => length > 0)
            .map((values) => batchOf({ text: vectorFromArray(values, type()) })),
        );

        await root.createSeriesFromBatches("/s", batches);
        await root.appendSeries("/s", batches);

        const expected = [...parts.flat(), ...parts.flat()];
        const [table, one] = [await root.readSeries("/s"), await root.readTableAsBatch("/s")];
        expect(plain(table.getChild("text"))).deep.equal(expected);
        expect(plain(one.getChild("text"))).deep.equal(expected);
        expect(one.getChild("text")?.data[0]?.dictionary?.length).equal(400);
      }),
    );

    it(
      "keep the metadata of fields; in what order it was set does not matter to an append",
      withPond(open, async ({ root }) => {
        const entries: [string, string][] = [
          ["b", "2"],
          ["a", "1"],
          ["c", "3"],
        ];
        const batch = (metadata: Map<string, string>) => {
          const fields = [new Field("x", new Int32(), true, metadata)];
          const { data } = batchOf({ x: vectorFromArray([1], new Int32()) });
          return { schema: { fields, metadata }, data, numRows: 1 };
        };
        await root.createSeriesFromBatches("/s", [batch(new Map(entries))]);

        await root.appendSeries("/s", [batch(new Map(entries.toReversed()))]);

        const { schema, segments } = await root.describe("/s");
        expect(segments).equal(2);
        expect(Object.fromEntries(schema.fields[0]?.metadata ?? [])).deep.equal(
          Object.fromEntries(entries),
        );
      }),
    );
  });
}

/** Makes a column with a null at every so many rows; 0: none. */
type Make = (nullEvery: number) => Vector;

function columns(): Record<string, Make> {
  const of =
    (type: DataType, value: (index: number) => unknown): Make =>
    (nullEvery) =>
      vectorFromArray(values(nullEvery, value), type);
  const times =
    (type: DataType): Make =>
    (nullEvery) => {
      const data = BigInt64Array.from({ length: ROWS }, (_, index) => BigInt(index - 9) * 86_400n);
      return makeVector(
        makeData({ type: type as TimestampSecond, length: ROWS, data, ...validity(nullEvery) }),
      );
    };
  return {
    int8: of(new Int8(), (index) => index - 25),
    int16: of(new Int16(), (index) => index * -600),
    int32: of(new Int32(), (index) => index * -40_000_000),
    int64: of(new Int64(), (index) => 2n ** 62n - BigInt(index)),
    uint8: of(new Uint8(), (index) => index * 5),
    uint16: of(new Uint16(), (index) => index * 1300),
    uint32: of(new Uint32(), (index) => index * 85_000_000),
    uint64: of(new Uint64(), (index) => 2n ** 64n - 1n - BigInt(index)),
    float32: of(new Float32(), (index) => index / 4),
    float64: of(new Float64(), (index) => (index === 7 ? Number.NaN : index / 3)),
    utf8: of(new Utf8(), (index) => (index % 4 === 0 ? "" : `é${"x".repeat(index)}`)),
    largeUtf8: of(new LargeUtf8(), (index) => `🌊${index}`),
    binary: of(new Binary(), (index) => Uint8Array.of(index, 255, 0)),
    fixedSizeBinary: of(new FixedSizeBinary(3), (index) => Uint8Array.of(index, 1, 2)),
    bool: of(new Bool(), (index) => index % 3 === 0),
    dateDay: of(new DateDay(), (index) => new Date((index - 10) * 86_400_000)),
    dateMillisecond: of(new DateMillisecond(), (index) => new Date((index - 10) * 86_400_000)),
    timeMicrosecond: of(new TimeMicrosecond(), (index) => BigInt(index) * 1_000_003n),
    timestampSecond: times(new TimestampSecond()),
    timestampMillisecond: times(new TimestampMillisecond()),
    timestampMicrosecond: times(new TimestampMicrosecond()),
    timestampNanosecond: times(new TimestampNanosecond()),
    timestampSecondZone: times(new TimestampSecond("UTC")),
    timestampMillisecondZone: times(new TimestampMillisecond("Europe/Berlin")),
    timestampMicrosecondZone: times(new TimestampMicrosecond("UTC")),
    timestampNanosecondZone: times(new TimestampNanosecond("+02:00")),
    decimal: of(new Decimal(2, 20, 128), (index) => Uint32Array.of(index * 100, index, 0, 0)),
    dictionary: of(new Dictionary(new Utf8(), new Int32()), (index) => `value ${index % 7}`),
    list: of(new List(new Field("item", new Int32(), true)), (index) =>
      Array.from({ length: index % 4 }, (_, at) => (at === 2 ? null : at + index)),
    ),
    listOfText: of(new List(new Field("item", new Utf8(), true)), (index) =>
      Array.from({ length: index % 3 }, (_, at) => `${at} of ${index}`),
    ),
    fixedSizeList: of(new FixedSizeList(2, new Field("item", new Float64(), true)), (index) => [
      index,
      index / 2,
    ]),
    struct: of(
      new Struct([new Field("a", new Int32(), true), new Field("b", new Utf8(), true)]),
      (index) => ({ a: index, b: index % 2 ? `b${index}` : null }),
    ),
    map: of(
      new Map_(
        new Field(
          "entries",
          new Struct([new Field("keys", new Utf8()), new Field("values", new Int32(), true)]),
        ) as Field<Struct>,
      ),
      (index) => new Map([[`k${index}`, index]]),
    ),
  };
}

function values(nullEvery: number, value: (index: number) => unknown): unknown[] {
  return Array.from({ length: ROWS }, (_, index) =>
    isNull(index, nullEvery) ? null : value(index),
  );
}

function isNull(index: number, nullEvery: number): boolean {
  return nullEvery > 0 && index % nullEvery === 0;
}

function validity(nullEvery: number): { nullCount: number; nullBitmap?: Uint8Array } {
  if (nullEvery === 0) return { nullCount: 0 };
  const nullBitmap = new Uint8Array(8);
  let nullCount = 0;
  for (let index = 0; index < ROWS; index += 1) {
    if (isNull(index, nullEvery)) nullCount += 1;
    else nullBitmap[index >> 3]! |= 1 << (index & 7);
  }
  return { nullCount, nullBitmap };
}

/** Values that `deep.equal` can compare: nested ones as JSON does, 64-bit integers as text. */
function plain(column: Vector | null): unknown[] {
  return Array.from(column ?? [], (value: unknown) =>
    typeof value === "object" && value !== null ? JSON.stringify(value, asText) : value,
  );
}

function asText(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? `${value}n` : value;
}
