import type { Data, DataType, RecordBatch } from "apache-arrow";
import type { EncodingChoice } from "../worker/parquet-types.ts";
import { MAX_ROW_GROUP_ROWS } from "./cut-batch.ts";
import type { Arrow } from "./load-arrow.ts";
import { bitsOf, sampleRuns, ValueCount } from "./sample-values.ts";

/** A dictionary pays where each of its values stands for so many rows of a row group. */
const ROWS_PER_VALUE = 5;
/** Floats take so long to decompress that theirs pays earlier: until it makes the column larger. */
const ROWS_PER_FLOAT = 2.5;
/** Text with so much of it in common with the value before is worth telling apart from it. */
const SHARED_PART = 0.2;
/** A float that is a decimal of so many digits behind the point compresses well as it is. */
const DECIMALS = 1e4;

/**
 * How the columns of a file are written, from a sample of its first batch:
 *
 * - a dictionary where it has at most a fifth of the rows of a row group, of floats two fifths; for integers
 *   only where its indexes are also much narrower than their deltas;
 * - else integers, dates and times by their deltas; text and binary by their lengths, or by what they
 *   share with the value before where that is a fifth; floats in byte streams, or plain where most are
 *   decimals of at most four digits, which compress better so.
 *
 * Columns of other types are left to the encoder. What was measured is in decision 0020.
 */
export function chooseEncodings(
  arrow: Arrow,
  batch: RecordBatch,
  rowGroupRows: number = MAX_ROW_GROUP_ROWS,
): Record<string, EncodingChoice> {
  const choices: [string, EncodingChoice][] = [];
  batch.schema.fields.forEach(({ name }, index) => {
    const data = batch.data.children[index];
    const choice = data && choose(arrow, data, Math.min(rowGroupRows, batch.numRows));
    if (choice) choices.push([name, choice]);
  });
  return Object.fromEntries(choices);
}

function choose(arrow: Arrow, data: Data, rows: number): EncodingChoice | undefined {
  const { DataType: Is } = arrow;
  const { type } = data;
  if (Is.isDictionary(type)) return chooseForIndexes(arrow, data, rows);
  if (Is.isFloat(type)) return chooseForFloats(data, rows);
  if (isInteger(arrow, type)) return chooseForIntegers(data, rows);
  return isBytes(arrow, type) ? chooseForBytes(data, rows) : undefined;
}

function isInteger({ DataType: Is }: Arrow, type: DataType): boolean {
  return (
    Is.isInt(type) ||
    Is.isTimestamp(type) ||
    Is.isDate(type) ||
    Is.isTime(type) ||
    Is.isDuration(type)
  );
}

function isBytes({ DataType: Is }: Arrow, type: DataType): boolean {
  return Is.isUtf8(type) || Is.isLargeUtf8(type) || Is.isBinary(type) || Is.isLargeBinary(type);
}

function chooseForIndexes(arrow: Arrow, data: Data, rows: number): EncodingChoice {
  const indexes = data.values as ArrayLike<number | bigint>;
  const count = new ValueCount(data.length);
  for (const run of sampleRuns(data)) for (const row of run) count.add(indexes[row]);
  const dictionary = pays(count, rows);
  const { dictionary: values } = data.type as unknown as { dictionary: DataType };
  return isBytes(arrow, values)
    ? { dictionary, encoding: "delta_length_byte_array" }
    : { dictionary };
}

function chooseForIntegers(data: Data, rows: number): EncodingChoice {
  const values = data.values as ArrayLike<number | bigint>;
  const count = new ValueCount(data.length);
  let deltaBits = 0;
  let runs = 0;
  for (const run of sampleRuns(data)) {
    let least = Number.POSITIVE_INFINITY;
    let most = Number.NEGATIVE_INFINITY;
    run.forEach((row, index) => {
      count.add(values[row]);
      const before = run[index - 1];
      if (before === undefined) return;
      const delta = Number(values[row]) - Number(values[before]);
      least = Math.min(least, delta);
      most = Math.max(most, delta);
    });
    if (run.length > 1) deltaBits += bitsOf(most - least);
    runs += 1;
  }
  const indexBits = bitsOf(count.estimate() - 1);
  const isNarrow = deltaBits / Math.max(1, runs) > 1.5 * indexBits + 2;
  return { dictionary: isNarrow && pays(count, rows), encoding: "delta_binary_packed" };
}

function chooseForFloats(data: Data, rows: number): EncodingChoice | undefined {
  const { values } = data;
  const isSingle = values instanceof Float32Array;
  if (!isSingle && !(values instanceof Float64Array)) return undefined; // of 16 bits
  const count = new ValueCount(data.length);
  let decimals = 0;
  let seen = 0;
  for (const run of sampleRuns(data)) {
    for (const row of run) {
      const value = values[row] ?? 0;
      const rounded = Math.round(value * DECIMALS) / DECIMALS;
      count.add(value);
      seen += 1;
      if ((isSingle ? Math.fround(rounded) : rounded) === value) decimals += 1;
    }
  }
  const encoding = 2 * decimals < seen ? "byte_stream_split" : "plain";
  return { dictionary: pays(count, rows, ROWS_PER_FLOAT), encoding };
}

function chooseForBytes(data: Data, rows: number): EncodingChoice {
  const bytes = data.values as Uint8Array;
  const count = new ValueCount(data.length);
  let total = 0;
  let shared = 0;
  for (const run of sampleRuns(data)) {
    let before: readonly [number, number] = [0, 0];
    for (const row of run) {
      const [start, end] = [Number(data.valueOffsets[row]), Number(data.valueOffsets[row + 1])];
      count.add(hashOf(bytes, start, end));
      total += end - start;
      shared += sharedLength(bytes, before, [start, end]);
      before = [start, end];
    }
  }
  const isAlike = total > 0 && shared >= SHARED_PART * total;
  const encoding = isAlike ? "delta_byte_array" : "delta_length_byte_array";
  return { dictionary: pays(count, rows), encoding };
}

function pays(count: ValueCount, rows: number, rowsPerValue = ROWS_PER_VALUE): boolean {
  return count.estimate() * rowsPerValue <= rows;
}

/** FNV-1a: two values of one hash are rare, and only make a dictionary look a little better. */
function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5 ^ (end - start);
  for (let at = start; at < end; at += 1) hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x01000193);
  return hash;
}

function sharedLength(
  bytes: Uint8Array,
  [oneStart, oneEnd]: readonly [number, number],
  [otherStart, otherEnd]: readonly [number, number],
): number {
  const most = Math.min(oneEnd - oneStart, otherEnd - otherStart);
  let length = 0;
  while (length < most && bytes[oneStart + length] === bytes[otherStart + length]) length += 1;
  return length;
}
