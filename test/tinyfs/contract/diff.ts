import { expect } from "chai";
import type { Difference, SnapshotAt } from "../../../src/tinyfs/index.ts";
import { fakeParquet } from "./bytes.ts";
import type { Bed, OpenFileSystem } from "./file-system-bed.ts";
import { useFileSystem } from "./file-system-bed.ts";
import { failureOf } from "./rejects.ts";

/** What differs between two commits. */
export function describeDiff(open: OpenFileSystem): void {
  describe("diff()", () => {
    const bed = useFileSystem(open);

    async function diff({ fs }: Bed, from: SnapshotAt, to: SnapshotAt = {}): Promise<Difference[]> {
      await using before = await fs.snapshot(from);
      await using after = await fs.snapshot(to);
      const found: Difference[] = [];
      for await (const difference of before.diff(after)) found.push(difference);
      return found;
    }

    const told = (found: readonly Difference[]) =>
      found.map(({ change, path, from }) => [change, path, ...(from === undefined ? [] : [from])]);

    it("tells what was written, added and removed, with what was and what is", async () => {
      const one = await bed();
      const { root } = one;
      await root.createDir("/d/deep", { recursive: true });
      await root.writeFile("/d/deep/same", "same");
      await root.writeFile("/d/written", "old");
      const { txnSeq: seq } = await root.writeFile("/gone", "1");
      await root.writeFile("/d/written", "newer");
      await root.remove("/gone");
      await root.writeFile("/d/a", "added");

      const found = await diff(one, { seq });
      const back = await diff(one, {}, { seq });

      expect(told(found)).deep.equal([
        ["changed", "/d/written"],
        ["added", "/d/a"],
        ["removed", "/gone"],
      ]);
      const [written, added, gone] = found;
      expect([written?.before?.size, written?.after?.size]).deep.equal([3, 5]);
      expect([written?.before?.version, written?.after?.version]).deep.equal([1, 2]);
      expect([added?.before, added?.after?.size]).deep.equal([undefined, 5]);
      expect([gone?.before?.size, gone?.after]).deep.equal([1, undefined]);
      expect(told(back)).deep.equal([
        ["changed", "/d/written"],
        ["added", "/gone"],
        ["removed", "/d/a"],
      ]);
      expect(await diff(one, { seq }, { seq })).deep.equal([]);
    });

    it("tells what has moved, and of a directory only the directory", async () => {
      const one = await bed();
      const { root } = one;
      await root.createDir("/d/deep", { recursive: true });
      await root.writeFile("/d/deep/kept", "1");
      await root.writeFile("/d/deep/written", "2");
      await root.writeFile("/d/out", "3");
      const { txnSeq: seq } = await root.writeFile("/f", "4");
      await root.rename("/d/out", "/a");
      await root.rename("/d", "/z");
      await root.writeFile("/z/deep/written", "more");
      await root.rename("/f", "/z/f");

      const found = await diff(one, { seq });

      expect(told(found)).deep.equal([
        ["moved", "/a", "/d/out"],
        ["moved", "/z", "/d"],
        ["changed", "/z/deep/written"],
        ["moved", "/z/f", "/f"],
      ]);
    });

    it("tells another file of the same name as a change, and one that took the place of what moved", async () => {
      const one = await bed();
      const { root } = one;
      await root.writeFile("/again", "1");
      const { txnSeq: seq } = await root.writeFile("/swapped", "2");
      await root.remove("/again");
      await root.writeFile("/again", "another");
      await root.rename("/swapped", "/kept");
      await root.createDir("/swapped");

      const found = await diff(one, { seq });

      expect(told(found)).deep.equal([
        ["moved", "/kept", "/swapped"],
        ["changed", "/again"],
        ["added", "/swapped"],
      ]);
    });

    it("tells what was appended to a series, and nothing of a compaction", async () => {
      const one = await bed();
      const { root } = one;
      const first = await root.writeFile("/s", fakeParquet("1"), { entryType: "FileSeries" });
      await root.writeFile("/s", fakeParquet("22"), { append: true });

      const [appended] = await diff(one, { seq: first.txnSeq });

      expect(appended).deep.include({ change: "changed", path: "/s" });
      expect((appended?.after?.size ?? 0) - (appended?.before?.size ?? 0)).equal(
        fakeParquet("22").length,
      );
    });

    it("tells how far it is, and ends with the signal's reason", async () => {
      const { fs, root } = await bed();
      const tx = await fs.begin();
      for (let at = 0; at < 2500; at += 1) await tx.root.writeFile(`/${at}`, "1");
      await tx.commit();
      await root.writeFile("/more", "1");
      await using before = await fs.snapshot({ seq: 0 });
      await using after = await fs.snapshot();
      const counts: number[] = [];
      const controller = new AbortController();
      const reason = new Error("enough");

      for await (const _ of before.diff(after, { onProgress: (count) => counts.push(count) }));
      const ended = (async () => {
        const onProgress = () => controller.abort(reason);
        for await (const _ of before.diff(after, { signal: controller.signal, onProgress }));
      })();

      expect(counts).deep.equal([1000, 2000]);
      expect(await failureOf(ended)).equal(reason);
    }).timeout(30_000);
  });
}
