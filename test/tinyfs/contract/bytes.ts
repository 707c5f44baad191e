/** Bytes that differ from place to place and from seed to seed. */
export function someBytes(size: number, seed = 1): Uint8Array<ArrayBuffer> {
  const words = new Uint32Array(Math.ceil(size / 4));
  let state = seed;
  for (let index = 0; index < words.length; index++) {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    words[index] = state;
  }
  return new Uint8Array(words.buffer, 0, size);
}

/** Bytes that begin and end as a Parquet file does; different texts give different bytes. */
export function fakeParquet(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`PAR1${text.padEnd(4, ".")}PAR1`) as Uint8Array<ArrayBuffer>;
}

/** UTF-8. */
export function toText(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

/** Whether two arrays hold the same bytes; says no more, so that a failure prints no megabytes. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.byteLength === b.byteLength && a.every((byte, index) => byte === b[index]);
}

/** Lower-case hex. */
export async function sha256Of(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The chunks of a stream, to its end. */
export async function chunksOf(stream: ReadableStream<Uint8Array>): Promise<Uint8Array[]> {
  const reader = stream.getReader();
  const chunks: Uint8Array[] = [];
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return chunks;
    chunks.push(value);
  }
}

/** The bytes of a stream, to its end. */
export async function bytesOf(stream: ReadableStream<Uint8Array>): Promise<Uint8Array> {
  return new Uint8Array(await new Blob((await chunksOf(stream)) as BlobPart[]).arrayBuffer());
}

/** A stream of chunks that counts how many were asked of it, and can fail after the last. */
export function streamOf(
  chunks: readonly Uint8Array[],
  failure?: Error,
): { stream: ReadableStream<Uint8Array>; pulled(): number; cancelled(): unknown } {
  let at = 0;
  let cancelReason: unknown;
  const stream = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const chunk = chunks[at];
        at += 1;
        if (chunk) controller.enqueue(chunk);
        else if (failure) controller.error(failure);
        else controller.close();
      },
      cancel(reason) {
        cancelReason = reason ?? true;
      },
    },
    { highWaterMark: 0 },
  );
  return { stream, pulled: () => at, cancelled: () => cancelReason };
}

/** Writes chunks through a stream's writer and closes it. */
export async function writeAll(
  stream: WritableStream<Uint8Array>,
  chunks: readonly Uint8Array[],
): Promise<void> {
  const writer = stream.getWriter();
  for (const chunk of chunks) await writer.write(chunk);
  await writer.close();
}
