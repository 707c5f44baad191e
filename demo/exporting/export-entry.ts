import type { RecordBatch } from "apache-arrow";
import type { Pond } from "tinypond";
import { nameOf } from "../frame/paths.ts";
import { saveStream } from "./save.ts";

type Root = Pond["root"];

/** What a table or a series can be saved as. */
export type TableFormat = "parquet" | "csv" | "arrow";

/** Saves a file's bytes as they are. */
export async function exportFile(root: Root, path: string): Promise<void> {
  const { size } = await root.stat(path);
  await saveStream(nameOf(path), await root.asyncReader(path), size);
}

/** Saves a table or a series as a file of a format. */
export async function exportTable(root: Root, path: string, format: TableFormat): Promise<void> {
  const name = `${nameOf(path).replace(/\.(parquet|series)$/i, "") || "table"}.${format}`;
  const { size } = await root.stat(path);
  if (format === "parquet") {
    const source = await root.exportParquet(path);
    try {
      await saveStream(name, source.stream(), source.size);
    } finally {
      await source.close();
    }
    return;
  }
  const batches = root.readSeriesAsStream(path);
  const stream = format === "csv" ? await csvStream(batches) : await arrowStream(batches);
  await saveStream(name, stream, size);
}

async function csvStream(batches: AsyncIterable<RecordBatch>): Promise<ReadableStream<Uint8Array>> {
  const { csvText } = await import("./table-csv.ts");
  const encoder = new TextEncoder();
  return streamOf(csvText(batches), (text) => encoder.encode(text));
}

async function arrowStream(
  batches: AsyncIterable<RecordBatch>,
): Promise<ReadableStream<Uint8Array>> {
  const { RecordBatchStreamWriter } = await import("apache-arrow");
  const writer = await RecordBatchStreamWriter.writeAll(batches);
  return streamOf(writer, (bytes) => bytes);
}

function streamOf<Item>(
  items: AsyncIterable<Item>,
  toBytes: (item: Item) => Uint8Array,
): ReadableStream<Uint8Array> {
  const iterator = items[Symbol.asyncIterator]();
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await iterator.next();
      if (done) controller.close();
      else controller.enqueue(toBytes(value));
    },
    async cancel() {
      await iterator.return?.();
    },
  });
}
