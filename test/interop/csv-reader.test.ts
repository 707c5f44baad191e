import { expect } from "chai";
import fc from "fast-check";
import { CsvReader, type CsvRow } from "../../src/interop/csv-reader.ts";

/** Reads a text that is cut into pieces of the given sizes, in turn. */
function read(
  text: string,
  sizes: readonly number[] = [text.length || 1],
  delimiter = ",",
): CsvRow[] {
  const reader = new CsvReader(delimiter, "/file");
  const rows: CsvRow[] = [];
  let at = 0;
  for (let turn = 0; at < text.length; turn += 1) {
    const size = sizes[turn % sizes.length]!;
    rows.push(...reader.read(text.slice(at, at + size)));
    at += size;
  }
  return [...rows, ...reader.end()];
}

const fieldsOf = (text: string, delimiter?: string) =>
  read(text, undefined, delimiter).map(({ fields }) => fields);

function faultOf(text: string): unknown {
  try {
    read(text);
  } catch (error) {
    return error;
  }
  throw new Error("It did not fail");
}

describe("CsvReader", () => {
  it("reads fields, quotes, escaped quotes and line breaks in quotes", () => {
    expect(fieldsOf('a,"b, c","d ""e"""\n"f\ng",h,i')).deep.equal([
      ["a", "b, c", 'd "e"'],
      ["f\ng", "h", "i"],
    ]);
  });

  it("tells an empty field from an empty text", () => {
    expect(fieldsOf('a,,""\n,,')).deep.equal([
      ["a", undefined, ""],
      [undefined, undefined, undefined],
    ]);
  });

  it("keeps a quote within a field, and spaces", () => {
    expect(fieldsOf('5" disk, x \n')).deep.equal([['5" disk', " x "]]);
  });

  it("ends lines with LF, CR LF and CR, mixed too", () => {
    expect(fieldsOf("a,b\r\nc,d\re,f\ng,h")).deep.equal([
      ["a", "b"],
      ["c", "d"],
      ["e", "f"],
      ["g", "h"],
    ]);
  });

  it("leaves out lines with nothing on them, and counts them", () => {
    const rows = read('\n\na,b\r\n\r\n"c\r\nd",e\n\nf,g\n\n');

    expect(rows.map(({ line }) => line)).deep.equal([3, 5, 8]);
  });

  it("reads rows of any number of fields as they are", () => {
    expect(fieldsOf("a,b,c\nd\ne,f,g,h\n").map(({ length }) => length)).deep.equal([3, 1, 4]);
  });

  it("cuts by the delimiter it is given", () => {
    expect(fieldsOf("a;b,c\td|e", ";")).deep.equal([["a", "b,c\td|e"]]);
    expect(fieldsOf("a\tb", "\t")).deep.equal([["a", "b"]]);
  });

  it("reads the same wherever the text is cut", () => {
    const text = 'a,"b ""c""\r\nd",,"",e\r\n\r\n"","x",é🌊,1,2\r3,4,5,6,"7"';
    const whole = read(text);

    for (let size = 1; size < text.length; size += 1)
      expect(read(text, [size]), `pieces of ${size}`).deep.equal(whole);
  });

  it("reads back whatever rows are written, however they are cut", () => {
    const field = fc.string({ unit: fc.constantFrom("a", ",", '"', "\n", "\r", " ", "é", ";") });
    const rows = fc.array(fc.array(field, { minLength: 2, maxLength: 4 }), { minLength: 1 });
    const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 });
    const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;

    fc.assert(
      fc.property(rows, sizes, fc.constantFrom("\n", "\r\n", "\r"), (written, cuts, lineBreak) => {
        const text = written.map((fields) => fields.map(quoted).join(",")).join(lineBreak);
        expect(read(text, cuts).map(({ fields }) => fields)).deep.equal(written);
      }),
    );
  });

  it("says where a quote was opened that is not closed", () => {
    expect(faultOf('a,b\n"c\nd",e\nf,"g\n\nh')).include({
      code: "SCHEMA_MISMATCH",
      path: "/file",
      line: 4,
      column: 2,
    });
  });

  it("says where text follows a closing quote", () => {
    expect(faultOf('a,b\n"c\nd","e"f')).include({ code: "SCHEMA_MISMATCH", line: 3, column: 2 });
  });

  it("gives up on a field that never ends", () => {
    const reader = new CsvReader(",", "/file");
    const piece = "x".repeat(1 << 20);
    reader.read('"');

    expect(() => {
      for (let count = 0; count < 17; count += 1) reader.read(piece);
    }).throw(/16 MiB/);
  });
});
