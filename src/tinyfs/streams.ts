import type { ByteRange, ByteSource } from "./byte-source.ts";

/** The bytes of a range, cut to what there is. Closes the source. */
export async function sourceToBytes(
  source: ByteSource,
  range?: ByteRange,
  signal?: AbortSignal,
): Promise<Uint8Array> {
  try {
    const { start, end } = cutRange(source.size, range);
    return await source.read(start, end, signal);
  } finally {
    await source.close();
  }
}

/** Hands every chunk of a stream to `take`, waiting for each. A failure cancels the stream. */
export async function drain(
  stream: ReadableStream<Uint8Array>,
  take: (chunk: Uint8Array) => Promise<void>,
  signal?: AbortSignal,
): Promise<void> {
  const reader = stream.getReader();
  const stop = () => void reader.cancel(signal?.reason).catch(() => {});
  signal?.addEventListener("abort", stop, { once: true });
  try {
    for (;;) {
      signal?.throwIfAborted();
      const { done, value } = await reader.read();
      signal?.throwIfAborted();
      if (done) return;
      await take(checkChunk(value));
    }
  } catch (error) {
    await reader.cancel(error).catch(() => {}); // the source's own complaint is the one to tell
    throw error;
  } finally {
    signal?.removeEventListener("abort", stop);
    reader.releaseLock();
  }
}

/** @throws TypeError when what a stream gave is not bytes */
export function checkChunk(chunk: unknown): Uint8Array {
  if (chunk instanceof Uint8Array) return chunk;
  if (chunk instanceof ArrayBuffer) return new Uint8Array(chunk);
  throw new TypeError("A stream of bytes gives Uint8Array chunks");
}

/** What was given, bytes in memory as a copy: their owner may write into them as soon as the call returns. */
export function ownBytes<Source>(source: Source): Owned<Source> {
  if (source instanceof Uint8Array) return new Uint8Array(source); // of the view alone
  if (source instanceof ArrayBuffer) return new Uint8Array(source.slice());
  return source as Owned<Source>;
}

/** The same with bytes that nobody else has. */
export type Owned<Source> = Exclude<Source, Uint8Array | ArrayBuffer> | Uint8Array<ArrayBuffer>;

/** Bytes in memory as a source. */
export function bytesToSource(bytes: Uint8Array): ByteSource {
  return {
    size: bytes.byteLength,
    read: async (start, end) => new Uint8Array(bytes.subarray(start, end)),
    close: async () => {},
  };
}

/** Where a range begins and ends in so many bytes. @throws RangeError */
export function cutRange(size: number, range: ByteRange = {}): { start: number; end: number } {
  const { start = 0, end = size } = range;
  if (!(start >= 0) || !(end >= start)) {
    throw new RangeError(`A range runs from start to end, both at least 0: got ${start} to ${end}`);
  }
  return { start: Math.min(start, size), end: Math.min(end, size) };
}
