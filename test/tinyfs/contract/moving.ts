import { expect } from "chai";
import { fakeParquet, sameBytes, someBytes, toText } from "./bytes.ts";
import type { OpenFileSystem } from "./file-system-bed.ts";
import { useFileSystem } from "./file-system-bed.ts";
import { rejects } from "./rejects.ts";

/** Moving, copying, removing. */
export function describeMoving(open: OpenFileSystem): void {
  describe("rename()", () => {
    const bed = useFileSystem(open);

    it("moves a file within its directory", async () => {
      const { root } = await bed();
      await root.writeFile("/a", "one");
      await root.rename("/a", "/b");

      const bytes = await root.readFile("/b");

      expect(toText(bytes)).equal("one");
      expect(await root.exists("/a")).equal(false);
    });

    it("moves a file across directories", async () => {
      const { root } = await bed();
      await root.createDir("/x");
      await root.createDir("/y");
      await root.writeFile("/x/a", "one");
      await root.rename("/x/a", "/y/b");

      const bytes = await root.readFile("/y/b");

      expect(toText(bytes)).equal("one");
      expect(await root.list("/x")).deep.equal([]);
    });

    it("keeps identity, version and history", async () => {
      const { root } = await bed();
      await root.writeFile("/a", "one");
      const before = await root.writeFile("/a", "two");
      const result = await root.rename("/a", "/b");

      const stat = await root.stat("/b");

      expect(stat.nodeId).equal(before.nodeId);
      expect(stat.version).equal(2);
      expect(result).deep.include({ nodeId: before.nodeId, version: 2, txnSeq: 3 });
      expect((await root.versions("/b")).map(({ version }) => version)).deep.equal([2, 1]);
    });

    it("goes on counting versions", async () => {
      const { root } = await bed();
      await root.writeFile("/a", "one");
      await root.rename("/a", "/b");

      const { version } = await root.writeFile("/b", "two");

      expect(version).equal(2);
      expect(toText(await root.readFile("/b", { version: 1 }))).equal("one");
    });

    it("moves a directory with what is below it", async () => {
      const { root } = await bed();
      await root.createDir("/a/b", { recursive: true });
      await root.writeFile("/a/b/c", "one");
      await root.rename("/a", "/d");

      const bytes = await root.readFile("/d/b/c");

      expect(toText(bytes)).equal("one");
      expect(await root.exists("/a")).equal(false);
    });

    it("tells the version of a series", async () => {
      const { root } = await bed();
      await root.writeFile("/s", fakeParquet("1"), { entryType: "FileSeries" });
      await root.writeFile("/s", fakeParquet("2"), { append: true });

      const { version, txnSeq } = await root.rename("/s", "/t");

      expect({ version, txnSeq }).deep.equal({ version: 2, txnSeq: 3 });
    });

    it("refuses a name that is taken", async () => {
      const { root } = await bed();
      await root.writeFile("/a", "one");
      await root.writeFile("/b", "two");

      const error = await rejects(root.rename("/a", "/b"), "ALREADY_EXISTS");

      expect(error.path).equal("/b");
      expect(toText(await root.readFile("/b"))).equal("two");
    });

    it("takes the place of a file when it is told to", async () => {
      const { root } = await bed();
      const { nodeId } = await root.writeFile("/a", "one");
      await root.writeFile("/b", "two");
      await root.rename("/a", "/b", { replace: true });

      const stat = await root.stat("/b");

      expect(stat.nodeId).equal(nodeId);
      expect(toText(await root.readFile("/b"))).equal("one");
      expect(await root.exists("/a")).equal(false);
    });

    it("takes the place of an empty directory when it is told to", async () => {
      const { root } = await bed();
      await root.createDir("/a");
      await root.writeFile("/a/c", "one");
      await root.createDir("/b");
      await root.rename("/a", "/b", { replace: true });

      const bytes = await root.readFile("/b/c");

      expect(toText(bytes)).equal("one");
    });

    it("does not take the place of a directory that is not empty", async () => {
      const { root } = await bed();
      await root.createDir("/a");
      await root.createDir("/b/c", { recursive: true });

      await rejects(root.rename("/a", "/b", { replace: true }), "NOT_EMPTY");
    });

    it("does not put a file in the place of a directory, or the other way", async () => {
      const { root } = await bed();
      await root.writeFile("/a", "one");
      await root.createDir("/b");

      await rejects(root.rename("/a", "/b", { replace: true }), "IS_A_DIRECTORY");
      await rejects(root.rename("/b", "/a", { replace: true }), "NOT_A_DIRECTORY");
    });

    it("refuses its own name", async () => {
      const { root } = await bed();
      await root.writeFile("/a", "one");

      await rejects(root.rename("/a", "/a"), "ALREADY_EXISTS");
    });

    it("does nothing when it is to replace itself", async () => {
      const { fs, root } = await bed();
      const { nodeId } = await root.writeFile("/a", "one");
      await root.rename("/a", "/a", { replace: true });

      const stat = await root.stat("/a");

      expect(stat.nodeId).equal(nodeId);
      expect((await fs.snapshot()).seq).equal(1);
    });

    it("refuses to move a directory into itself", async () => {
      const { root } = await bed();
      await root.createDir("/a/b", { recursive: true });

      await rejects(root.rename("/a", "/a/c"), "INVALID_PATH");
      await rejects(root.rename("/a", "/a/b/c"), "INVALID_PATH");
    });

    it("sees through links that it would move a directory into itself", async () => {
      const { root } = await bed();
      await root.createDir("/a/b", { recursive: true });
      await root.createSymlink("/link", "/a/b");

      await rejects(root.rename("/a", "/link/c"), "INVALID_PATH");
    });

    it("moves a directory to a name that begins like its own", async () => {
      const { root } = await bed();
      await root.createDir("/a");
      await root.createDir("/ab");
      await root.rename("/a", "/ab/c");

      const exists = await root.exists("/ab/c");

      expect(exists).equal(true);
    });

    it("refuses what is not there, and a parent that is not there", async () => {
      const { root } = await bed();
      await root.writeFile("/a", "one");

      await rejects(root.rename("/missing", "/b"), "NOT_FOUND");
      await rejects(root.rename("/a", "/missing/b"), "NOT_FOUND");
    });

    it("frees the old name for another node", async () => {
      const { root } = await bed();
      const first = await root.writeFile("/a", "one");
      await root.rename("/a", "/b");

      const second = await root.writeFile("/a", "two");

      expect(second.version).equal(1);
      expect(second.nodeId).not.equal(first.nodeId);
      expect((await root.versions("/a")).length).equal(1);
    });

    it("moves there and back", async () => {
      const { root } = await bed();
      await root.writeFile("/a", "one");
      await root.rename("/a", "/b");
      await root.rename("/b", "/a");
      await root.writeFile("/a", "two");

      const versions = await root.versions("/a");

      expect(versions.map(({ version, txnSeq }) => [version, txnSeq])).deep.equal([
        [2, 4],
        [1, 1],
      ]);
    });
  });

  describe("copy()", () => {
    const bed = useFileSystem(open);

    it("copies a file as a node of its own", async () => {
      const { root } = await bed();
      const original = await root.writeFile("/a", "one");
      const { nodeId, version, size, sha256 } = await root.copy("/a", "/b");

      const bytes = await root.readFile("/b");

      expect(toText(bytes)).equal("one");
      expect(nodeId).not.equal(original.nodeId);
      expect({ version, size, sha256 }).deep.equal({
        version: 1,
        size: original.size,
        sha256: original.sha256,
      });
    });

    it("leaves history with the original", async () => {
      const { root } = await bed();
      await root.writeFile("/a", "one");
      await root.writeFile("/a", "two");
      await root.copy("/a", "/b");

      const versions = await root.versions("/b");

      expect(versions.map(({ version, txnSeq }) => [version, txnSeq])).deep.equal([[1, 3]]);
    });

    it("stays as it was when the original is written", async () => {
      const { root } = await bed();
      const bytes = someBytes(100_000);
      await root.writeFile("/a", bytes);
      await root.copy("/a", "/b");
      await root.writeFile("/a", "two");
      await root.remove("/a");

      const read = await root.readFile("/b");

      expect(sameBytes(read, bytes)).equal(true);
    });

    it("keeps the entry type, and what is known of the rows", async () => {
      const { root } = await bed();
      const inspect = async () => ({ rowCount: 7 });
      await root.writeFile("/a", fakeParquet("1"), { entryType: "FileTable", inspect });
      await root.copy("/a", "/b");

      const { entryType, rowCount } = await root.stat("/b");

      expect({ entryType, rowCount }).deep.equal({ entryType: "FileTable", rowCount: 7 });
    });

    it("copies a directory with all that is below it", async () => {
      const { root } = await bed();
      await root.createDir("/a/b", { recursive: true });
      await root.writeFile("/a/b/c", "one");
      await root.createSymlink("/a/link", "b/c");
      await root.writeFile("/a/s", fakeParquet("1"), { entryType: "FileSeries" });
      await root.copy("/a", "/copy");

      const listed = await root.list("/copy", { recursive: true });

      expect(listed.map(({ name, entryType }) => [name, entryType])).deep.equal([
        ["b", "Directory"],
        ["b/c", "FileData"],
        ["link", "Symlink"],
        ["s", "FileSeries"],
      ]);
      expect(toText(await root.readFile("/copy/link"))).equal("one");
    });

    it("copies what a link leads to", async () => {
      const { root } = await bed();
      await root.writeFile("/a", "one");
      await root.createSymlink("/link", "/a");
      await root.copy("/link", "/b");

      const { entryType } = await root.stat("/b");

      expect(entryType).equal("FileData");
    });

    it("refuses a name that is taken", async () => {
      const { root } = await bed();
      await root.writeFile("/a", "one");
      await root.writeFile("/b", "two");

      await rejects(root.copy("/a", "/b"), "ALREADY_EXISTS");
    });

    it("takes the place of a file when it is told to", async () => {
      const { root } = await bed();
      await root.writeFile("/a", "one");
      await root.writeFile("/b", "two");
      await root.copy("/a", "/b", { replace: true });

      const bytes = await root.readFile("/b");

      expect(toText(bytes)).equal("one");
    });

    it("refuses its own name, and a place within itself", async () => {
      const { root } = await bed();
      await root.createDir("/a");

      await rejects(root.copy("/a", "/a"), "INVALID_PATH");
      await rejects(root.copy("/a", "/a/b"), "INVALID_PATH");
      await rejects(root.copy("/", "/a/b"), "INVALID_PATH");
    });

    it("refuses what is not there", async () => {
      const { root } = await bed();

      await rejects(root.copy("/a", "/b"), "NOT_FOUND");
    });

    it("copies what its own transaction has written", async () => {
      const { fs, root } = await bed();
      await fs.transaction(async (tx) => {
        await tx.root.writeFile("/a", "one");
        await tx.root.copy("/a", "/b");
        await tx.root.writeFile("/a", "two");
      });

      const [a, b] = await Promise.all([root.readFile("/a"), root.readFile("/b")]);

      expect([a, b].map(toText)).deep.equal(["two", "one"]);
    });
  });

  describe("remove()", () => {
    const bed = useFileSystem(open);

    it("removes a file", async () => {
      const { root } = await bed();
      await root.writeFile("/a", "one");
      await root.remove("/a");

      const exists = await root.exists("/a");

      expect(exists).equal(false);
      await rejects(root.readFile("/a"), "NOT_FOUND");
    });

    it("removes an empty directory", async () => {
      const { root } = await bed();
      await root.createDir("/a");
      await root.remove("/a");

      const exists = await root.exists("/a");

      expect(exists).equal(false);
    });

    it("refuses a directory that is not empty", async () => {
      const { root } = await bed();
      await root.createDir("/a");
      await root.writeFile("/a/b", "one");

      await rejects(root.remove("/a"), "NOT_EMPTY");

      expect(await root.exists("/a/b")).equal(true);
    });

    it("removes a directory with what is below it when it is told to", async () => {
      const { root } = await bed();
      await root.createDir("/a/b", { recursive: true });
      await root.writeFile("/a/b/c", "one");
      await root.remove("/a", { recursive: true });

      const found = await root.glob("/**");

      expect(found).deep.equal([]);
    });

    it("refuses what is not there", async () => {
      const { root } = await bed();

      await rejects(root.remove("/a"), "NOT_FOUND");
      await rejects(root.remove("/a", { recursive: true }), "NOT_FOUND");
    });

    it("leaves nothing of a directory that is made again under the name", async () => {
      const { root } = await bed();
      await root.createDir("/a");
      await root.writeFile("/a/b", "one");
      await root.remove("/a", { recursive: true });
      await root.createDir("/a");

      const listed = await root.list("/a");

      expect(listed).deep.equal([]);
    });

    it("makes room for an entry of another type", async () => {
      const { root } = await bed();
      await root.writeFile("/a", "one");
      await root.remove("/a");

      const { version } = await root.createDir("/a");

      expect(version).equal(1);
    });
  });
}
