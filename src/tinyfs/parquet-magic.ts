import type { ByteSource } from "./byte-source.ts";
import { TinyFSError } from "./errors.ts";

const MAGIC = "PAR1";
/** Magic, footer length, magic: what even an empty Parquet file has. */
const SMALLEST_FILE_BYTES = 12;

/**
 * Checks that bytes begin and end as a Parquet file does, so that no other file is taken for a
 * table or a series. The footer itself is for the codec to check.
 * @throws NOT_PARQUET
 */
export async function checkParquetMagic(source: ByteSource, path: string): Promise<void> {
  if (source.size < SMALLEST_FILE_BYTES) throw notParquet(path, `it has ${source.size} bytes`);
  const head = await source.read(0, 4);
  const tail = await source.read(source.size - 4, source.size);
  if (!isMagic(head)) throw notParquet(path, `it does not begin with ${MAGIC}`);
  if (!isMagic(tail)) throw notParquet(path, `it does not end with ${MAGIC}: is it cut off?`);
}

function isMagic(bytes: Uint8Array): boolean {
  return String.fromCharCode(...bytes) === MAGIC;
}

function notParquet(path: string, reason: string): TinyFSError {
  return new TinyFSError("NOT_PARQUET", `Cannot store "${path}" as Parquet: ${reason}`, { path });
}
