import { expect } from "chai";
import { LARGE_FILE_THRESHOLD } from "../../../src/tinyfs/index.ts";
import {
  bytesOf,
  chunksOf,
  fakeParquet,
  sameBytes,
  sha256Of,
  someBytes,
  streamOf,
  toText,
  writeAll,
} from "./bytes.ts";
import type { OpenFileSystem } from "./file-system-bed.ts";
import { useFileSystem } from "./file-system-bed.ts";
import { failureOf, rejects, rejectsType } from "./rejects.ts";

const MIB = 1024 * 1024;

/** Readers and writers. */
export function describeStreams(open: OpenFileSystem): void {
  describe("asyncReader()", () => {
    const bed = useFileSystem(open);

    it("streams the bytes of a file", async () => {
      const { root } = await bed();
      const bytes = someBytes(1000);
      await root.writeFile("/a", bytes);

      const read = await bytesOf(await root.asyncReader("/a"));

      expect(sameBytes(read, bytes)).equal(true);
    });

    it("streams an empty file", async () => {
      const { root } = await bed();
      await root.writeFile("/a", "");

      const chunks = await chunksOf(await root.asyncReader("/a"));

      expect(chunks.length).equal(0);
    });

    it("streams a large file in several chunks", async () => {
      const { root } = await bed();
      const bytes = someBytes(3 * MIB + 1);
      await root.writeFile("/a", bytes);

      const chunks = await chunksOf(await root.asyncReader("/a"));

      expect(chunks.length).greaterThan(1);
      expect(Math.max(...chunks.map(({ byteLength }) => byteLength))).at.most(MIB);
      const read = new Uint8Array(await new Blob(chunks as BlobPart[]).arrayBuffer());
      expect(sameBytes(read, bytes)).equal(true);
    });

    it("streams a range", async () => {
      const { root } = await bed();
      const bytes = someBytes(2 * MIB);
      await root.writeFile("/a", bytes);

      const read = await bytesOf(
        await root.asyncReader("/a", { range: { start: 5, end: MIB + 9 } }),
      );

      expect(sameBytes(read, bytes.slice(5, MIB + 9))).equal(true);
    });

    it("streams an old version", async () => {
      const { root } = await bed();
      await root.writeFile("/a", "one");
      await root.writeFile("/a", "two");

      const read = await bytesOf(await root.asyncReader("/a", { version: 1 }));

      expect(toText(read)).equal("one");
    });

    it("keeps to the version it was opened on", async () => {
      const { root } = await bed();
      const bytes = someBytes(2 * MIB);
      await root.writeFile("/a", bytes);
      const stream = await root.asyncReader("/a");
      await root.writeFile("/a", "two");

      const read = await bytesOf(stream);

      expect(sameBytes(read, bytes)).equal(true);
    });

    it("goes on after the file is removed", async () => {
      const { root } = await bed();
      const bytes = someBytes(2 * MIB);
      await root.writeFile("/a", bytes);
      const stream = await root.asyncReader("/a");
      await root.remove("/a");

      const read = await bytesOf(stream);

      expect(sameBytes(read, bytes)).equal(true);
    });

    it("can be cancelled", async () => {
      const { root } = await bed();
      await root.writeFile("/a", someBytes(2 * MIB));
      const reader = (await root.asyncReader("/a")).getReader();
      await reader.read();

      await reader.cancel();

      expect((await reader.read()).done).equal(true);
    });

    it("rejects before it opens what is not there", async () => {
      const { root } = await bed();

      await rejects(root.asyncReader("/a"), "NOT_FOUND");
    });

    it("fails with the signal's reason when that is aborted midway", async () => {
      const { root } = await bed();
      await root.writeFile("/a", someBytes(3 * MIB));
      const abort = new AbortController();
      const reader = (await root.asyncReader("/a", { signal: abort.signal })).getReader();
      await reader.read();
      const reason = new Error("enough");
      abort.abort(reason);

      const error = await failureOf(reader.read());

      expect(error).equal(reason);
    });

    it("reads several files side by side", async () => {
      const { root } = await bed();
      const files = [1, 2, 3, 4, 5].map((seed) => someBytes(LARGE_FILE_THRESHOLD + seed, seed));
      await Promise.all(files.map((bytes, index) => root.writeFile(`/${index}`, bytes)));

      const read = await Promise.all(
        files.map(async (_, index) => bytesOf(await root.asyncReader(`/${index}`))),
      );

      expect(read.map((bytes, index) => sameBytes(bytes, files[index]!))).deep.equal(
        files.map(() => true),
      );
    });
  });

  describe("openSource()", () => {
    const bed = useFileSystem(open);

    it("reads at random", async () => {
      const { root } = await bed();
      const bytes = someBytes(3 * LARGE_FILE_THRESHOLD);
      await root.writeFile("/a", bytes);
      const source = await root.openSource("/a");

      const [tail, head] = [
        await source.read(bytes.length - 4, bytes.length),
        await source.read(0, 4),
      ];
      await source.close();

      expect(source.size).equal(bytes.length);
      expect(sameBytes(tail, bytes.slice(-4))).equal(true);
      expect(sameBytes(head, bytes.slice(0, 4))).equal(true);
    });

    it("cuts ranges to the end", async () => {
      const { root } = await bed();
      await root.writeFile("/a", "0123456789");
      const source = await root.openSource("/a");

      const bytes = await source.read(8, 100);
      await source.close();

      expect(toText(bytes)).equal("89");
    });
  });

  describe("asyncWriter()", () => {
    const bed = useFileSystem(open);

    it("writes a stream that readFile() gives back", async () => {
      const { root } = await bed();
      const bytes = someBytes(1000);
      await writeAll(await root.asyncWriter("/a"), [bytes]);

      const read = await root.readFile("/a");

      expect(sameBytes(read, bytes)).equal(true);
    });

    it("writes many small chunks in order", async () => {
      const { root } = await bed();
      const bytes = someBytes(1000);
      const chunks = Array.from({ length: 100 }, (_, index) =>
        bytes.slice(index * 10, index * 10 + 10),
      );
      await writeAll(await root.asyncWriter("/a"), chunks);

      const read = await root.readFile("/a");

      expect(sameBytes(read, bytes)).equal(true);
    });

    it("writes 1 MiB and one byte", async () => {
      const { root } = await bed();
      const bytes = someBytes(MIB + 1);
      await writeAll(await root.asyncWriter("/a"), [bytes.slice(0, MIB), bytes.slice(MIB)]);

      const read = await root.readFile("/a");

      expect(sameBytes(read, bytes)).equal(true);
      expect((await root.stat("/a")).sha256).equal(await sha256Of(bytes));
    });

    it("writes ten megabytes in chunks of 1 KiB", async () => {
      const { root } = await bed();
      const bytes = someBytes(10 * MIB);
      const { stream } = streamOf(
        Array.from({ length: 10 * 1024 }, (_, at) => bytes.subarray(at * 1024, (at + 1) * 1024)),
      );
      await stream.pipeTo(await root.asyncWriter("/a"));

      const read = await root.readFile("/a");

      expect(sameBytes(read, bytes)).equal(true);
    });

    it("writes at both sides of the threshold", async () => {
      const { root } = await bed();
      const bytes = someBytes(LARGE_FILE_THRESHOLD);
      await writeAll(await root.asyncWriter("/small"), [bytes.slice(1)]);
      await writeAll(await root.asyncWriter("/large"), [bytes.slice(0, 1), bytes.slice(1)]);

      const [small, large] = await Promise.all([root.readFile("/small"), root.readFile("/large")]);

      expect(sameBytes(small, bytes.slice(1))).equal(true);
      expect(sameBytes(large, bytes)).equal(true);
    });

    it("writes an empty file when it is closed at once", async () => {
      const { root } = await bed();
      await (await root.asyncWriter("/a")).close();

      const stat = await root.stat("/a");

      expect(stat.size).equal(0);
    });

    it("copies the chunks it takes", async () => {
      const { root } = await bed();
      const chunk = someBytes(100);
      const writer = (await root.asyncWriter("/a")).getWriter();
      await writer.write(chunk);
      chunk.fill(0);
      await writer.close();

      const read = await root.readFile("/a");

      expect(sameBytes(read, someBytes(100))).equal(true);
    });

    it("shows nothing before it is closed", async () => {
      const { fs, root } = await bed();
      await root.writeFile("/a", "one");
      const writer = (await root.asyncWriter("/a")).getWriter();
      await writer.write(someBytes(10));

      const snapshot = await fs.snapshot();

      expect(toText(await snapshot.root.readFile("/a"))).equal("one");
      await writer.abort();
    });

    it("makes a new version", async () => {
      const { root } = await bed();
      await root.writeFile("/a", "one");
      await writeAll(await root.asyncWriter("/a"), [someBytes(5)]);

      const { version } = await root.stat("/a");

      expect(version).equal(2);
    });

    it("makes a table of Parquet bytes", async () => {
      const { root } = await bed();
      const bytes = fakeParquet("one");
      await writeAll(await root.asyncWriter("/a", { entryType: "FileTable" }), [bytes]);

      const stat = await root.stat("/a");

      expect(stat.entryType).equal("FileTable");
      expect(stat.size).equal(bytes.length);
    });

    it("rejects on close when the bytes are not what they are said to be", async () => {
      const { root } = await bed();
      const stream = await root.asyncWriter("/a", { entryType: "FileTable" });

      await rejects(writeAll(stream, [someBytes(100)]), "NOT_PARQUET");

      expect(await root.exists("/a")).equal(false);
    });

    it("refuses at once what could not be written at the end", async () => {
      const { root } = await bed();
      await root.createDir("/dir");
      await root.writeFile("/a", "one");

      await rejects(root.asyncWriter("/dir"), "IS_A_DIRECTORY");
      await rejects(root.asyncWriter("/a", { create: "new" }), "ALREADY_EXISTS");
      await rejects(root.asyncWriter("/b", { create: "replace" }), "NOT_FOUND");
      await rejects(root.asyncWriter("/a", { entryType: "FileTable" }), "WRONG_ENTRY_TYPE");
      await rejects(root.asyncWriter("/missing/a"), "NOT_FOUND");
    });

    it("asks for the next chunk only when the one before is taken", async () => {
      const { root } = await bed();
      const writer = (await root.asyncWriter("/a")).getWriter();
      await writer.ready;

      const writing = writer.write(someBytes(MIB));
      const wanted = writer.desiredSize;
      await writing;

      expect(wanted).equal(0);
      expect(writer.desiredSize).equal(1);
      await writer.abort();
    });

    it("fails when it is given what is not bytes", async () => {
      const { root } = await bed();
      const writer = (await root.asyncWriter("/a")).getWriter();

      await rejectsType(writer.write("text" as unknown as Uint8Array));

      expect(await root.exists("/a")).equal(false);
    });

    it("frees the file after it was given what is not bytes", async () => {
      const { root } = await bed();
      const writer = (await root.asyncWriter("/a")).getWriter();
      await rejectsType(writer.write("text" as unknown as Uint8Array));

      const { version } = await root.writeFile("/a", "one");

      expect(version).equal(1);
    });

    it("leaves the old content when it is aborted", async () => {
      const { root } = await bed();
      await root.writeFile("/a", "one");
      const writer = (await root.asyncWriter("/a")).getWriter();
      await writer.write(someBytes(2 * MIB));
      await writer.abort();

      const read = await root.readFile("/a");

      expect(toText(read)).equal("one");
    });

    it("leaves no file when a new one is aborted", async () => {
      const { root } = await bed();
      const writer = (await root.asyncWriter("/a")).getWriter();
      await writer.write(someBytes(10));
      await writer.abort();

      const exists = await root.exists("/a");

      expect(exists).equal(false);
    });

    it("aborts with its signal", async () => {
      const { root } = await bed();
      await root.writeFile("/a", "one");
      const abort = new AbortController();
      const reason = new Error("enough");
      const writer = (await root.asyncWriter("/a", { signal: abort.signal })).getWriter();
      await writer.write(someBytes(10));
      abort.abort(reason);

      const error = await failureOf(writer.write(someBytes(10)));

      expect(error).equal(reason);
      expect(toText(await root.readFile("/a"))).equal("one");
    });

    it("does not open when its signal is aborted already", async () => {
      const { root } = await bed();
      const reason = new Error("enough");

      const error = await failureOf(root.asyncWriter("/a", { signal: AbortSignal.abort(reason) }));

      expect(error).equal(reason);
      expect((await root.writeFile("/a", "one")).version).equal(1);
    });

    it("is not hurt by a signal that is aborted after it has closed", async () => {
      const { root } = await bed();
      const abort = new AbortController();
      await writeAll(await root.asyncWriter("/a", { signal: abort.signal }), [someBytes(10)]);
      abort.abort();

      const { size } = await root.stat("/a");

      expect(size).equal(10);
    });

    it("writes five files in parallel", async () => {
      const { root } = await bed();
      const files = [1, 2, 3, 4, 5].map((seed) => someBytes(LARGE_FILE_THRESHOLD * seed, seed));
      await Promise.all(
        files.map(async (bytes, index) => {
          await writeAll(await root.asyncWriter(`/${index}`), [
            bytes.slice(0, 99),
            bytes.slice(99),
          ]);
        }),
      );

      const read = await Promise.all(files.map((_, index) => root.readFile(`/${index}`)));

      expect(read.map((bytes, index) => sameBytes(bytes, files[index]!))).deep.equal(
        files.map(() => true),
      );
    });
  });

  describe("writeFile(stream)", () => {
    const bed = useFileSystem(open);

    it("writes what the stream gives", async () => {
      const { root } = await bed();
      const bytes = someBytes(2 * MIB);
      const { stream } = streamOf([bytes.subarray(0, 5), bytes.subarray(5)]);

      const result = await root.writeFile("/a", stream);

      expect(result.size).equal(bytes.length);
      expect(sameBytes(await root.readFile("/a"), bytes)).equal(true);
    });

    it("writes the file it reads from", async () => {
      const { root } = await bed();
      await root.writeFile("/a", "one");

      await root.writeFile("/b", await root.asyncReader("/a"));

      expect(toText(await root.readFile("/b"))).equal("one");
    });

    it("fails with what the stream failed with, and keeps the old content", async () => {
      const { root } = await bed();
      await root.writeFile("/a", "one");
      const failure = new Error("source broke");
      const { stream } = streamOf([someBytes(2 * MIB)], failure);

      const error = await failureOf(root.writeFile("/a", stream));

      expect(error).equal(failure);
      expect(toText(await root.readFile("/a"))).equal("one");
    });

    it("cancels a stream that gives what is not bytes", async () => {
      const { root } = await bed();
      const { stream, cancelled } = streamOf(["text" as unknown as Uint8Array, someBytes(1)]);

      await rejectsType(root.writeFile("/a", stream));

      expect(cancelled()).instanceOf(TypeError);
      expect(await root.exists("/a")).equal(false);
    });

    it("cancels the stream when its signal is aborted", async () => {
      const { root } = await bed();
      const abort = new AbortController();
      const reason = new Error("enough");
      let cancelledWith: unknown;
      const endless = new ReadableStream<Uint8Array>({
        pull(controller) {
          controller.enqueue(someBytes(10));
          abort.abort(reason);
          return new Promise<void>(() => {});
        },
        cancel(given) {
          cancelledWith = given;
        },
      });

      const error = await failureOf(root.writeFile("/a", endless, { signal: abort.signal }));

      expect(error).equal(reason);
      expect(cancelledWith).equal(reason);
      expect(await root.exists("/a")).equal(false);
    });

    it("does not touch the stream when the write is refused", async () => {
      const { root } = await bed();
      await root.writeFile("/a", "one");
      const { stream, pulled } = streamOf([someBytes(10)]);

      await rejects(root.writeFile("/a", stream, { create: "new" }), "ALREADY_EXISTS");

      expect(pulled()).equal(0);
      expect(stream.locked).equal(false);
    });
  });
}
