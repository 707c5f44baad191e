import {
  Field,
  Float64,
  Int32,
  Int64,
  List,
  makeVector,
  Struct,
  type Table,
  TimestampMicrosecond,
  tableFromIPC,
  Utf8,
  type Vector,
  vectorFromArray,
} from "apache-arrow";
import { expect } from "chai";
import fc from "fast-check";
import {
  exportArrow,
  exportCsv,
  exportJson,
  exportNdjson,
  importCsv,
  importJson,
} from "../../src/interop/index.ts";
import { joinBytes } from "../../src/worker/join-bytes.ts";
import { batchOf, createTestBatch, rowsOf } from "../arrow/batch-fixtures.ts";
import { type CountedPond, openCountedPond } from "../arrow/reading/counted-pond.ts";
import { failureOf } from "../arrow/with-pond.ts";
import { withoutEval } from "../arrow/without-eval.ts";

describe("writing rows as CSV, JSON and Arrow", () => {
  let pond: CountedPond;

  beforeEach(async () => {
    pond = await openCountedPond();
  });

  afterEach(async () => {
    expect(pond.open).deep.equal({ sources: 0, readers: 0 });
    await pond.close();
  });

  async function bytesOf(stream: ReadableStream<Uint8Array>): Promise<Uint8Array<ArrayBuffer>> {
    const chunks: Uint8Array<ArrayBuffer>[] = [];
    const reader = stream.getReader();
    for (let next = await reader.read(); !next.done; next = await reader.read())
      chunks.push(next.value.slice());
    return joinBytes(chunks);
  }

  const textOf = async (stream: ReadableStream<Uint8Array>) =>
    new TextDecoder("utf-8", { ignoreBOM: true }).decode(await bytesOf(stream));

  it("writes CSV that importCsv reads as the same rows, whatever texts, numbers, moments and nulls", async () => {
    const { root } = pond;
    const texts = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.constantFrom("", " ", '"', ",", ";", "\r\n", "\n", "null", "a\tb", "|", "\uFEFF"),
    );
    const day = 86_400_000_000n;
    const row = fc.record({
      id: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
      text: fc.option(texts),
      long: fc.option(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })),
      ratio: fc.option(fc.double({ noNaN: true, noDefaultInfinity: true })),
      ok: fc.option(fc.boolean()),
      at: fc.option(fc.bigInt({ min: -100_000n * day, max: 100_000n * day })),
    });
    const types = { id: "int32", long: "int64", ratio: "float64", ok: "boolean" } as const;
    let run = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(row, { minLength: 1, maxLength: 20 }),
        fc.constantFrom(",", ";", "\t", "|"),
        async (rows, delimiter) => {
          run += 1;
          const column = <Key extends keyof (typeof rows)[number]>(name: Key) =>
            rows.map((one) => one[name]);
          const batch = batchOf({
            id: vectorFromArray(column("id"), new Int32()),
            text: vectorFromArray(column("text"), new Utf8()),
            long: vectorFromArray(column("long"), new Int64()),
            ratio: vectorFromArray(column("ratio"), new Float64()),
            ok: vectorFromArray(column("ok")),
            at: moments(column("at")),
          });
          await root.createTableFromBatch(`/${run}`, batch, { rowGroupRows: 7 });

          const text = await textOf(exportCsv(root, `/${run}`, { delimiter }));

          const told = { ...types, text: "text", at: "timestamp" } as const;
          await importCsv(root, `/again-${run}`, text, { delimiter, types: told });
          const again = await root.readTable(`/again-${run}`);
          const before = await root.readTable(`/${run}`);
          expect(plainRows(again)).deep.equal(plainRows(before));
        },
      ),
      { numRuns: 60 },
    );
  }).timeout(120_000);

  it("quotes what has a delimiter, a quote, a line end or space around it, and nothing else", async () => {
    const { root } = pond;
    const texts = ["a", "a,b", 'say "no"', "two\nlines", " a", "", null, "ä;€"];
    const inner = new Field("n", new Int64(), true);
    const lists = texts.map((_, at) => (at === 0 ? [{ n: 2n ** 60n }, null] : null));
    const batch = batchOf({
      "the text": vectorFromArray(texts, new Utf8()),
      list: vectorFromArray(lists, new List(new Field("item", new Struct([inner]), true))),
    });
    await root.createTableFromBatch("/t", batch);

    const text = await textOf(exportCsv(root, "/t"));
    const other = await textOf(exportCsv(root, "/t", { delimiter: ";", header: false, limit: 2 }));

    expect(text).equal(
      [
        "the text,list",
        'a,"[{""n"":""1152921504606846976""},null]"',
        '"a,b",',
        '"say ""no""",',
        '"two\nlines",',
        '" a",',
        '"",',
        ",",
        "ä;€,",
        "",
      ].join("\r\n"),
    );
    expect(other).equal('a;"[{""n"":""1152921504606846976""},null]"\r\na,b;\r\n');
  });

  it("writes the rows and columns that are asked for, and tells how many", async () => {
    const { root } = pond;
    await root.createSeriesFromBatches("/s", createTestBatch(5));
    const other = {
      id: vectorFromArray([7], new Int32()),
      other: vectorFromArray([1], new Int32()),
    };
    const { version } = await root.appendSeries("/s", batchOf(other));
    const asked = { filter: { id: { $gte: 2 } }, columns: ["id"] };
    const told: number[] = [];

    const csv = await textOf(exportCsv(root, "/s", { ...asked, version: version - 1 }));
    const json = await textOf(exportJson(root, "/s", { limit: 2 }));
    const onProgress = ({ rows }: { readonly rows: number }) => told.push(rows);
    const lines = await textOf(exportNdjson(root, "/s", { ...asked, onProgress }));

    expect(csv).equal("id\r\n2\r\n3\r\n4\r\n");
    expect(JSON.parse(json)).deep.equal([
      { id: 0, name: "name 0", other: null },
      { id: 1, name: "name 1", other: null },
    ]);
    expect(lines).equal('{"id":2}\n{"id":3}\n{"id":4}\n{"id":7}\n');
    expect(told.at(-1)).equal(4);
  });

  it("names the columns of a table without rows", async () => {
    const { root } = pond;
    await root.createTableFromBatch("/t", createTestBatch(1).slice(0, 0));

    expect(await textOf(exportCsv(root, "/t"))).equal("id,name\r\n");
    expect(JSON.parse(await textOf(exportJson(root, "/t")))).deep.equal([]);
    expect(await textOf(exportNdjson(root, "/t", { columns: ["name"] }))).equal("");
    const empty = tableFromIPC(await bytesOf(exportArrow(root, "/t")));
    expect(empty.schema.fields.map(({ name }) => name)).deep.equal(["id", "name"]);
    expect(empty.numRows).equal(0);
  });

  it("writes Arrow with the dictionaries of each batch, and the columns of a series that has grown some", async () => {
    const { root } = pond;
    const words = (start: number) =>
      batchOf({
        id: vectorFromArray([start, start + 1, start + 2], new Int32()),
        word: vectorFromArray([`w${start}`, `w${start + 1}`, `w${start}`]),
      });
    await root.createSeriesFromBatches("/s", [words(0), words(10)]);
    const before = textRows(await root.readSeries("/s"));
    const first = tableFromIPC(await bytesOf(exportArrow(root, "/s")));
    await root.appendSeries("/s", createTestBatch(3, 20));

    const bytes = await bytesOf(exportArrow(root, "/s"));

    const read = tableFromIPC(bytes);
    expect(read.batches.map(({ numRows }) => numRows)).deep.equal([3, 3, 3]);
    expect(textRows(first)).deep.equal(before);
    expect(textRows(read)).deep.equal(textRows(await root.readSeries("/s")));
  });

  it("ends with the signal's reason, and lets go of what it has opened when it is left", async () => {
    const { root } = pond;
    await root.createSeriesFromBatches("/s", createTestBatch(2000));
    for (let at = 1; at < 20; at += 1) await root.appendSeries("/s", createTestBatch(10, at));
    const controller = new AbortController();
    const reason = new Error("enough");

    const left = exportCsv(root, "/s").getReader();
    expect((await left.read()).done).equal(false);
    await left.cancel();
    const aborted = exportArrow(root, "/s", { signal: controller.signal }).getReader();
    await aborted.read();
    controller.abort(reason);

    const rest = (async () => {
      while (!(await aborted.read()).done);
    })();
    expect(await failureOf(rest)).equal(reason);
    expect(await failureOf(textOf(exportCsv(root, "/nothing")))).include({ code: "NOT_FOUND" });
    const unknown = exportJson(root, "/s", { columns: ["nothing"] });
    expect(await failureOf(textOf(unknown))).include({ code: "SCHEMA_MISMATCH" });
  });
});

