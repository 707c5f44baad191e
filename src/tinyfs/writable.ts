import type { PathWriter } from "./path-writer.ts";

/** A writer as a web stream. Aborting the signal aborts it. */
export function openWritable(
  writer: PathWriter,
  signal: AbortSignal | undefined,
): WritableStream<Uint8Array> {
  let stop = () => {};
  const end = () => signal?.removeEventListener("abort", stop);
  return new WritableStream<Uint8Array>({
    start(controller) {
      stop = () => {
        controller.error(signal?.reason);
        void writer.abort();
      };
      if (signal?.aborted) stop();
      else signal?.addEventListener("abort", stop, { once: true });
    },
    write: (chunk) => writer.write(chunk),
    async close() {
      end();
      await writer.close();
    },
    async abort() {
      end();
      await writer.abort();
    },
  });
}
