import type { RecordBatch, Schema } from "apache-arrow";
import { batchToIpc, schemaToIpc } from "../arrow/batch-ipc.ts";
import { type Arrow, loadArrow } from "../arrow/load-arrow.ts";
import type { ExportOptions, ExportSource } from "./export-options.ts";
import { type Piece, pulledStream } from "./pulled-stream.ts";

/** What ends an Arrow IPC stream: a continuation, and a message of no bytes. */
const END_BYTES = 8;

/**
 * The rows of a table or a series as an Arrow IPC stream, batch by batch as it is read, a row group each. It is
 * the stream format and not the file format, which allows one dictionary for all batches only.
 * @returns a stream that fails with what reading throws: `NOT_FOUND`, `SCHEMA_MISMATCH`, the signal's reason
 */
export function exportArrow(
  source: ExportSource,
  path: string,
  { onProgress, ...options }: ExportOptions = {},
): ReadableStream<Uint8Array> {
  return pulledStream(piecesOf(source, path, options), onProgress);
}

async function* piecesOf(
  source: ExportSource,
  path: string,
  options: ExportOptions,
): AsyncGenerator<Piece, void> {
  const arrow = await loadArrow();
  let first: Schema | undefined;
  let schemaBytes = 0;
  for await (const batch of source.readSeriesAsStream(path, options)) {
    first ??= batch.schema;
    // Each batch is a stream of its own, of which what stands in between is left out.
    const stream = await batchToIpc(arrow, withTypesOf(arrow, batch, first));
    const body = stream.subarray(schemaBytes, stream.length - END_BYTES);
    schemaBytes ||= schemaToIpc(arrow, first).length - END_BYTES;
    yield { bytes: body, rows: batch.numRows };
    options.signal?.throwIfAborted();
  }
  if (first) yield { bytes: schemaToIpc(arrow, first).slice(-END_BYTES), rows: 0 };
  else {
    const { schema } = await source.readTable(path, { ...options, limit: 0 });
    yield { bytes: schemaToIpc(arrow, schema), rows: 0 };
  }
}

/** Dictionaries are told by numbers in the schema, which is written once: all batches use those. */
function withTypesOf(arrow: Arrow, batch: RecordBatch, schema: Schema): RecordBatch {
  if (batch.schema === schema) return batch;
  const children = batch.data.children.map((data, at) => {
    const type = schema.fields[at]?.type;
    return type && type !== data.type && arrow.DataType.isDictionary(type)
      ? data.clone(type)
      : data;
  });
  const type = new arrow.Struct(schema.fields);
  const rows = arrow.makeData({ type, length: batch.numRows, nullCount: 0, children });
  return new arrow.RecordBatch(schema, rows);
}
