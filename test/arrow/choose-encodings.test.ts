import {
  Bool,
  Dictionary,
  Float32,
  Float64,
  Int32,
  Int64,
  makeData,
  makeVector,
  TimestampMicrosecond,
  Utf8,
  type Vector,
  vectorFromArray,
} from "apache-arrow";
import { expect } from "chai";
import { chooseEncodings } from "../../src/arrow/choose-encodings.ts";
import { loadArrow } from "../../src/arrow/load-arrow.ts";
import type { EncodingChoice } from "../../src/worker/parquet-types.ts";
import { batchOf } from "./batch-fixtures.ts";

const ROWS = 50_000;

/** Xorshift: the same numbers in every run. */
function randomNumbers(): () => number {
  let state = 88_172_645;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

const next = randomNumbers();
const below = (count: number) => Math.floor(next() * count);
const listOf = <T>(rows: number, value: (row: number) => T) =>
  Array.from({ length: rows }, (_, row) => value(row));

function text(rows: number, value: (row: number) => string | null): Vector {
  return vectorFromArray(listOf(rows, value), new Utf8());
}

function doubles(rows: number, value: (row: number) => number): Vector {
  const data = Float64Array.from({ length: rows }, (_, row) => value(row));
  return makeVector(makeData({ type: new Float64(), length: rows, nullCount: 0, data }));
}

function integers(rows: number, value: (row: number) => number): Vector {
  const data = Int32Array.from({ length: rows }, (_, row) => value(row));
  return makeVector(makeData({ type: new Int32(), length: rows, nullCount: 0, data }));
}

function longs(value: (row: number) => bigint): Vector {
  const data = BigInt64Array.from({ length: ROWS }, (_, row) => value(row));
  return makeVector(makeData({ type: new Int64(), length: ROWS, nullCount: 0, data }));
}

function times(value: (row: number) => bigint): Vector {
  const data = BigInt64Array.from({ length: ROWS }, (_, row) => value(row));
  const type = new TimestampMicrosecond();
  return makeVector(makeData({ type, length: ROWS, nullCount: 0, data }));
}

async function chosen(columns: Record<string, Vector>): Promise<Record<string, string>> {
  const choices = chooseEncodings(await loadArrow(), batchOf(columns));
  const shown = ({ dictionary, encoding }: EncodingChoice) =>
    dictionary ? "dictionary" : String(encoding);
  return Object.fromEntries(Object.entries(choices).map(([name, one]) => [name, shown(one)]));
}

describe("chooseEncodings()", () => {
  it("gives text a dictionary where it repeats, else lengths, or what it shares with its neighbour", async () => {
    const hex = () => below(2 ** 32).toString(16);

    const choices = await chosen({
      city: text(ROWS, () => `city ${below(8)}`),
      device: text(ROWS, () => `device-${below(3000)}`),
      many: text(ROWS, () => `device-${below(40_000)}`),
      sorted: text(ROWS, (row) => `key ${String(row).padStart(8, "0")}`),
      random: text(ROWS, () => hex() + hex()),
      grouped: text(ROWS, (row) => `group ${Math.floor(row / 1000)}`),
      sparse: text(ROWS, (row) => (row % 3 === 0 ? `${below(9)}` : null)),
    });

    expect(choices).deep.equal({
      city: "dictionary",
      device: "dictionary",
      many: "delta_byte_array",
      sorted: "delta_byte_array",
      random: "delta_length_byte_array",
      grouped: "dictionary",
      sparse: "dictionary",
    });
  });

  it("writes integers and times by their deltas, unless few values lie far apart", async () => {
    const far = [7, 1_000_000, 30_000_000, 400_000_000, 12, 900, 77_777, 1_000_000_000];

    const choices = await chosen({
      id: longs((row) => 10_000_000n + BigInt(row)),
      time: times((row) => BigInt(row) * 1_000_000n),
      small: integers(ROWS, () => below(1000)),
      same: integers(ROWS, () => 5),
      codes: integers(ROWS, () => far[below(8)] ?? 0),
      hashes: longs(() => BigInt(below(2 ** 31)) * BigInt(below(2 ** 31))),
    });

    expect(choices).deep.equal({
      id: "delta_binary_packed",
      time: "delta_binary_packed",
      small: "delta_binary_packed",
      same: "delta_binary_packed",
      codes: "dictionary",
      hashes: "delta_binary_packed",
    });
  });

  it("splits floats into byte streams unless they repeat, or are decimals", async () => {
    const choices = await chosen({
      decimal: doubles(ROWS, () => below(40_000) / 1000),
      full: doubles(ROWS, () => next()),
      few: doubles(ROWS, () => below(400) / 10),
      often: doubles(ROWS, () => below(13_000) / 1000),
      again: doubles(ROWS, () => Math.sqrt(below(13_000))),
      single: vectorFromArray(
        listOf(ROWS, () => below(1_000_000) / 100),
        new Float32(),
      ),
    });

    expect(choices).deep.equal({
      decimal: "plain",
      full: "byte_stream_split",
      few: "dictionary",
      often: "dictionary",
      again: "dictionary",
      single: "plain",
    });
  });

  it("looks at all values of a short batch", async () => {
    const choices = await chosen({
      city: text(1000, (row) => `city ${row % 8}`),
      name: text(1000, (row) => `name ${row % 700}`),
      temp: doubles(1000, (row) => (row % 90) / 10),
    });

    expect(choices).deep.equal({
      city: "dictionary",
      name: "delta_byte_array",
      temp: "dictionary",
    });
  });

  it("takes dictionaries apart that hold a value for nearly every row, and leaves other types alone", async () => {
    const type = new Dictionary(new Utf8(), new Int32());

    const choices = await chosen({
      few: vectorFromArray(
        listOf(5000, (row) => `${row % 5}`),
        type,
      ),
      each: vectorFromArray(
        listOf(5000, (row) => `${row}`),
        type,
      ),
      flag: vectorFromArray(
        listOf(5000, (row) => row % 2 === 0),
        new Bool(),
      ),
    });

    expect(choices).deep.equal({ few: "dictionary", each: "delta_length_byte_array" });
  });
});
