import type { RecordBatch, Schema } from "apache-arrow";
import type { ContentDetails } from "../tinyfs/entry.ts";
import { SchemaMismatchError, TinyFSError } from "../tinyfs/errors.ts";
import { unlessAborted } from "../worker/parquet-lane.ts";
import type { EncodeOptions, ParquetCodec, ParquetEncoder } from "../worker/parquet-types.ts";
import { yieldToMessages } from "../worker/yield-to-messages.ts";
import { adoptBatch } from "./adopt-batch.ts";
import { adoptSchema, IPC_CURE } from "./adopt-type.ts";
import { batchToIpc, schemaToIpc } from "./batch-ipc.ts";
import { schemaDifference } from "./batch-schema.ts";
import type { BatchSource, SourceItem } from "./batch-source.ts";
import { chooseEncodings } from "./choose-encodings.ts";
import { cutBatch } from "./cut-batch.ts";
import { assertUniqueColumns } from "./evolution/unify.ts";
import { fileDetails } from "./file-details.ts";
import { choicesFor, type EncodingChoices, type Fitting } from "./fitting-schemas.ts";
import type { Arrow } from "./load-arrow.ts";
import { naming } from "./named-errors.ts";
import { SortCheck } from "./sorted-rows.ts";
import { TimeRangeTracker } from "./time-range.ts";
import { assertWritable } from "./writable-types.ts";
import type { AppendOptions } from "./write-options.ts";

/** Takes the bytes of a file in order. Resolves when the next may come. */
export type TakeBytes = (bytes: Uint8Array) => Promise<void>;

/** What became of a source. */
export interface Encoded {
  readonly schema: Schema;
  readonly details: ContentDetails;
  /** How its columns are written; absent without rows. */
  readonly choices: EncodingChoices | undefined;
}

/** What encoding needs beside the batches. */
export interface EncodingContext {
  readonly arrow: Arrow;
  readonly parquet: ParquetCodec;
  /** Named in errors. */
  readonly path: string;
  readonly options: AppendOptions;
  readonly take: TakeBytes;
  /** Is told the schema before anything is encoded. What it throws fails the write. */
  readonly accept?: ((schema: Schema) => Promise<void>) | undefined;
  /** What was written before at the same place. */
  readonly last?: Fitting | undefined;
}

/**
 * Encodes a source as one Parquet file. Of what a batch holds at most one piece more than there are workers waits
 * to be encoded, and two pieces for each worker after the first wait for the store; the next batch is asked of
 * the source when fewer pieces than workers are on their way: with one worker, when the bytes of the last batch
 * have been taken.
 * @throws EMPTY_STREAM, SCHEMA_MISMATCH, UNSUPPORTED_TYPE, the source's own error, the signal's reason
 */
export async function encodeBatches(
  context: EncodingContext,
  source: BatchSource,
): Promise<Encoded> {
  const { parquet, options, path } = context;
  const encoder = await naming(path, "write", parquet.openEncoder(encodeOptions(options)));
  const encoding = new Encoding(context, encoder);
  let isPulling = false;
  try {
    for (;;) {
      isPulling = true;
      const next = source.next(options.signal);
      next.catch(() => {}); // where something else fails first, that is told
      const item = await Promise.race([next, encoding.failure]);
      isPulling = false;
      if (!item) break;
      await encoding.add(item);
    }
    return await encoding.finish();
  } catch (error) {
    const stopped = source.cancel(error);
    // One that aborts does not wait for a source that may hang, and neither does one that was being asked.
    if (!isPulling && !options.signal?.aborted) await stopped;
    await encoding.settle();
    throw error;
  } finally {
    await encoder.abort();
  }
}

class Encoding {
  /** Rejects when bytes could not be made or taken. */
  readonly failure: Promise<never>;
  readonly #context: EncodingContext;
  readonly #encoder: ParquetEncoder;
  readonly #fail: (error: unknown) => void;
  /** Pieces that are being encoded, and those whose bytes have not been taken. */
  readonly #encodings = new Set<Promise<unknown>>();
  readonly #flights: Promise<void>[] = [];
  readonly #maxFlights: number;
  #last: Promise<void> = Promise.resolve();
  #schema: Schema | undefined;
  #times: TimeRangeTracker | undefined;
  #sorting: SortCheck | undefined;
  #choices: EncodingChoices | undefined;
  #items = 0;
  #rows = 0;
  #progress = { rows: 0, bytes: 0 };

  constructor(context: EncodingContext, encoder: ParquetEncoder) {
    this.#context = context;
    this.#encoder = encoder;
    this.#maxFlights = encoder.concurrency + 2 * (encoder.concurrency - 1);
    let fail: (error: unknown) => void = () => {};
    this.failure = new Promise((_resolve, reject) => {
      fail = reject;
    });
    this.#fail = fail;
    this.failure.catch(() => {}); // it is told by whoever waits for a flight
  }

  async add({ schema, batch }: SourceItem): Promise<void> {
    const { arrow, path, options, last } = this.#context;
    this.#items += 1;
    const adopted = await naming(path, "write", this.#adopt(schema, batch));
    if (!adopted) return;
    this.#choices ??= choicesFor(last, adopted) ?? {
      columns: chooseEncodings(arrow, adopted, options.rowGroupRows),
      rows: adopted.numRows,
      reuses: 0,
    };
    let isFirst = true;
    for (const piece of cutBatch(arrow, adopted, options.rowGroupRows)) {
      if (!isFirst) await yieldToMessages();
      isFirst = false;
      await this.#encode(piece);
    }
    await this.#untilBelow(this.#encoder.concurrency, this.#encoder.concurrency);
  }

