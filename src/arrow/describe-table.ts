import type { Field } from "apache-arrow";
import type { TimeRange } from "../tinyfs/entry.ts";
import { readTree } from "../tinyfs/held-read.ts";
import { addTotals } from "../tinyfs/series.ts";
import { findSegments, findVersion } from "../tinyfs/version-history.ts";
import { locateEntry } from "../tinyfs/wd-context.ts";
import type { ParquetSummary } from "../worker/parquet-types.ts";
import type { ArrowContext } from "./arrow-context.ts";
import type { ColumnDescription, TableDescription, VersionOptions } from "./arrow-options.ts";
import { sumStatistics } from "./column-bounds.ts";
import { naming } from "./named-errors.ts";
import { openParts } from "./open-parts.ts";
import { readSchema } from "./read-batches.ts";

/** What the footers at a path say, put together over all segments. */
export async function describeTable(
  context: ArrowContext,
  path: string,
  options: VersionOptions,
): Promise<TableDescription> {
  const row = await describeRow(context, path, options);
  const at = { ...options, version: row.version };
  const summaries = await summarise(context, path, at);
  const schema = await readSchema(context, path, at);
  const rowGroups = summaries.flatMap((summary) => summary.rowGroups);
  return {
    schema,
    rowCount: summaries.reduce((sum, { rowCount }) => sum + rowCount, 0),
    rowGroups: rowGroups.map(({ rowCount, compressedBytes }) => ({ rowCount, compressedBytes })),
    columns: schema.fields.map((field) => describeColumn(field, summaries)),
    segments: summaries.length,
    version: row.version,
    ...(row.timeRange && { timeRange: row.timeRange }),
    schemaFingerprint: summaries[0]?.schemaFingerprint ?? "",
  };
}

/** What the rows of the log say of a version. */
async function describeRow(
  context: ArrowContext,
  path: string,
  { version }: VersionOptions,
): Promise<{ version: number; timeRange?: TimeRange | undefined }> {
  return readTree(context.session, async (tree) => {
    const { entry } = await locateEntry(tree, context, path);
    if (entry.entryType !== "FileSeries")
      return version === undefined ? entry : findVersion(tree, entry, version, path);
    const newest = await tree.newestSegment(entry.nodeId);
    if (version === undefined)
      return { version: newest?.version ?? 0, timeRange: newest?.totals.timeRange };
    const segments = await findSegments(tree, entry, path, version);
    return { version, timeRange: addTotals(undefined, segments).timeRange };
  });
}

async function summarise(
  context: ArrowContext,
  path: string,
  options: VersionOptions,
): Promise<ParquetSummary[]> {
  const summaries: ParquetSummary[] = [];
  for await (const part of openParts(context, path, options)) {
    const source = await part.open();
    try {
      const { parquet } = context;
      summaries.push(await naming(path, "describe", parquet.describe(source, options.signal)));
    } finally {
      await source.close();
    }
  }
  return summaries;
}

function describeColumn(
  { name, type, nullable }: Field,
  summaries: readonly ParquetSummary[],
): ColumnDescription {
  const codec = summaries
    .flatMap(({ columns }) => columns.filter(({ path }) => path[0] === name))
    .find((column) => column.codec !== undefined)?.codec;
  return {
    name,
    type: String(type),
    nullable,
    ...(codec !== undefined && { codec }),
    ...sumStatistics(name, summaries),
  };
}
