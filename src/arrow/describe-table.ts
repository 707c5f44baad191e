import type { Schema } from "apache-arrow";
import type { TimeRange } from "../tinyfs/entry.ts";
import { addTotals } from "../tinyfs/series.ts";
import { cachesOf } from "./arrow-caches.ts";
import type { ArrowContext } from "./arrow-context.ts";
import { type DescribedFile, describeColumns } from "./describe-columns.ts";
import { seriesVersions, tableVersions, versionsOfSchemas } from "./describe-versions.ts";
import { schemaOfFile, seriesSchema } from "./evolution/series-schema.ts";
import { inParallel } from "./in-parallel.ts";
import { loadArrow } from "./load-arrow.ts";
import { naming } from "./named-errors.ts";
import { locateParts, type OpenParts, type Part } from "./open-parts.ts";
import type { VersionOptions } from "./read-options.ts";
import { compareTimes } from "./segment-times.ts";
import type {
  RowGroupDescription,
  SegmentDescription,
  TableDescription,
} from "./table-description.ts";
import { timeRangeOfFile } from "./time-range.ts";

/** How many footers are read at a time. */
const LANES = 8;

/** What the log and the footers at a path say, put together over all segments. */
export async function describeTable(
  context: ArrowContext,
  path: string,
  { version, signal }: VersionOptions,
): Promise<TableDescription> {
  // First what is read by a version: the files that are opened then are that version's.
  const ofTable = await tableVersions(context, path, version);
  const at = version ?? ofTable[0]?.version;
  const located = await locateParts(context, path, { version: at, signal, scope: "all" });
  try {
    const versions = located.series ? seriesVersions(located.series.rows) : ofTable;
    const described = await describeParts(context, path, located, signal);
    return { ...described, version: versions[0]?.version ?? 0, versions };
  } finally {
    await located.close();
  }
}

async function describeParts(
  context: ArrowContext,
  path: string,
  { parts, series }: OpenParts,
  signal: AbortSignal | undefined,
): Promise<Omit<TableDescription, "version" | "versions">> {
  const arrow = await loadArrow();
  const { schema } = await seriesSchema(context, path, parts, signal);
  const files = await inParallel(parts, LANES, (part) => describeFile(context, path, part, signal));
  const ranges = parts.map(
    ({ timeRange }, index) => timeRange ?? timeRangeOfFile((files[index] as DescribedFile).summary),
  );
  const since = series ? beginnings(schema, files, versionsOfSchemas(series.rows)) : new Map();
  const { timeRange } = addTotals(
    undefined,
    parts.map((part, index) => ({ ...part, ...(ranges[index] && { timeRange: ranges[index] }) })),
  );
  const rowGroups = files.flatMap(({ summary }, segment) => rowGroupsOf(summary, segment));
  return {
    schema,
    rowCount: files.reduce((sum, { summary }) => sum + summary.rowCount, 0),
    rowGroups,
    columns: describeColumns(arrow, schema, files, since),
    segments: files.length,
    files: segmentsOf(parts, files, ranges),
    sizeBytes: parts.reduce((sum, { content }) => sum + content.size, 0),
    ...(timeRange && { timeRange }),
    schemaFingerprint: files.at(-1)?.summary.schemaFingerprint ?? "",
    ...compareTimes(ranges),
  };
}

async function describeFile(
  context: ArrowContext,
  path: string,
  part: Part,
  signal: AbortSignal | undefined,
): Promise<DescribedFile> {
  const reading = cachesOf(context).footers.summary(part, signal);
  const summary = await naming(path, "describe", reading);
  const { schemaFingerprint } = summary;
  const schema = await schemaOfFile(context, path, { ...part, schemaFingerprint }, signal);
  return { summary, schema };
}

function segmentsOf(
  parts: readonly Part[],
  files: readonly DescribedFile[],
  ranges: readonly (TimeRange | undefined)[],
): SegmentDescription[] {
  let firstRow = 0;
  return files.map(({ summary: { rowCount, rowGroups } }, index) => {
    const timeRange = ranges[index];
    const sizeBytes = parts[index]?.content.size ?? 0;
    firstRow += rowCount;
    return {
      firstRow: firstRow - rowCount,
      rowCount,
      sizeBytes,
      rowGroups: rowGroups.length,
      ...(timeRange && { timeRange }),
    };
  });
}

function rowGroupsOf(
  { rowGroups }: DescribedFile["summary"],
  segment: number,
): RowGroupDescription[] {
  return rowGroups.map(({ rowCount, compressedBytes, uncompressedBytes }) => {
    return { rowCount, compressedBytes, uncompressedBytes, segment };
  });
}

/** For each column the version in which it begins. A compaction names no version: its rows did. */
function beginnings(
  { fields }: Schema,
  files: readonly DescribedFile[],
  versions: ReadonlyMap<string, number>,
): Map<string, number> {
  const since = new Map<string, number>();
  for (const { schema, summary } of files) {
    const version = versions.get(summary.schemaFingerprint);
    if (version === undefined) continue;
    for (const { name } of schema.fields)
      since.set(name, Math.min(version, since.get(name) ?? version));
  }
  return new Map([...since].filter(([name]) => fields.some((field) => field.name === name)));
}