  async finish(): Promise<Encoded> {
    const { arrow, path, take } = this.#context;
    if (!this.#schema) throw emptyStream(path);
    if (this.#rows === 0) await this.#send(schemaToIpc(arrow, this.#schema), 0);
    await this.#untilBelow(1, 1);
    const { tail, summary } = await naming(path, "write", this.#encoder.finish());
    if (summary.rowCount !== this.#rows) throw lostRows(path, this.#rows, summary.rowCount);
    await take(tail);
    const details = fileDetails(summary, this.#times?.range);
    return { schema: this.#schema, details, choices: this.#choices };
  }

  /** Waits for bytes that are on their way: the file is not dropped under them. */
  async settle(): Promise<void> {
    await this.#last.catch(() => {}); // something else has failed, and is told
  }

  /** The batch as our own, of the schema that the first one had; `undefined` without rows. */
  async #adopt(
    schema: SourceItem["schema"],
    batch: SourceItem["batch"],
  ): Promise<RecordBatch | undefined> {
    const { arrow } = this.#context;
    const adopted = adoptSchema(arrow, schema);
    this.#schema ??= await this.#begin(adopted);
    const difference = schemaDifference(this.#schema, adopted);
    if (difference !== undefined) {
      const message = `The schema of batch ${this.#items} differs from the first: ${difference}`;
      throw new SchemaMismatchError(message);
    }
    return batch && batch.numRows > 0 ? adoptBatch(arrow, batch, this.#schema) : undefined;
  }

  /** @throws SCHEMA_MISMATCH where the columns are not those that the options ask for */
  async #begin(schema: Schema): Promise<Schema> {
    const { arrow, options, accept } = this.#context;
    const { timestampColumn, sortedBy, rowGroupRows } = options;
    if (schema.fields.length === 0) throw new SchemaMismatchError("The batches have no columns");
    assertWritable(arrow, schema);
    assertUniqueColumns(schema);
    await accept?.(schema);
    this.#times = new TimeRangeTracker(arrow, schema, timestampColumn);
    this.#sorting = sortedBy && new SortCheck(arrow, schema, sortedBy, rowGroupRows);
    return schema;
  }

  async #encode(piece: RecordBatch): Promise<void> {
    const { arrow, path } = this.#context;
    this.#times?.add(piece);
    await naming(path, "write", this.#checkOrder(piece));
    const ipc = await batchToIpc(arrow, piece, (size) => this.#encoder.buffer(size));
    await this.#send(ipc, piece.numRows);
    this.#rows += piece.numRows;
  }

  async #checkOrder(piece: RecordBatch): Promise<void> {
    this.#sorting?.check(piece);
  }

  /** The store takes the bytes of one piece while others are encoded. */
  async #send(ipc: Uint8Array<ArrayBuffer>, rows: number): Promise<void> {
    const { path, options } = this.#context;
    await this.#untilBelow(this.#encoder.concurrency + 1, this.#maxFlights + 1);
    const encoded = naming(path, "write", this.#encoder.encode(ipc, this.#choices?.columns));
    this.#encodings.add(encoded);
    const ended = () => this.#encodings.delete(encoded);
    encoded.then(ended, ended);
    this.#last = this.#deliver(unlessAborted(encoded, options.signal), this.#last, rows);
    this.#flights.push(this.#last);
    this.#last.catch(this.#fail);
  }

  /** In the order of the pieces, whichever is encoded first. */
  async #deliver(encoded: Promise<Uint8Array>, before: Promise<void>, rows: number): Promise<void> {
    const { take, options } = this.#context;
    const [bytes] = await Promise.all([encoded, before]);
    const { byteLength } = bytes;
    await take(bytes);
    const last = this.#progress;
    this.#progress = { rows: last.rows + rows, bytes: last.bytes + byteLength };
    options.onProgress?.(this.#progress);
  }

  /** Waits until fewer pieces are being encoded, and are on their way. @throws what one of them has failed with */
  async #untilBelow(encodings: number, flights: number): Promise<void> {
    const { signal } = this.#context.options;
    // Whichever is done first: the worker that did it would be idle.
    while (this.#encodings.size >= encodings)
      await unlessAborted(Promise.race([...this.#encodings, this.failure]), signal);
    while (this.#flights.length >= flights) await this.#flights.shift();
  }
}

function encodeOptions(options: AppendOptions): EncodeOptions {
  const { compression, rowGroupRows, dictionary, encoding, statistics } = options;
  const { sortedBy, metadata } = options;
  return {
    ...(compression !== undefined && { compression }),
    ...(rowGroupRows !== undefined && { rowGroupRows }),
    ...(dictionary !== undefined && { dictionary }),
    ...(encoding !== undefined && { encoding }),
    ...(statistics !== undefined && { statistics }),
    ...(sortedBy !== undefined && { sortedBy }),
    ...(metadata !== undefined && { keyValueMetadata: metadata }),
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
