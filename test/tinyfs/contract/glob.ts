import { expect } from "chai";
import type { WD } from "../../../src/tinyfs/index.ts";
import { fakeParquet } from "./bytes.ts";
import type { OpenFileSystem } from "./file-system-bed.ts";
import { useFileSystem } from "./file-system-bed.ts";
import { rejects, rejectsType } from "./rejects.ts";

async function writeAt(root: WD, ...paths: string[]): Promise<void> {
  for (const path of paths) {
    await root.createDir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
    await root.writeFile(path, path);
  }
}

async function pathsOf(root: WD, pattern: string): Promise<string[]> {
  return (await root.glob(pattern)).map(({ path }) => path);
}

/** Globs: what they find, in which order, and what they capture. */
export function describeGlob(open: OpenFileSystem): void {
  describe("glob()", () => {
    const bed = useFileSystem(open);

    it("finds a plain path", async () => {
      const { root } = await bed();
      await writeAt(root, "/a/b");

      const found = await root.glob("/a/b");

      expect(found).deep.equal([{ path: "/a/b", captures: [], entryType: "FileData" }]);
    });

    it("finds nothing where nothing is", async () => {
      const { root } = await bed();
      await writeAt(root, "/a/b");

      const found = await Promise.all(
        ["/c", "/a/b/c", "/c/*", "/x/**"].map((one) => pathsOf(root, one)),
      );

      expect(found).deep.equal([[], [], [], []]);
    });

    it("stands for any name with a star, in the order of names", async () => {
      const { root } = await bed();
      await writeAt(root, "/c", "/a", "/b/d", "/.hidden");

      const found = await pathsOf(root, "/*");

      expect(found).deep.equal(["/.hidden", "/a", "/b", "/c"]);
    });

    it("does not cross directories with a star", async () => {
      const { root } = await bed();
      await writeAt(root, "/a/b.md", "/c.md");

      const found = await pathsOf(root, "/*.md");

      expect(found).deep.equal(["/c.md"]);
    });

    it("stands for one character with a question mark, whatever its size", async () => {
      const { root } = await bed();
      await writeAt(root, "/a", "/bb", "/😀", "/é");

      const found = await pathsOf(root, "/?");

      expect(found).deep.equal(["/a", "/é", "/😀"]);
    });

    it("stands for one of several characters with brackets", async () => {
      const { root } = await bed();
      await writeAt(root, "/a1", "/a2", "/a3", "/ax", "/a-");

      const found = await Promise.all(
        ["/a[12]", "/a[1-3]", "/a[!1-3]", "/a[x-]"].map((one) => pathsOf(root, one)),
      );

      expect(found).deep.equal([
        ["/a1", "/a2"],
        ["/a1", "/a2", "/a3"],
        ["/a-", "/ax"],
        ["/a-", "/ax"],
      ]);
    });

    it("stands for alternatives with braces", async () => {
      const { root } = await bed();
      await writeAt(root, "/a.csv", "/a.json", "/a.md");

      const found = await pathsOf(root, "/*.{csv,json}");

      expect(found).deep.equal(["/a.csv", "/a.json"]);
    });

    it("takes a character as it is after a backslash", async () => {
      const { root } = await bed();
      await writeAt(root, "/*", "/a");

      const found = await pathsOf(root, "/\\*");

      expect(found).deep.equal(["/*"]);
    });

    it("takes what is special in expressions as it is", async () => {
      const { root } = await bed();
      await writeAt(root, "/a.b+c(1)$", "/aXb+c(1)$");

      const found = await pathsOf(root, "/a.b+c(?)$");

      expect(found).deep.equal(["/a.b+c(1)$"]);
    });

    it("finds every entry below with two stars, each directory before what is in it", async () => {
      const { root } = await bed();
      await writeAt(root, "/a/b/c", "/a/d", "/e");
      await root.createSymlink("/link", "/missing");

      const found = await root.glob("/**");

      expect(found.map(({ path, entryType }) => [path, entryType])).deep.equal([
        ["/a", "Directory"],
        ["/a/b", "Directory"],
        ["/a/b/c", "FileData"],
        ["/a/d", "FileData"],
        ["/e", "FileData"],
        ["/link", "Symlink"],
      ]);
    });

    it("finds the same with bare stars as with a slash before them", async () => {
      const { root } = await bed();
      await writeAt(root, "/a/b", "/c");

      const [bare, rooted] = await Promise.all([pathsOf(root, "**"), pathsOf(root, "/**")]);

      expect(bare).deep.equal(["/a", "/a/b", "/c"]);
      expect(rooted).deep.equal(bare);
    });

    it("finds also what is at the root with two stars and a name", async () => {
      const { root } = await bed();
      await writeAt(root, "/a/b/x.md", "/a/x.md", "/x.md", "/a/y");

      const found = await pathsOf(root, "/**/*.md");

      expect(found.sort()).deep.equal(["/a/b/x.md", "/a/x.md", "/x.md"]);
    });

    it("finds what is below a directory, and not that itself", async () => {
      const { root } = await bed();
      await writeAt(root, "/a/b/c", "/d");

      const found = await pathsOf(root, "/a/**");

      expect(found).deep.equal(["/a/b", "/a/b/c"]);
    });

    it("goes on below two stars", async () => {
      const { root } = await bed();
      await writeAt(root, "/a/x/1", "/b/c/x/2", "/x/3", "/b/y/4");

      const found = await pathsOf(root, "/**/x/*");

      expect(found.sort()).deep.equal(["/a/x/1", "/b/c/x/2", "/x/3"]);
    });

    it("finds each entry once, also where two stars stand twice", async () => {
      const { root } = await bed();
      await writeAt(root, "/a/a/a");

      const found = await pathsOf(root, "/**/a/**");

      expect(found.sort()).deep.equal(["/a/a", "/a/a/a"]);
    });

    it("takes two stars within a name as one", async () => {
      const { root } = await bed();
      await writeAt(root, "/a/xb", "/ab");

      const found = await pathsOf(root, "/a**b");

      expect(found).deep.equal(["/ab"]);
    });

    it("captures what each wildcard stood for, in order", async () => {
      const { root } = await bed();
      await writeAt(root, "/2024/obs-05.parquet");

      const [found] = await root.glob("/*/{obs,sim}-[0-9]?.*");

      expect(found?.captures).deep.equal(["2024", "obs", "0", "5", "parquet"]);
    });

    it("captures the joined names for two stars", async () => {
      const { root } = await bed();
      await writeAt(root, "/a/b/c.md", "/d.md");

      const found = await root.glob("/**/*.md");

      expect(found.map(({ captures }) => captures)).deep.equal([
        ["", "d"],
        ["a/b", "c"],
      ]);
    });

    it("captures the rest of the path for two stars at the end", async () => {
      const { root } = await bed();
      await writeAt(root, "/a/b/c");

      const found = await root.glob("/a/**");

      expect(found.map(({ captures }) => captures)).deep.equal([["b"], ["b/c"]]);
    });

    it("captures the empty text", async () => {
      const { root } = await bed();
      await writeAt(root, "/a");

      const [found] = await root.glob("/a*");

      expect(found?.captures).deep.equal([""]);
    });

    it("tells the types of what it finds", async () => {
      const { root } = await bed();
      await root.writeFile("/s", fakeParquet("1"), { entryType: "FileSeries" });
      await root.writeFile("/t", fakeParquet("1"), { entryType: "FileTable" });

      const found = await root.glob("/*");

      expect(found.map(({ entryType }) => entryType)).deep.equal(["FileSeries", "FileTable"]);
    });

    it("finds a symlinked directory once, as a link, with two stars", async () => {
      const { root } = await bed();
      await writeAt(root, "/a/b");
      await root.createSymlink("/link", "/a");

      const found = await pathsOf(root, "/**");

      expect(found).deep.equal(["/a", "/a/b", "/link"]);
    });

    it("enters a symlinked directory that a name of the pattern stands for", async () => {
      const { root } = await bed();
      await writeAt(root, "/a/b");
      await root.createSymlink("/link", "/a");

      const found = await Promise.all(
        ["/link/*", "/l*/b", "/link/**"].map((one) => pathsOf(root, one)),
      );

      expect(found).deep.equal([["/link/b"], ["/link/b"], ["/link/b"]]);
    });

    it("passes by links that lead nowhere or in a circle", async () => {
      const { root } = await bed();
      await writeAt(root, "/a/b");
      await root.createSymlink("/gone", "/missing");
      await root.createSymlink("/loop", "/loop");
      await root.createSymlink("/file", "/a/b");

      const found = await pathsOf(root, "/*/*");

      expect(found).deep.equal(["/a/b"]);
    });

    it("is not led out of its directory", async () => {
      const { root } = await bed();
      await writeAt(root, "/secret/b", "/a/c");
      await root.createSymlink("/a/link", "../secret");
      const wd = await root.openDir("/a");

      const found = await pathsOf(wd, "/link/*");

      expect(found).deep.equal([]);
    });

    it("refuses a pattern that is not closed", async () => {
      const { root } = await bed();

      await rejects(root.glob("/[a"), "INVALID_PATH");
      await rejects(root.glob("/{a,b"), "INVALID_PATH");
      await rejects(root.glob("/a\\"), "INVALID_PATH");
    });

    it("refuses a range that runs backwards", async () => {
      const { root } = await bed();

      await rejects(root.glob("/[z-a]"), "INVALID_PATH");
    });

    it("refuses what is no string, as a mistake of the program", async () => {
      const { root } = await bed();

      await rejectsType(root.glob(5 as unknown as string));
    });

    it("shows one commit, whatever is written while it is read", async () => {
      const { root } = await bed();
      await writeAt(root, "/a", "/b");
      const iterator = root.glob("/*")[Symbol.asyncIterator]();
      const first = await iterator.next();
      await root.writeFile("/c", "one");
      await root.remove("/b");

      const second = await iterator.next();

      expect([first.value?.path, second.value?.path]).deep.equal(["/a", "/b"]);
      expect((await iterator.next()).done).equal(true);
    });
  });
}
