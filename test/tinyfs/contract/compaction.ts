import { expect } from "chai";
import {
  linkCompaction,
  openCommittedSegments,
  type SeriesBase,
} from "../../../src/tinyfs/compact.ts";
import type { Segment } from "../../../src/tinyfs/entry.ts";
import type { CommitInfo, WD, WriteResult } from "../../../src/tinyfs/index.ts";
import { openSegments } from "../../../src/tinyfs/open-file.ts";
import { fakeParquet, toText } from "./bytes.ts";
import type { Bed, OpenFileSystem } from "./file-system-bed.ts";
import { useFileSystem } from "./file-system-bed.ts";
import { rejects } from "./rejects.ts";

/** Checkpoints that stand for the segments of a series. */
export function describeCompaction(open: OpenFileSystem): void {
  describe("a compaction", () => {
    const bed = useFileSystem(open);

    it("stands for all segments, and leaves versions and the size as they were", async () => {
      const one = await bed();
      await makeSeries(one, "1", "2", "3");
      const before = [await one.root.versions("/s"), (await one.root.stat("/s")).size];

      const { version, txnSeq } = await compact(one.root, "all");

      expect({ version, txnSeq }).deep.equal({ version: 3, txnSeq: 4 });
      expect(await textsOf(one.root)).deep.equal(["all"]);
      expect([await one.root.versions("/s"), (await one.root.stat("/s")).size]).deep.equal(before);
      expect((await one.root.stat("/s")).timestamp).equal(
        (await one.root.versions("/s"))[0]?.timestamp,
      );
    });

    it("leaves old versions and the newest one readable as they were written", async () => {
      const one = await bed();
      await makeSeries(one, "1", "2", "3");
      await compact(one.root, "all");
      await append(one.root, "4");

      const texts = [3, 2, 1].map((version) => textsOf(one.root, version));

      expect(await Promise.all(texts)).deep.equal([["1", "2", "3"], ["1", "2"], ["1"]]);
      expect(await textsOf(one.root, 4)).deep.equal(["all", "4"]);
      expect(await textsOf(one.root)).deep.equal(["all", "4"]);
    });

    it("goes before what was appended since its base", async () => {
      const one = await bed();
      await makeSeries(one, "1", "2");
      const base = await openBase(one.root);
      await append(one.root, "3");
      await link(one.root, base, "all");
      await append(one.root, "4");

      const texts = await textsOf(one.root);

      expect(texts).deep.equal(["all", "3", "4"]);
    });

    it("is compacted again with what was appended meanwhile", async () => {
      const one = await bed();
      await makeSeries(one, "1", "2");
      const base = await openBase(one.root);
      await append(one.root, "3");
      await link(one.root, base, "all");
      await compact(one.root, "really all");
      await append(one.root, "4");

      const texts = await textsOf(one.root);

      expect(texts).deep.equal(["really all", "4"]);
    });

    it("is refused where another one, or a replacement, came first: none counts twice", async () => {
      const one = await bed();
      await makeSeries(one, "1", "2");
      const [first, second] = [await openBase(one.root), await openBase(one.root)];
      await link(one.root, first, "all");
      await rejects(link(one.root, second, "all"), "CONFLICT");
      const third = await openBase(one.root);
      await one.root.writeFile("/s", fakeParquet("new"));

      await rejects(link(one.root, third, "all"), "CONFLICT");

      expect(await textsOf(one.root)).deep.equal(["new"]);
    });

    it("is refused where the series was moved, removed, or is another by now", async () => {
      const one = await bed();
      await makeSeries(one, "1", "2");
      const [moved, other] = [await openBase(one.root), await openBase(one.root)];
      await one.root.rename("/s", "/t");
      await rejects(link(one.root, moved, "all"), "NOT_FOUND");
      await makeSeries(one, "x");

      await rejects(link(one.root, other, "all"), "CONFLICT");

      expect(await textsOf(one.root)).deep.equal(["x"]);
      expect(await textsOf(one.root, undefined, "/t")).deep.equal(["1", "2"]);
    });

    it("is refused where another series of the same commits has come in its place", async () => {
      const one = await bed();
      await one.fs.transaction(async ({ root }) => {
        await root.writeFile("/s", fakeParquet("mine"), { entryType: "FileSeries" });
        await root.writeFile("/t", fakeParquet("other"), { entryType: "FileSeries" });
      });
      const base = await openBase(one.root);
      await one.root.remove("/s");
      await one.root.rename("/t", "/s");

      await rejects(link(one.root, base, "all"), "CONFLICT");

      expect(await textsOf(one.root)).deep.equal(["other"]);
    });

    it("conflicts in a transaction with a move, a removal and another compaction at its commit", async () => {
      const one = await bed();
      const meanwhile = [
        () => one.root.rename("/s", "/t"),
        () => one.root.remove("/s"),
        () => compact(one.root, "first"),
        () => one.root.writeFile("/s", fakeParquet("new")),
      ];
      for (const change of meanwhile) {
        await makeSeries(one, "1", "2");
        const tx = await one.fs.begin();
        await compact(tx.root, "all");
        await change();

        await rejects(tx.commit(), "CONFLICT");

        for (const path of ["/s", "/t"])
          if (await one.root.exists(path)) await one.root.remove(path);
      }
    });

    it("goes in a transaction before what the transaction has appended, and what others have", async () => {
      const one = await bed();
      await makeSeries(one, "1", "2");
      await one.fs.transaction(
        async (tx) => {
          await append(tx.root, "mine");
          await compact(tx.root, "all");
          await append(tx.root, "mine too");
          await append(one.root, "theirs");
          expect(await textsOf(tx.root)).deep.equal(["all", "mine", "mine too"]);
        },
        { retries: 0 },
      );

      const texts = await textsOf(one.root);

      expect(texts).deep.equal(["all", "theirs", "mine", "mine too"]);
    });

    it("finds nothing of a series that its transaction has made or replaced", async () => {
      const one = await bed();
      await makeSeries(one, "1", "2");
      await using tx = await one.fs.begin();
      await tx.root.writeFile("/new", fakeParquet("1"), { entryType: "FileSeries" });
      await tx.root.writeFile("/s", fakeParquet("new"));

      const bases = [await committedOf(tx.root, "/new"), await committedOf(tx.root, "/s")];

      expect(bases).deep.equal([undefined, undefined]);
    });

    it("is a commit of the pond itself: watching hides it", async () => {
      const one = await bed();
      await makeSeries(one, "1", "2");
      const watching = one.fs.watch(undefined, { since: 2 });
      await compact(one.root, "all");
      await append(one.root, "3");

      const kinds: CommitInfo["kind"][] = [];
      for await (const { kind } of one.fs.log()) kinds.push(kind);

      expect(kinds).deep.equal(["user", "user", "maintenance", "user"]);
      expect((await watching.next()).value?.seq).equal(4);
      await watching.return?.();
    });

    it("is the user's where the same transaction changes anything else", async () => {
      const one = await bed();
      await makeSeries(one, "1", "2");
      const kind = async (work: (root: WD) => Promise<unknown>) => {
        const tx = await one.fs.begin();
        await compact(tx.root, "all");
        await work(tx.root);
        return (await tx.commit())?.kind;
      };

      const kinds = [
        await kind(async () => {}),
        await kind((root) => root.writeFile("/a", "1")),
        await kind((root) => append(root, "3")),
      ];

      expect(kinds).deep.equal(["maintenance", "user", "user"]);
    });

    it("leaves the totals of the pond as they were", async () => {
      const one = await bed();
      const { persistence } = one.root.context.session.services;
      await makeSeries(one, "1", "2", "3");
      const before = (await persistence.head()).totals;

      await compact(one.root, "all");

      expect((await persistence.head()).totals).deep.equal(before);
    });
  });
}

