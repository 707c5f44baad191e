import { shouldStoreAsLargeFile } from "./entry-type.ts";
import { readTree } from "./held-read.ts";
import { linkAt, locateWritable } from "./link-content.ts";
import type { WriteResult } from "./session.ts";
import type { StagedTree } from "./staged-tree.ts";
import { checkChunk } from "./streams.ts";
import type { WDContext } from "./wd-context.ts";
import { checkNotHeld } from "./wd-context.ts";
import type { WriteOptions, WriteSource } from "./write-options.ts";

/** Blobs above this are streamed and not read at once. */
const MAX_BLOB_IN_MEMORY_BYTES = 1 << 20;

/** Writes a whole file. Bytes at hand take no lock: rivals meet at the commit. A stream holds the file. */
export async function writeFile(
  context: WDContext,
  path: string,
  source: WriteSource,
  options: WriteOptions,
): Promise<WriteResult> {
  // A stream is cancelled where its write is aborted, however early.
  if (source instanceof ReadableStream) return writeStream(context, path, source, options);
  options.signal?.throwIfAborted();
  if (source instanceof Blob) return writeBlob(context, path, source, options);
  return writeBytes(context, path, toBytes(source), options);
}

async function writeBytes(
  context: WDContext,
  path: string,
  bytes: Uint8Array,
  options: WriteOptions,
): Promise<WriteResult> {
  const { session } = context;
  const { persistence } = session.services;
  const isLarge = shouldStoreAsLargeFile(bytes.byteLength);
  // Small bytes cost nothing to stage; large ones are worth a look before they are written.
  if (isLarge) await readTree(session, (tree) => locateWritable(tree, context, path, options));
  const content = await persistence.stageBytes(bytes);
  const link = async (tree: StagedTree) => {
    const spot = await locateWritable(tree, context, path, options);
    if (!options.append) checkNotHeld(session.services, spot.place, path);
    return linkAt(tree, session.services, spot, path, content, options);
  };
  return session.write(link, [content], { durability: options.durability, isBrief: !isLarge });
}

async function writeBlob(
  context: WDContext,
  path: string,
  blob: Blob,
  options: WriteOptions,
): Promise<WriteResult> {
  if (blob.size > MAX_BLOB_IN_MEMORY_BYTES) return writeStream(context, path, blob, options);
  return writeBytes(context, path, new Uint8Array(await blob.arrayBuffer()), options);
}

async function writeStream(
  context: WDContext,
  path: string,
  source: Blob | ReadableStream<Uint8Array>,
  options: WriteOptions,
): Promise<WriteResult> {
  const { streamFile } = await import("./stream-file.ts");
  return streamFile(context, path, source, options);
}

function toBytes(source: Exclude<WriteSource, Blob | ReadableStream>): Uint8Array {
  return typeof source === "string" ? new TextEncoder().encode(source) : checkChunk(source);
}
