import type { Entry, SegmentRow } from "../tinyfs/entry.ts";
import { readTree } from "../tinyfs/held-read.ts";
import { hasOwnVersion } from "../tinyfs/series.ts";
import { findVersion } from "../tinyfs/version-history.ts";
import { locateEntry } from "../tinyfs/wd-context.ts";
import type { ArrowContext } from "./arrow-context.ts";
import type { VersionDescription } from "./table-description.ts";

/** The versions of a series that can still be read. @param rows newest first */
export function seriesVersions(rows: readonly SegmentRow[]): VersionDescription[] {
  return rows.filter(hasOwnVersion).map(({ version, txnSeq, timestamp, totals }) => ({
    version,
    txnSeq,
    timestamp,
    rowCount: totals.rows,
    ...(totals.timeRange && { timeRange: totals.timeRange }),
  }));
}

/** The versions of a table from one of them back, newest first; empty for a series. @throws NOT_FOUND, VERSION_PRUNED */
export function tableVersions(
  context: ArrowContext,
  path: string,
  version: number | undefined,
): Promise<VersionDescription[]> {
  return readTree(context.session, async (tree) => {
    const { entry } = await locateEntry(tree, context, path);
    if (entry.entryType === "FileSeries") return [];
    const first = version === undefined ? entry : await findVersion(tree, entry, version, path);
    const versions: VersionDescription[] = [];
    let last = Number.POSITIVE_INFINITY;
    for (let row: Entry | undefined = first; row; row = await tree.previous(row)) {
      // A row that was moved repeats the version it holds.
      if (row.version < last) versions.push(describeRow(row));
      last = row.version;
    }
    return versions;
  });
}

/** The oldest version that has files of a schema, by its fingerprint, as far as the log tells. */
export function versionsOfSchemas(rows: readonly SegmentRow[]): Map<string, number> {
  const versions = new Map<string, number>();
  for (const { version, segments } of rows) {
    for (const { schemaFingerprint } of segments)
      if (schemaFingerprint !== undefined) versions.set(schemaFingerprint, version); // newest first
  }
  return versions;
}

function describeRow({
  version,
  txnSeq,
  timestamp,
  rowCount,
  timeRange,
}: Entry): VersionDescription {
  return {
    version,
    txnSeq,
    timestamp,
    ...(rowCount !== undefined && { rowCount }),
    ...(timeRange && { timeRange }),
  };
}
