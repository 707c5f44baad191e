import type { Schema } from "apache-arrow";
import type { Segment } from "../tinyfs/entry.ts";
import { readTree } from "../tinyfs/held-read.ts";
import { openSegments } from "../tinyfs/open-file.ts";
import { locateEntry } from "../tinyfs/wd-context.ts";
import type { InspectedTarget } from "../tinyfs/write-options.ts";
import type { ArrowContext } from "./arrow-context.ts";
import { schemaDifference } from "./batch-schema.ts";
import { type SegmentLike, seriesSchema } from "./evolution/series-schema.ts";
import { unifySchemas } from "./evolution/unify.ts";
import { loadArrow } from "./load-arrow.ts";
import { naming } from "./named-errors.ts";

/** What is going to be a segment of a series. */
export interface NewSegment {
  readonly schema: Schema;
  /** Of its file, once that is written. */
  readonly schemaFingerprint?: string | undefined;
  /** Where it is about to be linked, once that is so. */
  readonly target?: InspectedTarget | undefined;
}

/**
 * Refuses rows that cannot be read together with those of a series. One look at the newest segment does
 * where it has the same schema, however many there are: it goes together with all before it.
 * @throws SCHEMA_MISMATCH with both schemas
 */
export async function checkFits(
  context: ArrowContext,
  path: string,
  { schema, schemaFingerprint, target }: NewSegment,
  signal?: AbortSignal,
): Promise<void> {
  const newest = target ? await newestIn(target) : await newestSegment(context, path);
  if (!newest) return;
  if (schemaFingerprint !== undefined && newest.schemaFingerprint === schemaFingerprint) return;
  const { segments, open, close } = await openSegments(context, path, { signal });
  const file = (segment: Segment): SegmentLike => ({ ...segment, open: () => open(segment) });
  try {
    const last = await seriesSchema(context, path, segments.slice(-1).map(file), signal);
    if (schemaDifference(last.schema, schema) === undefined) return;
    const series = await seriesSchema(context, path, segments.map(file), signal);
    await naming(path, "append to", unify([series.schema, schema]));
  } finally {
    await close();
  }
}

async function newestSegment(context: ArrowContext, path: string): Promise<Segment | undefined> {
  return readTree(context.session, async (tree) => {
    const { entry } = await locateEntry(tree, context, path);
    return newestIn({ tree, entry });
  });
}

async function newestIn({ tree, entry }: InspectedTarget): Promise<Segment | undefined> {
  const row = entry && (await tree.newestSegment(entry.nodeId));
  return row?.segments.at(-1);
}

async function unify(schemas: readonly Schema[]): Promise<void> {
  unifySchemas(await loadArrow(), schemas);
}
