import {
  Bool,
  Dictionary,
  Field,
  Float64,
  Int32,
  Int64,
  makeData,
  RecordBatch,
  Schema,
  Struct,
  TimestampMicrosecond,
  Utf8,
  vectorFromArray,
} from "apache-arrow";

const CITIES = ["Oslo", "Lima", "Quito", "Hanoi", "Accra", "Turin", "Perth", "Leeds"];

/** A batch of 6 columns as sensors give them: id, time, city, temperature, count, flag. The same every time. */
export function sampleBatch(rows: number, seed = 1): RecordBatch {
  const next = randomNumbers(seed);
  const ids = new BigInt64Array(rows);
  const times = new BigInt64Array(rows);
  const cities = new Int32Array(rows);
  const temperatures = new Float64Array(rows);
  const counts = new Int32Array(rows);
  const flags = new Uint8Array(Math.ceil(rows / 8));
  for (let row = 0; row < rows; row += 1) {
    ids[row] = BigInt(seed * 10_000_000 + row);
    times[row] = 1_700_000_000_000_000n + BigInt(row) * 1_000_000n;
    cities[row] = Math.floor(next() * CITIES.length);
    temperatures[row] = Math.round(next() * 40_000) / 1000;
    counts[row] = Math.floor(next() * 1000);
    if (next() < 0.3) flags[row >> 3] = (flags[row >> 3] ?? 0) | (1 << (row & 7));
  }
  const dictionary = vectorFromArray(CITIES, new Utf8());
  const city = new Dictionary(new Utf8(), new Int32(), 1);
  const children = [
    makeData({ type: new Int64(), data: ids }),
    makeData({ type: new TimestampMicrosecond(), data: times }),
    makeData({ type: city, data: cities, dictionary }),
    makeData({ type: new Float64(), data: temperatures }),
    makeData({ type: new Int32(), data: counts }),
    makeData({ type: new Bool(), data: flags, length: rows }),
  ];
  const names = ["id", "t", "city", "temp", "n", "ok"];
  const fields = children.map(({ type }, i) =>
    Field.new({ name: names[i] ?? "", type, nullable: false }),
  );
  const schema = new Schema(fields);
  return new RecordBatch(schema, makeData({ type: new Struct(fields), length: rows, children }));
}

/** Xorshift: fast, and the same numbers in every run. */
function randomNumbers(seed: number): () => number {
  let state = (seed * 2_654_435_761) | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 4_294_967_296;
  };
}
