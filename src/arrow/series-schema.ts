import type { Schema } from "apache-arrow";
import type { Segment } from "../tinyfs/entry.ts";
import { SchemaMismatchError } from "../tinyfs/errors.ts";
import { readTree } from "../tinyfs/held-read.ts";
import { locateEntry } from "../tinyfs/wd-context.ts";
import type { ArrowContext } from "./arrow-context.ts";
import { schemaDifference } from "./batch-schema.ts";
import type { Encoded } from "./encode-batches.ts";
import { loadArrow } from "./load-arrow.ts";
import { naming } from "./named-errors.ts";

/**
 * Refuses a segment that the segments of a series cannot be joined with. One look at the newest
 * segment does, however many there are: all have its schema.
 * @throws SCHEMA_MISMATCH
 */
export async function checkFits(
  context: ArrowContext,
  path: string,
  { schema, details }: Encoded,
): Promise<void> {
  const segment = await newestSegment(context, path);
  if (!segment || segment.schemaFingerprint === details.schemaFingerprint) return;
  // A segment that was written as bytes has no fingerprint beside it.
  const series = await schemaOf(context, path, segment);
  if (series.fingerprint === details.schemaFingerprint) return;
  const difference = schemaDifference(series.schema, schema) ?? "its metadata is another";
  const message = `Cannot append to "${path}": the schema differs from the series': ${difference}`;
  throw new SchemaMismatchError(message, { path });
}

async function newestSegment(context: ArrowContext, path: string): Promise<Segment | undefined> {
  return readTree(context.session, async (tree) => {
    const { entry } = await locateEntry(tree, context, path);
    const row = await tree.newestSegment(entry.nodeId);
    return row?.segments.at(-1);
  });
}

async function schemaOf(
  { session, parquet }: ArrowContext,
  path: string,
  { content }: Segment,
): Promise<{ schema: Schema; fingerprint: string }> {
  const { tableFromIPC } = await loadArrow();
  const source = await session.services.persistence.open(content);
  try {
    const reader = await naming(path, "append to", parquet.openReader(source));
    const { schema } = tableFromIPC(await naming(path, "append to", reader.schema()));
    await reader.close();
    return { schema, fingerprint: reader.summary.schemaFingerprint };
  } finally {
    await source.close();
  }
}
