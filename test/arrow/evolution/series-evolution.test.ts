import {
  type DataType,
  DateDay,
  Dictionary,
  Field,
  Float32,
  Float64,
  Int8,
  Int16,
  Int32,
  Int64,
  List,
  makeData,
  RecordBatch,
  Schema,
  Struct,
  TimestampMicrosecond,
  Utf8,
  vectorFromArray,
} from "apache-arrow";
import { expect } from "chai";
import { ArrowWD } from "../../../src/arrow/index.ts";
import { deletePond, openPond } from "../../../src/index.ts";
import { FS, MemoryPersistence } from "../../../src/tinyfs/index.ts";
import { ParquetClient } from "../../../src/worker/parquet-client.ts";
import { batchOf } from "../batch-fixtures.ts";
import { openMemoryPond } from "../memory-pond.ts";
import { collect, failureOf, treeOf, withPond } from "../with-pond.ts";
import { plainRows } from "./typed-columns.ts";

/** Columns of values: `[type, values]` by name. */
type Columns = Record<string, readonly [DataType, readonly unknown[]]>;

const make = (columns: Columns): RecordBatch =>
  batchOf(
    Object.fromEntries(
      Object.entries(columns).map(([name, [type, values]]) => [
        name,
        vectorFromArray(values, type),
      ]),
    ),
  );

const FIRST: Columns = { id: [new Int32(), [1, 2]], value: [new Float32(), [0.5, null]] };
const SECOND: Columns = {
  value: [new Float64(), [0.1]],
  id: [new Int64(), [2n ** 40n]],
  note: [new Utf8(), ["new"]],
};
const THIRD: Columns = { id: [new Int16(), [3]] };

