import { expect } from "chai";
import { parsePattern } from "../../src/tinyfs/glob-pattern.ts";
import { isTinyFSError } from "../../src/tinyfs/index.ts";

/** What a pattern of one name captures from a name; `undefined` where it does not match. */
function capture(pattern: string, name: string): string[] | undefined {
  const [part] = parsePattern(pattern);
  return part?.kind === "match" ? part.expression.exec(name)?.slice(1) : undefined;
}

function codeOf(pattern: string): string {
  try {
    parsePattern(pattern);
    return "none";
  } catch (error) {
    return isTinyFSError(error) ? error.code : String(error);
  }
}

describe("parsePattern()", () => {
  it("tells names, names to match and depths apart", () => {
    const parts = parsePattern("/a/b*/**/c");

    expect(parts.map(({ kind }) => kind)).deep.equal(["literal", "match", "depth", "literal"]);
  });

  it("leaves out empty names and dots", () => {
    const parts = parsePattern("//a/./b/");

    expect(parts).deep.equal([
      { kind: "literal", name: "a" },
      { kind: "literal", name: "b" },
    ]);
  });

  it("finds no parts in the root", () => {
    const parts = parsePattern("/");

    expect(parts).deep.equal([]);
  });

  it("takes as little as it can for each star", () => {
    const captures = capture("*-*", "a-b-c");

    expect(captures).deep.equal(["a", "b-c"]);
  });

  it("takes the whole name, not a part of it", () => {
    const captures = [capture("a?", "xab"), capture("a?", "abx"), capture("a?", "ab")];

    expect(captures).deep.equal([undefined, undefined, ["b"]]);
  });

  it("takes one character outside of the basic plane for one", () => {
    const captures = [capture("?", "😀"), capture("[😀-😎]", "😃")];

    expect(captures).deep.equal([["😀"], ["😃"]]);
  });

  it("captures an alternative with the wildcards in it as one", () => {
    const captures = capture("{a*,b[0-9]}.x", "b7.x");

    expect(captures).deep.equal(["b7"]);
  });

  it("takes alternatives within alternatives", () => {
    const captures = ["a1", "a2", "b"].map((name) => capture("{a{1,2},b}", name));

    expect(captures).deep.equal([["a1"], ["a2"], ["b"]]);
  });

  it("takes an empty alternative", () => {
    const captures = [capture("a{,.gz}", "a"), capture("a{,.gz}", "a.gz")];

    expect(captures).deep.equal([[""], [".gz"]]);
  });

  it("takes a closing bracket that comes first in a class as it is", () => {
    const captures = [capture("[]a]", "]"), capture("[!]a]", "b"), capture("[!]a]", "]")];

    expect(captures).deep.equal([["]"], ["b"], undefined]);
  });

  it("takes a caret as a negation too", () => {
    const captures = [capture("[^a]", "b"), capture("[^a]", "a")];

    expect(captures).deep.equal([["b"], undefined]);
  });

  it("takes backslashes and carets within a class as they are", () => {
    const captures = [capture("[\\^]", "^"), capture("[a^]", "^"), capture("[\\]", "\\")];

    expect(captures).deep.equal([["^"], ["^"], ["\\"]]);
  });

  it("takes what is escaped as it is, also in alternatives", () => {
    const captures = [capture("\\*?", "*a"), capture("{a\\,b,c}", "a,b")];

    expect(captures).deep.equal([["a"], ["a,b"]]);
  });

  it("takes lone closing brackets and braces as they are", () => {
    const captures = [capture("a]?", "a]b"), capture("a}?", "a}b")];

    expect(captures).deep.equal([["b"], ["b"]]);
  });

  it("takes line ends as characters", () => {
    const captures = capture("a*", "a\nb");

    expect(captures).deep.equal(["\nb"]);
  });

  it("refuses what is not closed, ends in a backslash, or runs backwards", () => {
    const codes = ["[a", "{a", "{a,[b", "a\\", "[z-a]", "{a/b,c}"].map(codeOf);

    expect(codes).deep.equal(codes.map(() => "INVALID_PATH"));
  });
});
