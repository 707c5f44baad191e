import type { RecordBatch } from "apache-arrow";
import type { RowsSource } from "./write-rows.ts";

/** Batches as an Arrow IPC stream. */
export async function ipcStream({
  batches,
  onRows,
}: RowsSource): Promise<ReadableStream<Uint8Array>> {
  const { RecordBatchStreamWriter } = await import("apache-arrow");
  const writer = new RecordBatchStreamWriter();
  void writer.writeAll(toldOf(batches, onRows)).catch((error: unknown) => writer.abort(error));
  return writer.toDOMStream() as ReadableStream<Uint8Array>;
}

async function* toldOf(
  batches: AsyncIterable<RecordBatch>,
  onRows: (count: number) => void,
): AsyncGenerator<RecordBatch, void> {
  for await (const batch of batches) {
    onRows(batch.numRows);
    yield batch;
  }
}
