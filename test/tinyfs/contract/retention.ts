import { expect } from "chai";
import type { CommitInfo, FS } from "../../../src/tinyfs/index.ts";
import { fakeParquet, toText } from "./bytes.ts";
import type { OpenFileSystem } from "./file-system-bed.ts";
import { useFileSystem } from "./file-system-bed.ts";
import { rejects, rejectsType } from "./rejects.ts";

const LATEST = { keepVersions: 1, keepFor: 0 };

async function seqsOf(fs: FS, range = {}): Promise<number[]> {
  const seqs: number[] = [];
  for await (const { seq } of fs.log(range) as AsyncIterable<CommitInfo>) seqs.push(seq);
  return seqs;
}

/** Tags, pins, vacuum and purge. */
export function describeRetention(open: OpenFileSystem): void {
  describe("tag()", () => {
    const bed = useFileSystem(open);

    it("names the newest commit, or one that is said, and moves when the name is taken", async () => {
      const { fs, root } = await bed();
      await root.writeFile("/a", "1");
      await root.writeFile("/a", "2");

      expect(await fs.tag("b")).deep.equal({ name: "b", seq: 2 });
      await fs.tag("a", 1);
      await fs.tag("b", 1);

      expect(await fs.tags()).deep.equal([
        { name: "a", seq: 1 },
        { name: "b", seq: 1 },
      ]);
      await fs.untag("a");
      expect(await fs.tags()).deep.equal([{ name: "b", seq: 1 }]);
    });

    it("refuses a commit that is not there, a name that is none, and one that is gone", async () => {
      const { fs, root } = await bed();
      await root.writeFile("/a", "1");
      await root.writeFile("/a", "2");
      await fs.vacuum(LATEST);

      await rejects(fs.tag("t", 3), "NOT_FOUND");
      await rejects(fs.tag("t", 1), "HISTORY_TRUNCATED");
      await rejects(fs.untag("t"), "NOT_FOUND");
      await rejectsType(fs.tag(""));
      await rejectsType(fs.tag(1 as unknown as string));
    });

    it("opens a snapshot, and keeps what it shows", async () => {
      const { fs, root } = await bed();
      await root.createDir("/d");
      await root.writeFile("/d/a", "one");
      await fs.tag("t");
      await root.remove("/d", { recursive: true });
      await root.writeFile("/b", "two");

      await fs.vacuum(LATEST);

      await using snapshot = await fs.snapshot({ tag: "t" });
      expect(toText(await snapshot.root.readFile("/d/a"))).equal("one");
      expect(snapshot.time).above(0);
      await rejects(fs.snapshot({ tag: "none" }), "NOT_FOUND");
    });
  });

  describe("vacuum()", () => {
    const bed = useFileSystem(open);

    it("drops versions that nothing keeps, and says so of each read", async () => {
      const { fs, root } = await bed();
      for (const text of ["1", "2", "3", "4"]) await root.writeFile("/a", text);

      const report = await fs.vacuum({ keepVersions: 2, keepFor: 0 });

      expect(report).deep.include({ droppedVersions: 2, droppedCommits: 3, horizon: 4 });
      expect((await root.versions("/a")).map(({ version }) => version)).deep.equal([4, 3]);
      expect(toText(await root.readFile("/a", { version: 3 }))).equal("3");
      await rejects(root.readFile("/a", { version: 1 }), "VERSION_PRUNED");
      await rejects(root.restore("/a", 2), "VERSION_PRUNED");
      await rejects(fs.snapshot({ seq: 3 }), "HISTORY_TRUNCATED");
    });

    it("keeps what was the present version within `keepFor`, or is among `keepVersions`", async () => {
      const { fs, root } = await bed();
      for (const text of ["1", "2", "3"]) await root.writeFile("/a", text);

      await fs.vacuum({ keepVersions: 1, keepFor: 60_000 });
      await fs.vacuum({ keepVersions: 3, keepFor: 0 });
      await fs.vacuum({});

      expect(await root.versions("/a")).length(3);
    });

    it("counts neither moves as versions nor versions of what was removed", async () => {
      const { fs, root } = await bed();
      await root.writeFile("/a", "1");
      await root.writeFile("/a", "2");
      await root.rename("/a", "/b");
      await root.rename("/b", "/c");
      await root.writeFile("/gone", "1");
      await root.remove("/gone");

      await fs.vacuum({ keepVersions: 2, keepFor: 0 });

      expect((await root.versions("/c")).map(({ version }) => version)).deep.equal([2, 1]);
      expect(toText(await root.readFile("/c", { version: 1 }))).equal("1");
      await rejects(root.restore("/gone"), "NOT_FOUND");
      expect(await root.exists("/a")).equal(false);
    });

    it("drops the oldest until history takes no more than `maxBytes`", async () => {
      const { fs, root } = await bed();
      for (let n = 0; n < 5; n += 1) await root.writeFile("/a", `${n}`.repeat(10));

      await fs.vacuum({ keepVersions: 10, keepFor: 60_000, maxBytes: 25 });

      expect((await root.versions("/a")).map(({ version }) => version)).deep.equal([5, 4, 3]);
    });

    it("keeps what an open snapshot shows, until it is closed", async () => {
      const { fs, root } = await bed();
      await root.writeFile("/a", "1");
      const snapshot = await fs.snapshot();
      await root.writeFile("/a", "2");
      await root.writeFile("/a", "3");

      await fs.vacuum(LATEST);

      expect(toText(await snapshot.root.readFile("/a"))).equal("1");
      expect((await root.versions("/a")).map(({ version }) => version)).deep.equal([3, 1]);
      await snapshot.close();
      await fs.vacuum(LATEST);
      expect((await root.versions("/a")).map(({ version }) => version)).deep.equal([3]);
      await rejects(fs.snapshot({ seq: 1 }), "HISTORY_TRUNCATED");
    });

    it("keeps the base of a transaction, which still finds its conflicts", async () => {
      const { fs, root } = await bed();
      await root.writeFile("/a", "1");
      const tx = await fs.begin();
      await tx.root.writeFile("/b", "b");
      await root.writeFile("/a", "2");
      await root.writeFile("/b", "other");
      await fs.vacuum(LATEST);

      expect(toText(await tx.root.readFile("/a"))).equal("1");
      await rejects(tx.commit(), "CONFLICT");
      await fs.vacuum(LATEST);
      expect(await root.versions("/a")).length(1);
    });

    it("keeps what a stream still reads", async () => {
      const { fs, root } = await bed();
      await root.writeFile("/a", new Uint8Array(3 << 20));
      const stream = await root.asyncReader("/a");
      const reader = stream.getReader();
      await reader.read();
      await root.writeFile("/a", "2");
      await fs.vacuum(LATEST);

      let size = 1 << 20;
      for (let part = await reader.read(); !part.done; part = await reader.read()) {
        size += part.value.byteLength;
      }

      expect(size).equal(3 << 20);
      await fs.vacuum(LATEST);
      expect(await root.versions("/a")).length(1);
    });

    it("takes commits from the log, which then begins later and never with a gap", async () => {
      const { fs, root } = await bed();
      for (const text of ["1", "2", "3"]) await root.writeFile("/a", text);
      await fs.vacuum(LATEST);
      await root.writeFile("/a", "4");

      expect(await seqsOf(fs)).deep.equal([3, 4]);
      expect(await seqsOf(fs, { reverse: true })).deep.equal([4, 3]);
      await rejects(seqsOf(fs, { from: 1 }), "HISTORY_TRUNCATED");
      await rejects(seqsOf(fs, { from: 2, to: 4, reverse: true }), "HISTORY_TRUNCATED");
    });

    it("keeps the segments of a series that stands", async () => {
      const { fs, root } = await bed();
      await root.writeFile("/s", fakeParquet("1"), { entryType: "FileSeries" });
      await root.writeFile("/s", fakeParquet("2"));
      await root.rename("/s", "/t");

      await fs.vacuum(LATEST);

      expect(await root.readFile("/t")).deep.equal(fakeParquet("2"));
      expect((await root.stat("/t")).version).equal(2);
    });
  });

  describe("purge()", () => {
    const bed = useFileSystem(open);

    it("removes an entry with all its versions, and with what is below it", async () => {
      const { fs, root } = await bed();
      await root.createDir("/d");
      await root.writeFile("/d/a", "1");
      await root.writeFile("/d/a", "2");
      await root.writeFile("/b", "1");
      await root.writeFile("/b", "2");

      await root.purge("/d");

      expect(await root.exists("/d")).equal(false);
      await rejects(root.restore("/d"), "NOT_FOUND");
      await rejects(fs.snapshot({ seq: 3 }), "HISTORY_TRUNCATED");
      expect(await root.versions("/b")).length(2);
    });

    it("also of what was removed before, and only of what once was there", async () => {
      const { root } = await bed();
      await root.writeFile("/a", "1");
      await root.remove("/a");

      await root.purge("/a");

      await rejects(root.restore("/a"), "NOT_FOUND");
      await rejects(root.purge("/a"), "NOT_FOUND");
      await rejects(root.purge("/never"), "NOT_FOUND");
    });

    it("refuses while a tag shows it, with nothing changed, until the tag is gone", async () => {
      const { fs, root } = await bed();
      await root.writeFile("/a", "1");
      await fs.tag("t");

      await rejects(root.purge("/a"), "HISTORY_IN_USE");

      expect(toText(await root.readFile("/a"))).equal("1");
      await using snapshot = await fs.snapshot({ tag: "t" });
      expect(toText(await snapshot.root.readFile("/a"))).equal("1");
      await snapshot.close();
      await fs.untag("t");
      await root.purge("/a");
      await rejects(root.restore("/a"), "NOT_FOUND");
    });

    it("is refused in a transaction", async () => {
      const { fs, root } = await bed();
      await root.writeFile("/a", "1");
      const tx = await fs.begin();

      await rejectsType(tx.root.purge("/a"));

      await tx.rollback();
    });
  });
}
