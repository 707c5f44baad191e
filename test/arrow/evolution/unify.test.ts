import * as arrow from "apache-arrow";
import {
  Bool,
  DataType,
  Field,
  Float64,
  Int8,
  Int32,
  Int64,
  List,
  makeData,
  type RecordBatch,
  Schema,
  Struct,
  Utf8,
  type Vector,
} from "apache-arrow";
import { expect } from "chai";
import fc from "fast-check";
import { adoptBatch } from "../../../src/arrow/adopt-batch.ts";
import { adoptSchema } from "../../../src/arrow/adopt-type.ts";
import { schemaText, typeText } from "../../../src/arrow/batch-schema.ts";
import { adaptBatch, nullBatch } from "../../../src/arrow/evolution/adapt-batch.ts";
import { isIdenticalSchema } from "../../../src/arrow/evolution/is-identical.ts";
import { assertUniqueColumns, unifySchemas } from "../../../src/arrow/evolution/unify.ts";
import { isTinyFSError } from "../../../src/tinyfs/index.ts";
import { batchOf } from "../batch-fixtures.ts";
import { columnOf, plainRows, typedColumns } from "./typed-columns.ts";

type Pair = readonly [first: string, second: string, unified: string];

const WIDENED: readonly Pair[] = [
  ["int8", "int16", "Int16"],
  ["int16", "int32", "Int32"],
  ["int32", "int64", "Int64"],
  ["int8", "int64", "Int64"],
  ["uint8", "uint16", "Uint16"],
  ["uint16", "uint64", "Uint64"],
  ["uint32", "uint64", "Uint64"],
  ["int8", "uint8", "Int16"],
  ["int16", "uint8", "Int16"],
  ["uint16", "int8", "Int32"],
  ["uint32", "int32", "Int64"],
  ["uint32", "int64", "Int64"],
  ["float16", "float32", "Float32"],
  ["float16", "float64", "Float64"],
  ["float32", "float64", "Float64"],
  ["day", "date64", "Date64<MILLISECOND>"],
  ["day", "seconds", "Timestamp<SECOND>"],
  ["day", "nanos", "Timestamp<NANOSECOND>"],
  ["day", "zoned", "Timestamp<SECOND, UTC>"],
  ["date64", "seconds", "Timestamp<MILLISECOND>"],
  ["date64", "micros", "Timestamp<MICROSECOND>"],
  ["seconds", "millis", "Timestamp<MILLISECOND>"],
  ["millis", "micros", "Timestamp<MICROSECOND>"],
  ["micros", "nanos", "Timestamp<NANOSECOND>"],
  ["utf8View", "utf8", "Utf8"],
  ["utf8View", "largeUtf8", "LargeUtf8"],
  ["utf8", "largeUtf8", "LargeUtf8"],
  ["binaryView", "binary", "Binary"],
  ["binary", "largeBinary", "LargeBinary"],
  ["dictionary", "utf8", "Utf8"],
  ["dictionary", "largeUtf8", "LargeUtf8"],
  ["dictionary", "wideDictionary", "Dictionary<Int32, LargeUtf8>"],
  ["numberDictionary", "int8", "Int16"],
  ["numberDictionary", "int32", "Int32"],
  ["nothing", "utf8", "Utf8"],
  ["nothing", "list", "List<Int8>"],
  ["list", "listOfLong", "List<Int64>"],
  ["pair", "longPair", "FixedSizeList[2]<Int32>"],
  ["struct", "otherStruct", "Struct<{a:Int32, b:Utf8, c:Bool}>"],
  ["map", "wideMap", "Map<{key:Utf8, value:Int64}>"],
];

