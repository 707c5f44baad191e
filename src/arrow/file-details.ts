import type { ContentDetails, TimeRange } from "../tinyfs/entry.ts";
import type { ParquetSummary } from "../worker/parquet-types.ts";
import { columnRanges } from "./column-ranges.ts";

/** What the row of a table or a segment keeps of its Parquet file. */
export function fileDetails(summary: ParquetSummary, timeRange?: TimeRange): ContentDetails {
  const { rowCount, schemaFingerprint } = summary;
  const columns = columnRanges(summary);
  return {
    rowCount,
    schemaFingerprint,
    ...(timeRange && { timeRange }),
    ...(columns.length > 0 && { columns }),
  };
}
