import { expect } from "chai";
import { LARGE_FILE_THRESHOLD } from "../../../src/tinyfs/index.ts";
import { fakeParquet, sameBytes, sha256Of, someBytes, toText } from "./bytes.ts";
import type { OpenFileSystem } from "./file-system-bed.ts";
import { useFileSystem } from "./file-system-bed.ts";
import { failureOf, rejects, rejectsType } from "./rejects.ts";

/** Whole files: writing, reading, create modes, types. */
export function describeFiles(open: OpenFileSystem): void {
  describe("writeFile()", () => {
    const bed = useFileSystem(open);

    it("writes bytes that readFile() gives back", async () => {
      const { root } = await bed();
      const bytes = someBytes(1000);
      await root.writeFile("/a", bytes);

      const read = await root.readFile("/a");

      expect(sameBytes(read, bytes)).equal(true);
    });

    it("writes an empty file", async () => {
      const { root } = await bed();
      await root.writeFile("/a", new Uint8Array());

      const read = await root.readFile("/a");

      expect(read.byteLength).equal(0);
    });

    it("writes a string as UTF-8", async () => {
      const { root } = await bed();
      await root.writeFile("/a", "é😀");

      const read = await root.readFile("/a");

      expect(toText(read)).equal("é😀");
    });

    it("writes an ArrayBuffer", async () => {
      const { root } = await bed();
      const bytes = someBytes(1000);
      await root.writeFile("/a", bytes.slice().buffer);

      const read = await root.readFile("/a");

      expect(sameBytes(read, bytes)).equal(true);
    });

    it("writes a small Blob", async () => {
      const { root } = await bed();
      await root.writeFile("/a", new Blob(["one", "two"]));

      const read = await root.readFile("/a");

      expect(toText(read)).equal("onetwo");
    });

    it("writes a Blob of several megabytes", async () => {
      const { root } = await bed();
      const bytes = someBytes(3 * 1024 * 1024 + 5);
      await root.writeFile("/a", new Blob([bytes]));

      const read = await root.readFile("/a");

      expect(sameBytes(read, bytes)).equal(true);
    });

    it("refuses what is not bytes, as a mistake of the program", async () => {
      const { root } = await bed();

      await rejectsType(root.writeFile("/a", { length: 3 } as unknown as Uint8Array));
      await rejectsType(root.writeFile("/a", undefined as unknown as Uint8Array));
    });

    it("keeps its own copy of the bytes", async () => {
      const { root } = await bed();
      const bytes = someBytes(10);
      await root.writeFile("/a", bytes);
      bytes.fill(0);

      const read = await root.readFile("/a");

      expect(sameBytes(read, someBytes(10))).equal(true);
    });

    for (const size of [12, 100_000]) {
      it(`takes ${size} bytes as they are when it is called, whatever becomes of them`, async () => {
        const { root } = await bed();
        const bytes = someBytes(size);

        const writing = root.writeFile("/a", bytes);
        bytes.fill(0);
        const writingBuffer = root.writeFile("/b", bytes.buffer);
        bytes.fill(1);
        await Promise.all([writing, writingBuffer]);

        expect(sameBytes(await root.readFile("/a"), someBytes(size))).equal(true);
        expect(sameBytes(await root.readFile("/b"), new Uint8Array(size))).equal(true);
      });
    }

    it("takes a view into a larger buffer", async () => {
      const { root } = await bed();
      const bytes = someBytes(100);
      await root.writeFile("/a", bytes.subarray(10, 20));

      const read = await root.readFile("/a");

      expect(sameBytes(read, bytes.slice(10, 20))).equal(true);
    });

    it("reports node, version, number, size and hash", async () => {
      const { root } = await bed();
      const bytes = someBytes(1000);

      const result = await root.writeFile("/a", bytes);

      const { nodeId } = await root.stat("/a");
      const sha256 = await sha256Of(bytes);
      expect(result).deep.equal({ nodeId, version: 1, txnSeq: 1, size: 1000, sha256 });
    });

    it("makes a new version of the same node the second time", async () => {
      const { root } = await bed();
      const first = await root.writeFile("/a", "one");

      const second = await root.writeFile("/a", "two");

      expect(second.nodeId).equal(first.nodeId);
      expect(second.version).equal(2);
      expect(second.txnSeq).equal(2);
    });

    it("writes the same bytes again as a version of its own", async () => {
      const { root } = await bed();
      await root.writeFile("/a", "one");

      const second = await root.writeFile("/a", "one");

      expect(second.version).equal(2);
    });

    it("does not write over a directory", async () => {
      const { root } = await bed();
      await root.createDir("/a");

      await rejects(root.writeFile("/a", "one"), "IS_A_DIRECTORY");
    });

    it("writes nothing when its signal is aborted already", async () => {
      const { root } = await bed();
      const reason = new Error("enough");

      const error = await failureOf(
        root.writeFile("/a", "one", { signal: AbortSignal.abort(reason) }),
      );

      expect(error).equal(reason);
      expect(await root.exists("/a")).equal(false);
    });

    it("leaves bytes of a failed write unseen", async () => {
      const { root } = await bed();
      await root.writeFile("/a", "one");
      await rejects(root.writeFile("/a", "two", { create: "new" }), "ALREADY_EXISTS");

      const read = await root.readFile("/a");

      expect(toText(read)).equal("one");
    });
  });

  describe("writeFile({ create })", () => {
    const bed = useFileSystem(open);

    it("makes a file when it is new", async () => {
      const { root } = await bed();

      const { version } = await root.writeFile("/a", "one", { create: "new" });

      expect(version).equal(1);
    });

    it("refuses a file that is there when it is new", async () => {
      const { root } = await bed();
      await root.writeFile("/a", "one");

      const error = await rejects(root.writeFile("/a", "two", { create: "new" }), "ALREADY_EXISTS");

      expect(error.path).equal("/a");
    });

    it("replaces a file that is there", async () => {
      const { root } = await bed();
      await root.writeFile("/a", "one");

      const { version } = await root.writeFile("/a", "two", { create: "replace" });

      expect(version).equal(2);
    });

    it("refuses to replace a file that is not there", async () => {
      const { root } = await bed();

      await rejects(root.writeFile("/a", "one", { create: "replace" }), "NOT_FOUND");
    });
  });

  describe("writeFile({ ifVersion })", () => {
    const bed = useFileSystem(open);

    it("writes when the file has that version", async () => {
      const { root } = await bed();
      await root.writeFile("/a", "one");

      const { version } = await root.writeFile("/a", "two", { ifVersion: 1 });

      expect(version).equal(2);
    });

    it("refuses when the file has another version", async () => {
      const { root } = await bed();
      await root.writeFile("/a", "one");
      await root.writeFile("/a", "two");

      await rejects(root.writeFile("/a", "three", { ifVersion: 1 }), "CONFLICT");

      expect(toText(await root.readFile("/a"))).equal("two");
    });

    it("takes 0 for a file that is not there", async () => {
      const { root } = await bed();

      const { version } = await root.writeFile("/a", "one", { ifVersion: 0 });

      expect(version).equal(1);
    });

    it("refuses 0 when the file is there", async () => {
      const { root } = await bed();
      await root.writeFile("/a", "one");

      await rejects(root.writeFile("/a", "two", { ifVersion: 0 }), "CONFLICT");
    });

    it("refuses a file that is not there", async () => {
      const { root } = await bed();

      await rejects(root.writeFile("/a", "one", { ifVersion: 1 }), "CONFLICT");
    });

    it("lets one of several writers through", async () => {
      const { root } = await bed();
      await root.writeFile("/a", "one");

      const results = await Promise.allSettled(
        ["two", "three", "four"].map((text) => root.writeFile("/a", text, { ifVersion: 1 })),
      );

      expect(results.filter(({ status }) => status === "fulfilled").length).equal(1);
      expect((await root.stat("/a")).version).equal(2);
    });

    it("compares with the version of a series", async () => {
      const { root } = await bed();
      await root.writeFile("/s", fakeParquet("1"), { entryType: "FileSeries" });
      await root.writeFile("/s", fakeParquet("2"), { append: true });

      const { version } = await root.writeFile("/s", fakeParquet("3"), {
        append: true,
        ifVersion: 2,
      });

      expect(version).equal(3);
    });
  });

  describe("writeFile({ entryType })", () => {
    const bed = useFileSystem(open);

    it("makes a data file unless it is told otherwise", async () => {
      const { root } = await bed();
      await root.writeFile("/a", "one");

      const entryType = await root.getEntryType("/a");

      expect(entryType).equal("FileData");
    });

    it("makes a table of Parquet bytes", async () => {
      const { root } = await bed();
      await root.writeFile("/a", fakeParquet("1"), { entryType: "FileTable" });

      const entryType = await root.getEntryType("/a");

      expect(entryType).equal("FileTable");
    });

    it("keeps the type of a file that is written again", async () => {
      const { root } = await bed();
      await root.writeFile("/a", fakeParquet("1"), { entryType: "FileTable" });
      await root.writeFile("/a", fakeParquet("2"));

      const entryType = await root.getEntryType("/a");

      expect(entryType).equal("FileTable");
    });

    it("refuses to give a file another type", async () => {
      const { root } = await bed();
      await root.writeFile("/a", fakeParquet("1"));

      await rejects(
        root.writeFile("/a", fakeParquet("2"), { entryType: "FileTable" }),
        "WRONG_ENTRY_TYPE",
      );
    });

    it("refuses a type that holds no bytes, as a mistake of the program", async () => {
      const { root } = await bed();

      await rejectsType(root.writeFile("/a", "one", { entryType: "Directory" as "FileData" }));
    });

    it("refuses a table that does not begin as Parquet", async () => {
      const { root } = await bed();

      await rejects(
        root.writeFile("/a", "a,b\n1,2\n3,4 PAR1", { entryType: "FileTable" }),
        "NOT_PARQUET",
      );

      expect(await root.exists("/a")).equal(false);
    });

    it("refuses a table that does not end as Parquet", async () => {
      const { root } = await bed();

      await rejects(
        root.writeFile("/a", "PAR1 and then some", { entryType: "FileTable" }),
        "NOT_PARQUET",
      );
    });

    it("refuses a table of fewer than 12 bytes", async () => {
      const { root } = await bed();

      await rejects(root.writeFile("/a", "PAR1PAR1", { entryType: "FileTable" }), "NOT_PARQUET");
      await rejects(root.writeFile("/a", "", { entryType: "FileTable" }), "NOT_PARQUET");
    });

    it("checks also what replaces a table", async () => {
      const { root } = await bed();
      await root.writeFile("/a", fakeParquet("1"), { entryType: "FileTable" });

      await rejects(root.writeFile("/a", "a,b\n1,2\n3,4\n"), "NOT_PARQUET");

      expect(sameBytes(await root.readFile("/a"), fakeParquet("1"))).equal(true);
    });

    it("takes any bytes for a data file", async () => {
      const { root } = await bed();
      await root.writeFile("/a.parquet", "not Parquet");

      const entryType = await root.getEntryType("/a.parquet");

      expect(entryType).equal("FileData");
    });
  });

  describe("writeFile({ inspect })", () => {
    const bed = useFileSystem(open);

    it("keeps what is known of the bytes", async () => {
      const { root } = await bed();
      await root.writeFile("/a", fakeParquet("1"), {
        entryType: "FileTable",
        inspect: async ({ size }) => ({ rowCount: size }),
      });

      const { rowCount } = await root.stat("/a");

      expect(rowCount).equal(12);
    });

    it("writes nothing when the inspection fails", async () => {
      const { root } = await bed();
      const reason = new Error("bad");

      const error = await failureOf(
        root.writeFile("/a", "one", { inspect: () => Promise.reject(reason) }),
      );

      expect(error).equal(reason);
      expect(await root.exists("/a")).equal(false);
    });

    it("forgets what was known of the bytes before", async () => {
      const { root } = await bed();
      const inspect = async () => ({ rowCount: 7 });
      await root.writeFile("/a", fakeParquet("1"), { entryType: "FileTable", inspect });
      await root.writeFile("/a", fakeParquet("2"));

      const stat = await root.stat("/a");

      expect(stat).not.property("rowCount");
    });
  });

  describe("readFile()", () => {
    const bed = useFileSystem(open);

    it("refuses what is not there", async () => {
      const { root } = await bed();

      const error = await rejects(root.readFile("/a"), "NOT_FOUND");

      expect(error.path).equal("/a");
    });

    it("refuses a directory", async () => {
      const { root } = await bed();
      await root.createDir("/a");

      await rejects(root.readFile("/a"), "IS_A_DIRECTORY");
      await rejects(root.readFile("/"), "IS_A_DIRECTORY");
    });

    it("gives bytes that are the caller's own", async () => {
      const { root } = await bed();
      await root.writeFile("/a", "one");
      (await root.readFile("/a")).fill(0);

      const again = await root.readFile("/a");

      expect(toText(again)).equal("one");
    });

    it("rejects with the reason of an aborted signal", async () => {
      const { root } = await bed();
      await root.writeFile("/a", "one");
      const reason = new Error("enough");

      const error = await failureOf(root.readFile("/a", { signal: AbortSignal.abort(reason) }));

      expect(error).equal(reason);
    });

    it("sees whole versions only, while others write", async () => {
      const { root } = await bed();
      await root.writeFile("/a", new Uint8Array(5000).fill(1));
      const writes = [2, 3, 4, 5].map((value) =>
        root.writeFile("/a", new Uint8Array(5000).fill(value)),
      );

      const reads = await Promise.all([1, 2, 3, 4, 5, 6].map(() => root.readFile("/a")));
      await Promise.all(writes);

      expect(reads.map((bytes) => new Set(bytes).size)).deep.equal([1, 1, 1, 1, 1, 1]);
    });
  });

  describe("readFile({ range })", () => {
    const bed = useFileSystem(open);

    it("gives the bytes from start to end, end exclusive", async () => {
      const { root } = await bed();
      await root.writeFile("/a", "0123456789");

      const bytes = await root.readFile("/a", { range: { start: 2, end: 5 } });

      expect(toText(bytes)).equal("234");
    });

    it("begins at the beginning and ends at the end", async () => {
      const { root } = await bed();
      await root.writeFile("/a", "0123456789");

      const [head, tail, all] = await Promise.all([
        root.readFile("/a", { range: { end: 3 } }),
        root.readFile("/a", { range: { start: 7 } }),
        root.readFile("/a", { range: {} }),
      ]);

      expect([head, tail, all].map(toText)).deep.equal(["012", "789", "0123456789"]);
    });

    it("leaves out what lies beyond the end", async () => {
      const { root } = await bed();
      await root.writeFile("/a", "0123456789");

      const [across, beyond] = await Promise.all([
        root.readFile("/a", { range: { start: 8, end: 100 } }),
        root.readFile("/a", { range: { start: 50, end: 100 } }),
      ]);

      expect([across, beyond].map(toText)).deep.equal(["89", ""]);
    });

    it("gives nothing for an empty range", async () => {
      const { root } = await bed();
      await root.writeFile("/a", "0123456789");

      const bytes = await root.readFile("/a", { range: { start: 4, end: 4 } });

      expect(bytes.byteLength).equal(0);
    });

    it("refuses a range that runs backwards or below 0", async () => {
      const { root } = await bed();
      await root.writeFile("/a", "0123456789");

      const errors = await Promise.all([
        failureOf(root.readFile("/a", { range: { start: 5, end: 4 } })),
        failureOf(root.readFile("/a", { range: { start: -1 } })),
        failureOf(root.readFile("/a", { range: { end: Number.NaN } })),
      ]);

      expect(errors.map((error) => error instanceof RangeError)).deep.equal([true, true, true]);
    });

    it("reads across the borders of pages of a large file", async () => {
      const { root } = await bed();
      const bytes = someBytes(5 * LARGE_FILE_THRESHOLD + 17);
      await root.writeFile("/a", bytes);
      const [start, end] = [LARGE_FILE_THRESHOLD - 3, 3 * LARGE_FILE_THRESHOLD + 1];

      const read = await root.readFile("/a", { range: { start, end } });

      expect(sameBytes(read, bytes.slice(start, end))).equal(true);
    });
  });

  describe("LARGE_FILE_THRESHOLD", () => {
    const bed = useFileSystem(open);

    it("makes no difference to a reader", async () => {
      const { root } = await bed();
      const small = someBytes(LARGE_FILE_THRESHOLD - 1, 1);
      const large = someBytes(LARGE_FILE_THRESHOLD, 2);
      await root.writeFile("/small", small);
      await root.writeFile("/large", large);

      const [readSmall, readLarge] = await Promise.all([
        root.readFile("/small"),
        root.readFile("/large"),
      ]);

      expect(sameBytes(readSmall, small)).equal(true);
      expect(sameBytes(readLarge, large)).equal(true);
    });

    it("makes no difference to size and hash", async () => {
      const { root } = await bed();
      const bytes = someBytes(LARGE_FILE_THRESHOLD);
      await root.writeFile("/small", bytes.subarray(1));
      await root.writeFile("/large", bytes);

      const stats = await Promise.all([root.stat("/small"), root.stat("/large")]);

      expect(stats.map(({ size, sha256 }) => ({ size, sha256 }))).deep.equal([
        { size: LARGE_FILE_THRESHOLD - 1, sha256: await sha256Of(bytes.slice(1)) },
        { size: LARGE_FILE_THRESHOLD, sha256: await sha256Of(bytes) },
      ]);
    });

    it("may be crossed by the versions of one file, both ways", async () => {
      const { root } = await bed();
      const [small, large] = [someBytes(10), someBytes(LARGE_FILE_THRESHOLD)];
      await root.writeFile("/a", small);
      await root.writeFile("/a", large);
      await root.writeFile("/a", small);

      const read = await Promise.all([1, 2, 3].map((version) => root.readFile("/a", { version })));

      expect(read.map((bytes) => bytes.byteLength)).deep.equal([10, LARGE_FILE_THRESHOLD, 10]);
    });
  });

  describe("same bytes at two paths", () => {
    const bed = useFileSystem(open);

    it("are readable from both", async () => {
      const { root } = await bed();
      const bytes = someBytes(LARGE_FILE_THRESHOLD + 1);
      await root.writeFile("/a", bytes);
      await root.writeFile("/b", bytes);

      const [a, b] = await Promise.all([root.readFile("/a"), root.readFile("/b")]);

      expect(sameBytes(a, bytes)).equal(true);
      expect(sameBytes(b, bytes)).equal(true);
    });

    it("stay at one when the other is removed", async () => {
      const { root } = await bed();
      const bytes = someBytes(1024 * 1024 + 1);
      await root.writeFile("/a", bytes);
      await root.writeFile("/b", bytes);
      await root.remove("/a");

      const read = await root.readFile("/b");

      expect(sameBytes(read, bytes)).equal(true);
    });

    it("are two nodes", async () => {
      const { root } = await bed();

      const a = await root.writeFile("/a", "one");
      const b = await root.writeFile("/b", "one");

      expect(a.nodeId).not.equal(b.nodeId);
      expect(a.sha256).equal(b.sha256);
    });
  });
}
