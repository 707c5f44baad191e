import {
  Bool,
  Field,
  Float64,
  Int64,
  makeData,
  RecordBatch,
  Schema,
  Struct,
  TimestampMicrosecond,
  Utf8,
} from "apache-arrow";

const CITIES = ["Oslo", "Lima", "Quito", "Hanoi", "Accra", "Turin", "Perth", "Leeds"];
const START = 1_700_000_000_000_000n;

/** Columns that the types of databases have: int64, float64, text of 8 and of many values, timestamp, bool. */
export function mixedBatch(rows: number, start = 0): RecordBatch {
  const next = randomNumbers(start + 1);
  const ids = BigInt64Array.from({ length: rows }, (_, row) => BigInt(start + row));
  const times = BigInt64Array.from({ length: rows }, (_, row) => {
    return START + BigInt(start + row) * 1_000_000n + BigInt(Math.floor(next() * 1000));
  });
  const temperatures = Float64Array.from(
    { length: rows },
    () => Math.round(next() * 40_000) / 1000,
  );
  const flags = new Uint8Array(Math.ceil(rows / 8));
  for (let row = 0; row < rows; row += 1) {
    if (next() < 0.3) flags[row >> 3] = (flags[row >> 3] ?? 0) | (1 << (row & 7));
  }
  const children = [
    makeData({ type: new Int64(), data: ids }),
    makeData({ type: new Float64(), data: temperatures }),
    textData(rows, () => CITIES[Math.floor(next() * CITIES.length)] ?? ""),
    textData(rows, () => `session-${Math.floor(next() * 1e9).toString(36)}`),
    makeData({ type: new TimestampMicrosecond(), data: times }),
    makeData({ type: new Bool(), data: flags, length: rows }),
  ];
  const names = ["id", "temp", "city", "session", "t", "ok"];
  const fields = children.map(({ type }, i) =>
    Field.new({ name: names[i] ?? "", type, nullable: false }),
  );
  const type = new Struct(fields);
  return new RecordBatch(new Schema(fields), makeData({ type, length: rows, children }));
}

function textData(rows: number, value: (row: number) => string) {
  const texts = Array.from({ length: rows }, (_, row) => value(row));
  const offsets = new Int32Array(rows + 1);
  texts.forEach((text, row) => {
    offsets[row + 1] = (offsets[row] ?? 0) + text.length;
  });
  const data = new TextEncoder().encode(texts.join(""));
  return makeData({ type: new Utf8(), length: rows, nullCount: 0, valueOffsets: offsets, data });
}

/** Xorshift: fast, and the same numbers in every run. */
function randomNumbers(seed: number): () => number {
  let state = Math.imul(seed, 2_654_435_761) | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}