async function makeSeries({ root }: Bed, ...segments: string[]): Promise<void> {
  const [first = "1", ...rest] = segments;
  await root.writeFile("/s", fakeParquet(first), { entryType: "FileSeries" });
  for (const text of rest) await append(root, text);
}

function append(root: WD, text: string): Promise<WriteResult> {
  return root.writeFile("/s", fakeParquet(text), { append: true });
}

async function committedOf({ context }: WD, path: string): Promise<SeriesBase | undefined> {
  const base = await openCommittedSegments(context, path);
  await base?.close();
  return base;
}

async function openBase(root: WD): Promise<SeriesBase> {
  const base = await committedOf(root, "/s");
  if (!base) throw new Error("There is nothing to compact");
  return base;
}

/** Links one segment of this text for all of a base. */
async function link({ context }: WD, base: SeriesBase, text: string): Promise<WriteResult> {
  const { session } = context;
  const content = await session.services.persistence.stageBytes(fakeParquet(text));
  const segments: Segment[] = [{ content }];
  return session.write((tree) => linkCompaction(tree, context, "/s", base, segments), [content]);
}

async function compact(root: WD, text: string): Promise<WriteResult> {
  return link(root, await openBase(root), text);
}

/** The texts of the segments of a series. */
async function textsOf({ context }: WD, version?: number, path = "/s"): Promise<string[]> {
  const { segments, open, close } = await openSegments(context, path, { version });
  const texts: string[] = [];
  for (const segment of segments) {
    const source = await open(segment);
    texts.push(toText(await source.read(4, source.size - 4)).replace(/\.+$/, ""));
    await source.close();
  }
  await close();
  return texts;
}
