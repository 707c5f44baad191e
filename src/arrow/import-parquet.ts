import type { Schema } from "apache-arrow";
import type { ByteSource } from "../tinyfs/byte-source.ts";
import type { ContentDetails } from "../tinyfs/entry.ts";
import { TinyFSError } from "../tinyfs/errors.ts";
import type { WriteResult } from "../tinyfs/session.ts";
import type { Owned } from "../tinyfs/streams.ts";
import { writeFile } from "../tinyfs/write-file.ts";
import type { WriteSource } from "../tinyfs/write-options.ts";
import type { ParquetSummary, VerifyOptions } from "../worker/parquet-types.ts";
import { cachesOf } from "./arrow-caches.ts";
import type { ArrowContext } from "./arrow-context.ts";
import { schemaFromIpc, schemaMetadata } from "./evolution/schema-metadata.ts";
import { fileDetails } from "./file-details.ts";
import { type Arrow, loadArrow } from "./load-arrow.ts";
import { naming } from "./named-errors.ts";
import { timeRangeOfFile } from "./time-range.ts";
import type { ImportOptions } from "./write-options.ts";

/** Takes in a Parquet file as it is; bytes become its own. It is read wholly, once, before it is linked. */
export async function importParquet(
  context: ArrowContext,
  path: string,
  source: Owned<WriteSource>,
  options: ImportOptions,
): Promise<WriteResult> {
  const { as = "table", create = "new", verify = "full" } = options;
  const { attributes, onProgress, signal } = options;
  if (!["full", "footer"].includes(verify)) {
    throw new TypeError(`Cannot verify "${verify}": it is "full" or "footer"`);
  }
  let rows = 0;
  let found: ParquetSummary | undefined;
  const inspect = async (file: ByteSource): Promise<ContentDetails> => {
    const onRows = (decoded: number) => {
      rows = decoded;
      onProgress?.({ rows, bytes: file.size });
    };
    const verification = verify === "full" ? { onRows, signal } : undefined;
    const summary = await naming(path, "import", inspectFile(context, file, signal, verification));
    rows = summary.rowCount;
    found = summary;
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
  // What was found out is what the first look at it asks for.
  if (found) cachesOf(context).footers.keep(result.sha256, found);
  onProgress?.({ rows, bytes: result.size });
  return result;
}

async function inspectFile(
  context: ArrowContext,
  file: ByteSource,
  signal: AbortSignal | undefined,
  verification: VerifyOptions | undefined,
): Promise<ParquetSummary> {
  const { parquet } = context;
  if (!verification) return await parquet.describe(file, signal);
  const loading = loadArrow();
  loading.catch(() => {}); // it is waited for below
  const { summary, schema: bytes, arrowSchema } = await parquet.verify(file, verification);
  const arrow = await loading;
  const { schemaFingerprint } = summary;
  const written = async () => ({ arrowSchema: async () => arrowSchema });
  const metadata = await schemaMetadata(context, schemaFingerprint, written, signal);
  cachesOf(context).schemas.keep(schemaFingerprint, schemaOf(arrow, bytes, metadata));
  return summary;
}

function schemaOf(
  arrow: Arrow,
  bytes: Uint8Array<ArrayBuffer>,
  metadata: ReadonlyMap<string, string>,
): Schema {
  try {
    return schemaFromIpc(arrow, bytes, metadata);
  } catch (cause) {
    throw unsupportedSchema(cause);
  }
}

function unsupportedSchema(cause: unknown): TinyFSError {
  const detail = cause instanceof Error ? cause.message : cause;
  const message = `apache-arrow does not read its schema: ${detail}`;
  return new TinyFSError("UNSUPPORTED_TYPE", message, { cause });
}

function countBytes(source: Owned<WriteSource>, tell: (bytes: number) => void): Owned<WriteSource> {
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
