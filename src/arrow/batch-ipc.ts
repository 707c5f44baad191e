import type { RecordBatch, Schema } from "apache-arrow";
import { yieldToMessages } from "../worker/yield-to-messages.ts";
import type { Arrow } from "./load-arrow.ts";

/** What the page copies at a stretch: some 5 ms. */
const COPY_BYTES = 8 << 20;

/**
 * A batch as an Arrow IPC stream in a buffer of its own. Writing the stream makes views, gathering
 * them is what takes time: it lets the page breathe in between.
 */
export async function batchToIpc(
  arrow: Arrow,
  batch: RecordBatch,
): Promise<Uint8Array<ArrayBuffer>> {
  const writer = new arrow.RecordBatchStreamWriter();
  writer.write(batch);
  writer.finish();
  const chunks: Uint8Array[] = [];
  for await (const chunk of writer) chunks.push(chunk);
  return gather(chunks);
}

/** An Arrow IPC stream with a schema and no batch. */
export function schemaToIpc(arrow: Arrow, schema: Schema): Uint8Array<ArrayBuffer> {
  return arrow.tableToIPC(new arrow.Table(schema), "stream").slice();
}

async function gather(chunks: readonly Uint8Array[]): Promise<Uint8Array<ArrayBuffer>> {
  const size = chunks.reduce((sum, { byteLength }) => sum + byteLength, 0);
  const joined = new Uint8Array(size);
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
