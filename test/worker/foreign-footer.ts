import { type FileMetaData, parquetMetadata } from "hyparquet";
import { ByteWriter } from "hyparquet-writer/src/bytewriter.js";
import { writeMetadata } from "hyparquet-writer/src/metadata.js";
import { concat } from "./parquet-fixtures.ts";

/** A file whose footer says something else than it did. */
export function withMetadata(
  file: Uint8Array<ArrayBuffer>,
  change: (metadata: FileMetaData) => void,
): Uint8Array<ArrayBuffer> {
  const metadata = parquetMetadata(file.buffer);
  const body = file.subarray(0, file.length - 8 - metadata.metadata_length);
  change(metadata);
  const writer = new ByteWriter();
  writeMetadata(writer, metadata);
  return concat([body, writer.getBytes(), new TextEncoder().encode("PAR1")]);
}