describe("the schema that segments have together", () => {
  for (const [first, second, unified] of WIDENED) {
    it(`has ${unified} for ${first} and ${second}`, () => {
      for (const [one, other] of [
        [first, second],
        [second, first],
      ] as const) {
        const [field] = unifySchemas(arrow, [schemaOf(one), schemaOf(other)]).schema.fields;
        // The fields of structs stand in the order in which they come.
        if (one === first || !/struct/i.test(one)) expect(String(field?.type)).equal(unified);
        expect(field?.nullable).equal(true);
      }
    });
  }

  it("is refused for each pair of types that no type holds without loss", () => {
    const names = Object.keys(typedColumns);
    const joined = new Set(WIDENED.flatMap(([a, b]) => [`${a} ${b}`, `${b} ${a}`]));
    const families = [
      /^(int|uint)\d+$/,
      /^(day|date64|seconds|millis|micros|nanos)$/,
      /^(day|date64|zoned)$/,
      /^(utf8|largeUtf8|utf8View|dictionary|wideDictionary)$/,
      /^(binary|largeBinary|binaryView)$/,
      /^(int\d+|uint8|uint16|uint32|numberDictionary)$/,
      /^nothing$/,
    ];
    const isKin = (a: string, b: string) =>
      a === "nothing" || b === "nothing" || families.some((of) => of.test(a) && of.test(b));
    for (const a of names) {
      for (const b of names) {
        if (a === b || joined.has(`${a} ${b}`)) continue;
        const hasSign = /^int|^number/.test(a) || /^int|^number/.test(b);
        const isTooWide = hasSign && (a === "uint64" || b === "uint64");
        if (isKin(a, b) && !isTooWide) continue;
        expect(() => unifySchemas(arrow, [schemaOf(a), schemaOf(b)]), `${a} and ${b}`).throw(
          'column "x" is',
        );
      }
    }
  });

  it("is refused with both schemas, and the path of the column within others", () => {
    const inner = (type: DataType) =>
      new Struct([new Field("list", new List(new Field("item", type, true)), true)]);
    const first = new Schema([new Field("s", inner(new Int32())), new Field("id", new Int8())]);
    const second = new Schema([new Field("s", inner(new Utf8()))]);

    const error = failure(() => unifySchemas(arrow, [first, second]));

    expect(isTinyFSError(error, "SCHEMA_MISMATCH")).equal(true);
    expect(error).include({ expected: schemaText(first), found: schemaText(second) });
    expect((error as Error).message).include('column "s.list" is Utf8');
    expect((error as Error).message)
      .include(schemaText(first))
      .include(schemaText(second));
  });

  it("has columns where they first appear, null where a segment lacks them, and tells where they begin", () => {
    const column = (name: string) => new Field(name, new Int8(), false);
    const schemas = [
      new Schema([column("a"), column("b")]),
      new Schema([column("c"), column("b")]),
      new Schema([column("B"), column("b"), column("a")]),
    ];

    const { schema, columnOrigins } = unifySchemas(arrow, schemas);

    const fields = schema.fields.map(({ name, nullable }) => [name, nullable]);
    expect(fields).deep.equal([
      ["a", true],
      ["b", false],
      ["c", true],
      ["B", true],
    ]);
    expect([...columnOrigins]).deep.equal([
      ["a", 0],
      ["b", 0],
      ["c", 1],
      ["B", 2],
    ]);
  });

  it("keeps the metadata of the first, and adds what only others have", () => {
    const meta = (entries: Record<string, string>) => new Map(Object.entries(entries));
    const field = (entries: Record<string, string>) =>
      new Field("a", new Int8(), true, meta(entries));
    const schemas = [
      new Schema([field({ unit: "m", note: "1" })], meta({ station: "x", by: "1" })),
      new Schema([field({ unit: "km", more: "2" })], meta({ station: "y", also: "2" })),
    ];

    const { schema } = unifySchemas(arrow, schemas);

    expect(schema.metadata).deep.equal(meta({ station: "x", by: "1", also: "2" }));
    expect(schema.fields[0]?.metadata).deep.equal(meta({ unit: "m", note: "1", more: "2" }));
  });

  it("is the very same where there is only one", () => {
    const schema = schemaOf("struct");
    expect(unifySchemas(arrow, [schema]).schema).equal(schema);
  });

  it("is refused where one has two columns of a name, columns that differ in case being two", () => {
    const double = new Schema([new Field("a", new Int8()), new Field("a", new Int8())]);
    const cased = new Schema([new Field("a", new Int8()), new Field("A", new Int8())]);

    expect(() => unifySchemas(arrow, [cased, double])).throw('column "a" is two of that name');
    expect(() => assertUniqueColumns(double)).throw('Two columns have the name "a"');
    expect(() => assertUniqueColumns(cased)).not.throw();
  });

  it("does not depend on the order of the segments, but for the order of columns and children", () => {
    const anyName = fc.constantFrom(...Object.keys(typedColumns));
    const join = (names: readonly string[]) => {
      try {
        const { schema } = unifySchemas(arrow, names.map(schemaOf));
        return typeShape(schema.fields[0]?.type as DataType);
      } catch {
        return "refused";
      }
    };
    fc.assert(
      fc.property(fc.array(anyName, { minLength: 2, maxLength: 4 }), (names) => {
        const expected = join(names);
        expect(join([...names].reverse())).equal(expected);
        // What goes together goes together without the first, too: old segments may be trimmed.
        if (expected !== "refused") expect(join(names.slice(1))).not.equal("refused");
      }),
      { numRuns: 2000 },
    );
  });
});

