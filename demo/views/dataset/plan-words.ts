import type { ReadPlan, Skipped } from "tinypond";
import { formatBytes, formatCount, formatCounted, formatPercent } from "../../format.ts";

/** What a read would do, in a sentence for each part. */
export function planWords({
  segments,
  rowGroups,
  pages,
  columns,
  bytes,
  rows,
}: ReadPlan): string[] {
  const parts = [
    segments.total > 1 && ofMany(segments, "segment"),
    rowGroups.total > 0 && ofMany(rowGroups, "row group"),
    pages.total > 0 && ofMany(pages, "page"),
    `${formatCount(columns.read)} of ${formatCounted(columns.total, "column")}`,
  ];
  const skipped = Math.max(0, bytes.total - bytes.read);
  return [
    `Reads ${parts.filter((part) => part !== false).join(", ")}.`,
    `${formatBytes(bytes.read)} of ${formatBytes(bytes.total)} are read, ${formatPercent(skipped, bytes.total)} are skipped.`,
    `At most ${formatCount(rows.atMost)} of ${formatCounted(rows.total, "row")} are looked at.`,
  ];
}

function ofMany({ total, skipped }: Skipped, noun: string): string {
  const read = `${formatCount(total - skipped)} of ${formatCounted(total, noun)}`;
  return skipped > 0 ? `${read} (${formatCount(skipped)} skipped)` : read;
}
