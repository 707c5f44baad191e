import { expect } from "chai";
import { detectDelimiter } from "../../src/interop/csv-delimiter.ts";
import { inferType } from "../../src/interop/csv-types.ts";
import {
  parseDate,
  parseInt32,
  parseInt64,
  parseTimestamp,
  parseTimestampUtc,
} from "../../src/interop/csv-values.ts";

const infer = (...values: (string | undefined)[]) => inferType(values);

describe("inferType()", () => {
  it("takes the narrowest type that all values have", () => {
    expect(infer("1", "-20", "+3", undefined)).equal("int32");
    expect(infer("1", "2147483648")).equal("int64");
    expect(infer("1", "1.5", "2e3", ".5", "NaN")).equal("float64");
    expect(infer("true", "FALSE")).equal("boolean");
    expect(infer("2026-11-22", "1969-01-01")).equal("date");
    expect(infer("2026-11-22T10:00", "2026-11-22 10:00:00.123456")).equal("timestamp");
    expect(infer("2026-11-22T10:00:00Z", "2026-11-22T10:00:00+01:00")).equal("timestamp-utc");
    expect(infer("a", "1")).equal("text");
  });

  it("takes for text what a number would not give back", () => {
    expect(infer("007", "8")).equal("text");
    expect(infer("12345678901234567890")).equal("text");
    expect(infer("1.5", "12345678901234567")).equal("text");
    expect(infer("2026-11-22T10:00:00.123456789")).equal("text");
  });

  it("takes for text what mixes kinds, or has no value", () => {
    expect(infer("true", "5")).equal("text");
    expect(infer("2026-11-22", "2026-11-22T10:00:00")).equal("text");
    expect(infer("2026-11-22T10:00:00", "2026-11-22T10:00:00Z")).equal("text");
    expect(infer("2026-02-30")).equal("text");
    expect(infer(undefined, "")).equal("text");
    expect(infer()).equal("text");
  });
});

describe("parsing values", () => {
  it("keeps to the range of integers", () => {
    expect([parseInt32("2147483647"), parseInt32("-2147483648")]).deep.equal([
      2147483647, -2147483648,
    ]);
    expect([parseInt32("2147483648"), parseInt32("-0"), parseInt32("1e3")]).deep.equal([
      undefined,
      0,
      undefined,
    ]);
    expect(parseInt64("9223372036854775807")).equal(2n ** 63n - 1n);
    expect(parseInt64("-9223372036854775808")).equal(-(2n ** 63n));
    expect(parseInt64("9223372036854775808")).equal(undefined);
  });

  it("knows the calendar", () => {
    const day = (text: string) => Date.parse(`${text}T00:00:00Z`) / 86_400_000;
    for (const text of ["1970-01-01", "1969-12-31", "2024-02-29", "0001-01-01", "9999-12-31"])
      expect(parseDate(text), text).equal(day(text));
    for (const text of ["2023-02-29", "2026-13-01", "2026-00-10", "2026-01-00", "26-01-01"])
      expect(parseDate(text), text).equal(undefined);
  });

  it("reads ISO 8601 to the microsecond", () => {
    const micros = (text: string) => BigInt(Date.parse(text)) * 1000n;
    expect(parseTimestamp("2026-11-22T10:20")).equal(micros("2026-11-22T10:20:00Z"));
    expect(parseTimestamp("1969-12-31 23:59:59.000001")).equal(-999_999n);
    expect(parseTimestamp("2026-11-22T10:20:30.5")).equal(micros("2026-11-22T10:20:30.500Z"));
    expect(parseTimestamp("2026-11-22T10:20:30.123456000")).equal(
      micros("2026-11-22T10:20:30.123Z") + 456n,
    );
    expect(parseTimestampUtc("2026-11-22T10:20:30Z")).equal(micros("2026-11-22T10:20:30Z"));
    for (const zone of ["-03:30", "-0330"])
      expect(parseTimestampUtc(`2026-11-22T10:20:30${zone}`)).equal(micros("2026-11-22T13:50:30Z"));
    expect(parseTimestampUtc("2026-11-22T10:20:30+02")).equal(micros("2026-11-22T08:20:30Z"));
    for (const text of ["2026-11-22T24:00:00", "2026-11-22T10:60", "2026-11-31T10:00", "10:20"])
      expect(parseTimestamp(text), text).equal(undefined);
  });
});

describe("detectDelimiter()", () => {
  it("finds what cuts all lines alike", () => {
    expect(detectDelimiter("a,b\n1,2\n", true)).equal(",");
    expect(detectDelimiter("a;b\n1,5;2,5\n", true)).equal(";");
    expect(detectDelimiter("a\tb\n1\t2", true)).equal("\t");
    expect(detectDelimiter("a|b|c\n1|2|3", true)).equal("|");
    expect(detectDelimiter('"a;x",b\n"c;d;e",f\n', true)).equal(",");
    expect(detectDelimiter("name\nx, y\nz\n", true)).equal(",");
    expect(detectDelimiter("", true)).equal(",");
  });

  it("leaves a line out that the sample has cut", () => {
    expect(detectDelimiter("a;b;c\n1;2;3\n4;5", false)).equal(";");
  });
});
