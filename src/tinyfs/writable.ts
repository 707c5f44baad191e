import { openPathWriter } from "./path-writer.ts";
import type { WDContext } from "./wd-context.ts";
import type { WriterOptions } from "./write-options.ts";

/** A writer on a path as a web stream. Aborting the signal aborts it. @throws as `openPathWriter` */
export async function openWritable(
  context: WDContext,
  path: string,
  options: WriterOptions,
): Promise<WritableStream<Uint8Array>> {
  const { signal } = options;
  const writer = await openPathWriter(context, path, options);
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
