import { expect } from "chai";
import { fakeParquet, sha256Of, toText } from "./bytes.ts";
import type { OpenFileSystem } from "./file-system-bed.ts";
import { useFileSystem } from "./file-system-bed.ts";
import { rejects } from "./rejects.ts";

/** Directories, what is known of entries, attributes, and confinement. */
export function describeDirectories(open: OpenFileSystem): void {
  describe("createDir()", () => {
    const bed = useFileSystem(open);

    it("makes an empty directory", async () => {
      const { root } = await bed();
      const { version, size, sha256 } = await root.createDir("/a");

      const listed = await root.list("/a");

      expect(listed).deep.equal([]);
      expect({ version, size, sha256 }).deep.equal({ version: 1, size: 0, sha256: "" });
    });

    it("refuses what exists", async () => {
      const { root } = await bed();
      await root.createDir("/a");
      await root.writeFile("/b", "one");

      await rejects(root.createDir("/a"), "ALREADY_EXISTS");
      await rejects(root.createDir("/b"), "ALREADY_EXISTS");
      await rejects(root.createDir("/"), "ALREADY_EXISTS");
    });

    it("refuses a missing parent", async () => {
      const { root } = await bed();

      await rejects(root.createDir("/a/b"), "NOT_FOUND");
    });

    it("refuses a parent that is a file", async () => {
      const { root } = await bed();
      await root.writeFile("/a", "one");

      await rejects(root.createDir("/a/b"), "NOT_A_DIRECTORY");
    });
  });

  describe("createDir({ recursive })", () => {
    const bed = useFileSystem(open);

    it("makes the missing parents in one commit", async () => {
      const { root } = await bed();

      const { txnSeq } = await root.createDir("/a/b/c", { recursive: true });

      expect(txnSeq).equal(1);
      expect(await root.getEntryType("/a/b/c")).equal("Directory");
    });

    it("takes a directory that is there", async () => {
      const { root } = await bed();
      const made = await root.createDir("/a");

      const again = await root.createDir("/a", { recursive: true });

      expect(again.nodeId).equal(made.nodeId);
    });

    it("refuses a file on the way", async () => {
      const { root } = await bed();
      await root.writeFile("/a", "one");

      await rejects(root.createDir("/a", { recursive: true }), "ALREADY_EXISTS");
      await rejects(root.createDir("/a/b", { recursive: true }), "ALREADY_EXISTS");
    });

    it("takes the root", async () => {
      const { root } = await bed();

      const { version } = await root.createDir("/", { recursive: true });

      expect(version).equal(1);
    });

    it("lets several makers of the same directory through", async () => {
      const { root } = await bed();

      const made = await Promise.all(
        [1, 2, 3, 4].map(() => root.createDir("/a/b", { recursive: true })),
      );

      expect(new Set(made.map(({ nodeId }) => nodeId)).size).equal(1);
    });

    it("leaves nothing behind in a transaction when it is refused halfway", async () => {
      const { fs, root } = await bed();
      await root.writeFile("/file", "one");
      const tx = await fs.begin();
      await rejects(tx.root.createDir("/new/../file/a", { recursive: true }), "ALREADY_EXISTS");

      await tx.commit().catch(() => tx.rollback());

      expect(await root.exists("/new")).equal(false);
    });
  });

  describe("stat()", () => {
    const bed = useFileSystem(open);

    it("tells all that is known of a file", async () => {
      const { fs, root } = await bed();
      const { nodeId } = await root.writeFile("/a", "one", {
        attributes: { unit: "K", n: 1, ok: true },
      });
      const { time } = await fs.snapshot();

      const stat = await root.stat("/a");

      expect(stat).deep.equal({
        name: "a",
        path: "/a",
        entryType: "FileData",
        nodeId,
        size: 3,
        version: 1,
        timestamp: time,
        sha256: await sha256Of(new TextEncoder().encode("one") as Uint8Array<ArrayBuffer>),
        attributes: { unit: "K", n: 1, ok: true },
      });
    });

    it("tells what is known of a directory", async () => {
      const { root } = await bed();
      const { nodeId } = await root.createDir("/a");

      const { timestamp, ...stat } = await root.stat("/a");

      expect(timestamp).greaterThan(1.6e15);
      expect(stat).deep.equal({
        name: "a",
        path: "/a",
        entryType: "Directory",
        nodeId,
        size: 0,
        version: 1,
        sha256: "",
        attributes: {},
      });
    });

    it("refuses what is not there", async () => {
      const { root } = await bed();

      await rejects(root.stat("/a"), "NOT_FOUND");
      await rejects(root.stat("/a/b"), "NOT_FOUND");
    });
  });

  describe("exists()", () => {
    const bed = useFileSystem(open);

    it("tells what is there", async () => {
      const { root } = await bed();
      await root.createDir("/a");
      await root.writeFile("/a/b", "one");

      const found = await Promise.all(["/", "/a", "/a/b"].map((path) => root.exists(path)));

      expect(found).deep.equal([true, true, true]);
    });

    it("tells what is not there, also below a file", async () => {
      const { root } = await bed();
      await root.writeFile("/a", "one");

      const found = await Promise.all(["/b", "/b/c", "/a/b"].map((path) => root.exists(path)));

      expect(found).deep.equal([false, false, false]);
    });

    it("refuses a path that is none", async () => {
      const { root } = await bed();

      await rejects(root.exists("/a\0"), "INVALID_PATH");
    });
  });

  describe("getEntryType()", () => {
    const bed = useFileSystem(open);

    it("tells the four kinds that a path can lead to", async () => {
      const { root } = await bed();
      await root.createDir("/d");
      await root.writeFile("/f", "one");
      await root.writeFile("/t", fakeParquet("1"), { entryType: "FileTable" });
      await root.writeFile("/s", fakeParquet("1"), { entryType: "FileSeries" });

      const types = await Promise.all(
        ["/d", "/f", "/t", "/s"].map((path) => root.getEntryType(path)),
      );

      expect(types).deep.equal(["Directory", "FileData", "FileTable", "FileSeries"]);
    });

    it("refuses what is not there", async () => {
      const { root } = await bed();

      await rejects(root.getEntryType("/a"), "NOT_FOUND");
    });
  });

  describe("setAttributes()", () => {
    const bed = useFileSystem(open);

    it("replaces the attributes and keeps the bytes", async () => {
      const { root } = await bed();
      await root.writeFile("/a", "one", { attributes: { old: 1 } });
      await root.setAttributes("/a", { unit: "K" });

      const { attributes } = await root.stat("/a");

      expect(attributes).deep.equal({ unit: "K" });
      expect(toText(await root.readFile("/a"))).equal("one");
    });

    it("makes a version of its own", async () => {
      const { root } = await bed();
      await root.writeFile("/a", "one");

      const { version } = await root.setAttributes("/a", { unit: "K" });

      expect(version).equal(2);
      expect((await root.versions("/a")).map((one) => one.version)).deep.equal([2, 1]);
    });

    it("hangs attributes on a directory", async () => {
      const { root } = await bed();
      await root.createDir("/a");
      await root.writeFile("/a/b", "one");
      await root.setAttributes("/a", { unit: "K" });

      const { attributes } = await root.stat("/a");

      expect(attributes).deep.equal({ unit: "K" });
      expect(await root.exists("/a/b")).equal(true);
    });

    it("hangs attributes on a series, whose segments stay", async () => {
      const { root } = await bed();
      await root.writeFile("/s", fakeParquet("1"), { entryType: "FileSeries" });
      await root.setAttributes("/s", { unit: "K" });

      const { attributes, size } = await root.stat("/s");

      expect(attributes).deep.equal({ unit: "K" });
      expect(size).equal(12);
    });

    it("keeps what is known of the rows of a table", async () => {
      const { root } = await bed();
      const inspect = async () => ({ rowCount: 7 });
      await root.writeFile("/t", fakeParquet("1"), { entryType: "FileTable", inspect });
      await root.setAttributes("/t", { unit: "K" });

      const { rowCount } = await root.stat("/t");

      expect(rowCount).equal(7);
    });

    it("refuses what is not there", async () => {
      const { root } = await bed();

      await rejects(root.setAttributes("/a", {}), "NOT_FOUND");
    });
  });

  describe("attributes", () => {
    const bed = useFileSystem(open);

    it("outlive a write that gives none", async () => {
      const { root } = await bed();
      await root.writeFile("/a", "one", { attributes: { unit: "K" } });
      await root.writeFile("/a", "two");

      const { attributes } = await root.stat("/a");

      expect(attributes).deep.equal({ unit: "K" });
    });

    it("outlive a move", async () => {
      const { root } = await bed();
      await root.writeFile("/a", "one", { attributes: { unit: "K" } });
      await root.rename("/a", "/b");

      const { attributes } = await root.stat("/b");

      expect(attributes).deep.equal({ unit: "K" });
    });

    it("are copied", async () => {
      const { root } = await bed();
      await root.writeFile("/a", "one", { attributes: { unit: "K" } });
      await root.copy("/a", "/b");

      const { attributes } = await root.stat("/b");

      expect(attributes).deep.equal({ unit: "K" });
    });

    it("are set by an append that gives them", async () => {
      const { root } = await bed();
      await root.writeFile("/s", fakeParquet("1"), { entryType: "FileSeries" });
      await root.writeFile("/s", fakeParquet("2"), { append: true, attributes: { unit: "K" } });

      const { attributes, version } = await root.stat("/s");

      expect(attributes).deep.equal({ unit: "K" });
      expect(version).equal(2);
    });
  });

  describe("openDir()", () => {
    const bed = useFileSystem(open);

    it("reads and writes from the directory on", async () => {
      const { root } = await bed();
      await root.createDir("/a/b", { recursive: true });
      const wd = await root.openDir("/a/b");
      await wd.writeFile("/c", "one");

      const bytes = await root.readFile("/a/b/c");

      expect(toText(bytes)).equal("one");
    });

    it("tells paths from the directory on", async () => {
      const { root } = await bed();
      await root.createDir("/a/b", { recursive: true });
      await root.writeFile("/a/b/c", "one");
      const wd = await root.openDir("/a");

      const [file, top, found] = [await wd.stat("/b/c"), await wd.stat("/"), await wd.glob("/**")];

      expect(file.path).equal("/b/c");
      expect(top.path).equal("/");
      expect(found.map(({ path }) => path)).deep.equal(["/b", "/b/c"]);
    });

    it("is not left by two dots", async () => {
      const { root } = await bed();
      await root.createDir("/a");
      await root.writeFile("/secret", "one");
      const wd = await root.openDir("/a");

      await rejects(wd.readFile("/../secret"), "NOT_FOUND");
      await rejects(wd.readFile("../../secret"), "NOT_FOUND");
    });

    it("is not left by a relative link", async () => {
      const { root } = await bed();
      await root.createDir("/a");
      await root.writeFile("/secret", "one");
      await root.createSymlink("/a/link", "../secret");
      const wd = await root.openDir("/a");

      await rejects(wd.readFile("/link"), "NOT_FOUND");
    });

    it("is not left by an absolute link, which begins at the directory", async () => {
      const { root } = await bed();
      await root.createDir("/a");
      await root.writeFile("/secret", "outside");
      await root.writeFile("/a/secret", "inside");
      await root.createSymlink("/a/link", "/secret");
      const wd = await root.openDir("/a");

      const bytes = await wd.readFile("/link");

      expect(toText(bytes)).equal("inside");
    });

    it("opens a directory within", async () => {
      const { root } = await bed();
      await root.createDir("/a/b", { recursive: true });
      await root.writeFile("/a/b/c", "one");

      const wd = await (await root.openDir("/a")).openDir("/b");

      expect(toText(await wd.readFile("/c"))).equal("one");
    });

    it("follows a link to the directory", async () => {
      const { root } = await bed();
      await root.createDir("/a");
      await root.writeFile("/a/b", "one");
      await root.createSymlink("/link", "/a");

      const wd = await root.openDir("/link");

      expect(toText(await wd.readFile("/b"))).equal("one");
    });

    it("opens the root itself", async () => {
      const { root } = await bed();
      await root.writeFile("/a", "one");

      const wd = await root.openDir("/");

      expect(toText(await wd.readFile("/a"))).equal("one");
    });

    it("refuses a file, and what is not there", async () => {
      const { root } = await bed();
      await root.writeFile("/a", "one");

      await rejects(root.openDir("/a"), "NOT_A_DIRECTORY");
      await rejects(root.openDir("/b"), "NOT_FOUND");
    });

    it("finds nothing once the directory is gone", async () => {
      const { root } = await bed();
      await root.createDir("/a");
      const wd = await root.openDir("/a");
      await root.remove("/a");

      await rejects(wd.list("/"), "NOT_FOUND");
      await rejects(wd.writeFile("/b", "one"), "NOT_FOUND");
    });

    it("works in a transaction, on a directory made in it", async () => {
      const { fs, root } = await bed();
      await fs.transaction(async (tx) => {
        await tx.root.createDir("/a");
        const wd = await tx.root.openDir("/a");
        await wd.writeFile("/b", "one");
      });

      const bytes = await root.readFile("/a/b");

      expect(toText(bytes)).equal("one");
    });
  });
}
