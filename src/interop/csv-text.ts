import { TinyFSError } from "../tinyfs/errors.ts";
import type { CsvSource } from "./csv-options.ts";

/** How much text is worked on at a stretch. */
const PIECE = 1 << 18;

/** A piece of a file: its text, and how many bytes of the file have been read with it. */
export interface TextPiece {
  readonly text: string;
  readonly bytesRead: number;
}

/**
 * The text of a source in pieces, without its byte order mark. Characters that chunks cut are whole.
 * @throws UNSUPPORTED_TYPE where the bytes are not UTF-8, and what the source throws
 */
export async function* readText(
  source: CsvSource,
  path: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<TextPiece, void> {
  if (typeof source === "string") yield* cutString(source);
  else yield* decode(readBytes(source, signal), path);
}

function* cutString(source: string): Generator<TextPiece> {
  const encoder = new TextEncoder();
  let bytesRead = 0;
  const start = source.startsWith("\uFEFF") ? 1 : 0;
  for (let at = start; at < source.length; at += PIECE) {
    const text = source.slice(at, at + PIECE);
    bytesRead += encoder.encode(text).byteLength;
    yield { text, bytesRead };
  }
}

async function* decode(
  chunks: AsyncIterable<Uint8Array>,
  path: string,
): AsyncGenerator<TextPiece, void> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let bytesRead = 0;
  for await (const chunk of chunks) {
    bytesRead += chunk.byteLength;
    yield { text: decodeChunk(decoder, chunk, path), bytesRead };
  }
  yield { text: decodeChunk(decoder, undefined, path), bytesRead };
}

function decodeChunk(decoder: TextDecoder, chunk: Uint8Array | undefined, path: string): string {
  try {
    return chunk ? decoder.decode(chunk, { stream: true }) : decoder.decode();
  } catch (cause) {
    throw notUtf8(path, cause);
  }
}

async function* readBytes(
  source: Exclude<CsvSource, string>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array, void> {
  if (source instanceof Blob) yield* readStream(source.stream(), signal);
  else if (source instanceof ReadableStream) yield* readStream(source, signal);
  else yield* cutBytes(source instanceof ArrayBuffer ? new Uint8Array(source) : source);
}

function* cutBytes(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.byteLength; at += PIECE) yield bytes.subarray(at, at + PIECE);
}

/** An abort reaches the stream at once: whoever waits for its next chunk may wait for ever. */
async function* readStream(
  stream: ReadableStream<Uint8Array>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array, void> {
  const reader = stream.getReader();
  const cancel = () => reader.cancel(signal?.reason).catch(() => {}); // the abort is what is told
  const onAbort = () => void cancel();
  signal?.addEventListener("abort", onAbort, { once: true });
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield* cutBytes(value);
    }
  } finally {
    signal?.removeEventListener("abort", onAbort);
    await cancel();
  }
}

function notUtf8(path: string, cause: unknown): TinyFSError {
  const message = `Cannot import CSV to "${path}": it is not UTF-8`;
  return new TinyFSError("UNSUPPORTED_TYPE", message, { path, cause });
}
