import {
  RecordBatch as Batch,
  Field,
  Float64,
  Int32,
  makeData,
  makeVector,
  type RecordBatch,
  Schema,
  Struct,
  Table,
  TimestampMicrosecond,
  Utf8,
  type Vector,
  vectorFromArray,
} from "apache-arrow";

/** The seed's batch: ids and names. */
export function createTestBatch(rows: number, start = 0): RecordBatch {
  const ids = Int32Array.from({ length: rows }, (_, index) => start + index);
  const names = Array.from(ids, (id) => (id % 5 === 4 ? null : `name ${id}`));
  return batchOf({ id: makeVector(ids), name: vectorFromArray(names, new Utf8()) });
}

/** One after the other, as the source of a series is. */
export async function* createBatchStream(count: number, rows: number): AsyncGenerator<RecordBatch> {
  for (let index = 0; index < count; index += 1) yield createTestBatch(rows, index * rows);
}

/** Rows of a sensor, a second apart. */
export function createReadings(rows: number, start = 0): RecordBatch {
  const times = BigInt64Array.from({ length: rows }, (_, row) => BigInt(start + row) * 1_000_000n);
  const temps = Float64Array.from({ length: rows }, (_, row) => (start + row) / 10);
  const type = new TimestampMicrosecond();
  return batchOf({
    t: makeVector(temps),
    time: makeVector(makeData({ type, length: rows, nullCount: 0, data: times })),
  });
}

/** A batch without rows. */
export function createEmptyBatch(): RecordBatch {
  return createTestBatch(1).slice(0, 0);
}

/** Columns of one chunk each as a batch; all nullable. */
export function batchOf(columns: Record<string, Vector>): RecordBatch {
  const fields = Object.entries(columns).map(([name, { type }]) => new Field(name, type, true));
  const children = Object.values(columns).map(({ data }) => data[0]!);
  const length = children[0]!.length;
  const rows = makeData({ type: new Struct(fields), length, nullCount: 0, children });
  return new Batch(new Schema(fields), rows);
}

/** What a reader sees, as plain values. */
export function rowsOf(rows: Table | RecordBatch | readonly RecordBatch[]): unknown[] {
  const table = rows instanceof Table ? rows : new Table(...([rows].flat() as RecordBatch[]));
  return table.toArray().map((row) => (row as { toJSON(): unknown }).toJSON());
}

/** Columns that the names and types of which differ from `createTestBatch`'s. */
export function createOtherBatch(): RecordBatch {
  return batchOf({
    id: vectorFromArray([1.5], new Float64()),
    other: vectorFromArray([1], new Int32()),
  });
}
