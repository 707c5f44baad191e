import type { RecordBatch, Schema } from "apache-arrow";
import * as own from "apache-arrow";
import { expect } from "chai";
import { adoptBatch } from "../../src/arrow/adopt-batch.ts";
import { adoptSchema } from "../../src/arrow/adopt-type.ts";
import type { BatchLike } from "../../src/arrow/index.ts";
import { rowsOf } from "./batch-fixtures.ts";
import { openMemoryPond } from "./memory-pond.ts";
import { failureOf, withPond } from "./with-pond.ts";

type Arrow = typeof own;

/** The same package as a script: classes of its own, all of them. */
async function loadOtherCopy(): Promise<Arrow> {
  const found = globalThis as { Arrow?: Arrow };
  const script = document.createElement("script");
  const url = new URL("../../node_modules/apache-arrow/Arrow.es2015.min.js", import.meta.url);
  await new Promise((resolve, reject) => {
    Object.assign(script, { src: url.href, onload: resolve, onerror: reject });
    document.head.append(script);
  });
  if (!found.Arrow) throw new Error("The script defines no Arrow");
  return found.Arrow;
}

function nestedTable(arrow: Arrow, rows: number): own.Table {
  const { Field, Int32, List, Struct, Utf8, vectorFromArray } = arrow;
  const point = new Struct([new Field("x", new Int32(), true), new Field("y", new Utf8(), true)]);
  const indices = Array.from({ length: rows }, (_, index) => index);
  const or = <Value>(value: Value, index: number) => (index % 7 === 3 ? null : value);
  return new arrow.Table({
    id: vectorFromArray(
      indices.map((index) => or(index, index)),
      new Int32(),
    ),
    big: vectorFromArray(
      indices.map((index) => or(BigInt(index) * 2n ** 40n, index)),
      new arrow.Int64(),
    ),
    text: vectorFromArray(
      indices.map((index) => or(`text ${index}`, index)),
      new Utf8(),
    ),
    kind: vectorFromArray(
      indices.map((index) => or(`kind ${index % 3}`, index)),
      new arrow.Dictionary(new Utf8(), new Int32()),
    ),
    flag: vectorFromArray(
      indices.map((index) => or(index % 2 === 0, index)),
      new arrow.Bool(),
    ),
    time: vectorFromArray(
      indices.map((index) => or(index * 1000, index)),
      new arrow.TimestampMillisecond("UTC"),
    ),
    list: vectorFromArray(
      indices.map((index) => or([index, index + 1], index)),
      new List(new Field("item", new Int32(), true)),
    ),
    point: vectorFromArray(
      indices.map((index) => or({ x: index, y: `y${index}` }, index)),
      point,
    ),
  });
}

const asText = (rows: unknown[]) =>
  rows.map((row) =>
    JSON.stringify(row, (_, value) => (typeof value === "bigint" ? `${value}n` : value)),
  );

describe("batches of another copy of apache-arrow", () => {
  it(
    "are written with all their rows and values: batch, table, iterable",
    withPond(openMemoryPond, async ({ root }) => {
      const foreign = await loadOtherCopy();
      const table = nestedTable(foreign, 500);
      const expected = asText(rowsOf(nestedTable(own, 500)));
      const [batch] = table.batches;

      await root.createTableFromBatch("/batch", batch!);
      await root.createTableFromBatches("/table", table);
      await root.createSeriesFromBatches("/sliced", [
        batch!.slice(0, 100),
        batch!.slice(100, 333),
        batch!.slice(333),
      ]);

      expect(Object.getPrototypeOf(batch)).not.equal(own.RecordBatch.prototype);
      for (const path of ["/batch", "/table", "/sliced"])
        expect(asText(rowsOf(await root.readTable(path))), path).deep.equal(expected);
    }),
  );

  it(
    "make the same schema as ours: one can be appended to the other",
    withPond(openMemoryPond, async ({ root }) => {
      const foreign = await loadOtherCopy();

      await root.createSeriesFromBatches("/s", nestedTable(own, 10));
      await root.appendSeries("/s", nestedTable(foreign, 10));

      expect((await root.readSeries("/s")).numRows).equal(20);
    }),
  );

  it(
    "are refused by name where their types are not known, with what to do",
    withPond(openMemoryPond, async ({ root }) => {
      const { data } = nestedTable(own, 1).batches[0]!;
      const fields = [{ name: "odd", type: { typeId: 99 }, nullable: true }];
      const batch: BatchLike = { schema: { fields }, data, numRows: 1 };

      const error = await failureOf(root.createTableFromBatch("/t", batch));

      expect(error).include({ code: "UNSUPPORTED_TYPE", path: "/t" });
      expect((error as Error).message)
        .include('"odd"')
        .include("tableToIPC");
    }),
  );

  it("are refused where the data is not what the schema says", () => {
    const { schema, data } = nestedTable(own, 3).batches[0]!;
    const adopted = adoptSchema(own, schema);
    const swapped = new own.Schema([...adopted.fields].reverse()) as Schema;
    const short = { schema, data: { children: [] }, numRows: 3 };

    expect(() => adoptBatch(own, { schema, data, numRows: 3 }, swapped)).throw(/not of its type/);
    expect(() => adoptBatch(own, short, adopted)).throw(/0 of 3 rows/);
  });

  it("of an older version keep 64 bits in pairs of 32", () => {
    const schema = new own.Schema([new own.Field("t", new own.TimestampMillisecond(), true)]);
    const values = new Int32Array(BigInt64Array.of(1n, 2n ** 40n, -1n).buffer);
    const column = {
      type: new own.TimestampMillisecond(),
      offset: 0,
      length: 3,
      nullCount: 0,
      values,
      children: [],
    };

    const batch = adoptBatch(own, { schema, data: { children: [column] }, numRows: 3 }, schema);

    const { values: own64 } = (batch as RecordBatch).data.children[0]!;
    expect([...own64]).deep.equal([1n, 2n ** 40n, -1n]);
  });
});
