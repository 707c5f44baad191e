import type { RecordBatch, Schema } from "apache-arrow";
import type { ContentDetails } from "../tinyfs/entry.ts";
import { SchemaMismatchError, TinyFSError } from "../tinyfs/errors.ts";
import { unlessAborted } from "../worker/parquet-lane.ts";
import type { EncodeOptions, ParquetCodec, ParquetEncoder } from "../worker/parquet-types.ts";
import { yieldToMessages } from "../worker/yield-to-messages.ts";
import { adoptBatch } from "./adopt-batch.ts";
import { adoptSchema, IPC_CURE } from "./adopt-type.ts";
import type { AppendOptions } from "./arrow-options.ts";
import { batchToIpc, schemaToIpc } from "./batch-ipc.ts";
import { schemaDifference } from "./batch-schema.ts";
import type { BatchSource, SourceItem } from "./batch-source.ts";
import { cutBatch } from "./cut-batch.ts";
import type { Arrow } from "./load-arrow.ts";
import { naming } from "./named-errors.ts";
import { TimeRangeTracker } from "./time-range.ts";

/** Takes the bytes of a file in order. Resolves when the next may come. */
export type TakeBytes = (bytes: Uint8Array) => Promise<void>;

/** What became of a source. */
export interface Encoded {
  readonly schema: Schema;
  readonly details: ContentDetails;
}

/** What encoding needs beside the batches. */
export interface EncodingContext {
  readonly arrow: Arrow;
  readonly parquet: ParquetCodec;
  /** Named in errors. */
  readonly path: string;
  readonly options: AppendOptions;
  readonly take: TakeBytes;
}

/**
 * Encodes a source as one Parquet file. A batch is asked of the source only when the bytes of the
 * last one have been taken; of what the batch holds one piece at a time is on its way.
 * @throws EMPTY_STREAM, SCHEMA_MISMATCH, UNSUPPORTED_TYPE, the source's own error, the signal's reason
 */
export async function encodeBatches(
  context: EncodingContext,
  source: BatchSource,
): Promise<Encoded> {
  const { parquet, options, path } = context;
  const encoder = await naming(path, "write", parquet.openEncoder(encodeOptions(options)));
  const encoding = new Encoding(context, encoder);
  try {
    for (;;) {
      const item = await source.next(options.signal);
      if (!item) break;
      await encoding.add(item);
    }
    return await encoding.finish();
  } catch (error) {
    // One that aborts does not wait for a source that may hang.
    const stopped = source.cancel(error);
    if (!options.signal?.aborted) await stopped;
    await encoding.settle();
    throw error;
  } finally {
    await encoder.abort();
  }
}

class Encoding {
  readonly #context: EncodingContext;
  readonly #encoder: ParquetEncoder;
  #schema: Schema | undefined;
  #times: TimeRangeTracker | undefined;
  #items = 0;
  #rows = 0;
  #progress = { rows: 0, bytes: 0 };
  #taking: Promise<void> = Promise.resolve();

  constructor(context: EncodingContext, encoder: ParquetEncoder) {
    this.#context = context;
    this.#encoder = encoder;
  }

  async add({ schema, batch }: SourceItem): Promise<void> {
    const { arrow, path, options } = this.#context;
    this.#items += 1;
    const adopted = await naming(path, "write", this.#adopt(schema, batch));
    if (!adopted) return;
    let isFirst = true;
    for (const piece of cutBatch(arrow, adopted, options.rowGroupRows)) {
      if (!isFirst) await yieldToMessages();
      isFirst = false;
      await this.#encode(piece);
    }
    await this.#taking;
  }

  async finish(): Promise<Encoded> {
    const { arrow, path, take } = this.#context;
    if (!this.#schema) throw emptyStream(path);
    if (this.#rows === 0) await this.#send(schemaToIpc(arrow, this.#schema), 0);
    await this.#taking;
    const { tail, summary } = await naming(path, "write", this.#encoder.finish());
    if (summary.rowCount !== this.#rows) throw lostRows(path, this.#rows, summary.rowCount);
    await take(tail);
    const { rowCount, schemaFingerprint } = summary;
    const timeRange = this.#times?.range;
    const details = { rowCount, schemaFingerprint, ...(timeRange && { timeRange }) };
    return { schema: this.#schema, details };
  }

  /** Waits for bytes that are on their way: the file is not dropped under them. */
  async settle(): Promise<void> {
    await this.#taking.catch(() => {}); // something else has failed, and is told
  }

  /** The batch as our own, of the schema that the first one had; `undefined` without rows. */
  async #adopt(
    schema: SourceItem["schema"],
    batch: SourceItem["batch"],
  ): Promise<RecordBatch | undefined> {
    const { arrow, options } = this.#context;
    const adopted = adoptSchema(arrow, schema);
    this.#schema ??= adopted;
    this.#times ??= new TimeRangeTracker(arrow, adopted, options.timestampColumn);
    const difference = schemaDifference(this.#schema, adopted);
    if (difference !== undefined) {
      const message = `The schema of batch ${this.#items} differs from the first: ${difference}`;
      throw new SchemaMismatchError(message);
    }
    return batch && batch.numRows > 0 ? adoptBatch(arrow, batch, this.#schema) : undefined;
  }

  async #encode(piece: RecordBatch): Promise<void> {
    this.#times?.add(piece);
    const ipc = await batchToIpc(this.#context.arrow, piece);
    await this.#send(ipc, piece.numRows);
    this.#rows += piece.numRows;
  }

  /** The store takes the bytes of one piece while the next is encoded. */
  async #send(ipc: Uint8Array<ArrayBuffer>, rows: number): Promise<void> {
    const { path, options } = this.#context;
    const encoded = naming(path, "write", this.#encoder.encode(ipc));
    const bytes = await unlessAborted(encoded, options.signal);
    await this.#taking;
    this.#taking = this.#deliver(bytes, rows);
    this.#taking.catch(() => {}); // whoever waits for it reports it
  }

  async #deliver(bytes: Uint8Array, rows: number): Promise<void> {
    const { take, options } = this.#context;
    const { byteLength } = bytes;
    await take(bytes);
    const last = this.#progress;
    this.#progress = { rows: last.rows + rows, bytes: last.bytes + byteLength };
    options.onProgress?.(this.#progress);
  }
}

function encodeOptions(options: AppendOptions): EncodeOptions {
  const { compression, rowGroupRows, dictionary, statistics } = options;
  return {
    ...(compression !== undefined && { compression }),
    ...(rowGroupRows !== undefined && { rowGroupRows }),
    ...(dictionary !== undefined && { dictionary }),
    ...(statistics !== undefined && { statistics }),
  };
}

function emptyStream(path: string): TinyFSError {
  const message = `Cannot write "${path}": the source has no batch, and so no schema`;
  return new TinyFSError("EMPTY_STREAM", message, { path });
}

function lostRows(path: string, given: number, written: number): TinyFSError {
  const message = `Cannot write "${path}": of ${given} rows ${written} arrived; ${IPC_CURE}`;
  return new TinyFSError("UNSUPPORTED_TYPE", message, { path });
}
