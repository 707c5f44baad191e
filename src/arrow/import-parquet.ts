import type { ByteSource } from "../tinyfs/byte-source.ts";
import type { ContentDetails } from "../tinyfs/entry.ts";
import type { WriteResult } from "../tinyfs/session.ts";
import { writeFile } from "../tinyfs/write-file.ts";
import type { WriteSource } from "../tinyfs/write-options.ts";
import type { ArrowContext } from "./arrow-context.ts";
import type { ImportOptions } from "./arrow-options.ts";
import { naming } from "./named-errors.ts";
import { timeRangeOfFile } from "./time-range.ts";

/** Takes in a Parquet file as it is. Its footer is read before it is linked. */
export async function importParquet(
  context: ArrowContext,
  path: string,
  source: Blob | ReadableStream<Uint8Array> | Uint8Array | ArrayBuffer,
  options: ImportOptions,
): Promise<WriteResult> {
  const { as = "table", create = "new", attributes, onProgress, signal } = options;
  let rows = 0;
  const inspect = async (file: ByteSource): Promise<ContentDetails> => {
    const summary = await naming(path, "import", context.parquet.describe(file, signal));
    const { rowCount, schemaFingerprint } = summary;
    const timeRange = timeRangeOfFile(summary);
    rows = rowCount;
    return { rowCount, schemaFingerprint, ...(timeRange && { timeRange }) };
  };
  const entryType = as === "table" ? "FileTable" : "FileSeries";
  const counted = onProgress ? countBytes(source, (bytes) => onProgress({ rows, bytes })) : source;
  const write = { entryType, create, attributes, signal, inspect } as const;
  const result = await writeFile(context, path, counted, write);
  onProgress?.({ rows, bytes: result.size });
  return result;
}

function countBytes(source: WriteSource, tell: (bytes: number) => void): WriteSource {
  if (source instanceof ReadableStream) return countStream(source, tell);
  return source instanceof Blob ? countStream(source.stream(), tell) : source;
}

/** Locks the stream when it is first read: a write that is refused at once leaves it untouched. */
function countStream(
  stream: ReadableStream<Uint8Array>,
  tell: (bytes: number) => void,
): ReadableStream<Uint8Array> {
  let bytes = 0;
  let reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        reader ??= stream.getReader();
        const { done, value } = await reader.read();
        if (done) return controller.close();
        controller.enqueue(value);
        bytes += value.byteLength;
        tell(bytes);
      },
      cancel: (reason) => reader?.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}