describe("reading JSON, and adding to a series", () => {
  let pond: CountedPond;

  beforeEach(async () => {
    pond = await openCountedPond();
  });

  afterEach(() => pond.close());

  it("makes columns of the types that all values have", async () => {
    const { root } = pond;
    const text = '[{"a":1,"b":true,"c":"x"},{"a":2.5,"c":[1,{"d":null}]},{"a":null,"e":7}]';

    const { version } = await withoutEval(() => importJson(root, "/t", new Blob([text])));

    const table = await root.readTable("/t");
    expect(version).equal(1);
    expect(table.schema.fields.map(({ name, type }) => `${name} ${type}`)).deep.equal([
      "a Float64",
      "b Bool",
      "c Utf8",
      "e Int32",
    ]);
    expect(rowsOf(table)).deep.equal([
      { a: 1, b: true, c: "x", e: null },
      { a: 2.5, b: null, c: '[1,{"d":null}]', e: null },
      { a: null, b: null, c: null, e: 7 },
    ]);
  });

  it("reads what exportNdjson and exportJson write, and lines that look like it", async () => {
    const { root } = pond;
    await root.createTableFromBatch("/t", createTestBatch(20));

    await importJson(root, "/lines", exportNdjson(root, "/t"));
    await importJson(root, "/list", exportJson(root, "/t"), { as: "series" });
    await importJson(root, "/one", '{"id":1}\n', { lines: true });

    const expected = rowsOf(await root.readTable("/t"));
    expect(rowsOf(await root.readTable("/lines"))).deep.equal(expected);
    expect(rowsOf(await root.readSeries("/list"))).deep.equal(expected);
    expect(rowsOf(await root.readTable("/one"))).deep.equal([{ id: 1 }]);
  });

  it("refuses what are no rows, with the line, and leaves nothing", async () => {
    const { root } = pond;
    for (const text of ['{"a":1}', "[1]", "7", "", '{"a":', '[{"a":1},null]']) {
      const error = await failureOf(importJson(root, "/t", text));
      expect(error).include({ code: "UNSUPPORTED_TYPE", path: "/t" });
    }
    const error = await failureOf(importJson(root, "/t", '{"a":1}\n\n[2]\n'));
    expect(error).include({ code: "SCHEMA_MISMATCH", path: "/t", line: 3 });
    expect(await failureOf(importJson(root, "/t", Uint8Array.of(0xff)))).include({
      code: "UNSUPPORTED_TYPE",
    });
    expect(await root.exists("/t")).equal(false);
  });

  it("adds the rows of CSV and JSON to a series that is there, and to nothing else", async () => {
    const { root } = pond;
    await importCsv(root, "/s", "id,name\n1,a\n", { as: "series" });

    const added = await importCsv(root, "/s", "id,name\n2,b\n3,\n", { append: true });
    await importJson(root, "/s", '[{"id":4,"name":"d"}]', { append: true });

    expect(added).include({ rowCount: 2, version: 2 });
    expect(rowsOf(await root.readSeries("/s"))).deep.equal([
      { id: 1, name: "a" },
      { id: 2, name: "b" },
      { id: 3, name: null },
      { id: 4, name: "d" },
    ]);
    const missing = await failureOf(importCsv(root, "/none", "id\n1\n", { append: true }));
    expect(missing).include({ code: "NOT_FOUND" });
  });
});

