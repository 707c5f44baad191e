import type { RecordBatch, Schema } from "apache-arrow";
import { SchemaMismatchError } from "../tinyfs/errors.ts";
import type { ParquetReader } from "../worker/parquet-types.ts";
import type { ArrowContext } from "./arrow-context.ts";
import type { ReadRowsOptions, StreamOptions } from "./arrow-options.ts";
import { schemaDifference } from "./batch-schema.ts";
import { sliceRows } from "./cut-batch.ts";
import { type Arrow, loadArrow } from "./load-arrow.ts";
import { naming } from "./named-errors.ts";
import { openParts, withReader } from "./open-parts.ts";

/**
 * The batches at a path, a row group each, all of one schema.
 * @throws NOT_FOUND, NOT_PARQUET, EMPTY_TABLE, PARQUET_READ_FAILED, SCHEMA_MISMATCH
 */
export async function* readBatches(
  context: ArrowContext,
  path: string,
  options: StreamOptions,
): AsyncGenerator<RecordBatch, void> {
  const { limit = Number.POSITIVE_INFINITY, batchRows = limit } = options;
  assertCounts(limit, batchRows);
  options.signal?.throwIfAborted();
  const arrow = await loadArrow();
  let left = limit;
  for await (const batch of readRowGroups(arrow, context, path, options)) {
    const end = Math.min(batch.numRows, left);
    for (let start = 0; start < end; start += batchRows) {
      yield sliceRows(arrow, batch, start, Math.min(start + batchRows, end));
      options.signal?.throwIfAborted();
    }
    left -= end;
    if (left <= 0) return;
  }
}

/** The schema of the rows at a path, as far as `columns` asks for it. */
export async function readSchema(
  context: ArrowContext,
  path: string,
  options: ReadRowsOptions,
): Promise<Schema> {
  const { tableFromIPC } = await loadArrow();
  for await (const part of openParts(context, path, options)) {
    const schemas = withReader(context, path, part, options, async function* (reader) {
      const bytes = naming(path, "read", reader.schema(withoutUndefined(options)));
      yield tableFromIPC(await bytes).schema;
    });
    for await (const schema of schemas) return schema;
  }
  throw new TypeError("A series has at least one segment, and a Parquet file a schema");
}

async function* readRowGroups(
  arrow: Arrow,
  context: ArrowContext,
  path: string,
  options: StreamOptions,
): AsyncGenerator<RecordBatch, void> {
  let schema: Schema | undefined;
  for await (const part of openParts(context, path, options)) {
    const batches = withReader(context, path, part, options, (reader) =>
      decodeRowGroups(arrow, reader, path, options),
    );
    for await (const batch of batches) {
      schema ??= batch.schema;
      assertSameSchema(schema, batch.schema, path);
      yield batch;
    }
  }
}

/** Row groups in order, the next one being decoded while the consumer has the last. */
async function* decodeRowGroups(
  arrow: Arrow,
  reader: ParquetReader,
  path: string,
  options: StreamOptions,
): AsyncGenerator<RecordBatch, void> {
  const count = reader.summary.rowGroups.length;
  const wanted = withoutUndefined(options);
  // Asked of a file without row groups too: a column that is not there is an error all the same.
  if (count === 0) await naming(path, "read", reader.schema(wanted));
  const read = (index: number) => {
    const bytes = naming(path, "read", reader.readRowGroup(index, wanted));
    bytes.catch(() => {}); // thrown where it is awaited; nobody does when the consumer has left
    return bytes;
  };
  let next = count > 0 ? read(0) : undefined;
  for (let index = 1; next; index += 1) {
    const { batches } = arrow.tableFromIPC(await next);
    next = index < count ? read(index) : undefined;
    for (const batch of batches) if (batch.numRows > 0) yield batch;
  }
}

function assertSameSchema(first: Schema, found: Schema, path: string): void {
  const difference = schemaDifference(first, found);
  if (difference === undefined) return;
  const message = `Cannot read "${path}": the schema of a segment differs from the first: ${difference}`;
  throw new SchemaMismatchError(message, { path });
}

function withoutUndefined({ columns, signal }: ReadRowsOptions): {
  columns?: readonly string[];
  signal: AbortSignal | undefined;
} {
  return { ...(columns && { columns }), signal };
}

function assertCounts(limit: number, batchRows: number): void {
  if (limit >= 0 && (batchRows >= 1 || limit === 0)) return;
  throw new RangeError(`limit is at least 0 and batchRows at least 1: got ${limit}, ${batchRows}`);
}
