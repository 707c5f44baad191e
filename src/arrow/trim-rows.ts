import type { RecordBatch } from "apache-arrow";
import type { Content } from "../tinyfs/entry.ts";
import type { DecodeContext } from "./compact-rows.ts";
import type { OpenContent } from "./compact-source.ts";
import { sliceRows } from "./cut-batch.ts";
import { naming } from "./named-errors.ts";

/** Rows of one file from `start` to `end`, exclusive. */
export interface RowRun {
  readonly start: number;
  readonly end: number;
}

/** The rows of these runs, which are in order. Row groups without any of them are not read. */
export async function* decodeRuns(
  { arrow, parquet, path, signal, columns }: DecodeContext,
  open: OpenContent,
  content: Content,
  runs: readonly RowRun[],
): AsyncGenerator<RecordBatch, void> {
  const wanted = { signal, ...(columns && { columns }) };
  const source = await open(content);
  try {
    const reader = await naming(path, "trim", parquet.openReader(source, { signal }));
    try {
      let [row, next] = [0, 0];
      for (const [index, { rowCount }] of reader.summary.rowGroups.entries()) {
        next = firstAfter(runs, next, row);
        const end = row + rowCount;
        const isWanted = (runs[next]?.start ?? Number.POSITIVE_INFINITY) < end;
        if (isWanted) {
          const ipc = await naming(path, "trim", reader.readRowGroup(index, wanted));
          for (const batch of arrow.tableFromIPC(ipc).batches) {
            for (const { start, end: until } of within(runs, next, row, row + batch.numRows)) {
              yield sliceRows(arrow, batch, start - row, until - row);
            }
            row += batch.numRows;
          }
        }
        row = end;
      }
    } finally {
      await reader.close();
    }
  } finally {
    await source.close();
  }
}

/** How many rows runs have together. */
export function countRows(runs: readonly RowRun[]): number {
  return runs.reduce((sum, { start, end }) => sum + end - start, 0);
}

/** The first run, from one on, that ends behind a row. */
function firstAfter(runs: readonly RowRun[], from: number, row: number): number {
  let index = from;
  while ((runs[index]?.end ?? Number.POSITIVE_INFINITY) <= row) index += 1;
  return index;
}

/** What of the runs lies from one row to another. */
function* within(
  runs: readonly RowRun[],
  from: number,
  start: number,
  end: number,
): Generator<RowRun, void> {
  for (let index = firstAfter(runs, from, start); index < runs.length; index += 1) {
    const run = runs[index];
    if (!run || run.start >= end) return;
    yield { start: Math.max(run.start, start), end: Math.min(run.end, end) };
  }
}
