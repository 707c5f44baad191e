import type { RecordBatch, Schema } from "apache-arrow";
import { yieldToMessages } from "../worker/yield-to-messages.ts";
import type { Arrow } from "./load-arrow.ts";

/** What the page copies at a stretch: less than a millisecond. */
const COPY_BYTES = 1 << 20;

/**
 * A batch as an Arrow IPC stream in a buffer of its own. Writing the stream makes views, gathering
 * them is what takes time: it lets the page breathe in between.
 * @param allocate gives memory for so many bytes
 */
export async function batchToIpc(
  arrow: Arrow,
  batch: RecordBatch,
  allocate: (sizeBytes: number) => Uint8Array<ArrayBuffer> = (size) => new Uint8Array(size),
): Promise<Uint8Array<ArrayBuffer>> {
  const writer = new arrow.RecordBatchStreamWriter();
  writer.write(batch);
  writer.finish();
  const chunks: Uint8Array[] = [];
  for await (const chunk of writer) chunks.push(chunk);
  return gather(chunks, allocate(sizeOf(chunks)));
}

/** An Arrow IPC stream with a schema and no batch. */
export function schemaToIpc(arrow: Arrow, schema: Schema): Uint8Array<ArrayBuffer> {
  return arrow.tableToIPC(new arrow.Table(schema), "stream").slice();
}

function sizeOf(chunks: readonly Uint8Array[]): number {
  return chunks.reduce((sum, { byteLength }) => sum + byteLength, 0);
}

async function gather(
  chunks: readonly Uint8Array[],
  joined: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer>> {
  let at = 0;
  let rested = 0;
  for (const chunk of chunks) {
    for (let from = 0; from < chunk.byteLength; from += COPY_BYTES) {
      const part = chunk.subarray(from, from + COPY_BYTES);
      if (at + part.byteLength - rested > COPY_BYTES) {
        await yieldToMessages();
        rested = at;
      }
      joined.set(part, at);
      at += part.byteLength;
    }
  }
  return joined;
}
