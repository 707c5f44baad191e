import { cachesOf } from "../arrow-caches.ts";
import type { ArrowContext } from "../arrow-context.ts";
import { seriesSchema } from "../evolution/series-schema.ts";
import { inParallel } from "../in-parallel.ts";
import { naming } from "../named-errors.ts";
import type { OpenParts, Part } from "../open-parts.ts";
import type { StreamOptions } from "../read-options.ts";
import { Reading } from "./reading.ts";
import { skipOf } from "./series-position.ts";

/** How many footers are read at a time. */
const LANES = 8;

/**
 * Plans one read of what is there: which rows at the beginning need not be read is known here.
 * @throws as `Reading.plan` and `skipOf`
 */
export async function planRead(
  context: ArrowContext,
  path: string,
  located: OpenParts,
  options: StreamOptions,
): Promise<Reading> {
  const offset = unreadOffset(options);
  const skip = skipOf(located, path, options);
  const parts = offset > 0 ? await counted(context, path, located.parts, options) : located.parts;
  const reading = await Reading.plan(context, path, { parts, skip, offset }, options);
  // Nothing is opened then, and a column that is not there is an error all the same.
  if (reading.parts.wanted.length === 0 && offset > 0)
    await assertColumns(context, path, parts, options);
  return reading;
}

/** How much of `offset` is left out without being read: which rows match is known only when they are. */
export function unreadOffset({ offset = 0, filter, timeRange, follow }: StreamOptions): number {
  return filter !== undefined || timeRange !== undefined || follow ? 0 : offset;
}

/** Rows that the log has not counted are counted by their footers. */
function counted(
  context: ArrowContext,
  path: string,
  parts: readonly Part[],
  { signal }: StreamOptions,
): Promise<Part[]> {
  return inParallel(parts, LANES, async (part) => {
    if (part.rowCount !== undefined || part.content.size === 0) return part;
    const reading = cachesOf(context).footers.summary(part, signal);
    const { rowCount } = await naming(path, "read", reading);
    return { ...part, rowCount };
  });
}

async function assertColumns(
  context: ArrowContext,
  path: string,
  parts: readonly Part[],
  { columns, signal }: StreamOptions,
): Promise<void> {
  if (columns) (await seriesSchema(context, path, parts, signal)).select(columns);
}
