import { expect } from "chai";
import type { ListEntry } from "../../../src/tinyfs/index.ts";
import { fakeParquet } from "./bytes.ts";
import type { OpenFileSystem } from "./file-system-bed.ts";
import { useFileSystem } from "./file-system-bed.ts";
import { rejects } from "./rejects.ts";

const namesOf = (entries: readonly ListEntry[]) => entries.map(({ name }) => name);

/** Listings of directories. */
export function describeListing(open: OpenFileSystem): void {
  describe("list()", () => {
    const bed = useFileSystem(open);

    it("yields nothing for an empty root", async () => {
      const { root } = await bed();

      const listed = await root.list();

      expect(listed).deep.equal([]);
    });

    it("yields the names of a directory in order", async () => {
      const { root } = await bed();
      await root.createDir("/d");
      await Promise.all(["c", "a", "b"].map((name) => root.writeFile(`/d/${name}`, name)));
      await root.writeFile("/e", "one");

      const listed = await root.list("/d");

      expect(namesOf(listed)).deep.equal(["a", "b", "c"]);
    });

    it("orders names by UTF-16 code units", async () => {
      const { root } = await bed();
      const names = ["a", "B", "10", "9", "\uffff", "😀", "é", "a ", "a.", "aa"];
      await Promise.all(names.map((name) => root.writeFile(`/${name}`, "")));

      const listed = await root.list("/");

      expect(namesOf(listed)).deep.equal([
        "10",
        "9",
        "B",
        "a",
        "a ",
        "a.",
        "aa",
        "é",
        "😀",
        "\uffff",
      ]);
    });

    it("tells the same of each entry as stat()", async () => {
      const { root } = await bed();
      await root.createDir("/d");
      await root.writeFile("/f", "one");
      await root.writeFile("/t", fakeParquet("1"), { entryType: "FileTable" });
      await root.writeFile("/s", fakeParquet("1"), { entryType: "FileSeries" });
      await root.writeFile("/s", fakeParquet("2"), { append: true });

      const listed = await root.list("/");

      const stats = await Promise.all(
        listed.map(async ({ name }) => {
          const { path: _, attributes: __, ...entry } = await root.stat(`/${name}`);
          return entry;
        }),
      );
      expect(listed).deep.equal(stats);
    });

    it("tells a link as a link", async () => {
      const { root } = await bed();
      await root.createSymlink("/link", "/missing");

      const [link] = await root.list("/");

      expect(link?.entryType).equal("Symlink");
      expect(link?.size).equal("/missing".length);
    });

    it("follows a link to the directory that is asked for", async () => {
      const { root } = await bed();
      await root.createDir("/a");
      await root.writeFile("/a/b", "one");
      await root.createSymlink("/link", "/a");

      const listed = await root.list("/link");

      expect(namesOf(listed)).deep.equal(["b"]);
    });

    it("refuses a file, and what is not there", async () => {
      const { root } = await bed();
      await root.writeFile("/a", "one");

      await rejects(root.list("/a"), "NOT_A_DIRECTORY");
      await rejects(root.list("/b"), "NOT_FOUND");
    });

    it("can be streamed and left early", async () => {
      const { root } = await bed();
      await Promise.all(["a", "b", "c"].map((name) => root.writeFile(`/${name}`, name)));
      const iterator = root.list("/")[Symbol.asyncIterator]();

      const first = await iterator.next();
      await iterator.return?.();

      expect(first.value?.name).equal("a");
      expect((await iterator.next()).done).equal(true);
    });

    it("runs anew each time it is used", async () => {
      const { root } = await bed();
      const listing = root.list("/");
      const before = await listing;
      await root.writeFile("/a", "one");

      const after = await listing;

      expect([namesOf(before), namesOf(after)]).deep.equal([[], ["a"]]);
    });

    it("shows one commit, whatever is written while it is read", async () => {
      const { root } = await bed();
      await Promise.all(["a", "b", "c"].map((name) => root.writeFile(`/${name}`, name)));
      const iterator = root.list("/")[Symbol.asyncIterator]();
      const names = [(await iterator.next()).value?.name];
      await root.remove("/b");
      await root.writeFile("/d", "one");

      names.push((await iterator.next()).value?.name, (await iterator.next()).value?.name);

      expect(names).deep.equal(["a", "b", "c"]);
      expect((await iterator.next()).done).equal(true);
    });
  });

  describe("list({ after, limit })", () => {
    const bed = useFileSystem(open);

    it("begins after a name", async () => {
      const { root } = await bed();
      await Promise.all(["a", "b", "c"].map((name) => root.writeFile(`/${name}`, name)));

      const listed = await root.list("/", { after: "a" });

      expect(namesOf(listed)).deep.equal(["b", "c"]);
    });

    it("begins after a name that is not there", async () => {
      const { root } = await bed();
      await Promise.all(["a", "c"].map((name) => root.writeFile(`/${name}`, name)));

      const listed = await root.list("/", { after: "b" });

      expect(namesOf(listed)).deep.equal(["c"]);
    });

    it("ends after so many", async () => {
      const { root } = await bed();
      await Promise.all(["a", "b", "c"].map((name) => root.writeFile(`/${name}`, name)));

      const listed = await root.list("/", { limit: 2 });

      expect(namesOf(listed)).deep.equal(["a", "b"]);
    });

    it("yields nothing for a limit of 0", async () => {
      const { root } = await bed();
      await root.writeFile("/a", "one");

      const listed = await root.list("/", { limit: 0 });

      expect(listed).deep.equal([]);
    });

    it("yields nothing after the last name", async () => {
      const { root } = await bed();
      await root.writeFile("/a", "one");

      const listed = await root.list("/", { after: "a" });

      expect(listed).deep.equal([]);
    });
  });

  describe("list({ recursive })", () => {
    const bed = useFileSystem(open);

    it("yields each directory before what is in it, with paths for names", async () => {
      const { root } = await bed();
      await root.createDir("/a/b", { recursive: true });
      await Promise.all(["/a/b/1", "/a/2", "/c", "/a-"].map((path) => root.writeFile(path, "one")));

      const listed = await root.list("/", { recursive: true });

      expect(namesOf(listed)).deep.equal(["a", "a/2", "a/b", "a/b/1", "a-", "c"]);
    });

    it("names from the directory that is listed", async () => {
      const { root } = await bed();
      await root.createDir("/a/b", { recursive: true });
      await root.writeFile("/a/b/c", "one");

      const listed = await root.list("/a", { recursive: true });

      expect(namesOf(listed)).deep.equal(["b", "b/c"]);
    });

    it("does not follow links", async () => {
      const { root } = await bed();
      await root.createDir("/a");
      await root.writeFile("/a/b", "one");
      await root.createSymlink("/a/up", "/");

      const listed = await root.list("/", { recursive: true });

      expect(namesOf(listed)).deep.equal(["a", "a/b", "a/up"]);
    });

    it("goes on where it was left", async () => {
      const { root } = await bed();
      await root.createDir("/a/b", { recursive: true });
      await Promise.all(
        ["/a/b/1", "/a/b/2", "/a/c", "/d"].map((path) => root.writeFile(path, "one")),
      );
      const all = namesOf(await root.list("/", { recursive: true }));

      const rests = await Promise.all(
        all.map(async (after) => namesOf(await root.list("/", { recursive: true, after }))),
      );

      expect(rests).deep.equal(all.map((_, index) => all.slice(index + 1)));
    });

    it("ends after so many, wherever that is", async () => {
      const { root } = await bed();
      await root.createDir("/a/b", { recursive: true });
      await root.writeFile("/a/b/1", "one");

      const listed = await root.list("/", { recursive: true, limit: 2 });

      expect(namesOf(listed)).deep.equal(["a", "a/b"]);
    });
  });

  describe("a directory of 5,000 names", () => {
    const bed = useFileSystem(open);
    const names = Array.from({ length: 5000 }, (_, index) => `n${index}`);
    const sorted = [...names].sort();

    it("is listed whole and in order", async () => {
      const { fs, root } = await bed();
      await fs.transaction(async (tx) => {
        await tx.root.createDir("/d");
        await Promise.all(names.map((name) => tx.root.createDir(`/d/${name}`)));
      });

      const listed = await root.list("/d");

      expect(namesOf(listed)).deep.equal(sorted);
    });

    it("is listed in pages", async () => {
      const { fs, root } = await bed();
      await fs.transaction(async (tx) => {
        await Promise.all(names.map((name) => tx.root.createDir(`/${name}`)));
      });

      const first = await root.list("/", { limit: 1700 });
      const second = await root.list("/", { after: first.at(-1)!.name, limit: 1700 });
      const third = await root.list("/", { after: second.at(-1)!.name });

      expect(namesOf([...first, ...second, ...third])).deep.equal(sorted);
    });

    it("is listed in order by a transaction that has added to it and removed from it", async () => {
      const { fs } = await bed();
      const even = names.filter((_, index) => index % 2 === 0);
      const odd = names.filter((_, index) => index % 2 === 1);
      await fs.transaction(async (tx) => {
        await Promise.all(even.map((name) => tx.root.createDir(`/${name}`)));
      });
      await using tx = await fs.begin();
      await Promise.all(odd.map((name) => tx.root.createDir(`/${name}`)));
      await Promise.all(even.slice(0, 100).map((name) => tx.root.remove(`/${name}`)));

      const listed = await tx.root.list("/");

      const removed = new Set(even.slice(0, 100));
      expect(namesOf(listed)).deep.equal(sorted.filter((name) => !removed.has(name)));
    });
  });
}
