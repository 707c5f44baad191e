import { TinyFSError } from "../tinyfs/errors.ts";
import { unlessAborted } from "../worker/parquet-lane.ts";
import { IPC_CURE } from "./adopt-type.ts";
import type { BatchesAtHand, BatchInput, BatchLike, SchemaLike, TableLike } from "./batch-input.ts";
import type { Arrow } from "./load-arrow.ts";

/** One item of a source: a batch, or the schema of a table or a stream that has none. */
export interface SourceItem {
  readonly schema: SchemaLike;
  readonly batch?: BatchLike;
}

/** The batches of an input, asked for one by one. Nothing is taken from it before the first `next()`. */
export class BatchSource {
  readonly #arrow: Arrow;
  readonly #input: BatchInput;
  readonly #path: string;
  #items: Items | undefined;
  #ready: Iterator<SourceItem> = [][Symbol.iterator]();

  /** @param path to be named in errors */
  constructor(arrow: Arrow, input: BatchInput, path: string) {
    this.#arrow = arrow;
    this.#input = input;
    this.#path = path;
  }

  /** Whether what is read of the input is gone: it cannot be run through again. */
  get isOneShot(): boolean {
    if (isAtHand(this.#input)) return false;
    return isReadable(this.#input) || this.#opened().isOneShot;
  }

  /** The next item. @throws the source's own error; UNSUPPORTED_TYPE; the signal's reason */
  async next(signal: AbortSignal | undefined): Promise<SourceItem | undefined> {
    for (;;) {
      signal?.throwIfAborted();
      const ready = this.#ready.next();
      if (!ready.done) return ready.value;
      const next = await unlessAborted(this.#opened().next(), signal);
      if (next.done) return undefined;
      this.#ready = unfold(this.#arrow, next.value, this.#path);
    }
  }

  /** Tells the source to stop. Never rejects. */
  async cancel(reason: unknown): Promise<void> {
    this.#ready = [][Symbol.iterator]();
    try {
      await this.#items?.cancel(reason);
    } catch {
      // the failure for which the source is stopped is the one to tell
    }
  }

  #opened(): Items {
    this.#items ??= openItems(this.#input);
    return this.#items;
  }
}

interface Items {
  readonly isOneShot: boolean;
  next(): Promise<IteratorResult<BatchesAtHand, unknown>>;
  cancel(reason: unknown): unknown;
}

function openItems(input: BatchInput): Items {
  if (isAtHand(input)) return iterated([input]);
  if (isReadable(input)) return readItems(input);
  if (isIterable(input)) return iterated(input);
  throw notBatches();
}

function iterated(input: Iterable<BatchesAtHand> | AsyncIterable<BatchesAtHand>): Items {
  const iterator =
    Symbol.asyncIterator in input ? input[Symbol.asyncIterator]() : input[Symbol.iterator]();
  return {
    isOneShot: (iterator as unknown) === input,
    next: async () => iterator.next(),
    cancel: () => iterator.return?.(),
  };
}

/** By its reader: WebKit cannot iterate streams. */
function readItems(stream: ReadableStream<BatchesAtHand>): Items {
  const reader = stream.getReader();
  return {
    isOneShot: true,
    next: async () => (await reader.read()) as IteratorResult<BatchesAtHand, unknown>,
    cancel: (reason) => reader.cancel(reason),
  };
}

function unfold(arrow: Arrow, item: BatchesAtHand, path: string): Iterator<SourceItem> {
  if (isBytes(item)) return decode(arrow, item, path);
  if (isTable(item)) return tableItems(item);
  if (isBatch(item)) return [{ schema: item.schema, batch: item }][Symbol.iterator]();
  throw notBatches();
}

function* tableItems({ schema, batches }: TableLike): Generator<SourceItem> {
  if (batches.length === 0) yield { schema };
  for (const batch of batches) yield { schema: batch.schema, batch };
}

function* decode(arrow: Arrow, bytes: Uint8Array, path: string): Generator<SourceItem> {
  let isFound = false;
  try {
    const reader = arrow.RecordBatchReader.from(bytes).open();
    for (const batch of reader) {
      isFound = true;
      yield { schema: batch.schema, batch };
    }
    if (!isFound && reader.schema) yield { schema: reader.schema };
    isFound ||= Boolean(reader.schema);
  } catch (cause) {
    throw notIpc(path, cause);
  }
  if (!isFound) throw notIpc(path);
}

function notIpc(path: string, cause?: unknown): TinyFSError {
  const message = `Cannot write "${path}": the bytes are no Arrow IPC stream or file that can be read`;
  return new TinyFSError("UNSUPPORTED_TYPE", message, { path, cause });
}

function notBatches(): TypeError {
  const wanted = "record batches, tables or Arrow IPC bytes, or what can be iterated over them";
  return new TypeError(`Batches are ${wanted}; of another kind of object: ${IPC_CURE}`);
}

function isAtHand(input: unknown): input is BatchesAtHand {
  return isBytes(input) || isTable(input) || isBatch(input);
}

/** Also of another window. */
function isBytes(value: unknown): value is Uint8Array {
  return ArrayBuffer.isView(value) && (value as Partial<Uint8Array>).BYTES_PER_ELEMENT === 1;
}

function isTable(value: unknown): value is TableLike {
  return hasSchema(value) && Array.isArray((value as Partial<TableLike>).batches);
}

function isBatch(value: unknown): value is BatchLike {
  if (!hasSchema(value)) return false;
  const { data, numRows } = value as Partial<BatchLike>;
  return typeof numRows === "number" && Array.isArray((data as { children?: unknown })?.children);
}

function hasSchema(value: unknown): value is { schema: SchemaLike } {
  if (typeof value !== "object" || value === null) return false;
  return Array.isArray((value as { schema?: Partial<SchemaLike> }).schema?.fields);
}

function isReadable(value: unknown): value is ReadableStream<BatchesAtHand> {
  return typeof (value as Partial<ReadableStream> | undefined)?.getReader === "function";
}

function isIterable(
  value: unknown,
): value is Iterable<BatchesAtHand> | AsyncIterable<BatchesAtHand> {
  if (typeof value !== "object" || value === null) return false;
  return Symbol.asyncIterator in value || Symbol.iterator in value;
}
