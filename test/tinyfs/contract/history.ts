import { expect } from "chai";
import type { Change, CommitInfo, FS } from "../../../src/tinyfs/index.ts";
import { fakeParquet, someBytes, toText, writeAll } from "./bytes.ts";
import type { OpenFileSystem } from "./file-system-bed.ts";
import { useFileSystem } from "./file-system-bed.ts";
import { failureOf, rejects, rejectsType } from "./rejects.ts";

async function gather<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const gathered: Item[] = [];
  for await (const item of items) gathered.push(item);
  return gathered;
}

/** The changes of the newest commit, by path. */
async function lastChanges(fs: FS): Promise<Change[]> {
  const [info] = await gather(fs.log({ reverse: true }));
  const changes = await gather((info as CommitInfo).changes());
  return changes.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Snapshots and the log. */
export function describeHistory(open: OpenFileSystem): void {
  describe("snapshot()", () => {
    const bed = useFileSystem(open);

    it("shows the newest commit, and not what comes later", async () => {
      const { fs, root } = await bed();
      await root.writeFile("/a", "one");
      await using snapshot = await fs.snapshot();
      await root.writeFile("/a", "two");
      await root.writeFile("/b", "three");
      await root.remove("/a");

      const listed = await snapshot.root.list("/");

      expect(snapshot.seq).equal(1);
      expect(listed.map(({ name }) => name)).deep.equal(["a"]);
      expect(toText(await snapshot.root.readFile("/a"))).equal("one");
    });

    it("shows the empty pond before the first commit", async () => {
      const { fs, root } = await bed();
      await using snapshot = await fs.snapshot();
      await root.writeFile("/a", "one");

      const listed = await snapshot.root.list("/");

      expect({ seq: snapshot.seq, time: snapshot.time }).deep.equal({ seq: 0, time: 0 });
      expect(listed).deep.equal([]);
    });

    it("shows versions, globs and links as they were", async () => {
      const { fs, root } = await bed();
      await root.writeFile("/a", "one");
      await root.writeFile("/a", "two");
      await root.createSymlink("/link", "/a");
      await using snapshot = await fs.snapshot();
      await root.writeFile("/a", "three");
      await root.remove("/link");

      const versions = await snapshot.root.versions("/link");

      expect(versions.map(({ version }) => version)).deep.equal([2, 1]);
      expect((await snapshot.root.glob("/*")).map(({ path }) => path)).deep.equal(["/a", "/link"]);
    });

    it("shows a series as it was", async () => {
      const { fs, root } = await bed();
      await root.writeFile("/s", fakeParquet("first"), { entryType: "FileSeries" });
      await using snapshot = await fs.snapshot();
      await root.writeFile("/s", fakeParquet("2"), { append: true });

      const stat = await snapshot.root.stat("/s");

      expect(stat).deep.include({ version: 1, size: 13 });
      expect((await snapshot.root.readFile("/s")).byteLength).equal(13);
      await rejects(snapshot.root.readFile("/s", { version: 2 }), "NOT_FOUND");
    });

    it("refuses to be written", async () => {
      const { fs, root } = await bed();
      await root.writeFile("/a", "one");
      await using snapshot = await fs.snapshot();

      await rejectsType(snapshot.root.writeFile("/a", "two"));
      await rejectsType(snapshot.root.remove("/a"));
      await rejectsType(snapshot.root.createDir("/d"));
      await rejectsType(snapshot.root.rename("/a", "/b"));

      expect(toText(await root.readFile("/a"))).equal("one");
    });

    it("refuses to be written through a stream, and holds no file", async () => {
      const { fs, root } = await bed();
      await root.writeFile("/a", "one");
      await using snapshot = await fs.snapshot();

      const error = await failureOf(
        snapshot.root.asyncWriter("/a").then((stream) => writeAll(stream, [someBytes(10)])),
      );

      expect(error).instanceOf(TypeError);
      expect((await root.writeFile("/a", "two")).version).equal(2);
    });

    it("can be closed", async () => {
      const { fs } = await bed();
      const snapshot = await fs.snapshot();

      await snapshot.close();
      await snapshot.close();

      expect(snapshot.seq).equal(0);
    });
  });

  describe("snapshot({ seq })", () => {
    const bed = useFileSystem(open);

    it("shows each commit as it was", async () => {
      const { fs, root } = await bed();
      await root.createDir("/d");
      await root.writeFile("/d/a", "one");
      await root.rename("/d", "/e");
      await root.remove("/e", { recursive: true });
      await root.writeFile("/d", "two");

      const seen = await Promise.all(
        [0, 1, 2, 3, 4, 5].map(async (seq) => {
          await using snapshot = await fs.snapshot({ seq });
          return (await snapshot.root.glob("/**")).map(({ path }) => path);
        }),
      );

      expect(seen).deep.equal([[], ["/d"], ["/d", "/d/a"], ["/e", "/e/a"], [], ["/d"]]);
    });

    it("refuses a commit that is not yet", async () => {
      const { fs, root } = await bed();
      await root.writeFile("/a", "one");

      await rejects(fs.snapshot({ seq: 2 }), "NOT_FOUND");
    });

    it("refuses what is no number of a commit", async () => {
      const { fs } = await bed();

      await rejects(fs.snapshot({ seq: -1 }), "NOT_FOUND");
      await rejects(fs.snapshot({ seq: 0.5 }), "NOT_FOUND");
    });
  });

  describe("snapshot({ time })", () => {
    const bed = useFileSystem(open);

    it("shows the last commit at or before a time in microseconds", async () => {
      const { fs, root } = await bed();
      for (const text of ["one", "two", "three"]) await root.writeFile("/a", text);
      const times = (await gather(fs.log())).map(({ time }) => time);

      const found = await Promise.all(
        [times[1]!, times[1]! - 1, times[2]! + 5].map((time) => fs.snapshot({ time })),
      );

      expect(found.map(({ seq }) => seq)).deep.equal([2, 1, 3]);
    });

    it("shows the empty pond before the first commit", async () => {
      const { fs, root } = await bed();
      await root.writeFile("/a", "one");

      const snapshot = await fs.snapshot({ time: new Date("2001-01-01") });

      expect(snapshot.seq).equal(0);
    });

    it("takes a date and milliseconds", async () => {
      const { fs, root } = await bed();
      await root.writeFile("/a", "one");
      const later = Date.now() + 60_000;

      const found = await Promise.all([
        fs.snapshot({ time: new Date(later) }),
        fs.snapshot({ time: later }),
      ]);

      expect(found.map(({ seq }) => seq)).deep.equal([1, 1]);
    });

    it("refuses what is no time, as a mistake of the program", async () => {
      const { fs } = await bed();

      await rejectsType(fs.snapshot({ time: new Date("never") }));
    });
  });

  describe("log()", () => {
    const bed = useFileSystem(open);

    it("tells nothing of an empty pond", async () => {
      const { fs } = await bed();

      const commits = await gather(fs.log());

      expect(commits).deep.equal([]);
    });

    it("tells commits oldest first, each later than the one before", async () => {
      const { fs, root } = await bed();
      for (let n = 0; n < 5; n += 1) await root.writeFile("/a", `${n}`);

      const commits = await gather(fs.log());

      expect(commits.map(({ seq }) => seq)).deep.equal([1, 2, 3, 4, 5]);
      const times = commits.map(({ time }) => time);
      expect(new Set(times).size).equal(5);
      expect([...times].sort((a, b) => a - b)).deep.equal(times);
    });

    it("tells them newest first", async () => {
      const { fs, root } = await bed();
      for (let n = 0; n < 3; n += 1) await root.writeFile("/a", `${n}`);

      const commits = await gather(fs.log({ reverse: true }));

      expect(commits.map(({ seq }) => seq)).deep.equal([3, 2, 1]);
    });

    it("tells a range, both ends included", async () => {
      const { fs, root } = await bed();
      for (let n = 0; n < 5; n += 1) await root.writeFile("/a", `${n}`);

      const [range, reversed, rest] = [
        await gather(fs.log({ from: 2, to: 3 })),
        await gather(fs.log({ from: 2, to: 3, reverse: true })),
        await gather(fs.log({ from: 4 })),
      ];

      expect([range, reversed, rest].map((commits) => commits.map(({ seq }) => seq))).deep.equal([
        [2, 3],
        [3, 2],
        [4, 5],
      ]);
    });

    it("tells label, id and count of a transaction", async () => {
      const { fs } = await bed();
      let id = "";
      await fs.transaction(
        async (tx) => {
          id = tx.id;
          await tx.root.createDir("/d");
          await tx.root.writeFile("/d/a", "one");
        },
        { label: "two things" },
      );

      const [commit] = await gather(fs.log());

      expect(commit).deep.include({ id, label: "two things", kind: "user", changeCount: 2 });
    });

    it("tells no label where none was given", async () => {
      const { fs, root } = await bed();
      await root.writeFile("/a", "one");

      const [commit] = await gather(fs.log());

      expect(commit).not.property("label");
    });
  });

  describe("changes()", () => {
    const bed = useFileSystem(open);

    it("tells a file that was made", async () => {
      const { fs, root } = await bed();
      const { nodeId } = await root.writeFile("/a", "one");

      const [{ dirId, ...change }] = (await lastChanges(fs)) as [Change];

      expect(dirId).equal((await root.stat("/")).nodeId);
      expect(change).deep.equal({
        path: "/a",
        name: "a",
        kind: "put",
        entryType: "FileData",
        after: nodeId,
        version: 1,
        size: 3,
      });
    });

    it("tells a file that was written again, with what stood there", async () => {
      const { fs, root } = await bed();
      const { nodeId } = await root.writeFile("/a", "one");
      await root.writeFile("/a", "four");

      const [change] = await lastChanges(fs);

      expect(change).deep.include({
        kind: "put",
        before: nodeId,
        after: nodeId,
        version: 2,
        size: 4,
      });
    });

    it("tells a file that was removed", async () => {
      const { fs, root } = await bed();
      const { nodeId } = await root.writeFile("/a", "one");
      await root.remove("/a");

      const [change] = await lastChanges(fs);

      expect(change).deep.include({ path: "/a", kind: "remove", before: nodeId });
      expect(change).not.property("after");
    });

    it("tells both names of a move", async () => {
      const { fs, root } = await bed();
      const { nodeId } = await root.writeFile("/a", "one");
      await root.rename("/a", "/b");

      const [from, to] = await lastChanges(fs);

      expect(from).deep.include({ path: "/a", kind: "remove", before: nodeId });
      expect(to).deep.include({ path: "/b", kind: "put", after: nodeId });
    });

    it("tells an append with its version and the size of the whole", async () => {
      const { fs, root } = await bed();
      const { nodeId } = await root.writeFile("/s", fakeParquet("1"), { entryType: "FileSeries" });
      await root.writeFile("/s", fakeParquet("2"), { append: true });

      const changes = await lastChanges(fs);

      expect(changes.length).equal(1);
      expect(changes[0]).deep.include({
        path: "/s",
        kind: "append",
        entryType: "FileSeries",
        before: nodeId,
        after: nodeId,
        version: 2,
        size: 24,
        written: { segments: 1, rows: 0, bytes: fakeParquet("2").length },
      });
    });

    it("tells the rows of a series, and those that were appended", async () => {
      const { fs, root } = await bed();
      const counting = (rowCount: number) => ({ inspect: async () => ({ rowCount }) });
      const create = { entryType: "FileSeries", ...counting(5) } as const;
      await root.writeFile("/s", fakeParquet("1"), create);
      await root.writeFile("/s", fakeParquet("2"), { append: true, ...counting(3) });

      const [change] = await lastChanges(fs);

      expect(change).deep.include({
        rowCount: 8,
        written: { segments: 1, rows: 3, bytes: fakeParquet("2").length },
      });
    });

    it("tells a series that was replaced", async () => {
      const { fs, root } = await bed();
      await root.writeFile("/s", fakeParquet("1"), { entryType: "FileSeries" });
      await root.writeFile("/s", fakeParquet("2"));

      const changes = await lastChanges(fs);

      expect(changes.map(({ kind, version }) => [kind, version])).deep.equal([["replace", 2]]);
    });

    it("tells the path of a directory's file as it was when it was written", async () => {
      const { fs, root } = await bed();
      await root.createDir("/d/e", { recursive: true });
      await root.writeFile("/d/e/a", "one");

      const [change] = await lastChanges(fs);

      expect(change?.path).equal("/d/e/a");
    });

    it("does not tell names that were used for a while", async () => {
      const { fs, root } = await bed();
      await root.writeFile("/a", "a");
      await root.writeFile("/b", "b");
      await fs.transaction(async (tx) => {
        await tx.root.rename("/a", "/t");
        await tx.root.rename("/b", "/a");
        await tx.root.rename("/t", "/b");
        await tx.root.writeFile("/u", "u");
        await tx.root.remove("/u");
      });

      const changes = await lastChanges(fs);

      expect(changes.map(({ path, kind }) => [path, kind])).deep.equal([
        ["/a", "put"],
        ["/b", "put"],
      ]);
    });
  });
}
