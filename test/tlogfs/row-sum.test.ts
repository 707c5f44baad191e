import { expect } from "chai";
import { rowSum } from "../../src/tlogfs/row-sum.ts";

describe("rowSum()", () => {
  it("is the CRC-32 that stored rows carry", () => {
    const row = { name: "a", size: 5, storage: { kind: "inline", pack: ["", "id"], slot: 0 } };

    const sum = rowSum(["dir", "d", "a"], row);

    expect(sum).equal(byteByByte(["dir", "d", "a"], row));
    expect(sum).equal(PINNED);
  });

  it("feeds text of any length and any characters as it always has", () => {
    const texts = [
      "",
      "a",
      "abcd",
      "abcde",
      "abc\u00e9",
      "\u00e9bcd",
      "abcdefg\u65e5\u672cxyz",
      "\u007f\u0080",
    ];

    const sums = texts.map((text) => rowSum([text], { text }));

    expect(sums).deep.equal(texts.map((text) => byteByByte([text], { text })));
  });

  it("takes names in their order, whatever rows came before", () => {
    const rows = [
      { b: 1, a: 2 },
      { a: 2, b: 1 },
      { c: 1, a: 2 },
      { b: 1, a: 2, sum: 7 },
      { b: 1, a: undefined, c: { y: true, x: null } },
      { b: 1n, a: new Uint8Array([1, 2, 255]), c: [{ z: 1, y: -0.5 }, false] },
    ];

    const sums = [...rows, ...rows].map((row) => rowSum(["k", 1], row));

    expect(sums).deep.equal([...rows, ...rows].map((row) => byteByByte(["k", 1], row)));
    expect(sums[0]).equal(sums[1]);
  });

  it("refuses what no row holds", () => {
    expect(() => rowSum([], { a: () => 1 })).throw(TypeError);
  });
});

/** As it was computed before this test was written. */
const PINNED = 3_670_264_819;

/** The same as it was first written: over all bytes at once. */
function byteByByte(key: readonly unknown[], row: object): number {
  let crc = -1;
  for (const byte of [...bytesOf(key), ...bytesOfFields(row, "sum")]) {
    crc ^= byte & 0xff;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return ~crc >>> 0;
}

function bytesOf(value: unknown): number[] {
  if (value === null) return [0x30];
  if (typeof value === "string") return [0x73, ...bytesOfText(value)];
  if (typeof value === "number") return [0x6e, ...bytesOfText(String(value))];
  if (typeof value === "bigint") return [0x69, ...bytesOfText(String(value))];
  if (typeof value === "boolean") return [value ? 0x74 : 0x66];
  if (value instanceof Uint8Array) return [0x62, ...value];
  if (Array.isArray(value)) return [0x5b, ...value.flatMap(bytesOf), 0x5d];
  return [0x7b, ...bytesOfFields(value as object)];
}

function bytesOfFields(fields: object, omitted?: string): number[] {
  const present = Object.entries(fields).filter(([name, value]) => {
    return name !== omitted && value !== undefined;
  });
  present.sort(([one], [other]) => (one < other ? -1 : 1));
  return [...present.flatMap(([name, value]) => [...bytesOfText(name), ...bytesOf(value)]), 0x7d];
}

/** What does not fit in seven bits takes two bytes. */
function bytesOfText(text: string): number[] {
  const units = Array.from({ length: text.length }, (_, index) => text.charCodeAt(index));
  return [...units.flatMap((unit) => (unit > 0x7f ? [unit & 0xff, unit >>> 8] : [unit])), 0];
}
