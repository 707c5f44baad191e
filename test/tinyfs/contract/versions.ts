import { expect } from "chai";
import { LARGE_FILE_THRESHOLD } from "../../../src/tinyfs/index.ts";
import { fakeParquet, sameBytes, sha256Of, someBytes, toText } from "./bytes.ts";
import type { OpenFileSystem } from "./file-system-bed.ts";
import { useFileSystem } from "./file-system-bed.ts";
import { rejects } from "./rejects.ts";

/** Old versions, and bringing them back. */
export function describeVersions(open: OpenFileSystem): void {
  describe("versions()", () => {
    const bed = useFileSystem(open);

    it("tells them newest first, with number, time, size and hash", async () => {
      const { fs, root } = await bed();
      const [one, two] = [someBytes(10, 1), someBytes(20, 2)];
      await root.writeFile("/a", one);
      await root.writeFile("/b", "between");
      await root.writeFile("/a", two);
      const [first, last] = [await fs.snapshot({ seq: 1 }), await fs.snapshot({ seq: 3 })];

      const versions = await root.versions("/a");

      expect(versions).deep.equal([
        { version: 2, txnSeq: 3, timestamp: last.time, size: 20, sha256: await sha256Of(two) },
        { version: 1, txnSeq: 1, timestamp: first.time, size: 10, sha256: await sha256Of(one) },
      ]);
    });

    it("can be streamed", async () => {
      const { root } = await bed();
      for (const text of ["one", "two", "three"]) await root.writeFile("/a", text);
      const numbers: number[] = [];

      for await (const { version } of root.versions("/a")) numbers.push(version);

      expect(numbers).deep.equal([3, 2, 1]);
    });

    it("follows a file through several moves", async () => {
      const { root } = await bed();
      await root.createDir("/d");
      await root.writeFile("/a", "one");
      await root.rename("/a", "/b");
      await root.writeFile("/b", "two");
      await root.rename("/b", "/d/c");
      await root.rename("/d", "/e");
      await root.writeFile("/e/c", "three");

      const versions = await root.versions("/e/c");

      expect(versions.map(({ version, txnSeq }) => [version, txnSeq])).deep.equal([
        [3, 7],
        [2, 4],
        [1, 2],
      ]);
    });

    it("does not mix two nodes that stood under one name", async () => {
      const { root } = await bed();
      await root.writeFile("/a", "one");
      await root.remove("/a");
      await root.writeFile("/a", "two");

      const versions = await root.versions("/a");

      expect(versions.map(({ version, txnSeq }) => [version, txnSeq])).deep.equal([[1, 3]]);
    });

    it("tells those of an entry that was removed", async () => {
      const { root } = await bed();
      await root.writeFile("/a", "one");
      await root.writeFile("/a", "two");
      await root.remove("/a");

      const versions = await root.versions("/a");

      expect(versions.map(({ version }) => version)).deep.equal([2, 1]);
    });

    it("finds none where nothing ever stood, or has moved away", async () => {
      const { root } = await bed();
      await root.writeFile("/a", "one");
      await root.rename("/a", "/b");

      await rejects(root.versions("/missing"), "NOT_FOUND");
      await rejects(root.versions("/a"), "NOT_FOUND");
    });

    it("follows links", async () => {
      const { root } = await bed();
      await root.writeFile("/a", "one");
      await root.writeFile("/a", "two");
      await root.createSymlink("/link", "/a");

      const versions = await root.versions("/link");

      expect(versions.length).equal(2);
    });

    it("keeps apart the nodes of a swap", async () => {
      const { fs, root } = await bed();
      const a = await root.writeFile("/a", "a");
      const b = await root.writeFile("/b", "b");
      await fs.transaction(async (tx) => {
        await tx.root.rename("/a", "/t");
        await tx.root.rename("/b", "/a");
        await tx.root.rename("/t", "/b");
      });
      await root.writeFile("/a", "b2");

      const versions = await root.versions("/a");

      expect((await root.stat("/a")).nodeId).equal(b.nodeId);
      expect((await root.stat("/b")).nodeId).equal(a.nodeId);
      expect(versions.map(({ txnSeq }) => txnSeq)).deep.equal([4, 2]);
    });
  });

  describe("readFile({ version })", () => {
    const bed = useFileSystem(open);

    it("gives the bytes of each version", async () => {
      const { root } = await bed();
      const texts = ["one", "two", "three"];
      for (const text of texts) await root.writeFile("/a", text);

      const read = await Promise.all([1, 2, 3].map((version) => root.readFile("/a", { version })));

      expect(read.map(toText)).deep.equal(texts);
    });

    it("gives the bytes of a version that a large one has replaced", async () => {
      const { root } = await bed();
      const large = someBytes(LARGE_FILE_THRESHOLD);
      await root.writeFile("/a", large);
      await root.writeFile("/a", "two");

      const read = await root.readFile("/a", { version: 1 });

      expect(sameBytes(read, large)).equal(true);
    });

    it("refuses a version that never was", async () => {
      const { root } = await bed();
      await root.writeFile("/a", "one");

      const error = await rejects(root.readFile("/a", { version: 2 }), "NOT_FOUND");

      expect(error).deep.include({ path: "/a", version: 2 });
      await rejects(root.readFile("/a", { version: 0 }), "NOT_FOUND");
    });

    it("gives the bytes under attributes that came later", async () => {
      const { root } = await bed();
      await root.writeFile("/a", "one");
      await root.setAttributes("/a", { unit: "K" });

      const read = await root.readFile("/a", { version: 2 });

      expect(toText(read)).equal("one");
    });
  });

  describe("restore()", () => {
    const bed = useFileSystem(open);

    it("makes an old version the newest, as a version of its own", async () => {
      const { root } = await bed();
      const { sha256 } = await root.writeFile("/a", "one");
      await root.writeFile("/a", "two");

      const result = await root.restore("/a", 1);

      expect(result).deep.include({ version: 3, txnSeq: 3, size: 3, sha256 });
      expect(toText(await root.readFile("/a"))).equal("one");
      expect((await root.versions("/a")).map(({ version }) => version)).deep.equal([3, 2, 1]);
    });

    it("brings back the attributes of the version", async () => {
      const { root } = await bed();
      await root.writeFile("/a", "one");
      await root.writeFile("/a", "two", { attributes: { unit: "K" } });
      await root.restore("/a", 1);

      const { attributes } = await root.stat("/a");

      expect(attributes).deep.equal({});
    });

    it("does nothing for the version that stands", async () => {
      const { fs, root } = await bed();
      await root.writeFile("/a", "one");

      const { version } = await root.restore("/a", 1);

      expect(version).equal(1);
      expect((await fs.snapshot()).seq).equal(1);
    });

    it("brings back a file that was removed, as it was last", async () => {
      const { root } = await bed();
      await root.writeFile("/a", "one");
      const { nodeId } = await root.writeFile("/a", "two");
      await root.remove("/a");

      const result = await root.restore("/a");

      expect(result).deep.include({ nodeId, version: 3, txnSeq: 4 });
      expect(toText(await root.readFile("/a"))).equal("two");
    });

    it("brings back a removed file as of a version", async () => {
      const { root } = await bed();
      await root.writeFile("/a", "one", { attributes: { unit: "K" } });
      await root.writeFile("/a", "two", { attributes: { unit: "C" } });
      await root.remove("/a");
      await root.restore("/a", 1);

      const bytes = await root.readFile("/a");

      expect(toText(bytes)).equal("one");
      expect((await root.stat("/a")).attributes).deep.equal({ unit: "K" });
    });

    it("keeps the history of what it brings back", async () => {
      const { root } = await bed();
      await root.writeFile("/a", "one");
      await root.writeFile("/a", "two");
      await root.remove("/a");
      await root.restore("/a");

      const versions = await root.versions("/a");

      expect(versions.map(({ version, txnSeq }) => [version, txnSeq])).deep.equal([
        [3, 4],
        [2, 2],
        [1, 1],
      ]);
    });

    it("brings back a file removed and brought back before", async () => {
      const { root } = await bed();
      await root.writeFile("/a", "one");
      await root.remove("/a");
      await root.restore("/a");
      await root.remove("/a");

      const { version } = await root.restore("/a");

      expect(version).equal(3);
      expect((await root.versions("/a")).map((one) => one.version)).deep.equal([3, 2, 1]);
    });

    it("brings back a directory with what was below it", async () => {
      const { root } = await bed();
      await root.createDir("/a/b", { recursive: true });
      await root.writeFile("/a/b/c", "one");
      await root.remove("/a", { recursive: true });
      await root.restore("/a");

      const bytes = await root.readFile("/a/b/c");

      expect(toText(bytes)).equal("one");
    });

    it("brings back a directory as the transaction that removed it had left it", async () => {
      const { fs, root } = await bed();
      await root.createDir("/a");
      await root.writeFile("/b", "moved");
      await fs.transaction(async (tx) => {
        await tx.root.createDir("/a/new");
        await tx.root.writeFile("/a/new/c", "made");
        await tx.root.rename("/b", "/a/new/b");
        await tx.root.remove("/a", { recursive: true });
      });
      await root.restore("/a");

      const found = await root.glob("/**");

      expect(found.map(({ path }) => path)).deep.equal(["/a", "/a/new", "/a/new/b", "/a/new/c"]);
    });

    it("brings back what was moved into a directory that came and went", async () => {
      const { fs, root } = await bed();
      await root.writeFile("/b", "one");
      await fs.transaction(async (tx) => {
        await tx.root.createDir("/new");
        await tx.root.rename("/b", "/new/b");
        await tx.root.remove("/new", { recursive: true });
      });
      await root.restore("/b");

      const bytes = await root.readFile("/b");

      expect(toText(bytes)).equal("one");
    });

    it("brings back a link", async () => {
      const { root } = await bed();
      await root.createSymlink("/link", "/missing");
      await root.remove("/link");
      await root.restore("/link");

      const target = await root.readLink("/link");

      expect(target).equal("/missing");
    });

    it("brings back the version of what a link leads to", async () => {
      const { root } = await bed();
      await root.writeFile("/a", "one");
      await root.writeFile("/a", "two");
      await root.createSymlink("/link", "/a");
      await root.restore("/link", 1);

      const bytes = await root.readFile("/a");

      expect(toText(bytes)).equal("one");
    });

    it("brings back the newest of the nodes that were removed there", async () => {
      const { root } = await bed();
      await root.writeFile("/a", "one");
      await root.remove("/a");
      await root.writeFile("/a", "two");
      await root.remove("/a");
      await root.restore("/a");

      const bytes = await root.readFile("/a");

      expect(toText(bytes)).equal("two");
    });

    it("brings back what a rename has taken the place of, once the name is free", async () => {
      const { root } = await bed();
      await root.writeFile("/a", "one");
      await root.writeFile("/b", "two");
      await root.rename("/a", "/b", { replace: true });
      await root.rename("/b", "/c");

      await rejects(root.restore("/b"), "ALREADY_EXISTS");
    });

    it("refuses a path whose node lives elsewhere", async () => {
      const { root } = await bed();
      await root.writeFile("/a", "one");
      await root.rename("/a", "/b");

      await rejects(root.restore("/a"), "ALREADY_EXISTS");
    });

    it("refuses a path whose node was brought back and moved on in one transaction", async () => {
      const { fs, root } = await bed();
      await root.createDir("/a");
      await root.remove("/a");
      await fs.transaction(async (tx) => {
        await tx.root.restore("/a");
        await tx.root.rename("/a", "/b");
      });

      await rejects(root.restore("/a"), "ALREADY_EXISTS");
      await rejects(root.versions("/a"), "NOT_FOUND");
    });

    it("refuses a path where nothing ever stood", async () => {
      const { root } = await bed();

      await rejects(root.restore("/a"), "NOT_FOUND");
    });

    it("refuses a version that never was", async () => {
      const { root } = await bed();
      await root.writeFile("/a", "one");

      await rejects(root.restore("/a", 2), "NOT_FOUND");
      await root.remove("/a");
      await rejects(root.restore("/a", 2), "NOT_FOUND");
    });

    it("leaves a removed series removed when the version never was", async () => {
      const { fs, root } = await bed();
      await root.writeFile("/s", fakeParquet("1"), { entryType: "FileSeries" });
      await root.remove("/s");
      await using tx = await fs.begin();
      await rejects(tx.root.restore("/s", 9), "NOT_FOUND");

      await tx.commit();

      expect(await root.exists("/s")).equal(false);
    });

    it("does not follow into a directory that is gone", async () => {
      const { root } = await bed();
      await root.createDir("/a");
      await root.writeFile("/a/b", "one");
      await root.remove("/a", { recursive: true });

      await rejects(root.restore("/a/b"), "NOT_FOUND");
    });

    it("forgets what is known of the rows of other versions", async () => {
      const { root } = await bed();
      const inspect = async () => ({ rowCount: 7 });
      await root.writeFile("/t", fakeParquet("1"), { entryType: "FileTable" });
      await root.writeFile("/t", fakeParquet("2"), { inspect });
      await root.remove("/t");
      await root.restore("/t", 1);

      const stat = await root.stat("/t");

      expect(stat).not.property("rowCount");
    });
  });
}
