import { expect } from "chai";
import { QuotaError } from "../../src/tinyfs/errors.ts";
import { type SinkHandle, SyncSink } from "../../src/worker/storage-sink.ts";
import { failureOf, someBytes } from "./storage-pond.ts";

const MIB = 1 << 20;

/** A file on a disk of a size, as a browser shows it, that counts what is done to it. */
class FullDisk implements SinkHandle {
  readonly written: number[] = [];
  readonly truncated: number[] = [];
  room: number;
  isFlushFull = false;
  flushes = 0;
  #size = 0;

  constructor(room: number) {
    this.room = room;
  }

  write(bytes: AllowSharedBufferSource, { at = 0 } = {}): number {
    this.#extend(at + bytes.byteLength);
    this.written.push(bytes.byteLength);
    return bytes.byteLength;
  }

  truncate(size: number): void {
    this.truncated.push(size);
    if (size < this.#size) this.#size = size;
    else this.#extend(size);
  }

  flush(): void {
    this.flushes += 1;
    if (this.isFlushFull) throw full();
  }

  getSize(): number {
    return this.#size;
  }

  close(): void {}

  #extend(size: number): void {
    if (size > this.room) throw full();
    this.#size = Math.max(this.#size, size);
  }
}

function full(): DOMException {
  return new DOMException("full", "QuotaExceededError");
}

describe("SyncSink", () => {
  it("refuses what is known to have no room before a byte is written", async () => {
    const disk = new FullDisk(5 * MIB);
    const sink = new SyncSink(disk);

    const error = await failureOf(sink.reserve(6 * MIB));

    expect(error)
      .instanceOf(QuotaError)
      .include({ needed: 6 * MIB });
    expect(disk.written).deep.equal([]);
  });

  it("notices that a file did not become longer, though nothing was thrown", async () => {
    const disk = new FullDisk(5 * MIB);
    disk.truncate = () => {};

    expect(await failureOf(new SyncSink(disk).reserve(2 * MIB))).instanceOf(QuotaError);
  });

  it("reserves in growing steps where the size is not known", async () => {
    const disk = new FullDisk(100 * MIB);
    const sink = new SyncSink(disk);

    for (let count = 0; count < 9; count += 1) await sink.write(someBytes(MIB));
    await sink.close();

    expect(disk.truncated).deep.equal([4 * MIB, 10 * MIB, 9 * MIB]);
    expect(disk.getSize()).equal(9 * MIB);
  });

  it("fills a store to its end, though there is no room for a step", async () => {
    const disk = new FullDisk(3 * MIB);
    const sink = new SyncSink(disk);

    for (let count = 0; count < 3; count += 1) await sink.write(someBytes(MIB));
    await sink.close();

    expect(disk.getSize()).equal(3 * MIB);
  });

  it("does not touch the length of a file of one piece", async () => {
    const disk = new FullDisk(MIB);
    const sink = new SyncSink(disk);

    await sink.write(someBytes(MIB));
    await sink.close();

    expect(disk.truncated).deep.equal([]);
  });

  it("reserves again once something was freed", async () => {
    const disk = new FullDisk(MIB);
    const asked: number[] = [];
    const sink = new SyncSink(disk, async (needed) => {
      disk.room = 3 * MIB;
      return asked.push(needed) > 0;
    });

    await sink.reserve(2 * MIB);

    expect(asked).deep.equal([2 * MIB]);
  });

  it("flushes again once something was freed", async () => {
    const disk = new FullDisk(MIB);
    const sink = new SyncSink(disk, async () => {
      disk.isFlushFull = false;
      return true;
    });
    await sink.write(someBytes(100));
    disk.isFlushFull = true;

    await sink.close();

    expect(disk.getSize()).equal(100);
  });

  it("settles what has gathered once it is worth a flush", async () => {
    const disk = new FullDisk(100 * MIB);
    const sink = new SyncSink(disk);

    for (let count = 0; count < 20; count += 1) {
      await sink.write(someBytes(MIB));
      await sink.settle();
    }

    expect(disk.flushes).equal(2);
  });

  it("says QUOTA when settling finds no room", async () => {
    const disk = new FullDisk(100 * MIB);
    const sink = new SyncSink(disk);
    await sink.write(someBytes(8 * MIB));
    disk.isFlushFull = true;

    expect(await failureOf(sink.settle())).instanceOf(QuotaError);
  });

  it("says QUOTA when a flush finds no room", async () => {
    const disk = new FullDisk(MIB);
    const sink = new SyncSink(disk);
    await sink.write(someBytes(100));
    disk.isFlushFull = true;

    expect(await failureOf(sink.close()))
      .instanceOf(QuotaError)
      .include({ needed: 100 });
  });
});