/** Microseconds, with all their digits. */
function moments(values: readonly (bigint | null)[]): Vector {
  const [data] = vectorFromArray(values, new Int64()).data;
  if (!data) throw new Error("There are no values");
  return makeVector(data.clone(new TimestampMicrosecond()));
}

/** Rows as JSON texts: bigints and lists of two tables are no equal objects. */
function textRows(table: Table): string[] {
  return rowsOf(table).map((row) => JSON.stringify(row, plainBigint));
}

/** The same with the integers that moments are made of; negative zero is as good as zero. */
function plainRows(table: Table): string[] {
  const columns = table.schema.fields.map(({ name }) => {
    const vector = table.getChild(name);
    return Array.from(vector ?? [], (value: unknown, row) => {
      if (value === null) return null;
      if (name !== "at") return typeof value === "number" ? value + 0 : value;
      let at = row;
      for (const { values, length } of vector?.data ?? []) {
        if (at < length) return (values as BigInt64Array)[at];
        at -= length;
      }
      return undefined;
    });
  });
  return Array.from({ length: table.numRows }, (_, row) =>
    JSON.stringify(
      columns.map((column) => column[row]),
      plainBigint,
    ),
  );
}

function plainBigint(_: string, value: unknown): unknown {
  return typeof value === "bigint" ? `${value}n` : value;
}
