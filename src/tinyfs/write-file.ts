import { lineOf } from "./call-line.ts";
import { turnAtPath } from "./call-order.ts";
import type { Content } from "./entry.ts";
import { shouldStoreAsLargeFile } from "./entry-type.ts";
import { readTree } from "./held-read.ts";
import { linkAt, locateWritable } from "./link-content.ts";
import type { WriteResult } from "./session.ts";
import type { StagedTree } from "./staged-tree.ts";
import { checkChunk, type Owned } from "./streams.ts";
import type { WDContext } from "./wd-context.ts";
import { checkNotHeld } from "./wd-context.ts";
import type { WriteOptions, WriteSource } from "./write-options.ts";

/** Blobs above this are streamed and not read at once. */
const MAX_BLOB_IN_MEMORY_BYTES = 1 << 20;

/** Writes a whole file. Bytes become its own. Bytes at hand take no lock: rivals meet at the commit. A stream holds the file. */
export async function writeFile(
  context: WDContext,
  path: string,
  source: Owned<WriteSource>,
  options: WriteOptions,
): Promise<WriteResult> {
  // A stream is cancelled where its write is aborted, however early.
  if (source instanceof ReadableStream) return writeStream(context, path, source, options);
  options.signal?.throwIfAborted();
  const isStreamed = source instanceof Blob && source.size > MAX_BLOB_IN_MEMORY_BYTES;
  if (isStreamed) return writeStream(context, path, source, options);
  const turn = options.append ? undefined : turnAtPath(context, path);
  const line = lineOf(context.session.services);
  try {
    const begun = line.begin();
    if (begun !== undefined) await begun;
    options.signal?.throwIfAborted();
    const content = await stageSource(context, path, source, options);
    if (turn?.ahead !== undefined) await turn.ahead;
    return await linkContent(context, path, content, options);
  } finally {
    line.end();
    turn?.end();
  }
}

async function stageSource(
  context: WDContext,
  path: string,
  source: Exclude<Owned<WriteSource>, ReadableStream>,
  options: WriteOptions,
): Promise<Content> {
  const { session } = context;
  const bytes = source instanceof Blob ? await readBlob(source) : toBytes(source);
  // Small bytes cost nothing to stage; large ones are worth a look before they are written.
  if (shouldStoreAsLargeFile(bytes.byteLength)) {
    await readTree(session, (tree) => locateWritable(tree, context, path, options));
  }
  return session.services.persistence.stageBytes(bytes);
}

async function linkContent(
  context: WDContext,
  path: string,
  content: Content,
  options: WriteOptions,
): Promise<WriteResult> {
  const { session } = context;
  const link = async (tree: StagedTree) => {
    const spot = await locateWritable(tree, context, path, options);
    if (!options.append) checkNotHeld(session.services, spot.place, path);
    return linkAt(tree, session.services, spot, path, content, options);
  };
  const isBrief = !shouldStoreAsLargeFile(content.size);
  return session.write(link, [content], { durability: options.durability, isBrief });
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

async function readBlob(blob: Blob): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await blob.arrayBuffer());
}

function toBytes(source: string | Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  if (typeof source === "string") return new TextEncoder().encode(source);
  checkChunk(source); // it may be anything where nobody has checked types
  return source;
}
