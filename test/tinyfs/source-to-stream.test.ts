import { expect } from "chai";
import type { ByteSource } from "../../src/tinyfs/index.ts";
import { sourceToStream } from "../../src/tinyfs/source-to-stream.ts";
import { bytesToSource } from "../../src/tinyfs/streams.ts";
import { bytesOf, sameBytes, someBytes } from "./contract/bytes.ts";
import { failureOf } from "./contract/rejects.ts";

const MIB = 1024 * 1024;

interface Asked {
  readonly start: number;
  readonly end: number;
  readonly signal: AbortSignal | undefined;
  readonly answer: () => void;
  readonly fail: (error: unknown) => void;
}

/** A source that answers when the test says so. */
class SlowSource implements ByteSource {
  readonly size: number;
  readonly asked: Asked[] = [];
  closed = 0;

  constructor(size: number) {
    this.size = size;
  }

  read(start: number, end: number, signal?: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
    return new Promise((resolve, reject) => {
      const answer = () => resolve(new Uint8Array(end - start).fill(start / MIB));
      this.asked.push({ start, end, signal, answer, fail: reject });
      signal?.addEventListener("abort", () => reject(signal.reason));
    });
  }

  async close(): Promise<void> {
    this.closed += 1;
  }

  /** The ranges that were asked for. */
  get ranges(): [number, number][] {
    return this.asked.map(({ start, end }) => [start, end]);
  }

  /** Waits until so many ranges were asked for. */
  async until(count: number): Promise<void> {
    while (this.asked.length < count) await new Promise((resolve) => setTimeout(resolve, 0));
  }

  answerAll(): void {
    for (const { answer } of this.asked) answer();
  }
}

/** A source whose reads are answered at once, and told. */
function quickSource(size: number): SlowSource {
  const source = new SlowSource(size);
  const read = source.read.bind(source);
  source.read = (...args) => {
    const reading = read(...args);
    source.answerAll();
    return reading;
  };
  return source;
}

/** A reader that has read the first chunk, with nothing asked for. */
async function begin(
  source: SlowSource,
  signal?: AbortSignal,
): Promise<ReadableStreamDefaultReader<Uint8Array>> {
  const reader = sourceToStream(source, undefined, signal).getReader();
  const first = reader.read();
  await source.until(1);
  source.answerAll();
  await first;
  return reader;
}

/** Reads chunks until so many were read. */
async function readSome(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  count: number,
): Promise<(Uint8Array | undefined)[]> {
  const chunks: (Uint8Array | undefined)[] = [];
  while (chunks.length < count) chunks.push((await reader.read()).value);
  return chunks;
}

