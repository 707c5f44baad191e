import { expect } from "chai";
import { LARGE_FILE_THRESHOLD } from "../../../src/tinyfs/index.ts";
import { fakeParquet, sameBytes, sha256Of, someBytes, toText, writeAll } from "./bytes.ts";
import type { Bed, OpenFileSystem } from "./file-system-bed.ts";
import { useFileSystem } from "./file-system-bed.ts";
import { rejects } from "./rejects.ts";

async function makeSeries({ root }: Bed, ...segments: string[]): Promise<void> {
  const [first = "1", ...rest] = segments;
  await root.writeFile("/s", fakeParquet(first), { entryType: "FileSeries" });
  for (const text of rest) await root.writeFile("/s", fakeParquet(text), { append: true });
}

async function versionNumbers({ root }: Bed, path = "/s"): Promise<number[]> {
  return (await root.versions(path)).map(({ version }) => version);
}

/** Series as lists of byte segments. */
export function describeSeries(open: OpenFileSystem): void {
  describe("a series", () => {
    const bed = useFileSystem(open);

    it("begins with the segment it is made of", async () => {
      const one = await bed();
      await makeSeries(one, "only");

      const stat = await one.root.stat("/s");

      expect(stat).deep.include({ entryType: "FileSeries", version: 1, size: 12 });
      expect(sameBytes(await one.root.readFile("/s"), fakeParquet("only"))).equal(true);
    });

    it("takes Parquet bytes only", async () => {
      const one = await bed();
      await makeSeries(one, "1");

      await rejects(
        one.root.writeFile("/x", "some text bytes", { entryType: "FileSeries" }),
        "NOT_PARQUET",
      );
      await rejects(one.root.writeFile("/s", "some text bytes", { append: true }), "NOT_PARQUET");

      expect(await versionNumbers(one)).deep.equal([1]);
    });

    it("has the size of all its segments and the hash of the newest", async () => {
      const one = await bed();
      await makeSeries(one, "one", "second segment");

      const { size, sha256 } = await one.root.stat("/s");

      expect(size).equal(fakeParquet("one").length + fakeParquet("second segment").length);
      expect(sha256).equal(await sha256Of(fakeParquet("second segment")));
    });

    it("has a large segment beside small ones", async () => {
      const one = await bed();
      const large = someBytes(LARGE_FILE_THRESHOLD);
      large.set(fakeParquet("").subarray(0, 4), 0);
      large.set(fakeParquet("").subarray(0, 4), large.length - 4);
      await one.root.writeFile("/s", large, { entryType: "FileSeries" });
      await one.root.writeFile("/s", fakeParquet("2"), { append: true });

      const first = await one.root.readFile("/s", { version: 1 });

      expect(sameBytes(first, large)).equal(true);
      expect((await one.root.stat("/s")).size).equal(large.length + 12);
    });

    it("keeps what is known of its rows", async () => {
      const { root } = await bed();
      const inspectAs = (rowCount: number, min: number, max: number) => ({
        inspect: async () => ({ rowCount, timeRange: { min, max } }),
      });
      await root.writeFile("/s", fakeParquet("1"), {
        entryType: "FileSeries",
        ...inspectAs(3, 10, 20),
      });
      await root.writeFile("/s", fakeParquet("2"), { append: true, ...inspectAs(4, 5, 15) });

      const { rowCount, timeRange } = await root.stat("/s");

      expect({ rowCount, timeRange }).deep.equal({ rowCount: 7, timeRange: { min: 5, max: 20 } });
    });
  });

  describe("writeFile({ append })", () => {
    const bed = useFileSystem(open);

    it("adds a segment as a version of its own", async () => {
      const one = await bed();
      await makeSeries(one, "1");
      const bytes = fakeParquet("second");

      const result = await one.root.writeFile("/s", bytes, { append: true });

      const { nodeId } = await one.root.stat("/s");
      expect(result).deep.equal({
        nodeId,
        version: 2,
        txnSeq: 2,
        size: bytes.length,
        sha256: await sha256Of(bytes),
      });
    });

    it("tells each version with the total as it was then", async () => {
      const one = await bed();
      await makeSeries(one, "1", "2", "3");

      const versions = await one.root.versions("/s");

      expect(versions.map(({ version, txnSeq, size }) => [version, txnSeq, size])).deep.equal([
        [3, 3, 36],
        [2, 2, 24],
        [1, 1, 12],
      ]);
    });

    it("tells each version with the hash of its segment", async () => {
      const one = await bed();
      await makeSeries(one, "1", "2");

      const versions = await one.root.versions("/s");

      expect(versions.map(({ sha256 }) => sha256)).deep.equal([
        await sha256Of(fakeParquet("2")),
        await sha256Of(fakeParquet("1")),
      ]);
    });

    it("leaves old versions readable", async () => {
      const one = await bed();
      await makeSeries(one, "first", "second");

      const bytes = await one.root.readFile("/s", { version: 1 });

      expect(sameBytes(bytes, fakeParquet("first"))).equal(true);
    });

    it("refuses a version that never was", async () => {
      const one = await bed();
      await makeSeries(one, "1", "2");

      await rejects(one.root.readFile("/s", { version: 3 }), "NOT_FOUND");
    });

    it("refuses a series that is not there", async () => {
      const { root } = await bed();

      await rejects(root.writeFile("/s", fakeParquet("1"), { append: true }), "NOT_FOUND");
    });

    it("refuses what is no series", async () => {
      const { root } = await bed();
      await root.writeFile("/a", fakeParquet("1"));
      await root.writeFile("/t", fakeParquet("1"), { entryType: "FileTable" });

      await rejects(root.writeFile("/a", fakeParquet("2"), { append: true }), "WRONG_ENTRY_TYPE");
      await rejects(root.writeFile("/t", fakeParquet("2"), { append: true }), "WRONG_ENTRY_TYPE");

      expect((await root.stat("/a")).version).equal(1);
    });

    it("takes many side by side and loses none", async () => {
      const one = await bed();
      await makeSeries(one, "0");
      const bytes = Array.from({ length: 10 }, (_, index) => fakeParquet(`segment ${index}`));
      await Promise.all(bytes.map((each) => one.root.writeFile("/s", each, { append: true })));

      const versions = await one.root.versions("/s");

      expect(versions.map(({ version }) => version)).deep.equal([
        11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1,
      ]);
      const hashes = await Promise.all(bytes.map(sha256Of));
      expect(new Set(versions.slice(0, 10).map(({ sha256 }) => sha256))).deep.equal(
        new Set(hashes),
      );
    });

    it("goes on after a move", async () => {
      const one = await bed();
      await makeSeries(one, "1", "2");
      await one.root.rename("/s", "/t");
      await one.root.writeFile("/t", fakeParquet("3"), { append: true });

      const numbers = await versionNumbers(one, "/t");

      expect(numbers).deep.equal([3, 2, 1]);
    });

    it("appends to what its own transaction has made or moved", async () => {
      const one = await bed();
      await makeSeries(one, "1");
      await one.fs.transaction(async (tx) => {
        await tx.root.rename("/s", "/t");
        await tx.root.writeFile("/t", fakeParquet("2"), { append: true });
        await tx.root.writeFile("/new", fakeParquet("1"), { entryType: "FileSeries" });
        await tx.root.writeFile("/new", fakeParquet("2"), { append: true });
      });

      const [moved, made] = [await one.root.stat("/t"), await one.root.stat("/new")];

      expect([moved, made].map(({ version, size }) => [version, size])).deep.equal([
        [2, 24],
        [2, 24],
      ]);
    });

    it("writes through a stream", async () => {
      const one = await bed();
      await makeSeries(one, "1");
      await writeAll(await one.root.asyncWriter("/s", { append: true }), [fakeParquet("2")]);

      const numbers = await versionNumbers(one);

      expect(numbers).deep.equal([2, 1]);
    });
  });

  describe("writeFile() on a series", () => {
    const bed = useFileSystem(open);

    it("replaces all segments", async () => {
      const one = await bed();
      await makeSeries(one, "1", "2");
      const result = await one.root.writeFile("/s", fakeParquet("new"));

      const bytes = await one.root.readFile("/s");

      expect(result.version).equal(3);
      expect(sameBytes(bytes, fakeParquet("new"))).equal(true);
      expect((await one.root.stat("/s")).size).equal(12);
    });

    it("keeps the versions before", async () => {
      const one = await bed();
      await makeSeries(one, "first", "2");
      await one.root.writeFile("/s", fakeParquet("new"));
      await one.root.writeFile("/s", fakeParquet("4"), { append: true });

      const versions = await one.root.versions("/s");

      expect(versions.map(({ version, size }) => [version, size])).deep.equal([
        [4, 24],
        [3, 12],
        [2, 25],
        [1, 13],
      ]);
      expect(sameBytes(await one.root.readFile("/s", { version: 1 }), fakeParquet("first"))).equal(
        true,
      );
    });

    it("replaces what its own transaction has appended", async () => {
      const one = await bed();
      await makeSeries(one, "1");
      await one.fs.transaction(async (tx) => {
        await tx.root.writeFile("/s", fakeParquet("2"), { append: true });
        await tx.root.writeFile("/s", fakeParquet("new"));
        await tx.root.writeFile("/s", fakeParquet("4"), { append: true });
      });

      const { version, size } = await one.root.stat("/s");

      expect({ version, size }).deep.equal({ version: 4, size: 24 });
      expect(sameBytes(await one.root.readFile("/s", { version: 3 }), fakeParquet("new"))).equal(
        true,
      );
    });
  });

  describe("restore() of a series", () => {
    const bed = useFileSystem(open);

    it("makes the segments of a version the newest", async () => {
      const one = await bed();
      await makeSeries(one, "first", "2", "3");
      const { version } = await one.root.restore("/s", 1);

      const bytes = await one.root.readFile("/s");

      expect(version).equal(4);
      expect(sameBytes(bytes, fakeParquet("first"))).equal(true);
      expect(await versionNumbers(one)).deep.equal([4, 3, 2, 1]);
    });

    it("does nothing for the version that stands", async () => {
      const one = await bed();
      await makeSeries(one, "1", "2");

      const { version } = await one.root.restore("/s", 2);

      expect(version).equal(2);
      expect(await versionNumbers(one)).deep.equal([2, 1]);
    });

    it("brings back one that was removed", async () => {
      const one = await bed();
      await makeSeries(one, "1", "2");
      await one.root.remove("/s");
      const { version, txnSeq } = await one.root.restore("/s");

      const stat = await one.root.stat("/s");

      expect({ version, txnSeq }).deep.equal({ version: 2, txnSeq: 4 });
      expect(stat).deep.include({ version: 2, size: 24 });
    });

    it("brings back one that was removed as of a version", async () => {
      const one = await bed();
      await makeSeries(one, "first", "2");
      await one.root.remove("/s");
      await one.root.restore("/s", 1);

      const bytes = await one.root.readFile("/s");

      expect(sameBytes(bytes, fakeParquet("first"))).equal(true);
      expect(await versionNumbers(one)).deep.equal([3, 2, 1]);
    });

    it("appends to one that was brought back", async () => {
      const one = await bed();
      await makeSeries(one, "1", "2");
      await one.root.remove("/s");
      await one.root.restore("/s");
      await one.root.writeFile("/s", fakeParquet("3"), { append: true });

      const { version, size } = await one.root.stat("/s");

      expect({ version, size }).deep.equal({ version: 3, size: 36 });
    });

    it("brings back one below a directory that was removed", async () => {
      const { root } = await bed();
      await root.createDir("/d");
      await root.writeFile("/d/s", fakeParquet("1"), { entryType: "FileSeries" });
      await root.remove("/d", { recursive: true });
      await root.restore("/d");

      const bytes = await root.readFile("/d/s");

      expect(toText(bytes)).equal("PAR11...PAR1");
    });

    it("brings back one that was made in the transaction that removed its directory", async () => {
      const { fs, root } = await bed();
      await root.createDir("/d");
      await fs.transaction(async (tx) => {
        await tx.root.writeFile("/d/s", fakeParquet("1"), { entryType: "FileSeries" });
        await tx.root.writeFile("/d/a", "one");
        await tx.root.remove("/d", { recursive: true });
      });
      await root.restore("/d");

      const [series, file] = [await root.stat("/d/s"), await root.readFile("/d/a")];

      expect(series).deep.include({ version: 1, size: 12 });
      expect(toText(file)).equal("one");
    });

    it("tells the versions of one that was removed", async () => {
      const one = await bed();
      await makeSeries(one, "1", "2");
      await one.root.remove("/s");

      const numbers = await versionNumbers(one);

      expect(numbers).deep.equal([2, 1]);
    });
  });

  describe("copy() of a series", () => {
    const bed = useFileSystem(open);

    it("makes one version of all segments", async () => {
      const one = await bed();
      await makeSeries(one, "1", "2", "3");
      const { version } = await one.root.copy("/s", "/copy");

      const stat = await one.root.stat("/copy");

      expect(version).equal(1);
      expect(stat).deep.include({ entryType: "FileSeries", version: 1, size: 36 });
      expect(await versionNumbers(one, "/copy")).deep.equal([1]);
    });

    it("is appended to apart from the original", async () => {
      const one = await bed();
      await makeSeries(one, "1", "2");
      await one.root.copy("/s", "/copy");
      await one.root.writeFile("/copy", fakeParquet("3"), { append: true });

      const [original, copy] = [await one.root.stat("/s"), await one.root.stat("/copy")];

      expect([original, copy].map(({ version, size }) => [version, size])).deep.equal([
        [2, 24],
        [2, 36],
      ]);
    });

    it("takes the segments of an open transaction", async () => {
      const one = await bed();
      await makeSeries(one, "1");
      await one.fs.transaction(async (tx) => {
        await tx.root.writeFile("/s", fakeParquet("2"), { append: true });
        await tx.root.copy("/s", "/copy");
      });

      const { size } = await one.root.stat("/copy");

      expect(size).equal(24);
    });
  });
}
