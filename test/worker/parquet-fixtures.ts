import {
  Bool,
  DateDay,
  Decimal,
  Dictionary,
  Field,
  Float32,
  Float64,
  Int16,
  Int32,
  Int64,
  Interval,
  IntervalUnit,
  List,
  makeData,
  makeVector,
  type RecordBatch,
  type Schema,
  SparseUnion,
  Struct,
  Table,
  TimestampMicrosecond,
  tableFromIPC,
  tableToIPC,
  Uint8,
  Utf8,
  type Vector,
  vectorFromArray,
} from "apache-arrow";
import type { ByteSource } from "../../src/tinyfs/byte-source.ts";
import { ParquetClient } from "../../src/worker/parquet-client.ts";
import type {
  EncodeOptions,
  ParquetClientOptions,
  ParquetReader,
  ParquetSummary,
} from "../../src/worker/parquet-types.ts";

const clients: ParquetClient[] = [];

/** A client that `closeClients` ends. */
export function newClient(options: ParquetClientOptions = {}): ParquetClient {
  const client = new ParquetClient(options);
  clients.push(client);
  return client;
}

/** For `afterEach`. */
export async function closeClients(): Promise<void> {
  await Promise.all(clients.splice(0).map((client) => client.close()));
}

/** Bytes in memory as a source; it counts the reads. */
export class MemorySource implements ByteSource {
  readonly bytes: Uint8Array;
  reads: { start: number; end: number }[] = [];
  closed = false;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  get size(): number {
    return this.bytes.length;
  }

  async read(start: number, end: number): Promise<Uint8Array<ArrayBuffer>> {
    this.reads.push({ start, end });
    return this.bytes.slice(start, end) as Uint8Array<ArrayBuffer>;
  }

  async close(): Promise<void> {
    this.closed = true;
  }
}

/** A batch as the IPC stream that an encoder takes. */
export function toIpc(columns: Table | Record<string, Vector>): Uint8Array<ArrayBuffer> {
  const table = columns instanceof Table ? columns : new Table(columns);
  return tableToIPC(table, "stream").slice() as Uint8Array<ArrayBuffer>;
}

/** An IPC stream with a schema and one batch without rows. */
export function emptyIpc(columns: Record<string, Vector>): Uint8Array<ArrayBuffer> {
  const [batch] = new Table(columns).batches;
  return toIpc(new Table([batch?.slice(0, 0) as RecordBatch]));
}

/** A batch with a column of calendar intervals, which parquet-wasm does not write. */
export function unsupportedIpc(): Uint8Array<ArrayBuffer> {
  const type = new Interval(IntervalUnit.MONTH_DAY_NANO);
  const column = makeData({ type, length: 2, nullCount: 0, data: new Int32Array(8) });
  return toIpc({ span: makeVector(column) });
}

/** A batch with a column of unions: parquet-wasm panics over its schema. */
export function unionIpc(): Uint8Array<ArrayBuffer> {
  const type = new SparseUnion([0], [new Field("a", new Int32(), true)]);
  const children = [
    makeData({ type: new Int32(), length: 2, nullCount: 0, data: new Int32Array(2) }),
  ];
  const column = makeData({ type, length: 2, nullCount: 0, typeIds: new Int8Array(2), children });
  return toIpc({ either: makeVector(column) });
}

/** What a file of a weather station may hold: nulls, 64-bit integers, timestamps, dictionaries, nesting. */
export function weather(rows: number, seed = 0): Record<string, Vector> {
  const indices = Array.from({ length: rows }, (_, index) => index + seed * rows);
  const point = new Struct([
    new Field("lat", new Float64(), true),
    new Field("tag", new Utf8(), true),
  ]);
  return {
    id: integers(indices.map((index) => 2n ** 53n + BigInt(index))),
    t: timestamps(indices.map((index) => 1_700_000_000_000_000n + BigInt(index) * 1_000_001n)),
    temp: vectorFromArray(
      indices.map((index) => (index % 5 === 0 ? null : index / 3)),
      new Float64(),
    ),
    station: vectorFromArray(
      indices.map((index) => (index % 7 === 0 ? null : `station ${index % 11}`)),
      new Dictionary(new Utf8(), new Int32()),
    ),
    name: vectorFromArray(
      indices.map((index) => (index % 13 === 0 ? null : `é${index}`)),
      new Utf8(),
    ),
    readings: vectorFromArray(
      indices.map((index) =>
        index % 4 === 0 ? null : Array.from({ length: index % 3 }, (_, at) => BigInt(at + index)),
      ),
      new List(new Field("item", new Int64(), true)),
    ),
    place: vectorFromArray(
      indices.map((index) =>
        index % 6 === 0 ? null : { lat: index / 2, tag: index % 2 ? "odd" : null },
      ),
      point,
    ),
  };
}

