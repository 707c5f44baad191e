import { openPathWriter, type PathWriter } from "./path-writer.ts";
import { reportIfDropped } from "./unclosed.ts";
import type { WDContext } from "./wd-context.ts";
import type { WriterOptions } from "./write-options.ts";

/** A writer on a path as a web stream. Aborting the signal aborts it. @throws as `openPathWriter` */
export async function openWritable(
  context: WDContext,
  path: string,
  options: WriterOptions,
): Promise<WritableStream<Uint8Array>> {
  const writer = await openPathWriter(context, path, options);
  const sink = new WriterSink(writer, options.signal);
  // Not the stream: browsers give up the object of one that is in use and make another when it is asked
  // for. The sink lives exactly as long as somebody can write.
  reportIfDropped(sink, writer);
  return new WritableStream<Uint8Array>(sink);
}

/** Where the stream's chunks go. The writer must not lead back to it: it would never be garbage. */
class WriterSink implements UnderlyingSink<Uint8Array> {
  readonly #writer: PathWriter;
  readonly #stopListening: () => void;
  #controller: WritableStreamDefaultController | undefined;

  constructor(writer: PathWriter, signal: AbortSignal | undefined) {
    this.#writer = writer;
    this.#stopListening = failWeakly(new WeakRef(this), writer, signal);
  }

  start(controller: WritableStreamDefaultController): void {
    this.#controller = controller;
  }

  write(chunk: Uint8Array): Promise<void> {
    return this.#writer.write(chunk);
  }

  async close(): Promise<void> {
    this.#stopListening();
    await this.#writer.close();
  }

  async abort(): Promise<void> {
    this.#stopListening();
    await this.#writer.abort();
  }

  fail(reason: unknown): void {
    this.#controller?.error(reason);
  }
}

/** Fails the stream, if it is still there, when its writer is aborted or lost. Returns how to stop. */
function failWeakly(
  sink: WeakRef<WriterSink>,
  writer: PathWriter,
  signal: AbortSignal | undefined,
): () => void {
  const stop = () => {
    sink.deref()?.fail(signal?.reason);
    void writer.abort();
  };
  const end = () => signal?.removeEventListener("abort", stop);
  writer.onLost = (reason) => {
    end();
    sink.deref()?.fail(reason);
  };
  // After the stream has begun, since it cannot fail before that.
  if (signal?.aborted) queueMicrotask(stop);
  else signal?.addEventListener("abort", stop, { once: true });
  return end;
}
