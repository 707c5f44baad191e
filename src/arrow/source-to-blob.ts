import type { ByteSource } from "../tinyfs/byte-source.ts";

/** How much of a source is read at a time into a Blob. */
const PART_BYTES = 8 << 20;

/** Bytes of a source in a Blob, part by part: the browser may move parts to disk. */
export async function sourceToBlob(
  source: Pick<ByteSource, "read">,
  { start, end }: { readonly start: number; readonly end: number },
  { type, signal }: { readonly type: string; readonly signal?: AbortSignal | undefined },
): Promise<Blob> {
  const parts: Blob[] = [];
  for (let at = start; at < end; at += PART_BYTES) {
    signal?.throwIfAborted();
    parts.push(new Blob([await source.read(at, Math.min(at + PART_BYTES, end), signal)]));
  }
  return new Blob(parts, { type });
}
