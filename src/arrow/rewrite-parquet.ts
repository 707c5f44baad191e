import type { ByteSource } from "../tinyfs/byte-source.ts";
import type { Content } from "../tinyfs/entry.ts";
import { readTree } from "../tinyfs/held-read.ts";
import { locateEntry } from "../tinyfs/wd-context.ts";
import type { ArrowContext } from "./arrow-context.ts";
import type { BatchesAtHand } from "./batch-input.ts";
import { BatchSource } from "./batch-source.ts";
import { encodeBatches } from "./encode-batches.ts";
import { loadArrow } from "./load-arrow.ts";
import { readBatches, readSchema } from "./read-batches.ts";
import type { VersionOptions } from "./read-options.ts";

/**
 * Writes the rows of a series as one Parquet file of the schema that they are read in: a batch at a time,
 * into bytes that no name leads to. They are dropped when the source is closed.
 * @throws as reading does; QUOTA
 */
export async function rewriteParquet(
  context: ArrowContext,
  path: string,
  { version, signal }: VersionOptions,
): Promise<ByteSource> {
  const { parquet, session } = context;
  const { persistence } = session.services;
  const at = { version: version ?? (await newestVersion(context, path)), signal };
  const arrow = await loadArrow();
  const rows = async function* (): AsyncGenerator<BatchesAtHand, void> {
    yield new arrow.Table(await readSchema(context, path, at)); // without rows it is all there is
    yield* readBatches(context, path, at);
  };
  const writer = await persistence.stage(signal);
  let content: Content;
  try {
    const take = (bytes: Uint8Array) => writer.write(bytes);
    const source = new BatchSource(arrow, rows(), path);
    await encodeBatches({ arrow, parquet, path, options: { signal }, take }, source);
    content = await writer.close();
  } catch (error) {
    await writer.abort();
    throw error;
  }
  return openOnce(context, content);
}

/** What is read later must be of the version that was asked for. */
function newestVersion(context: ArrowContext, path: string): Promise<number | undefined> {
  return readTree(context.session, async (tree) => {
    const { entry } = await locateEntry(tree, context, path);
    return (await tree.newestSegment(entry.nodeId))?.version;
  });
}

/** A source over staged bytes, which are dropped with it. */
async function openOnce({ session }: ArrowContext, content: Content): Promise<ByteSource> {
  const { persistence } = session.services;
  try {
    const source = await persistence.open(content);
    return {
      size: source.size,
      read: (start, end, signal) => source.read(start, end, signal),
      close: async () => {
        await source.close();
        await persistence.discard(content);
      },
    };
  } catch (error) {
    await persistence.discard(content);
    throw error;
  }
}
