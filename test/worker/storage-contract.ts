import { expect } from "chai";
import { isTinyFSError, TinyFSError } from "../../src/tinyfs/errors.ts";
import type { StorageOptions } from "../../src/worker/storage-client.ts";
import {
  cleanUp,
  failureOf,
  openAt,
  sha256Of,
  someBytes,
  storeBlob,
  writeTemporary,
} from "./storage-pond.ts";

const PAGE = 65_536;

/** How the tests get at the files of an engine, past it. */
export interface EngineBed {
  /** A place of its own, which `cleanUp` removes, and how an engine is opened in it. */
  newPlace(): Promise<StorageOptions>;
  /** Changes one bit of a blob. */
  flipBit(place: StorageOptions, sha256: string, at: number): Promise<void>;
  /** Cuts a blob off behind this many bytes. */
  cut(place: StorageOptions, sha256: string, bytes: number): Promise<void>;
}

/** What an engine promises wherever the files are: see `BlobEngine`. */
export function describeEngine(name: string, bed: EngineBed): void {
  describe(name, () => {
    afterEach(cleanUp);

    const openStorage = async (place?: StorageOptions) => openAt(place ?? (await bed.newPlace()));

    describe("createTemporary()", () => {
      it("hashes and sizes what is written", async () => {
        const client = await openStorage();
        const bytes = someBytes(3 * PAGE + 17);

        const temporary = await writeTemporary(client, bytes, { chunkBytes: 70_001 });

        expect(temporary.size).equal(bytes.length);
        expect(temporary.sha256).equal(await sha256Of(bytes));
        expect(temporary.pageSums.length).equal(4 * 8);
        expect(temporary.path).match(/^tmp\/owner\/[0-9a-f-]{36}$/);
      });

      it("gives the same page checksums whatever the chunks", async () => {
        const client = await openStorage();
        const bytes = someBytes(5 * PAGE + 1);

        const [large, page, odd] = await Promise.all(
          [1 << 20, PAGE, 9_973].map((chunkBytes) => writeTemporary(client, bytes, { chunkBytes })),
        );

        expect(page?.pageSums).deep.equal(large?.pageSums);
        expect(odd?.pageSums).deep.equal(large?.pageSums);
      });

      it("takes a hash that is known and does not hash again", async () => {
        const client = await openStorage();
        const sha256 = "0".repeat(64);

        const temporary = await writeTemporary(client, someBytes(10), { sha256 });

        expect(temporary.sha256).equal(sha256);
      });

      it("writes only the view of a chunk that lies in a larger buffer", async () => {
        const client = await openStorage();
        const view = someBytes(3 * PAGE).subarray(PAGE, PAGE + 100);
        const expected = view.slice();

        const writer = await client.createTemporary("owner");
        await writer.write(view);
        const source = await client.openTemporary(await writer.close());

        expect(await source.read(0, Infinity)).deep.equal(expected);
      });

      it("leaves nothing when it is aborted", async () => {
        const client = await openStorage();
        const writer = await client.createTemporary("owner");
        await writer.write(someBytes(PAGE));

        await writer.abort();

        expect(await client.listTemporaries()).deep.equal([]);
        expect(isTinyFSError(await failureOf(writer.write(someBytes(1))), "WRITER_CLOSED")).equal(
          true,
        );
        await writer.abort();
      });

      it("lets other calls through while a large chunk is written", async () => {
        const client = await openStorage();
        const writer = await client.createTemporary("owner");
        const order: string[] = [];

        const writing = writer.write(someBytes(24 << 20)).then(() => order.push("written"));
        const listing = client.listBlobs().then(() => order.push("listed"));
        await Promise.all([writing, listing]);

        expect(order).deep.equal(["listed", "written"]);
      });
    });

    describe("publish()", () => {
      it("makes the temporary the blob of its hash", async () => {
        const client = await openStorage();
        const bytes = someBytes(2 * PAGE);
        const temporary = await writeTemporary(client, bytes);

        const outcome = await client.publish(temporary);

        const { sha256, size, pageSums } = temporary;
        const source = await client.openBlob(sha256, size, pageSums);
        expect(outcome).equal("published");
        expect(await source.read(0, size)).deep.equal(bytes);
        expect(await client.listBlobs()).deep.equal([{ sha256, size }]);
        expect(await client.listTemporaries()).deep.equal([]);
      });

      it("keeps a whole blob that is there already", async () => {
        const client = await openStorage();
        const bytes = someBytes(2 * PAGE);
        const { sha256, size } = await storeBlob(client, bytes);
        const again = await writeTemporary(client, bytes);

        const outcome = await client.publish(again);

        expect(outcome).equal("deduplicated");
        expect(await client.listBlobs()).deep.equal([{ sha256, size }]);
        expect(await client.listTemporaries()).deep.equal([]);
      });

      it("replaces a blob of which one bit is damaged", async () => {
        const place = await bed.newPlace();
        const client = await openStorage(place);
        const bytes = someBytes(3 * PAGE);
        const { sha256, size, pageSums } = await storeBlob(client, bytes);
        await bed.flipBit(place, sha256, 2 * PAGE);
        const again = await writeTemporary(client, bytes);

        const outcome = await client.publish(again);

        expect(outcome).equal("repaired");
        expect(await client.verifyBlob(sha256, size, pageSums)).equal(true);
      });

      it("replaces a damaged blob under a source that goes on reading", async () => {
        const place = await bed.newPlace();
        const client = await openStorage(place);
        const bytes = someBytes(3 * PAGE);
        const { sha256, size, pageSums } = await storeBlob(client, bytes);
        await bed.flipBit(place, sha256, 2 * PAGE);
        const source = await client.openBlob(sha256, size, pageSums);
        const again = await writeTemporary(client, bytes);

        const outcome = await client.publish(again);

        expect(outcome).equal("repaired");
        expect(await source.read(0, size)).deep.equal(bytes);
      });

      it("moves a temporary under a source that goes on reading", async () => {
        const client = await openStorage();
        const bytes = someBytes(2 * PAGE);
        const temporary = await writeTemporary(client, bytes);
        const source = await client.openTemporary(temporary);
        await source.read(0, 1);

        await client.publish(temporary);

        expect(await source.read(0, temporary.size)).deep.equal(bytes);
      });

      it("may be called again after it has succeeded", async () => {
        const client = await openStorage();
        const temporary = await storeBlob(client, someBytes(PAGE));

        const outcome = await client.publish(temporary);

        expect(outcome).equal("deduplicated");
      });

      it("reports a temporary that is gone by its hash", async () => {
        const client = await openStorage();
        const temporary = await writeTemporary(client, someBytes(PAGE));
        await client.discard(temporary.path);

        const error = await failureOf(client.publish(temporary));

        expect(isTinyFSError(error, "LARGE_FILE_NOT_FOUND")).equal(true);
        expect(error).include({ sha256: temporary.sha256 });
      });
    });

    describe("openBlob()", () => {
      it("reads any range", async () => {
        const client = await openStorage();
        const bytes = someBytes(3 * PAGE + 100);
        const { sha256, size, pageSums } = await storeBlob(client, bytes);
        const source = await client.openBlob(sha256, size, pageSums);

        const parts = await Promise.all([
          source.read(PAGE - 1, PAGE + 1),
          source.read(3 * PAGE + 50, 10 * PAGE),
          source.read(7, 7),
          source.read(size + 5, size + 9),
        ]);

        expect(parts[0]).deep.equal(bytes.slice(PAGE - 1, PAGE + 1));
        expect(parts[1]).deep.equal(bytes.slice(3 * PAGE + 50));
        expect(parts[2]?.length).equal(0);
        expect(parts[3]?.length).equal(0);
        expect(parts[0]?.buffer.byteLength).equal(2);
      });

      it("reads into memory that is given to it, wherever the range begins", async () => {
        const client = await openStorage(await bed.newPlace());
        const bytes = someBytes(5 * PAGE + 100);
        const { sha256, size, pageSums } = await storeBlob(client, bytes);
        const source = await client.openBlob(sha256, size, pageSums);

        const whole = await source.read(PAGE, 3 * PAGE, undefined, new ArrayBuffer(4 * PAGE));
        const wholeBytes = whole.slice();
        const roomBytes = whole.buffer.byteLength;
        const odd = await source.read(5, PAGE + 9, undefined, whole.buffer);

        expect(wholeBytes).deep.equal(bytes.slice(PAGE, 3 * PAGE));
        expect(roomBytes).equal(4 * PAGE);
        expect(odd).deep.equal(bytes.slice(5, PAGE + 9));
        expect(odd.buffer.byteLength).equal(4 * PAGE);
        expect(odd.byteOffset).equal(0);
      });

      it("verifies what it reads into memory that is given to it", async () => {
        const place = await bed.newPlace();
        const client = await openStorage(place);
        const { sha256, size, pageSums } = await storeBlob(client, someBytes(4 * PAGE));
        await bed.flipBit(place, sha256, 2 * PAGE + 7);
        const source = await client.openBlob(sha256, size, pageSums);

        const error = await failureOf(source.read(0, size, undefined, new ArrayBuffer(size)));

        expect(isTinyFSError(error, "CORRUPT_BLOB")).equal(true);
        expect(error).include({ sha256, page: 2 });
      });

      it("names the damaged page and keeps the others readable", async () => {
        const place = await bed.newPlace();
        const client = await openStorage(place);
        const bytes = someBytes(4 * PAGE);
        const { sha256, size, pageSums } = await storeBlob(client, bytes);
        const other = await storeBlob(client, someBytes(PAGE, 2));
        await bed.flipBit(place, sha256, 2 * PAGE + 5);
        const source = await client.openBlob(sha256, size, pageSums);

        const error = await failureOf(source.read(PAGE, 4 * PAGE));

        expect(isTinyFSError(error, "CORRUPT_BLOB")).equal(true);
        expect(error).include({ sha256, page: 2 });
        expect(await source.read(0, 2 * PAGE)).deep.equal(bytes.slice(0, 2 * PAGE));
        expect(await client.verifyBlob(other.sha256, other.size, other.pageSums)).equal(true);
        expect(await client.verifyBlob(sha256, size, pageSums)).equal(false);
      });

      it("serves good bytes whose page checksum is damaged", async () => {
        const client = await openStorage();
        const bytes = someBytes(4 * PAGE);
        const { sha256, size, pageSums } = await storeBlob(client, bytes);
        pageSums.set([(pageSums[9] ?? 0) ^ 1], 9);
        const source = await client.openBlob(sha256, size, pageSums);

        const read = await source.read(0, size);

        expect(read).deep.equal(bytes);
      });

      it("reports a truncated blob with the first page that is not whole", async () => {
        const place = await bed.newPlace();
        const client = await openStorage(place);
        const bytes = someBytes(4 * PAGE);
        const { sha256, size, pageSums } = await storeBlob(client, bytes);
        await bed.cut(place, sha256, 2 * PAGE + 9);

        const error = await failureOf(client.openBlob(sha256, size, pageSums));

        expect(isTinyFSError(error, "CORRUPT_BLOB")).equal(true);
        expect(error).include({ sha256, page: 2 });
      });

      it("reports a blob that is missing by its hash", async () => {
        const client = await openStorage();
        const sha256 = "a".repeat(64);

        const error = await failureOf(client.openBlob(sha256, 1, new Uint8Array(8)));

        expect(isTinyFSError(error, "LARGE_FILE_NOT_FOUND")).equal(true);
        expect(error).include({ sha256 });
        expect(await client.verifyBlob(sha256, 1, new Uint8Array(8))).equal(false);
      });

      it("refuses to read once the source is closed", async () => {
        const client = await openStorage();
        const { sha256, size, pageSums } = await storeBlob(client, someBytes(PAGE));
        const source = await client.openBlob(sha256, size, pageSums);

        await source.close();

        const error = await failureOf(source.read(0, 1));
        expect(error).include({ name: "TypeError" });
        await source.close();
      });

      it("ends a read that is under way when the source is closed", async () => {
        const client = await openStorage();
        const { sha256, size, pageSums } = await storeBlob(client, someBytes(16 << 20));
        const source = await client.openBlob(sha256, size, pageSums);

        const reading = failureOf(source.read(0, size));
        await source.close();

        expect(await reading).include({ name: "TypeError" });
        expect(await client.removeBlob(sha256)).equal(size);
      });

      it("rejects an aborted read at once with the signal's reason", async () => {
        const client = await openStorage();
        const { sha256, size, pageSums } = await storeBlob(client, someBytes(8 << 20));
        const source = await client.openBlob(sha256, size, pageSums);
        const controller = new AbortController();
        const reason = new Error("enough");

        const reading = failureOf(source.read(0, size, controller.signal));
        controller.abort(reason);

        expect(await reading).equal(reason);
        expect((await source.read(0, 1)).length).equal(1);
      });

      it("reads from two tabs' workers at once", async () => {
        const place = await bed.newPlace();
        const first = await openStorage(place);
        const second = await openStorage(place);
        const bytes = someBytes(PAGE);
        const { sha256, size, pageSums } = await storeBlob(first, bytes);

        const sources = await Promise.all(
          [first, second].map((each) => each.openBlob(sha256, size, pageSums)),
        );
        const read = await Promise.all(sources.map((source) => source.read(0, size)));

        expect(read).deep.equal([bytes, bytes]);
      });
    });

    describe("discard()", () => {
      it("may be called twice", async () => {
        const client = await openStorage();
        const { path } = await writeTemporary(client, someBytes(1));

        await client.discard(path);
        await client.discard(path);

        expect(await client.listTemporaries()).deep.equal([]);
      });
    });

    describe("listTemporaries()", () => {
      it("names every file of every owner", async () => {
        const client = await openStorage();
        const mine = await writeTemporary(client, someBytes(5), { owner: "a" });
        const other = await writeTemporary(client, someBytes(7), { owner: "b" });

        const found = await client.listTemporaries();

        expect(found.sort((one, two) => one.size - two.size)).deep.equal([
          { owner: "a", path: mine.path, size: 5 },
          { owner: "b", path: other.path, size: 7 },
        ]);
      });
    });

    describe("adopt()", () => {
      it("makes a leftover the blob", async () => {
        const place = await bed.newPlace();
        const client = await openStorage(place);
        const bytes = someBytes(PAGE + 1);
        const { path, size, sha256, pageSums } = await writeTemporary(client, bytes, {
          owner: "dead",
        });

        await client.adopt(path, sha256);

        expect(await client.verifyBlob(sha256, size, pageSums)).equal(true);
        expect(await client.listTemporaries()).deep.equal([]);
      });
    });

    describe("removeBlob()", () => {
      it("returns the size once and then nothing", async () => {
        const client = await openStorage();
        const { sha256 } = await storeBlob(client, someBytes(12));

        const removed = [await client.removeBlob(sha256), await client.removeBlob(sha256)];

        expect(removed).deep.equal([12, undefined]);
        expect(await client.listBlobs()).deep.equal([]);
      });
    });

    describe("close()", () => {
      it("rejects what is pending, refuses what comes, and deletes what is half written", async () => {
        const place = await bed.newPlace();
        const client = await openStorage(place);
        const writer = await client.createTemporary("owner");
        const pending = failureOf(writer.write(someBytes(8 << 20)));

        await client.close();

        const later = await failureOf(client.listBlobs());
        expect(isTinyFSError(await pending, "POND_CLOSED")).equal(true);
        expect(isTinyFSError(later, "POND_CLOSED")).equal(true);
        const next = await openStorage(place);
        expect(await next.listTemporaries()).deep.equal([]);
      });

      it("lets sources and writers be closed after it", async () => {
        const client = await openStorage();
        const { sha256, size, pageSums } = await storeBlob(client, someBytes(PAGE));
        const source = await client.openBlob(sha256, size, pageSums);
        const writer = await client.createTemporary("owner");

        await client.close();

        await source.close();
        await writer.abort();
        await client.close();
      });
    });

    describe("sizes at the edges of pieces", () => {
      for (const size of [0, 1, (1 << 20) - 1, 1 << 20, (1 << 20) + 1, 3 << 20]) {
        it(`keeps a file of ${size} bytes`, async () => {
          const client = await openStorage();
          const bytes = someBytes(size);

          const { sha256, pageSums } = await storeBlob(client, bytes);

          const source = await client.openBlob(sha256, size, pageSums);
          expect(await source.read(0, size)).deep.equal(bytes);
          expect(await client.verifyBlob(sha256, size, pageSums)).equal(true);
        });
      }
    });

    it("keeps an error's class, fields and cause across the worker", async () => {
      const client = await openStorage();

      const error = await failureOf(client.openBlob("b".repeat(64), 1, new Uint8Array(8)));

      expect(error).instanceOf(TinyFSError);
      expect(error).include({
        code: "LARGE_FILE_NOT_FOUND",
        sha256: "b".repeat(64),
        name: "TinyFSError",
      });
    });
  });
}
