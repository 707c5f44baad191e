import {
  Bool,
  DateDay,
  Decimal,
  Field,
  Float64,
  Int32,
  Int64,
  List,
  makeData,
  makeVector,
  type RecordBatch,
  Table,
  TimestampMicrosecond,
  Utf8,
  vectorFromArray,
} from "apache-arrow";

/** Rows `from` and on; `readings.sql.mjs` says the same to DuckDB. */
export function readings(from: number, rows: number): RecordBatch {
  const indices = Array.from({ length: rows }, (_, index) => from + index);
  const times = BigInt64Array.from(indices, (row) => BigInt(row) * 1_000_001n);
  const prices = new Uint32Array(rows * 4);
  indices.forEach((row, index) => {
    prices[index * 4] = row;
  });
  const orNull = <Value>(row: number, every: number, value: Value) =>
    row % every === 0 ? null : value;
  const table = new Table({
    id: vectorFromArray(
      indices.map((row) => BigInt(row) * 4_000_000_007n),
      new Int64(),
    ),
    time: makeVector(
      makeData({ type: new TimestampMicrosecond(), length: rows, nullCount: 0, data: times }),
    ),
    temp: vectorFromArray(
      indices.map((row) => orNull(row, 5, row / 4)),
      new Float64(),
    ),
    station: vectorFromArray(
      indices.map((row) => orNull(row, 7, `station ${row % 11}`)),
      new Utf8(),
    ),
    note: vectorFromArray(
      indices.map((row) => `é${row}`),
      new Utf8(),
    ),
    flag: vectorFromArray(
      indices.map((row) => orNull(row, 4, row % 3 === 0)),
      new Bool(),
    ),
    day: vectorFromArray(
      indices.map((row) => new Date((row % 900) * 86_400_000)),
      new DateDay(),
    ),
    price: makeVector(
      makeData({ type: new Decimal(2, 20, 128), length: rows, nullCount: 0, data: prices }),
    ),
    marks: vectorFromArray(
      indices.map((row) => orNull(row, 6, [row, row + 1])),
      new List(new Field("item", new Int32(), true)),
    ),
  });
  const [batch] = table.batches;
  if (!batch) throw new Error("A table of vectors has a batch");
  return batch;
}
