import { expect } from "chai";
import { fakeParquet, someBytes, toText, writeAll } from "./bytes.ts";
import type { OpenFileSystem } from "./file-system-bed.ts";
import { useFileSystem } from "./file-system-bed.ts";
import { failureOf, rejects } from "./rejects.ts";

/** What others may do while a writer holds a file. */
export function describeWriteProtection(open: OpenFileSystem): void {
  describe("an open writer", () => {
    const bed = useFileSystem(open);

    it("refuses readers", async () => {
      const { root } = await bed();
      await root.writeFile("/a", "one");
      const stream = await root.asyncWriter("/a");

      await rejects(root.readFile("/a"), "BEING_WRITTEN");
      await rejects(root.asyncReader("/a"), "BEING_WRITTEN");
      await rejects(root.openSource("/a"), "BEING_WRITTEN");

      await stream.abort();
    });

    it("refuses a second writer and a whole write", async () => {
      const { root } = await bed();
      await root.writeFile("/a", "one");
      const stream = await root.asyncWriter("/a");

      await rejects(root.asyncWriter("/a"), "ALREADY_BEING_WRITTEN");
      await rejects(root.writeFile("/a", "two"), "ALREADY_BEING_WRITTEN");
      await rejects(root.writeFile("/a", someBytes(100_000)), "ALREADY_BEING_WRITTEN");

      await stream.abort();
    });

    it("protects also a file that is not there yet", async () => {
      const { root } = await bed();
      const stream = await root.asyncWriter("/a");

      await rejects(root.readFile("/a"), "BEING_WRITTEN");
      await rejects(root.writeFile("/a", "two"), "ALREADY_BEING_WRITTEN");

      await stream.abort();
    });

    it("protects the file from being removed, moved, restored or given attributes", async () => {
      const { root } = await bed();
      await root.writeFile("/a", "one");
      await root.writeFile("/a", "two");
      await root.writeFile("/b", "three");
      const stream = await root.asyncWriter("/a");

      await rejects(root.remove("/a"), "ALREADY_BEING_WRITTEN");
      await rejects(root.rename("/a", "/c"), "ALREADY_BEING_WRITTEN");
      await rejects(root.rename("/b", "/a", { replace: true }), "ALREADY_BEING_WRITTEN");
      await rejects(root.copy("/b", "/a", { replace: true }), "ALREADY_BEING_WRITTEN");
      await rejects(root.restore("/a", 1), "ALREADY_BEING_WRITTEN");
      await rejects(root.setAttributes("/a", {}), "ALREADY_BEING_WRITTEN");

      await stream.abort();
    });

    it("names its transaction to those it refuses", async () => {
      const { fs, root } = await bed();
      await using tx = await fs.begin();
      const stream = await tx.root.asyncWriter("/a");

      const reading = await rejects(root.readFile("/a"), "BEING_WRITTEN");
      const writing = await rejects(root.asyncWriter("/a"), "ALREADY_BEING_WRITTEN");

      expect(reading).property("txId", tx.id);
      expect(writing).property("txId", tx.id);
      await stream.abort();
    });

    it("refuses readers and writers of its own transaction", async () => {
      const { fs } = await bed();
      await using tx = await fs.begin();
      const stream = await tx.root.asyncWriter("/a");

      const reading = await rejects(tx.root.readFile("/a"), "BEING_WRITTEN");
      const writing = await rejects(tx.root.asyncWriter("/a"), "ALREADY_BEING_WRITTEN");

      expect(reading).property("txId", tx.id);
      expect(writing).property("txId", tx.id);
      await stream.abort();
    });

    it("refuses under every name of the file", async () => {
      const { root } = await bed();
      await root.writeFile("/a", "one");
      await root.createSymlink("/link", "/a");
      const stream = await root.asyncWriter("/link");

      await rejects(root.readFile("/a"), "BEING_WRITTEN");
      await rejects(root.readFile("/link"), "BEING_WRITTEN");

      await stream.abort();
    });

    it("leaves other files alone", async () => {
      const { root } = await bed();
      await root.writeFile("/b", "one");
      const stream = await root.asyncWriter("/a");

      const bytes = await root.readFile("/b");

      expect(toText(bytes)).equal("one");
      await stream.abort();
    });

    it("does not hide what is known of the file", async () => {
      const { root } = await bed();
      await root.writeFile("/a", "one");
      const stream = await root.asyncWriter("/a");

      const { size } = await root.stat("/a");

      expect(size).equal(3);
      await stream.abort();
    });

    it("leaves snapshots readable", async () => {
      const { fs, root } = await bed();
      await root.writeFile("/a", "one");
      const stream = await root.asyncWriter("/a");
      await using snapshot = await fs.snapshot();

      const bytes = await snapshot.root.readFile("/a");

      expect(toText(bytes)).equal("one");
      await stream.abort();
    });

    it("lets everybody in when it has closed", async () => {
      const { root } = await bed();
      await root.writeFile("/a", "one");
      await writeAll(await root.asyncWriter("/a"), [someBytes(10)]);

      const { version } = await root.writeFile("/a", "three");

      expect(version).equal(3);
      expect(toText(await root.readFile("/a"))).equal("three");
    });

    it("lets a second writer in when it has closed", async () => {
      const { root } = await bed();
      await writeAll(await root.asyncWriter("/a"), [new TextEncoder().encode("one")]);
      await writeAll(await root.asyncWriter("/a"), [new TextEncoder().encode("two")]);

      const bytes = await root.readFile("/a");

      expect(toText(bytes)).equal("two");
    });

    it("lets everybody in when it was aborted, to the old content", async () => {
      const { root } = await bed();
      await root.writeFile("/a", "one");
      const writer = (await root.asyncWriter("/a")).getWriter();
      await writer.write(someBytes(10));
      await writer.abort();

      const bytes = await root.readFile("/a");

      expect(toText(bytes)).equal("one");
      expect((await root.writeFile("/a", "two")).version).equal(2);
    });

    it("lets everybody in when closing it has failed", async () => {
      const { root } = await bed();
      await root.writeFile("/t", fakeParquet("1"), { entryType: "FileTable" });
      await rejects(writeAll(await root.asyncWriter("/t"), [someBytes(50)]), "NOT_PARQUET");

      const { version } = await root.writeFile("/t", fakeParquet("2"));

      expect(version).equal(2);
    });

    it("lets everybody in when its transaction is rolled back", async () => {
      const { fs, root } = await bed();
      await root.writeFile("/a", "one");
      const tx = await fs.begin();
      await tx.root.asyncWriter("/a");
      await tx.rollback();

      const bytes = await root.readFile("/a");

      expect(toText(bytes)).equal("one");
      expect((await root.writeFile("/a", "two")).version).equal(2);
    });

    it("fails to go on when its transaction is rolled back", async () => {
      const { fs } = await bed();
      const tx = await fs.begin();
      const writer = (await tx.root.asyncWriter("/a")).getWriter();
      await tx.rollback();

      await rejects(writer.write(someBytes(10)), "WRITER_CLOSED");
    });

    it("keeps its transaction from committing", async () => {
      const { fs, root } = await bed();
      await using tx = await fs.begin();
      const writer = (await tx.root.asyncWriter("/a")).getWriter();
      await writer.write(someBytes(10));

      const error = await rejects(tx.commit(), "BEING_WRITTEN");

      expect(error).deep.include({ txId: tx.id, path: "/a" });
      await writer.close();
      await tx.commit();
      expect((await root.stat("/a")).size).equal(10);
    });

    it("is held through a directory that moves", async () => {
      const { root } = await bed();
      await root.createDir("/d");
      await root.writeFile("/d/a", "one");
      const stream = await root.asyncWriter("/d/a");
      await root.rename("/d", "/e");

      await rejects(root.readFile("/e/a"), "BEING_WRITTEN");

      await stream.abort();
      expect(toText(await root.readFile("/e/a"))).equal("one");
    });

    it("rejects on close when its directory is gone", async () => {
      const { root } = await bed();
      await root.createDir("/d");
      const stream = await root.asyncWriter("/d/a");
      await root.remove("/d", { recursive: true });

      await rejects(writeAll(stream, [someBytes(10)]), "NOT_FOUND");
    });
  });

  describe("asyncWriter({ wait })", () => {
    const bed = useFileSystem(open);

    it("opens when the writer before has closed", async () => {
      const { root } = await bed();
      const first = await root.asyncWriter("/a");
      const second = root.asyncWriter("/a", { wait: true });
      await writeAll(first, [new TextEncoder().encode("one")]);
      await writeAll(await second, [new TextEncoder().encode("two")]);

      const { version } = await root.stat("/a");

      expect(version).equal(2);
    });

    it("opens when the writer before was aborted", async () => {
      const { root } = await bed();
      const first = await root.asyncWriter("/a");
      const second = root.asyncWriter("/a", { wait: 10_000 });
      await first.abort();
      await writeAll(await second, [new TextEncoder().encode("two")]);

      const { version } = await root.stat("/a");

      expect(version).equal(1);
    });

    it("lets several in one after the other", async () => {
      const { root } = await bed();
      await Promise.all(
        ["one", "two", "three", "four"].map(async (text) => {
          const stream = await root.asyncWriter("/a", { wait: true });
          await writeAll(stream, [new TextEncoder().encode(text)]);
        }),
      );

      const { version } = await root.stat("/a");

      expect(version).equal(4);
    });

    it("gives up after so many milliseconds", async () => {
      const { root } = await bed();
      const first = await root.asyncWriter("/a");

      await rejects(root.asyncWriter("/a", { wait: 20 }), "ALREADY_BEING_WRITTEN");

      await first.abort();
    });

    it("gives up when its signal is aborted", async () => {
      const { root } = await bed();
      const first = await root.asyncWriter("/a");
      const abort = new AbortController();
      const reason = new Error("enough");
      const second = failureOf(root.asyncWriter("/a", { wait: true, signal: abort.signal }));
      abort.abort(reason);

      const error = await second;

      expect(error).equal(reason);
      await first.abort();
    });

    it("does not hold the file after it has given up", async () => {
      const { root } = await bed();
      const first = await root.asyncWriter("/a");
      await rejects(root.asyncWriter("/a", { wait: 5 }), "ALREADY_BEING_WRITTEN");
      await first.abort();

      const { version } = await root.writeFile("/a", "one");

      expect(version).equal(1);
    });
  });

  describe("a stream that writeFile() reads", () => {
    const bed = useFileSystem(open);

    it("protects the file until it ends", async () => {
      const { root } = await bed();
      await root.writeFile("/a", "one");
      let finish = () => {};
      const stream = new ReadableStream<Uint8Array>({
        start(controller) {
          controller.enqueue(someBytes(10));
          finish = () => controller.close();
        },
      });
      const writing = root.writeFile("/a", stream);
      await new Promise((resolve) => setTimeout(resolve, 20));

      await rejects(root.readFile("/a"), "BEING_WRITTEN");

      finish();
      expect((await writing).version).equal(2);
      expect((await root.readFile("/a")).byteLength).equal(10);
    });
  });

  describe("appends", () => {
    const bed = useFileSystem(open);

    it("hold nothing: readers see the last commit", async () => {
      const { root } = await bed();
      await root.writeFile("/s", fakeParquet("1"), { entryType: "FileSeries" });
      const stream = await root.asyncWriter("/s", { append: true });

      const bytes = await root.readFile("/s");

      expect(bytes.byteLength).equal(12);
      await stream.abort();
    });

    it("may be open side by side", async () => {
      const { root } = await bed();
      await root.writeFile("/s", fakeParquet("1"), { entryType: "FileSeries" });
      const streams = await Promise.all([
        root.asyncWriter("/s", { append: true }),
        root.asyncWriter("/s", { append: true }),
      ]);
      await Promise.all(streams.map((stream) => writeAll(stream, [fakeParquet("2")])));

      const { version, size } = await root.stat("/s");

      expect({ version, size }).deep.equal({ version: 3, size: 36 });
    });
  });
}
