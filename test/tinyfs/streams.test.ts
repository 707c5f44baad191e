import { expect } from "chai";
import type { ByteSource } from "../../src/tinyfs/index.ts";
import { bytesToSource, drain, sourceToBytes } from "../../src/tinyfs/streams.ts";
import { someBytes, streamOf, toText } from "./contract/bytes.ts";
import { failureOf } from "./contract/rejects.ts";

/** A source that tells what was asked of it. */
function watched(bytes: Uint8Array): {
  source: ByteSource;
  reads: [number, number][];
  closed: () => number;
} {
  const inner = bytesToSource(bytes);
  const reads: [number, number][] = [];
  let closed = 0;
  const source: ByteSource = {
    size: inner.size,
    read: (start, end) => {
      reads.push([start, end]);
      return inner.read(start, end);
    },
    close: async () => {
      closed += 1;
    },
  };
  return { source, reads, closed: () => closed };
}

describe("sourceToBytes()", () => {
  it("reads the range in one go and closes the source", async () => {
    const { source, reads, closed } = watched(someBytes(100));

    await sourceToBytes(source, { start: 10, end: 20 });

    expect(reads).deep.equal([[10, 20]]);
    expect(closed()).equal(1);
  });

  it("closes the source also when the range is none", async () => {
    const { source, closed } = watched(someBytes(100));

    await failureOf(sourceToBytes(source, { start: -1 }));

    expect(closed()).equal(1);
  });
});

describe("drain()", () => {
  it("hands over each chunk and waits for it to be taken", async () => {
    const { stream, pulled } = streamOf([someBytes(1), someBytes(2), someBytes(3)]);
    const seen: [size: number, pulled: number][] = [];

    await drain(stream, async (chunk) => {
      await new Promise((resolve) => setTimeout(resolve, 1));
      seen.push([chunk.byteLength, pulled()]);
    });

    expect(seen).deep.equal([
      [1, 1],
      [2, 2],
      [3, 3],
    ]);
  });

  it("cancels the stream with what the taker failed with", async () => {
    const { stream, cancelled } = streamOf([someBytes(1), someBytes(2)]);
    const failure = new Error("full");

    const error = await failureOf(drain(stream, () => Promise.reject(failure)));

    expect(error).equal(failure);
    expect(cancelled()).equal(failure);
  });

  it("takes ArrayBuffers for bytes", async () => {
    const { stream } = streamOf([new TextEncoder().encode("one").slice().buffer as never]);
    let text = "";

    await drain(stream, async (chunk) => {
      text += toText(chunk);
    });

    expect(text).equal("one");
  });

  it("leaves the stream unlocked", async () => {
    const { stream } = streamOf([someBytes(1)]);

    await drain(stream, async () => {});

    expect(stream.locked).equal(false);
  });
});