describe("sourceToStream()", () => {
  it("gives the bytes of the range", async () => {
    const bytes = someBytes(5 * MIB + 3);

    const stream = sourceToStream(bytesToSource(bytes), { start: 7, end: 5 * MIB + 1 });

    expect(await bytesOf(stream)).deep.equal(bytes.subarray(7, 5 * MIB + 1));
  });

  it("reads nothing before it is asked to", async () => {
    const source = quickSource(3 * MIB);

    const stream = sourceToStream(source);
    await Promise.resolve();

    expect(source.ranges).deep.equal([]);
    await stream.cancel();
  });

  it("reads nothing ahead for the first chunk", async () => {
    const source = quickSource(9 * MIB);
    const reader = sourceToStream(source).getReader();

    await readSome(reader, 1);

    expect(source.ranges).deep.equal([[0, MIB]]);
    await reader.cancel();
  });

  it("has two chunks more asked for when it is asked for the second, and one for each that follows", async () => {
    const source = quickSource(9 * MIB);
    const reader = sourceToStream(source).getReader();

    await readSome(reader, 2);
    const afterTwo = source.ranges.length;
    await readSome(reader, 1);

    expect(afterTwo).equal(4);
    expect(source.ranges.length).equal(5);
    await reader.cancel();
  });

  it("asks for what is ahead while the chunk that is waited for is read", async () => {
    const source = new SlowSource(9 * MIB);
    const reader = await begin(source);

    const second = reader.read();
    await source.until(4);

    source.answerAll();
    await second;
    await reader.cancel();
  });

  it("keeps the order when what is ahead comes first", async () => {
    const source = new SlowSource(4 * MIB);
    const reader = await begin(source);

    const rest = readSome(reader, 3);
    await source.until(4);
    for (const { answer } of source.asked.toReversed()) answer();

    expect((await rest).map((chunk) => chunk?.[0])).deep.equal([1, 2, 3]);
  });

  it("fails at the chunk that could not be read, after those before it", async () => {
    const source = new SlowSource(9 * MIB);
    const reader = await begin(source);
    const failure = new Error("damaged");

    const second = reader.read();
    await source.until(4);
    source.asked[2]?.fail(failure);
    source.answerAll();
    const { value } = await second;
    const error = await failureOf(reader.read());

    expect(value?.[0]).equal(1);
    expect(error).equal(failure);
    expect(source.closed).equal(1);
  });

  it("ends what is asked for ahead when a chunk cannot be read", async () => {
    const source = new SlowSource(9 * MIB);
    const reader = await begin(source);

    const second = failureOf(reader.read());
    await source.until(4);
    source.asked[1]?.fail(new Error("damaged"));
    await second;

    expect(source.asked.slice(2).map(({ signal }) => signal?.aborted)).deep.equal([true, true]);
  });

  it("closes the source at its end", async () => {
    const source = quickSource(10);

    await bytesOf(sourceToStream(source));

    expect(source.closed).equal(1);
  });

  it("closes the source when the last chunk has come, and ends when that is done", async () => {
    const source = quickSource(2 * MIB);
    let closed = () => {};
    const closing = new Promise<void>((resolve) => {
      closed = resolve;
    });
    source.close = () => {
      source.closed += 1;
      return closing;
    };
    const reader = sourceToStream(source).getReader();

    await readSome(reader, 2);
    const closedBeforeEnd = source.closed;
    const ended = reader.read().then(() => "ended");
    const first = await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 0))]);
    closed();

    expect(closedBeforeEnd).equal(1);
    expect(first).equal(undefined);
    expect(await ended).equal("ended");
  });

  it("ends what was asked for and closes the source when it is cancelled", async () => {
    const source = new SlowSource(9 * MIB);
    const reader = await begin(source);
    const second = reader.read();
    await source.until(4);

    await reader.cancel();

    const aborted = source.asked.slice(1).map(({ signal }) => signal?.aborted);
    expect(aborted).deep.equal([true, true, true]);
    expect(source.closed).equal(1);
    expect((await second).done).equal(true);
  });

  it("closes the source when it is cancelled before it was read", async () => {
    const source = quickSource(3 * MIB);
    const stream = sourceToStream(source);

    await stream.cancel();

    expect(source.closed).equal(1);
  });

  it("ends with the signal's reason, whether it is read just then or not", async () => {
    const controller = new AbortController();
    const source = new SlowSource(9 * MIB);
    const reader = await begin(source, controller.signal);

    controller.abort("enough");

    expect(source.closed).equal(1);
    expect(await failureOf(reader.read())).equal("enough");
  });

  it("rejects the read that the signal interrupts", async () => {
    const controller = new AbortController();
    const source = new SlowSource(9 * MIB);
    const reader = sourceToStream(source, undefined, controller.signal).getReader();

    const first = failureOf(reader.read());
    await source.until(1);
    controller.abort("enough");

    expect(await first).equal("enough");
    expect(source.asked[0]?.signal?.aborted).equal(true);
  });

  it("closes the source when the signal has aborted before", async () => {
    const source = quickSource(10);

    const stream = sourceToStream(source, undefined, AbortSignal.abort("early"));

    expect(await failureOf(bytesOf(stream))).equal("early");
    expect(source.closed).equal(1);
    expect(source.ranges).deep.equal([]);
  });

  it("closes the source when a read fails, and fails with that", async () => {
    const source = quickSource(10);
    const failure = new Error("damaged");
    source.read = () => Promise.reject(failure);

    const error = await failureOf(bytesOf(sourceToStream(source)));

    expect(error).equal(failure);
    expect(source.closed).equal(1);
  });

  it("closes the source when the range is none", () => {
    const source = quickSource(10);

    expect(() => sourceToStream(source, { start: 5, end: 4 })).throw(RangeError);

    expect(source.closed).equal(1);
  });

  it("ends chunks where pages of files end", async () => {
    const source = quickSource(9 * MIB);
    const reader = sourceToStream(source, { start: 100 }).getReader();

    await readSome(reader, 2);

    expect(source.ranges.slice(0, 2)).deep.equal([
      [100, MIB],
      [MIB, 2 * MIB],
    ]);
    await reader.cancel();
  });
});

