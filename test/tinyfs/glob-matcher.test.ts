import { expect } from "chai";
import fc from "fast-check";
import { GlobMatcher } from "../../src/tinyfs/glob-matcher.ts";
import { createMemoryFS } from "../../src/tinyfs/index.ts";

const matches = (pattern: string, ...paths: string[]) =>
  paths.map((path) => new GlobMatcher(pattern).matches(path));

const isBelow = (pattern: string, ...paths: string[]) =>
  paths.map((path) => new GlobMatcher(pattern).isBelow(path));

describe("GlobMatcher.matches()", () => {
  it("compares plain paths", () => {
    expect(matches("/a/b", "/a/b", "/a", "/a/b/c", "/b")).deep.equal([true, false, false, false]);
  });

  it("stands for one name with a star", () => {
    expect(matches("/*/b", "/a/b", "/b", "/a/c/b")).deep.equal([true, false, false]);
  });

  it("stands for any depth with two stars, none included", () => {
    expect(matches("/a/**/b", "/a/b", "/a/x/b", "/a/x/y/b", "/b")).deep.equal([
      true,
      true,
      true,
      false,
    ]);
  });

  it("stands for every path below with two stars at the end", () => {
    expect(matches("/a/**", "/a/b", "/a/b/c", "/a", "/b")).deep.equal([true, true, false, false]);
  });

  it("does not find the root", () => {
    expect(matches("/**", "/")).deep.equal([false]);
  });

  it("agrees with what glob() finds", async () => {
    const { root } = createMemoryFS();
    await root.createDir("/a/b/a", { recursive: true });
    await root.createDir("/b/ab", { recursive: true });
    await Promise.all(["/a/b/x", "/b/ab/a", "/ab", "/x"].map((path) => root.writeFile(path, "")));
    const all = (await root.list("/", { recursive: true })).map(({ name }) => `/${name}`);
    const part = fc.constantFrom("a", "b", "ab", "*", "?", "a*", "**", "{a,b}", "[a-b]");

    await fc.assert(
      fc.asyncProperty(fc.array(part, { minLength: 1, maxLength: 4 }), async (parts) => {
        const pattern = `/${parts.join("/")}`;
        const matcher = new GlobMatcher(pattern);
        const found = (await root.glob(pattern)).map(({ path }) => path);
        expect(found.sort()).deep.equal(all.filter((path) => matcher.matches(path)).sort());
      }),
    );
  });
});

describe("GlobMatcher.isBelow()", () => {
  it("tells the directories on the way", () => {
    expect(isBelow("/a/b/c", "/", "/a", "/a/b", "/a/b/c", "/b")).deep.equal([
      true,
      true,
      true,
      false,
      false,
    ]);
  });

  it("tells every directory that two stars may enter", () => {
    expect(isBelow("/a/**/*.csv", "/a", "/a/x/y", "/b")).deep.equal([true, true, false]);
  });
});
