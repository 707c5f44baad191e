import type { ParquetFile, RecordBatch } from "parquet-wasm/esm";
import { TinyFSError } from "../tinyfs/errors.ts";
import type { FileDecoder } from "./parquet-decoding.ts";
import type { ParquetRowGroup } from "./parquet-types.ts";

/** What a batch is to take by what the footer says: what a row group holds is seen in small parts. */
const BATCH_BYTES = 16 * 1024 * 1024;
const MAX_BATCH_ROWS = 8192;
const MIN_BATCH_ROWS = 64;

/**
 * Decodes a row group and keeps nothing of it.
 * @throws PARQUET_READ_FAILED also where it has more or fewer rows than the footer says
 */
export function decodeAndDrop(
  decoder: FileDecoder,
  index: number,
  group: ParquetRowGroup,
): Promise<void> {
  return decoder.use(async (file) => {
    const rowCount = await countRows(file, { rowGroups: [index], batchSize: batchRows(group) });
    if (rowCount === group.rowCount) return;
    const message = `It has ${rowCount} rows, and the footer says ${group.rowCount}`;
    throw new TinyFSError("PARQUET_READ_FAILED", message);
  });
}

async function countRows(
  file: ParquetFile,
  options: { rowGroups: number[]; batchSize: number },
): Promise<number> {
  const reader = (await file.stream(options)).getReader();
  let rowCount = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return rowCount;
    const batch = value as RecordBatch;
    rowCount += batch.numRows;
    batch.free();
  }
}

function batchRows({ rowCount, uncompressedBytes }: ParquetRowGroup): number {
  const rowBytes = Math.max(1, uncompressedBytes) / Math.max(1, rowCount);
  const fitting = Math.floor(BATCH_BYTES / rowBytes);
  return Math.max(MIN_BATCH_ROWS, Math.min(MAX_BATCH_ROWS, fitting));
}