describe("a batch in the schema of its series", () => {
  it("has the rows that it had, and null in the columns that others brought", () => {
    const names = Object.keys(typedColumns);
    const option = fc.record({
      names: fc.uniqueArray(fc.constantFrom(...names), { minLength: 1, maxLength: 5 }),
      others: fc.uniqueArray(fc.constantFrom(...names), { minLength: 1, maxLength: 5 }),
      rows: fc.integer({ min: 1, max: 20 }),
      from: fc.integer({ min: 0, max: 20 }),
      nulls: fc.boolean(),
    });
    fc.assert(
      fc.property(option, fc.gen(), (shape, gen) => {
        const { rows, from, nulls } = shape;
        const value = (name: string) => {
          const { values } = typedColumns[name]!;
          return gen(() => (nulls ? fc.option(values) : values));
        };
        const whole = numberedBatch(
          Object.fromEntries(
            shape.names.map((name) => {
              const values = Array.from({ length: rows }, () => value(name));
              return [columnName(name), columnOf(typedColumns[name]!, values)];
            }),
          ),
        );
        const batch = whole.slice(Math.min(from, rows), rows);
        const fields = shape.others.map((name) => {
          return new Field(columnName(name), typedColumns[name]!.type, true);
        });
        const schema = unified(batch.schema, numbered(distinct(fields)));
        if (!schema) return;

        const adapted = adaptBatch(arrow, batch, schema);

        expect(isIdenticalSchema(adapted.schema, schema)).equal(true);
        expect(adapted.numRows).equal(batch.numRows);
        const empty = Object.fromEntries(schema.fields.map(({ name }) => [name, null]));
        const expected = plainRows(batch).map((row) => ({ ...empty, ...row }));
        expect(plainRows(adapted)).deep.equal(expected);
        // What is written out and read again must be the same: buffers have the lengths they should.
        if (shape.names.some((name) => name.endsWith("View"))) return; // apache-arrow writes slices of them wrong
        const copy = arrow.tableFromIPC(arrow.tableToIPC(new arrow.Table([adapted]))).batches[0];
        if (copy) expect(plainRows(copy)).deep.equal(expected);
      }),
      { numRuns: 1500 },
    );
  });

  for (const [first, second] of WIDENED) {
    it(`has the values of ${first} beside ${second}`, () => {
      fc.assert(
        fc.property(
          fc.array(fc.option(typedColumns[first]!.values), { minLength: 1, maxLength: 12 }),
          fc.nat({ max: 12 }),
          (values, from) => {
            const whole = batchOf({ x: columnOf(typedColumns[first]!, values) });
            const batch = whole.slice(Math.min(from, values.length), values.length);
            const { schema } = unifySchemas(arrow, [schemaOf(second), batch.schema]);
            expect(plainRows(adaptBatch(arrow, batch, schema))).deep.equal(plainRows(batch));
          },
        ),
        { numRuns: 40 },
      );
    });
  }

  it("is the very same where nothing changes, and shares the columns that stay", () => {
    const batch = batchOf({
      a: columnOf(typedColumns["int32"]!, [1, 2]),
      b: columnOf(typedColumns["utf8"]!, ["x", null]),
    });
    const more = new Schema([...batch.schema.fields, new Field("c", new Float64(), true)]);

    const adapted = adaptBatch(arrow, batch, more);

    expect(adaptBatch(arrow, batch, new Schema(batch.schema.fields))).equal(batch);
    expect(adapted.data.children[0]).equal(batch.data.children[0]);
    expect(adapted.data.children[1]).equal(batch.data.children[1]);
  });

  it("is refused where a moment lies beyond what the finer unit reaches, nulls aside", () => {
    const far = new Date("9999-12-31").valueOf();
    const batch = batchOf({ t: columnOf(typedColumns["millis"]!, [0, far, null]) });
    const schema = new Schema([new Field("t", new arrow.TimestampNanosecond(), true)]);

    expect(() => adaptBatch(arrow, batch, schema)).throw('Cannot read column "t"');
    expect(adaptBatch(arrow, batch.slice(0, 1), schema).numRows).equal(1);
  });

  it("can be all nulls, of every type", () => {
    const fields = Object.entries(typedColumns).map(
      ([name, { type }]) => new Field(name, type, true),
    );
    const { schema } = unifySchemas(arrow, [new Schema([]), numbered(fields)]);
    const rows = plainRows(nullBatch(arrow, schema, 3));
    expect(rows).lengthOf(3);
    for (const row of rows) expect(new Set(Object.values(row))).deep.equal(new Set([null]));
  });

  it("has long columns widened to 64 bits, whatever the sign", () => {
    const values = Int32Array.from({ length: 131_072 }, (_, row) => (row % 2 ? -row : row));
    const schema = new Schema([new Field("x", new Int64(), true)]);

    const adapted = adaptBatch(arrow, batchOf({ x: arrow.makeVector(values) }), schema);

    expect(adapted.getChild("x")?.toArray()).deep.equal(BigInt64Array.from(values, BigInt));
  });
});

