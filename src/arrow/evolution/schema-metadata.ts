import type { RecordBatch, Schema } from "apache-arrow";
import type { ParquetReader } from "../../worker/parquet-types.ts";
import { cachesOf } from "../arrow-caches.ts";
import type { ArrowContext } from "../arrow-context.ts";
import type { Arrow } from "../load-arrow.ts";
import { readSchemaMetadata } from "./schema-message.ts";

type Metadata = ReadonlyMap<string, string>;

/**
 * The metadata that the schema of a file was written with: what decodes the columns keeps only theirs. It is
 * read once for all files of a fingerprint.
 */
export async function schemaMetadata(
  context: ArrowContext,
  schemaFingerprint: string,
  open: () => Promise<Pick<ParquetReader, "arrowSchema">>,
  signal: AbortSignal | undefined,
): Promise<Metadata> {
  const { metadata: cache } = cachesOf(context);
  const known = cache.get(schemaFingerprint);
  if (known) return known;
  const written = await (await open()).arrowSchema(signal);
  const metadata = written === undefined ? new Map() : decode(written);
  cache.keep(schemaFingerprint, metadata);
  return metadata;
}

/** A batch whose schema has metadata; the very same where there is none. */
export function withMetadata(arrow: Arrow, batch: RecordBatch, metadata: Metadata): RecordBatch {
  if (metadata.size === 0) return batch;
  const schema = new arrow.Schema(batch.schema.fields, new Map(metadata));
  return new arrow.RecordBatch(schema, batch.data);
}

/** The schema of an Arrow IPC stream, with metadata that the stream lacks. @throws what apache-arrow throws */
export function schemaFromIpc(
  arrow: Arrow,
  bytes: Uint8Array<ArrayBuffer>,
  metadata: Metadata,
): Schema {
  const { schema } = arrow.tableFromIPC(bytes);
  return metadata.size > 0 ? new arrow.Schema(schema.fields, new Map(metadata)) : schema;
}

function decode(base64: string): Map<string, string> {
  try {
    return readSchemaMetadata(
      Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)),
    );
  } catch {
    return new Map(); // it is there to help, and a damaged one is no reason not to read the rows
  }
}
