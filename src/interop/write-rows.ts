import type { BatchInput } from "../arrow/batch-input.ts";
import type { AppendOptions, CreateOptions } from "../arrow/write-options.ts";
import type { WriteResult } from "../tinyfs/session.ts";
import type { CsvTarget } from "./csv-options.ts";

/** Where rows that are imported go. */
export interface RowsPlace {
  readonly as?: "table" | "series" | undefined;
  readonly append?: boolean | undefined;
}

/** Writes a table or a series, or the end of a series that is there. @throws what these calls throw */
export function writeRows(
  target: CsvTarget,
  path: string,
  batches: BatchInput,
  { as, append }: RowsPlace,
  options: AppendOptions & CreateOptions,
): Promise<WriteResult> {
  if (append) return target.appendSeries(path, batches, options);
  if (as === "series") return target.createSeriesFromBatches(path, batches, options);
  return target.createTableFromBatches(path, batches, options);
}
