import { expect } from "chai";
import type { CommitInfo } from "../../../src/tinyfs/index.ts";
import type { OpenFileSystem } from "./file-system-bed.ts";
import { useFileSystem } from "./file-system-bed.ts";
import { failureOf, rejects } from "./rejects.ts";

/** What watching the commits of a file system shows, and how it ends. */
export function describeWatch(open: OpenFileSystem): void {
  describe("watch()", () => {
    const bed = useFileSystem(open);

    it("gives each later commit once and in order", async () => {
      const { fs, root } = await bed();
      await root.writeFile("/before", "0");
      const watch = fs.watch();
      for (const name of ["/a", "/b", "/c"]) await root.writeFile(name, "1");

      const seqs = await take(watch, 3);

      expect(seqs).deep.equal([2, 3, 4]);
    });

    it("begins at the call, and not when the first commit is asked for", async () => {
      const { fs, root } = await bed();
      const watch = fs.watch();
      await root.writeFile("/a", "1");

      const seqs = await take(watch, 1);

      expect(seqs).deep.equal([1]);
    });

    it("gives the commits after since first", async () => {
      const { fs, root } = await bed();
      for (const name of ["/a", "/b", "/c"]) await root.writeFile(name, "1");

      const seqs = await take(fs.watch(undefined, { since: 1 }), 2);

      expect(seqs).deep.equal([2, 3]);
    });

    it("gives all commits since 0, however many they are", async () => {
      const { fs, root } = await bed();
      for (let n = 1; n <= 250; n += 1) await root.writeFile("/a", String(n));

      const seqs = await take(fs.watch(undefined, { since: 0 }), 250);

      expect(seqs).deep.equal(Array.from({ length: 250 }, (_, index) => index + 1));
    });

    it("waits for a commit, and is told of it before it would look", async () => {
      const { fs, root } = await bed();
      const watch = fs.watch();
      const next = watch.next();
      const began = performance.now();
      await root.writeFile("/a", "1");

      const { value } = await next;

      expect(value).property("seq", 1);
      expect(performance.now() - began).below(2500);
      await watch.return?.();
    });

    it("misses nothing while its consumer is busy", async () => {
      const { fs, root } = await bed();
      const watch = fs.watch();
      await root.writeFile("/a", "1");
      const first = await watch.next();
      for (const name of ["/b", "/c"]) await root.writeFile(name, "1");

      const seqs = await take(watch, 2);

      expect(first.value).property("seq", 1);
      expect(seqs).deep.equal([2, 3]);
    });

    it("answers several calls of next() in order", async () => {
      const { fs, root } = await bed();
      const watch = fs.watch();
      const asked = [watch.next(), watch.next(), watch.next()];
      for (const name of ["/a", "/b", "/c"]) await root.writeFile(name, "1");

      const steps = await Promise.all(asked);

      expect(steps.map(({ value }) => value?.seq)).deep.equal([1, 2, 3]);
      await watch.return?.();
    });

    it("shows each watcher everything", async () => {
      const { fs, root } = await bed();
      const watches = [fs.watch(), fs.watch()];
      for (const name of ["/a", "/b"]) await root.writeFile(name, "1");

      const seqs = await Promise.all(watches.map((watch) => take(watch, 2)));

      expect(seqs).deep.equal([
        [1, 2],
        [1, 2],
      ]);
    });

    it("tells what each commit changed", async () => {
      const { fs, root } = await bed();
      const watch = fs.watch();
      await root.writeFile("/a", "1");

      const { value } = await watch.next();

      const paths: string[] = [];
      for await (const change of (value as CommitInfo).changes()) paths.push(change.path);
      expect(paths).deep.equal(["/a"]);
      await watch.return?.();
    });

    it("refuses to begin after what is no number of a commit", async () => {
      const { fs } = await bed();

      const failure = await failureOf(fs.watch(undefined, { since: -1 }).next());

      expect(failure).instanceOf(RangeError);
    });
  });

  describe("watch(pathOrGlob)", () => {
    const bed = useFileSystem(open);

    it("gives only commits that changed the path", async () => {
      const { fs, root } = await bed();
      const watch = fs.watch("/b");
      for (const name of ["/a", "/b", "/c", "/b"]) await root.writeFile(name, "1");

      expect(await take(watch, 2)).deep.equal([2, 4]);
    });

    it("gives only commits that changed what the glob finds", async () => {
      const { fs, root } = await bed();
      await root.createDir("/d");
      const watch = fs.watch("/d/*.csv");
      for (const name of ["/d/a.csv", "/d/b.txt", "/c.csv", "/d/c.csv"]) {
        await root.writeFile(name, "1");
      }

      expect(await take(watch, 2)).deep.equal([2, 5]);
    });

    it("gives the move of a directory above the path, away and back", async () => {
      const { fs, root } = await bed();
      await root.createDir("/d/e", { recursive: true });
      await root.writeFile("/d/e/a", "1");
      const watch = fs.watch("/d/e/a");
      await root.rename("/d", "/x");
      await root.writeFile("/x/e/a", "2");
      await root.rename("/x", "/d");

      expect(await take(watch, 2)).deep.equal([3, 5]);
    });

    it("gives appends to a series", async () => {
      const { fs, root } = await bed();
      const parquet = new Uint8Array([80, 65, 82, 49, 0, 0, 0, 0, 80, 65, 82, 49]);
      await root.writeFile("/s", parquet, { entryType: "FileSeries" });
      const watch = fs.watch("/s");
      await root.writeFile("/s", parquet, { append: true });

      expect(await take(watch, 1)).deep.equal([2]);
    });

    it("refuses a glob that is none", async () => {
      const { fs } = await bed();

      await rejects(fs.watch("/[a").next(), "INVALID_PATH");
    });
  });

  describe("the end of watch()", () => {
    const bed = useFileSystem(open);

    it("comes with break", async () => {
      const { fs, root } = await bed();
      await root.writeFile("/a", "1");
      const watch = fs.watch(undefined, { since: 0 });

      for await (const _ of watch) break;

      expect(await watch.next()).deep.equal({ value: undefined, done: true });
    });

    it("comes at once with return(), also for a next() that waits", async () => {
      const { fs } = await bed();
      const watch = fs.watch();
      const waiting = [watch.next(), watch.next()];

      await watch.return?.();

      expect(await Promise.all(waiting)).deep.equal([
        { value: undefined, done: true },
        { value: undefined, done: true },
      ]);
    });

    it("comes at once when the signal is aborted, with its reason", async () => {
      const { fs } = await bed();
      const abort = new AbortController();
      const watch = fs.watch(undefined, { signal: abort.signal });
      const waiting = failureOf(watch.next());
      const reason = new Error("enough");

      abort.abort(reason);

      expect(await waiting).equal(reason);
      expect(await watch.next()).deep.equal({ value: undefined, done: true });
    });

    it("comes with the reason of a signal that was aborted between two commits", async () => {
      const { fs, root } = await bed();
      const abort = new AbortController();
      const watch = fs.watch(undefined, { signal: abort.signal });
      await root.writeFile("/a", "1");
      await watch.next();
      const reason = new Error("enough");

      abort.abort(reason);

      expect(await failureOf(watch.next())).equal(reason);
    });

    it("comes with the reason of a signal that was aborted before", async () => {
      const { fs } = await bed();
      const reason = new Error("enough");
      const watch = fs.watch(undefined, { signal: AbortSignal.abort(reason) });

      expect(await failureOf(watch.next())).equal(reason);
    });
  });

  describe("watch() of what is closed", () => {
    it("ends with POND_CLOSED", async () => {
      const opened = await open();
      const watch = opened.fs.watch();
      await opened.fs.root.writeFile("/a", "1");
      await watch.next();
      const waiting = rejects(watch.next(), "POND_CLOSED");

      await opened.close();

      await waiting;
      expect(await watch.next()).deep.equal({ value: undefined, done: true });
      await rejects(opened.fs.watch().next(), "POND_CLOSED");
    });
  });
}

/** The numbers of so many commits, and the end of watching. */
async function take(
  watch: AsyncIterableIterator<CommitInfo, void>,
  count: number,
): Promise<number[]> {
  const seqs: number[] = [];
  for await (const { seq } of watch) {
    seqs.push(seq);
    if (seqs.length === count) break;
  }
  return seqs;
}