describe("sourceToStream() for a reader that brings memory", () => {
  before(function () {
    // WebKit has no streams of bytes, hence no reader that could bring memory: nothing is left to test.
    if (!("ReadableByteStreamController" in globalThis)) this.skip();
  });

  /** A source that puts bytes into the memory that it is offered, as a worker does. */
  class TransferringSource extends SlowSource {
    readonly #bytes: Uint8Array<ArrayBuffer>;

    constructor(bytes: Uint8Array<ArrayBuffer>) {
      super(bytes.length);
      this.#bytes = bytes;
    }

    override async read(
      start: number,
      end: number,
      signal?: AbortSignal,
      memory?: ArrayBuffer,
    ): Promise<Uint8Array<ArrayBuffer>> {
      this.asked.push({ start, end, signal, answer: () => {}, fail: () => {} });
      if (!memory) return this.#bytes.slice(start, end);
      const moved = structuredClone(memory, { transfer: [memory] });
      const found = new Uint8Array(moved, 0, end - start);
      found.set(this.#bytes.subarray(start, end));
      return found;
    }
  }

  /** All bytes, read into memory of so many bytes again and again. */
  async function readInto(stream: ReadableStream<Uint8Array>, size: number): Promise<Uint8Array> {
    const reader = stream.getReader({ mode: "byob" });
    const chunks: Uint8Array[] = [];
    for (let memory = new ArrayBuffer(size); ; ) {
      const { done, value } = await reader.read(new Uint8Array(memory));
      if (done) return new Uint8Array(await new Blob(chunks as BlobPart[]).arrayBuffer());
      chunks.push(value.slice());
      memory = value.buffer;
    }
  }

  it("reads into the memory, one range for each", async () => {
    const bytes = someBytes(5 * MIB + 3);
    const source = new TransferringSource(bytes);

    const read = await readInto(sourceToStream(source), 2 * MIB);

    expect(sameBytes(read, bytes)).equal(true);
    expect(source.ranges).deep.equal([
      [0, 2 * MIB],
      [2 * MIB, 4 * MIB],
      [4 * MIB, 5 * MIB + 3],
    ]);
    expect(source.closed).equal(1);
  });

  it("reads no more at once than 4 MiB, however much memory there is", async () => {
    const source = new TransferringSource(someBytes(9 * MIB));
    const reader = sourceToStream(source).getReader({ mode: "byob" });

    await reader.read(new Uint8Array(8 * MIB));

    expect(source.ranges).deep.equal([[0, 4 * MIB]]);
    await reader.cancel();
  });

  it("copies chunks into memory that is too small for a read of its own", async () => {
    const bytes = someBytes(3 * MIB + 3);
    const source = new TransferringSource(bytes);

    const read = await readInto(sourceToStream(source), 100_000);

    expect(sameBytes(read, bytes)).equal(true);
    expect(source.ranges[0]).deep.equal([0, MIB]);
    expect(source.asked.length).equal(4);
  });

  it("copies what a source gives in memory of its own", async () => {
    const bytes = someBytes(3 * MIB + 3);

    const read = await readInto(sourceToStream(bytesToSource(bytes)), MIB);

    expect(sameBytes(read, bytes)).equal(true);
  });

  it("gives first what was read ahead for a reader without memory", async () => {
    const bytes = someBytes(6 * MIB);
    const source = new TransferringSource(bytes);
    const stream = sourceToStream(source);
    const reader = stream.getReader();
    await readSome(reader, 2);
    reader.releaseLock();

    const rest = await readInto(stream, MIB);

    expect(sameBytes(rest, bytes.subarray(2 * MIB))).equal(true);
    expect(source.ranges.map(([start]) => start / MIB)).deep.equal([0, 1, 2, 3, 4, 5]);
  });

  it("fails with what could not be read", async () => {
    const source = quickSource(MIB);
    const failure = new Error("damaged");
    source.read = () => Promise.reject(failure);

    const error = await failureOf(readInto(sourceToStream(source), MIB));

    expect(error).equal(failure);
    expect(source.closed).equal(1);
  });

  it("ends for a reader that waits where the range is empty", async () => {
    const reader = sourceToStream(quickSource(MIB), { start: 7, end: 7 }).getReader({
      mode: "byob",
    });

    const { done, value } = await reader.read(new Uint8Array(MIB));

    expect(done).equal(true);
    expect(value?.length).equal(0);
  });
});