describe("a series whose columns change", () => {
  it(
    "is read in one schema, by batches, as a table, as a batch and in part",
    withPond(openMemoryPond, async ({ root }) => {
      await root.createSeriesFromBatches("/s", make(FIRST));
      await root.appendSeries("/s", make(SECOND));
      await root.appendSeries("/s", make(THIRD));

      const expected = [
        { id: "1", value: "0.5", note: null },
        { id: "2", value: null, note: null },
        { id: String(2n ** 40n), value: "0.1", note: "new" },
        { id: "3", value: null, note: null },
      ];
      const batches = await collect(root.readSeriesAsStream("/s"));
      expect(new Set(batches.map(({ schema }) => schema.fields.join()))).deep.equal(
        new Set(["id: Int64,value: Float64,note: Utf8"]),
      );
      expect(batches.flatMap(plainRows)).deep.equal(expected);
      expect((await root.readSeries("/s")).batches.flatMap(plainRows)).deep.equal(expected);
      expect((await root.readTable("/s")).schema.fields.join()).equal(
        batches[0]?.schema.fields.join(),
      );
      expect(plainRows(await root.readTableAsBatch("/s"))).deep.equal(expected);
      const notes = await root.readTable("/s", { columns: ["note"] });
      expect(notes.toArray().map((row) => row?.["note"])).deep.equal([null, null, "new", null]);
    }),
  );

  it(
    "is read at a version in the schema of that version's segments",
    withPond(openMemoryPond, async ({ root }) => {
      await root.createSeriesFromBatches("/s", make(FIRST));
      await root.appendSeries("/s", make(SECOND));

      const text = async (version: number) =>
        String((await root.readTable("/s", { version })).schema);
      expect(await text(1)).equal(String(make(FIRST).schema));
      expect(await text(2))
        .contain("note: Utf8")
        .contain("id: Int64");
    }),
  );

  it(
    "takes nested columns, dictionaries and dates",
    withPond(openMemoryPond, async ({ root }) => {
      const item = (type: DataType) => new List(new Field("item", type, true));
      const struct = (fields: Record<string, DataType>) =>
        new Struct(Object.entries(fields).map(([name, type]) => new Field(name, type, true)));
      await root.createSeriesFromBatches(
        "/s",
        make({
          l: [item(new Int8()), [[1, null], []]],
          s: [struct({ a: new Int8() }), [{ a: 1 }, null]],
          d: [new Dictionary(new Utf8(), new Int8()), ["x", "y"]],
          t: [new DateDay(), [new Date(0), new Date(86_400_000)]],
        }),
      );
      await root.appendSeries(
        "/s",
        make({
          l: [item(new Int32()), [[70_000]]],
          s: [struct({ b: new Utf8(), a: new Int32() }), [{ b: "q", a: 2 }]],
          d: [new Utf8(), ["z"]],
          t: [new TimestampMicrosecond(), [1]],
        }),
      );

      const table = await root.readTable("/s");
      expect(table.batches.flatMap(plainRows)).deep.equal([
        { l: ["1", null], s: { a: "1" }, d: "x", t: "0" },
        { l: [], s: null, d: "y", t: "86400000" },
        { l: ["70000"], s: { a: "2", b: "q" }, d: "z", t: "1" },
      ]);
      expect(plainRows(await root.readTableAsBatch("/s"))).deep.equal(
        table.batches.flatMap(plainRows),
      );
    }),
  );

  it(
    "refuses columns that do not go with it before a byte is written, with both schemas",
    withPond(openMemoryPond, async (pond) => {
      const { root } = pond;
      await root.createSeriesFromBatches("/s", make(FIRST));
      await root.appendSeries("/s", make(SECOND));
      const before = await treeOf(pond);
      let taken = 0;

      const other = make({ id: [new Int32(), [1]], note: [new Float64(), [1]] });
      const onProgress = () => {
        taken += 1;
      };
      const error = await failureOf(root.appendSeries("/s", other, { onProgress }));

      expect(error).include({
        code: "SCHEMA_MISMATCH",
        path: "/s",
        expected: '"id" Int64, "value" Float64, "note" Utf8',
        found: '"id" Int32, "note" Float64',
      });
      expect((error as Error).message)
        .contain('Cannot append to "/s"')
        .contain('column "note"');
      expect(taken).equal(0);
      expect(await treeOf(pond)).deep.equal(before);
      expect((await root.readTable("/s")).numRows).equal(3);
    }),
  );

  it(
    "has two columns where names differ in case, and refuses two of one name",
    withPond(openMemoryPond, async ({ root }) => {
      await root.createSeriesFromBatches("/s", make({ id: [new Int32(), [1]] }));
      await root.appendSeries("/s", make({ ID: [new Utf8(), ["x"]] }));
      const fields = ["id", "id"].map((name) => new Field(name, new Int32(), true));
      const children = fields.map(() => vectorFromArray([1], new Int32()).data[0]!);
      const data = makeData({ type: new Struct(fields), length: 1, nullCount: 0, children });

      const error = await failureOf(
        root.appendSeries("/s", new RecordBatch(new Schema(fields), data)),
      );

      expect((await root.readTable("/s")).schema.names).deep.equal(["id", "ID"]);
      expect(error).include({ code: "SCHEMA_MISMATCH", path: "/s" });
      expect((error as Error).message).contain('Two columns have the name "id"');
    }),
  );

  it("stays readable where two append columns at once that do not go together", async () => {
    const persistence = new MemoryPersistence();
    const parquet = new ParquetClient();
    const open = () =>
      new FS({ persistence }, (context) => new ArrowWD({ ...context, parquet })).root;
    const [one, other] = [open(), open()];
    try {
      await one.createSeriesFromBatches("/s", make(FIRST));
      // Each has been checked, and is about to commit, before the other one has.
      const commit = persistence.commit.bind(persistence);
      let waiting = 0;
      let letGo = () => {};
      const both = new Promise<void>((resolve) => {
        letGo = resolve;
      });
      persistence.commit = async (...args) => {
        waiting += 1;
        if (waiting === 2) letGo();
        await both;
        return commit(...args);
      };

      const outcomes = await Promise.allSettled([
        one.appendSeries("/s", make({ ...FIRST, x: [new Utf8(), ["a", "b"]] })),
        other.appendSeries("/s", make({ ...FIRST, x: [new Float64(), [1, 2]] })),
      ]);

      const refused = outcomes.flatMap((outcome) =>
        outcome.status === "rejected" ? [outcome.reason as unknown] : [],
      );
      expect(refused).lengthOf(1);
      expect(refused[0]).include({ code: "SCHEMA_MISMATCH", path: "/s" });
      expect((await one.readTable("/s")).numRows).equal(4);
    } finally {
      await parquet.close();
    }
  });

  it("stays readable where two tabs do, and takes both where they go together", async () => {
    const name = `evolution ${crypto.randomUUID()}`;
    const tabs = [await openPond(name), await openPond(name)] as const;
    try {
      const [one, other] = tabs;
      await one.root.createSeriesFromBatches("/s", make(FIRST));
      for (let round = 0; round < 4; round += 1) {
        const column = `x${round}`;
        const outcomes = await Promise.allSettled([
          one.root.appendSeries("/s", make({ ...FIRST, [column]: [new Utf8(), ["a", "b"]] })),
          other.root.appendSeries("/s", make({ ...FIRST, [column]: [new Float64(), [1, 2]] })),
          one.root.appendSeries("/s", make({ ...FIRST, [`y${round}`]: [new Int8(), [1, 2]] })),
          other.root.appendSeries("/s", make({ ...FIRST, [`y${round}`]: [new Int16(), [1, 2]] })),
        ]);
        expect(outcomes.filter(({ status }) => status === "rejected")).lengthOf(1);
        const table = await other.root.readTable("/s");
        expect(table.numRows).equal(2 + (round + 1) * 6);
        const wide = table.schema.fields.find((field) => field.name === `y${round}`);
        expect(String(wide?.type)).equal("Int16");
      }
    } finally {
      for (const tab of tabs) await tab.close();
      await deletePond(name);
    }
  }).timeout(60_000);

  it(
    "cannot be read as bytes, which exportParquet() writes anew",
    withPond(openMemoryPond, async ({ root }) => {
      await root.createSeriesFromBatches("/s", make(FIRST));
      await root.appendSeries("/s", make(SECOND));

      const error = await failureOf(root.readFile("/s"));
      const old = await root.exportParquet("/s", { version: 1 });
      const file = await root.exportParquet("/s");
      await root.appendSeries("/s", make(THIRD));

      expect(error).include({ code: "SCHEMA_MISMATCH", path: "/s" });
      expect((error as Error).message).contain("exportParquet()");
      await root.importParquet("/copy", new Uint8Array(await file.arrayBuffer()));
      const expected = await root.readTable("/s", { version: 2 });
      const copy = await root.readTable("/copy");
      expect(copy.schema.fields.join()).equal(expected.schema.fields.join());
      expect(copy.batches.flatMap(plainRows)).deep.equal(expected.batches.flatMap(plainRows));
      expect(new Uint8Array(await old.arrayBuffer())).deep.equal(
        await root.readFile("/s", { version: 1 }),
      );
      await old.close();
      await file.close();
    }),
  );

  it("leaves nothing behind where it was exported", async () => {
    const persistence = new MemoryPersistence();
    const parquet = new ParquetClient();
    const joinSegments = (sources: Parameters<ParquetClient["splice"]>[0]) =>
      parquet.splice(sources);
    const services = { persistence, joinSegments };
    const { root } = new FS(services, (context) => new ArrowWD({ ...context, parquet }));
    let dropped = 0;
    const discard = persistence.discard.bind(persistence);
    persistence.discard = () => {
      dropped += 1;
      return discard();
    };
    try {
      await root.createSeriesFromBatches("/s", make(FIRST));
      await root.appendSeries("/s", make(SECOND));
      const before = await persistence.head();

      const file = await root.exportParquet("/s");
      expect(dropped).equal(0);
      await file.close();

      expect(dropped).equal(1);
      expect(await persistence.head()).deep.equal(before);
      const signal = AbortSignal.abort(new Error("enough"));
      expect(await failureOf(root.exportParquet("/s", { signal }))).include({ message: "enough" });
    } finally {
      await parquet.close();
    }
  });

  it(
    "keeps the metadata of its schema and columns, the first one's where they differ",
    withPond(openMemoryPond, async ({ root }) => {
      const withMetadata = (metadata: Record<string, string>) => {
        const { schema, data } = make(FIRST);
        const map = new Map(Object.entries(metadata));
        const fields = schema.fields.map((field) => field.clone({ metadata: map }));
        return new RecordBatch(new Schema(fields, map), data);
      };
      await root.createTableFromBatch("/t", withMetadata({ station: "a" }));
      await root.createSeriesFromBatches("/s", withMetadata({ station: "a" }));
      await root.appendSeries("/s", withMetadata({ station: "b", by: "c" }));

      for (const _ of [1, 2]) {
        const { schema } = await root.readTable("/t");
        expect([...schema.metadata]).deep.equal([["station", "a"]]);
        expect([...(schema.fields[0]?.metadata ?? [])]).deep.equal([["station", "a"]]);
      }
      for (const { schema } of await collect(root.readSeriesAsStream("/s"))) {
        expect([...schema.metadata]).deep.equal([
          ["station", "a"],
          ["by", "c"],
        ]);
      }
      expect((await root.describe("/t")).schema.metadata.get("station")).equal("a");
    }),
  );
});