/** Columns whose statistics differ in how they are stored. */
export function statisticsOfAllKinds(rows: number, seed = 0): Record<string, Vector> {
  const indices = Array.from({ length: rows }, (_, index) => index + seed * rows);
  return {
    u8: vectorFromArray(
      indices.map((index) => index % 200),
      new Uint8(),
    ),
    i16: vectorFromArray(
      indices.map((index) => -index),
      new Int16(),
    ),
    i64: integers(indices.map((index) => -(2n ** 60n) + BigInt(index))),
    f32: vectorFromArray(
      indices.map((index) => index / 2),
      new Float32(),
    ),
    f64: vectorFromArray(
      indices.map((index) => (index % 2 ? null : index / 7)),
      new Float64(),
    ),
    text: vectorFromArray(
      indices.map((index) => `ä${index % 10}`),
      new Utf8(),
    ),
    flag: vectorFromArray(
      indices.map((index) => index % 2 === 0),
      new Bool(),
    ),
    day: vectorFromArray(
      indices.map((index) => new Date(index * 86_400_000)),
      new DateDay(),
    ),
    t: timestamps(indices.map((index) => 1_700_000_000_000_001n + BigInt(index))),
    price: decimals(indices),
  };
}

// Without `nullCount` apache-arrow finds it out later, and the column is nullable in some tables only.
function integers(values: readonly bigint[]): Vector<Int64> {
  const data = BigInt64Array.from(values);
  return makeVector(makeData({ type: new Int64(), length: values.length, nullCount: 0, data }));
}

function timestamps(micros: readonly bigint[]): Vector<TimestampMicrosecond> {
  const data = BigInt64Array.from(micros);
  const type = new TimestampMicrosecond();
  return makeVector(makeData({ type, length: micros.length, nullCount: 0, data }));
}

function decimals(values: readonly number[]): Vector<Decimal> {
  const data = new Uint32Array(values.length * 4);
  values.forEach((value, index) => {
    data[index * 4] = value;
  });
  const type = new Decimal(2, 20, 128);
  return makeVector(makeData({ type, length: values.length, nullCount: 0, data }));
}

/** A file with one row group per IPC stream. */
export async function encodeAll(
  client: ParquetClient,
  ipcStreams: Iterable<Uint8Array<ArrayBuffer>>,
  options: EncodeOptions = {},
): Promise<{ file: Uint8Array<ArrayBuffer>; summary: ParquetSummary }> {
  const encoder = await client.openEncoder(options);
  const parts: Uint8Array[] = [];
  for (const ipcStream of ipcStreams) parts.push(await encoder.encode(ipcStream));
  const { tail, summary } = await encoder.finish();
  return { file: concat([...parts, tail]), summary };
}

/** Joins bytes. */
export function concat(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

/** All row groups as tables. */
export async function readAll(reader: ParquetReader, columns?: string[]): Promise<Table[]> {
  const tables: Table[] = [];
  for (let index = 0; index < reader.summary.rowGroups.length; index++) {
    const options = columns ? { columns } : {};
    tables.push(tableFromIPC(await reader.readRowGroup(index, options)));
  }
  return tables;
}

/** Rows as plain values that can be compared. */
export function rowsOf(table: Table): unknown[] {
  const plain = (value: unknown): unknown => {
    if (typeof value === "bigint") return `${value}n`;
    if (value instanceof Uint32Array) return [...value].join();
    if (typeof value !== "object" || value === null) return value;
    if ("toArray" in value || Array.isArray(value))
      return Array.from(value as Iterable<unknown>, plain);
    const entries = Object.entries((value as { toJSON(): object }).toJSON());
    return Object.fromEntries(entries.map(([key, item]) => [key, plain(item)]));
  };
  return table.toArray().map(plain);
}

/** Runs what must fail and returns the error. */
export async function failureOf(work: Promise<unknown>): Promise<Error & { code?: string }> {
  try {
    await work;
  } catch (error) {
    return error as Error & { code?: string };
  }
  throw new Error("it did not fail");
}

/** A schema that must compile to the type of the columns. */
export function schemaOf(columns: Record<string, Vector>): Schema {
  return new Table(columns).schema;
}

/** Equality of bytes whose difference is not worth printing. */
export function areSame(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, index) => byte === other[index]);
}
