import type { ByteSource } from "../tinyfs/byte-source.ts";
import type { ContentDetails } from "../tinyfs/entry.ts";
import { TinyFSError } from "../tinyfs/errors.ts";
import type { WriteResult } from "../tinyfs/session.ts";
import { writeFile } from "../tinyfs/write-file.ts";
import type { WriteSource } from "../tinyfs/write-options.ts";
import type { ParquetSummary, VerifyOptions } from "../worker/parquet-types.ts";
import type { ArrowContext } from "./arrow-context.ts";
import type { ImportOptions } from "./arrow-options.ts";
import { fileDetails } from "./file-details.ts";
import { loadArrow } from "./load-arrow.ts";
import { naming } from "./named-errors.ts";
import { timeRangeOfFile } from "./time-range.ts";

/** Takes in a Parquet file as it is. It is read wholly, once, before it is linked. */
export async function importParquet(
  context: ArrowContext,
  path: string,
  source: Blob | ReadableStream<Uint8Array> | Uint8Array | ArrayBuffer,
  options: ImportOptions,
): Promise<WriteResult> {
  const { as = "table", create = "new", verify = "full" } = options;
  const { attributes, onProgress, signal } = options;
  if (!["full", "footer"].includes(verify)) {
    throw new TypeError(`Cannot verify "${verify}": it is "full" or "footer"`);
  }
  let rows = 0;
  const inspect = async (file: ByteSource): Promise<ContentDetails> => {
    const onRows = (decoded: number) => {
      rows = decoded;
      onProgress?.({ rows, bytes: file.size });
    };
    const verification = verify === "full" ? { onRows, signal } : undefined;
    const summary = await naming(path, "import", inspectFile(context, file, signal, verification));
    rows = summary.rowCount;
    return fileDetails(summary, timeRangeOfFile(summary));
  };
  // A write that loses a race is tried again: what its bytes are was found out then.
  let inspected: Promise<ContentDetails> | undefined;
  const inspectOnce = (file: ByteSource) => {
    inspected ??= inspect(file);
    return inspected;
  };
  const entryType = as === "table" ? "FileTable" : "FileSeries";
  const counted = onProgress ? countBytes(source, (bytes) => onProgress({ rows, bytes })) : source;
  const write = { entryType, create, attributes, signal, inspect: inspectOnce } as const;
  const result = await writeFile(context, path, counted, write);
  onProgress?.({ rows, bytes: result.size });
  return result;
}

async function inspectFile(
  { parquet }: ArrowContext,
  file: ByteSource,
  signal: AbortSignal | undefined,
  verification: VerifyOptions | undefined,
): Promise<ParquetSummary> {
  if (!verification) return await parquet.describe(file, signal);
  const { summary, schema } = await parquet.verify(file, verification);
  const { tableFromIPC } = await loadArrow();
  try {
    tableFromIPC(schema);
  } catch (cause) {
    throw unsupportedSchema(cause);
  }
  return summary;
}

function unsupportedSchema(cause: unknown): TinyFSError {
  const detail = cause instanceof Error ? cause.message : cause;
  const message = `apache-arrow does not read its schema: ${detail}`;
  return new TinyFSError("UNSUPPORTED_TYPE", message, { cause });
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
