import type { RecordBatch, Schema } from "apache-arrow";
import type { ArrowContext } from "./arrow-context.ts";
import { sliceRows } from "./cut-batch.ts";
import { seriesSchema } from "./evolution/series-schema.ts";
import { loadArrow } from "./load-arrow.ts";
import { naming } from "./named-errors.ts";
import { locateParts } from "./open-parts.ts";
import type { ReadRowsOptions, StreamOptions } from "./read-options.ts";
import { followSeries } from "./reading/follow.ts";
import { planRead, unreadOffset } from "./reading/plan-read.ts";

/**
 * The batches at a path, a row group each, all of one schema.
 * @throws NOT_FOUND, NOT_PARQUET, EMPTY_TABLE, PARQUET_READ_FAILED, SCHEMA_MISMATCH; after a version also
 * VERSION_PRUNED, HISTORY_TRUNCATED
 * @param left aborts when the consumer has left, which ends following
 */
export async function* readBatches(
  context: ArrowContext,
  path: string,
  options: StreamOptions,
  left?: AbortSignal,
): AsyncGenerator<RecordBatch, void> {
  const { limit = Number.POSITIVE_INFINITY, batchRows = Number.POSITIVE_INFINITY } = options;
  const { offset = 0 } = options;
  assertCounts({ offset, limit, batchRows });
  options.signal?.throwIfAborted();
  const arrow = await loadArrow();
  let skip = offset - unreadOffset(options);
  const read = { ...options, limit: limit + skip };
  const batches = options.follow
    ? followSeries(context, path, read, left)
    : readOnce(context, path, read);
  let rest = limit;
  for await (const batch of batches) {
    const first = Math.min(batch.numRows, skip);
    const end = Math.min(batch.numRows, first + rest);
    for (let start = first; start < end; start += batchRows) {
      yield sliceRows(arrow, batch, start, Math.min(start + batchRows, end));
      options.signal?.throwIfAborted();
    }
    skip -= first;
    rest -= end - first;
    if (rest <= 0) return;
  }
}

/** The schema of the rows at a path, as far as `columns` asks for it. */
export async function readSchema(
  context: ArrowContext,
  path: string,
  options: ReadRowsOptions,
): Promise<Schema> {
  const { parts, close } = await locateParts(context, path, options);
  try {
    const series = await seriesSchema(context, path, parts, options.signal);
    const select = async () => series.select(options.columns).schema;
    return await naming(path, "read", select());
  } finally {
    await close();
  }
}

async function* readOnce(
  context: ArrowContext,
  path: string,
  options: StreamOptions,
): AsyncGenerator<RecordBatch, void> {
  const located = await locateParts(context, path, options);
  try {
    const reading = await planRead(context, path, located, options);
    try {
      for await (const { batches } of reading.decoded()) yield* batches;
    } finally {
      await reading.close();
    }
  } finally {
    await located.close();
  }
}

function assertCounts({
  offset,
  limit,
  batchRows,
}: Readonly<Record<"offset" | "limit" | "batchRows", number>>): void {
  if (!(Number.isSafeInteger(offset) && offset >= 0))
    throw new RangeError(`offset is a whole number, at least 0: got ${offset}`);
  if (limit >= 0 && (batchRows >= 1 || limit === 0)) return;
  throw new RangeError(`limit is at least 0 and batchRows at least 1: got ${limit}, ${batchRows}`);
}
