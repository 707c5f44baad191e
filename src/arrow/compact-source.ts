import type { ByteSource } from "../tinyfs/byte-source.ts";
import type { Content } from "../tinyfs/entry.ts";
import type { PersistenceLayer } from "../tinyfs/persistence.ts";
import { bytesToSource } from "../tinyfs/streams.ts";

/** How much is copied, or compared, at a time. */
export const CHUNK_BYTES: number = 1 << 20;

/** How bytes of a series are opened. */
export type OpenContent = (content: Content) => Promise<ByteSource>;

/**
 * Bytes that are opened for each read: of thousands of segments few are open at a time, and none is kept
 * in memory.
 */
export function openedForEachRead(content: Content, open: OpenContent): ByteSource {
  return {
    size: content.size,
    read: async (start, end, signal) => {
      const source = await open(content);
      try {
        return await source.read(start, end, signal);
      } finally {
        await source.close();
      }
    },
    close: async () => {},
  };
}

/** Bytes that are read several times: small ones come at once. The caller closes the source. */
export async function openForReading(
  content: Content,
  open: OpenContent,
  signal: AbortSignal | undefined,
): Promise<ByteSource> {
  const source = await open(content);
  if (source.size > CHUNK_BYTES) return source;
  try {
    return bytesToSource(await source.read(0, source.size, signal));
  } finally {
    await source.close();
  }
}

/** Copies a source into bytes that no row names yet. The source stays open. */
export async function stageCopy(
  persistence: PersistenceLayer,
  source: ByteSource,
  signal: AbortSignal | undefined,
): Promise<Content> {
  const writer = await persistence.stage(signal);
  try {
    writer.expect?.(source.size);
    for (let at = 0; at < source.size; at += CHUNK_BYTES) {
      signal?.throwIfAborted();
      await writer.write(await source.read(at, Math.min(at + CHUNK_BYTES, source.size), signal));
    }
    return await writer.close();
  } catch (error) {
    await writer.abort();
    throw error;
  }
}
