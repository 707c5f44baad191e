import { expect } from "chai";
import fc from "fast-check";
import { toJson } from "../../src/interop/index.ts";
import { printable, printableLines } from "../../src/shell/output/printable.ts";
import { formatGrid, formatTable } from "../../src/shell/output/table.ts";
import { fitText, textWidth } from "../../src/shell/output/text-width.ts";
import { formatBytes, formatCount, isoTime } from "../../src/shell/output/units.ts";

const plain = { color: false };

describe("textWidth()", () => {
  it("counts the columns that a terminal gives", () => {
    const widths: [text: string, columns: number][] = [
      ["abc", 3],
      ["日本語", 6],
      ["한국", 4],
      ["ｱｲ", 2],
      ["ＡＢ", 4],
      ["e\u0301", 1],
      ["a\u200bb", 2],
      ["😀", 2],
      ["👩‍👩‍👧", 2],
      ["❤️", 2],
      ["…", 1],
      ["é", 1],
      ["", 0],
    ];

    for (const [text, columns] of widths) expect(textWidth(text), text).equal(columns);
  });

  it("is what a text takes that was cut to fit", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.nat(20), (text, columns) => {
        const shown = printable(text);
        expect(textWidth(fitText(shown, columns))).most(columns);
        if (textWidth(shown) <= columns) expect(fitText(shown, columns)).equal(shown);
      }),
    );
  });
});

describe("printable()", () => {
  it("shows what a terminal would obey", () => {
    expect(printable("a\x1b[31mb\n\t\r\x9b\x7f\u202etxt.exe\u2028\ud800")).equal(
      "a\\x1b[31mb\\n\\t\\r\\x9b\\x7f\\u{202e}txt.exe\\u{2028}\\u{d800}",
    );
    expect(printableLines("a\r\nb\tc\x07")).equal("a\nb\tc\\x07");
  });

  it("leaves nothing of it, whatever the text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(printable(text)).not.match(/[\p{Cc}\p{Surrogate}\u2028-\u202e\u2066-\u2069]/u);
      }),
    );
  });
});

describe("formatTable()", () => {
  const columns = [
    { title: "name", values: ["a", "日本語", "b"] },
    { title: "size", align: "right" as const, values: ["1", "22", "333"] },
    { title: "note", values: ["", "x", ""] },
  ];

  it("aligns columns, numbers right, without spaces at the ends of lines", () => {
    expect(formatTable(plain, columns)).equal(
      ["name    size  note", "a          1", "日本語    22  x", "b        333"].join("\n"),
    );
  });

  it("fits any width: cuts the widest columns, then leaves the last ones out and names them", () => {
    const long = { title: "long", values: ["x".repeat(50), "", ""] };
    expect(
      formatTable({ ...plain, columns: 30 }, [long, ...columns.slice(0, 1)]).split("\n")[1],
    ).equal(`${"x".repeat(21)}…  a`);
    const many = Array.from({ length: 9 }, (_, index) => ({ ...long, title: `c${index}` }));
    const lines = formatTable({ ...plain, columns: 30 }, many).split("\n");
    expect(lines[0]).equal("c0        c1        c2");
    expect(lines.at(-1)).equal("… 6 more columns: c3, c4, c5,…");

    fc.assert(
      fc.property(
        fc.array(fc.array(fc.string(), { minLength: 2, maxLength: 2 }), { minLength: 1 }),
        fc.integer({ min: 10, max: 60 }),
        (cells, width) => {
          const table = cells.map((values, index) => ({ title: `column ${index}`, values }));
          for (const line of formatTable({ ...plain, columns: width }, table).split("\n")) {
            expect(textWidth(line)).most(width);
          }
        },
      ),
    );
  });

  it("colours only what a terminal asks it to", () => {
    const styled = [{ title: "name", values: ["a"], style: "red" as const }];

    expect(formatTable({ color: true }, styled)).equal("\x1b[1mname\x1b[0m\n\x1b[31ma\x1b[0m");
    expect(formatTable(plain, styled)).equal("name\na");
  });
});

describe("formatGrid()", () => {
  it("fills columns from top to bottom, as many as fit", () => {
    const names = ["a", "b", "c", "d", "e"];

    expect(formatGrid({ ...plain, columns: 6 }, names, () => undefined)).equal("a  d\nb  e\nc");
    expect(formatGrid(plain, names, () => undefined)).equal(names.join("\n"));
  });
});

describe("units and JSON", () => {
  it("say sizes, counts and times", () => {
    expect(
      [0, 999, 1000, 999_949, 999_950, 13_493_022].map((size) => formatBytes(size)),
    ).deep.equal(["0 B", "999 B", "1.0 kB", "999.9 kB", "1.0 MB", "13.5 MB"]);
    expect(formatBytes(13_493_022, true)).equal("13493022");
    expect(formatCount(3_066_766)).equal("3,066,766");
    expect(isoTime(1_700_000_000_000_042)).equal("2023-11-14T22:13:20.000042Z");
    expect(isoTime(-1)).equal("1969-12-31T23:59:59.999999Z");
  });

  it("keep every digit", () => {
    const value = {
      big: 2n ** 63n,
      small: 5n,
      nan: Number.NaN,
      bytes: new Uint8Array([1, 2, 255]),
      date: new Date(0),
      absent: undefined,
      list: [null, true],
    };

    expect(toJson(value)).deep.equal({
      big: "9223372036854775808",
      small: 5,
      nan: "NaN",
      bytes: "AQL/",
      date: "1970-01-01T00:00:00.000Z",
      list: [null, true],
    });
  });
});
