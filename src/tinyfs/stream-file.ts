import { openPathWriter } from "./path-writer.ts";
import type { WriteResult } from "./session.ts";
import { drain } from "./streams.ts";
import type { WDContext } from "./wd-context.ts";
import type { WriteOptions } from "./write-options.ts";

/** Writes a whole file from a stream, holding the file until its end. */
export async function streamFile(
  context: WDContext,
  path: string,
  source: Blob | ReadableStream<Uint8Array>,
  options: WriteOptions,
): Promise<WriteResult> {
  const writer = await openPathWriter(context, path, options).catch(async (error: unknown) => {
    // A refused write leaves the stream for another try; nobody waits for that of an aborted one.
    if (options.signal?.aborted && source instanceof ReadableStream) await cancel(source, error);
    throw error;
  });
  const stream = source instanceof Blob ? source.stream() : source;
  if (stream === source) context.session.consumed(); // a Blob can be read again
  if (source instanceof Blob) writer.expect(source.size);
  try {
    await drain(stream, (chunk) => writer.write(chunk), options.signal);
  } catch (error) {
    await writer.fail(error);
    throw error;
  }
  return writer.close();
}

async function cancel(stream: ReadableStream, reason: unknown): Promise<void> {
  await stream.cancel(reason).catch(() => {}); // the reason is what the caller is told
}
