import { expect } from "chai";
import { toText } from "./bytes.ts";
import type { OpenFileSystem } from "./file-system-bed.ts";
import { useFileSystem } from "./file-system-bed.ts";
import { rejects, rejectsType } from "./rejects.ts";

/** Paths: how they are read, and what they may hold. */
export function describePaths(open: OpenFileSystem): void {
  describe("paths", () => {
    const bed = useFileSystem(open);

    it("resolve the root", async () => {
      const { root } = await bed();

      const stat = await root.stat("/");

      expect(stat.entryType).equal("Directory");
      expect(stat.path).equal("/");
    });

    it("find the root in the empty path, in dots and in slashes", async () => {
      const { root } = await bed();

      const found = await Promise.all(["", ".", "//", "/./"].map((path) => root.stat(path)));

      expect(found.map(({ path }) => path)).deep.equal(["/", "/", "/", "/"]);
    });

    it("mean the same with and without the leading slash", async () => {
      const { root } = await bed();
      await root.writeFile("a", "one");

      const bytes = await root.readFile("/a");

      expect(toText(bytes)).equal("one");
    });

    it("leave out empty names and single dots", async () => {
      const { root } = await bed();
      await root.createDir("/a");
      await root.writeFile("/a/b", "one");

      const bytes = await root.readFile("//a/./b/");

      expect(toText(bytes)).equal("one");
    });

    it("go up with two dots", async () => {
      const { root } = await bed();
      await root.createDir("/a/b", { recursive: true });
      await root.writeFile("/a/c", "one");

      const bytes = await root.readFile("/a/b/../c");

      expect(toText(bytes)).equal("one");
    });

    it("stay at the root when two dots lead above it", async () => {
      const { root } = await bed();
      await root.writeFile("/a", "one");

      const bytes = await root.readFile("/../../a");

      expect(toText(bytes)).equal("one");
    });

    it("end at a directory they go up to", async () => {
      const { root } = await bed();
      await root.createDir("/a/b/c", { recursive: true });

      const stat = await root.stat("/a/b/c/..");

      expect(stat.path).equal("/a/b");
      expect(stat.name).equal("b");
    });

    it("do not go up from what is not there", async () => {
      const { root } = await bed();
      await root.writeFile("/a", "one");

      await rejects(root.readFile("/missing/../a"), "NOT_FOUND");
    });

    it("do not lead through a file", async () => {
      const { root } = await bed();
      await root.writeFile("/a", "one");

      await rejects(root.readFile("/a/b"), "NOT_A_DIRECTORY");
    });

    it("do not lead through a missing directory", async () => {
      const { root } = await bed();

      const error = await rejects(root.writeFile("/missing/a", "one"), "NOT_FOUND");

      expect(error.path).equal("/missing/a");
    });

    it("keep names as they were given", async () => {
      const { root } = await bed();
      const names = ["e\u0301", "\u00e9", " a ", "A", "a", "😀", "*", "\\", ".hidden", "a\nb"];
      await Promise.all(names.map((name) => root.writeFile(`/${name}`, name)));

      const listed = await root.list("/");

      expect(listed.map(({ name }) => name)).deep.equal([...names].sort());
    });

    it("take names of 255 bytes", async () => {
      const { root } = await bed();
      const name = `${"é".repeat(127)}a`;
      await root.writeFile(`/${name}`, "one");

      const listed = await root.list("/");

      expect(listed.map((entry) => entry.name)).deep.equal([name]);
    });

    it("refuse names of 256 bytes", async () => {
      const { root } = await bed();

      await rejects(root.writeFile(`/${"é".repeat(128)}`, "one"), "INVALID_PATH");
    });

    it("refuse a long name also where a directory is named", async () => {
      const { root } = await bed();

      await rejects(root.readFile(`/${"a".repeat(256)}/b`), "INVALID_PATH");
    });

    it("refuse a NUL", async () => {
      const { root } = await bed();

      await rejects(root.writeFile("/a\0b", "one"), "INVALID_PATH");
    });

    it("refuse the first half of a surrogate pair alone", async () => {
      const { root } = await bed();

      await rejects(root.writeFile("/a\ud83d", "one"), "INVALID_PATH");
    });

    it("refuse the second half of a surrogate pair alone", async () => {
      const { root } = await bed();

      await rejects(root.createDir("/\ude00a"), "INVALID_PATH");
    });

    it("take 4,096 bytes", async () => {
      const { root } = await bed();
      const path = `/${"a".repeat(255)}`.repeat(16);
      await root.createDir(path.slice(0, -256), { recursive: true });
      await root.writeFile(path, "one");

      const bytes = await root.readFile(path);

      expect(path.length).equal(4096);
      expect(toText(bytes)).equal("one");
    });

    it("refuse 4,097 bytes", async () => {
      const { root } = await bed();

      await rejects(root.readFile(`${`/${"a".repeat(255)}`.repeat(16)}/`), "INVALID_PATH");
    });

    it("refuse what is no string, as a mistake of the program", async () => {
      const { root } = await bed();

      await rejectsType(root.readFile(5 as unknown as string));
    });

    it("refuse to remove, move or write the root", async () => {
      const { root } = await bed();
      await root.createDir("/a");

      await rejects(root.remove("/", { recursive: true }), "INVALID_PATH");
      await rejects(root.rename("/", "/a/b"), "INVALID_PATH");
      await rejects(root.rename("/a", "/"), "INVALID_PATH");
    });
  });
}