function schemaOf(name: string): Schema {
  return new Schema([new Field("x", typedColumns[name]!.type, true)]);
}

/** With numbers of their own for dictionaries, without which there is no schema. */
function numbered(fields: readonly Field[]): Schema {
  return adoptSchema(arrow, { fields });
}

function numberedBatch(columns: Record<string, Vector>): RecordBatch {
  const fields = Object.entries(columns).map(([name, { type }]) => new Field(name, type, true));
  const schema = numbered(fields);
  const children = Object.values(columns).map(({ data }) => data[0]!);
  const { length } = children[0]!;
  const data = makeData({ type: new Struct(fields), length, nullCount: 0, children });
  return adoptBatch(arrow, { schema, data, numRows: length }, schema);
}

/** Columns of one family share a name, so that they meet. */
function columnName(name: string): string {
  return name
    .replace(/^(wide|other|long|large)/i, "")
    .toLowerCase()
    .replace(/\d+$|view$/, "");
}

function distinct(fields: readonly Field[]): Field[] {
  return [...new Map(fields.map((field) => [field.name, field])).values()];
}

function unified(first: Schema, second: Schema): Schema | undefined {
  try {
    return unifySchemas(arrow, [first, second]).schema;
  } catch (error) {
    if (isTinyFSError(error, "SCHEMA_MISMATCH")) return undefined;
    throw error;
  }
}

/** A type as text in which the order of fields and the names of list items do not count. */
function typeShape(type: DataType): string {
  if (DataType.isDictionary(type)) return `${typeShape(type.dictionary)} by ${type.indices}`;
  const children = type.children ?? [];
  if (children.length === 0) return typeText(type);
  const isByName = DataType.isStruct(type);
  const shapes = children.map((child) => `${isByName ? child.name : ""}:${typeShape(child.type)}`);
  return `${type.typeId}(${isByName ? shapes.sort().join() : shapes.join()})`;
}

function failure(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  return new Error(`It did not fail: ${new Bool()}`);
}
