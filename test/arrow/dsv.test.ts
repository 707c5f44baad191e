import { expect } from "chai";
import { autoType, dsvFormat } from "d3-dsv";
import fc from "fast-check";
import { parseDsv } from "../../src/arrow/dsv.ts";

const LOOKS = [
  ["", null],
  ["  ", null],
  ["true", true],
  ["TRUE", "TRUE"],
  [" false ", false],
  ["12", 12],
  ["-1.5e3", -1500],
  ["0x10", 16],
  ["007", 7],
  ["NaN", Number.NaN],
  ["2026-11-23", new Date("2026-11-23")],
  ["2026-11", new Date("2026-11")],
  ["2026-11-23T04:05:06.789Z", new Date("2026-11-23T04:05:06.789Z")],
  ["2026-11-23T04:05", new Date("2026-11-23T04:05")],
  ["23.11.2026", "23.11.2026"],
  [" Oslo ", " Oslo "],
] as const;

/** Fields that need quotes, and some that look like values. */
const field = fc.oneof(
  fc.string({ unit: fc.constantFrom("a", "1", ".", "-", '"', ",", ";", "\n", "\r", " ", "é") }),
  fc.constantFrom(...LOOKS.map(([text]) => text)),
);
const rows = fc.array(fc.array(field, { minLength: 1, maxLength: 4 }), { maxLength: 6 });
/** Text without quotes, whatever its lines. */
const plain = fc.string({ unit: fc.constantFrom("a", "7", ",", "\n", "\r", " ") });

describe("parseDsv()", () => {
  it("types values as d3.autoType does", async () => {
    const text = `value,\n${LOOKS.map(([look]) => `"${look}",`).join("\n")}`;

    const parsed = await parseDsv(text, { typed: true });

    expect(parsed.map((row) => (row as { value: unknown }).value)).deep.equal(
      LOOKS.map(([, value]) => value),
    );
    expect(parsed).deep.equal(dsvFormat(",").parse(text, autoType));
  });

  it("reads what d3-dsv writes as d3-dsv reads it", async () => {
    const settings = [
      { delimiter: ",", typed: false },
      { delimiter: ";", typed: true },
    ];

    await fc.assert(
      fc.asyncProperty(rows, fc.constantFrom(...settings), async (given, options) => {
        await agree(dsvFormat(options.delimiter).formatRows(given), options);
      }),
      { numRuns: 300 },
    );
  });

  it("reads lines of any kind as d3-dsv does", async () => {
    await fc.assert(
      fc.asyncProperty(plain, (text) => agree(text, { delimiter: ",", typed: true })),
      { numRuns: 300 },
    );
  });

  it("keeps a column of any name, and what follows a quote that is not closed", async () => {
    const parsed = await parseDsv('__proto__,b\n1,"2,3\n4', {});

    expect(Object.entries(parsed[0] ?? {})).deep.equal([
      ["__proto__", "1"],
      ["b", "2,3\n4"],
    ]);
  });

  it("refuses a delimiter that cannot be one", async () => {
    for (const delimiter of ["", "ab", '"', "\n"]) {
      const failure = await parseDsv("a", { delimiter }).catch((error: unknown) => error);
      expect(failure).instanceOf(RangeError);
    }
  });
});

/** With and without a header. */
async function agree(
  text: string,
  options: { readonly delimiter: string; readonly typed: boolean },
): Promise<void> {
  const format = dsvFormat(options.delimiter);
  const [array, objects] = [
    await parseDsv(text, { ...options, array: true }),
    await parseDsv(text, options),
  ];
  const type = options.typed ? autoType : <Row>(row: Row) => row;
  const expected = format.parse(text, type);
  expect(array).deep.equal(format.parseRows(text, type));
  expect([...objects]).deep.equal([...expected]);
  expect((objects as { columns?: unknown }).columns).deep.equal(expected.columns);
}
