import { expect } from "chai";
import fc from "fast-check";
import { isTinyFSError } from "../../src/tinyfs/index.ts";
import { joinPath, parsePath } from "../../src/tinyfs/path.ts";

function codeOf(path: string): string {
  try {
    parsePath(path);
    return "none";
  } catch (error) {
    return isTinyFSError(error) ? error.code : String(error);
  }
}

describe("parsePath()", () => {
  it("gives the names, without dots and empty ones", () => {
    const names = parsePath("//a/./b//c/");

    expect(names).deep.equal(["a", "b", "c"]);
  });

  it("leaves two dots to whoever knows where they lead", () => {
    const names = parsePath("../a/..");

    expect(names).deep.equal(["..", "a", ".."]);
  });

  it("takes three dots for a name", () => {
    const names = parsePath("/...");

    expect(names).deep.equal(["..."]);
  });

  it("counts bytes and not characters", () => {
    const codes = ["a".repeat(255), "é".repeat(127), "€".repeat(85), "😀".repeat(63)].map(codeOf);

    expect(codes).deep.equal(["none", "none", "none", "none"]);
  });

  it("refuses one byte too many", () => {
    const codes = ["a".repeat(256), "é".repeat(128), "€".repeat(86), "😀".repeat(64)].map(codeOf);

    expect(codes).deep.equal(codes.map(() => "INVALID_PATH"));
  });

  it("keeps every name that it takes as it was given", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: "binary", minLength: 1, maxLength: 20 })), (names) => {
        const path = names.map((name) => `/${name}`).join("");
        fc.pre(names.every((name) => !/[/\0]/.test(name) && ![".", ".."].includes(name)));
        expect(parsePath(path)).deep.equal(names);
      }),
    );
  });

  it("names the path in its error, cut where it is long", () => {
    const path = "x".repeat(5000);
    let message = "";

    try {
      parsePath(path);
    } catch (error) {
      message = (error as Error).message;
    }

    expect(message.length).lessThan(200);
  });
});

describe("joinPath()", () => {
  it("puts one slash between a directory and a name", () => {
    const paths = [joinPath("/", "a"), joinPath("/a", "b")];

    expect(paths).deep.equal(["/a", "/a/b"]);
  });
});
