import type { RecordBatch, Schema } from "apache-arrow";
import type { ByteSource } from "../tinyfs/byte-source.ts";
import type { ArrowContext } from "./arrow-context.ts";
import { MAX_ROW_GROUP_BYTES } from "./compact-plan.ts";
import { concatBatches } from "./concat-batches.ts";
import { sliceRows } from "./cut-batch.ts";
import type { Arrow } from "./load-arrow.ts";
import { naming } from "./named-errors.ts";

/** What decoding needs. */
export interface DecodeContext extends Pick<ArrowContext, "parquet"> {
  readonly arrow: Arrow;
  readonly path: string;
  readonly signal: AbortSignal | undefined;
  /** Top-level columns; absent: all. */
  readonly columns?: readonly string[];
}

/** The rows of Parquet files in order, one row group at a time. Each source is closed. */
export async function* decodeFiles(
  context: DecodeContext,
  files: Iterable<() => Promise<ByteSource>>,
): AsyncGenerator<RecordBatch, void> {
  for (const open of files) {
    const source = await open();
    try {
      yield* decodeFile(context, source);
    } finally {
      await source.close();
    }
  }
}

/** The schema of a Parquet file as Arrow has it. */
export async function decodeSchema(
  { arrow, parquet, path, signal }: DecodeContext,
  source: ByteSource,
): Promise<Schema> {
  const reader = await naming(path, "rewrite", parquet.openReader(source, { signal }));
  try {
    return arrow.tableFromIPC(await naming(path, "rewrite", reader.schema({ signal }))).schema;
  } finally {
    await reader.close();
  }
}

/** The same rows in batches of `maxRows`, smaller where they would take too much memory. */
export async function* regroupRows(
  arrow: Arrow,
  batches: AsyncIterable<RecordBatch>,
  maxRows: number,
): AsyncGenerator<RecordBatch, void> {
  let waiting: RecordBatch[] = [];
  let [rows, bytes] = [0, 0];
  for await (const batch of batches) {
    const bytesPerRow = batch.data.byteLength / batch.numRows;
    for (let at = 0; at < batch.numRows; ) {
      const end = Math.min(batch.numRows, at + maxRows - rows);
      const [first] = waiting;
      waiting.push(sliceRows(arrow, batch, at, end));
      rows += end - at;
      bytes += (end - at) * bytesPerRow;
      at = end;
      if (rows < maxRows && bytes < MAX_ROW_GROUP_BYTES) continue;
      yield await concatBatches(arrow, waiting, (first ?? batch).schema);
      waiting = [];
      [rows, bytes] = [0, 0];
    }
  }
  const [first] = waiting;
  if (first) yield await concatBatches(arrow, waiting, first.schema);
}

async function* decodeFile(
  { arrow, parquet, path, signal }: DecodeContext,
  source: ByteSource,
): AsyncGenerator<RecordBatch, void> {
  const reader = await naming(path, "rewrite", parquet.openReader(source, { signal }));
  try {
    for (const index of reader.summary.rowGroups.keys()) {
      const ipc = await naming(path, "rewrite", reader.readRowGroup(index, { signal }));
      for (const batch of arrow.tableFromIPC(ipc).batches) if (batch.numRows > 0) yield batch;
    }
  } finally {
    await reader.close();
  }
}
