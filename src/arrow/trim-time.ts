import type { RecordBatch, Schema } from "apache-arrow";
import { SchemaMismatchError } from "../tinyfs/errors.ts";
import { timeRangeOf } from "../worker/parquet-time-range.ts";
import type { ParquetSummary } from "../worker/parquet-types.ts";
import type { Arrow } from "./load-arrow.ts";
import type { TimePoint } from "./read-options.ts";
import { microsOf, microsPerUnit } from "./reading/comparable.ts";
import { USUAL_NAMES } from "./time-range.ts";
import type { RowRun } from "./trim-rows.ts";

/** A point in time in whole microseconds: what is before it is before the point. */
export function microsOfPoint(point: TimePoint): bigint {
  const micros = point instanceof Date ? microsOf(point) : point;
  if (typeof micros === "bigint") return micros;
  if (typeof micros === "number" && Number.isFinite(micros)) return BigInt(Math.ceil(micros));
  throw new TypeError("before is a date, or microseconds since 1970");
}

/** The column whose times tell which rows go. @throws SCHEMA_MISMATCH */
export function timestampColumn(
  arrow: Arrow,
  { fields }: Schema,
  named: string | undefined,
  path: string,
): string {
  const isTime = (name: string) => {
    const field = fields.find((one) => one.name === name);
    return field !== undefined && microsPerUnit(arrow, field.type) !== undefined;
  };
  const found = named === undefined ? USUAL_NAMES.find(isTime) : named;
  if (found !== undefined && isTime(found)) return found;
  const columns = fields.map(({ name, type }) => `"${name}" ${type}`).join(", ") || "none";
  const what = named === undefined ? "no column of timestamps" : `no timestamps in "${named}"`;
  const message = `Cannot trim "${path}" by time: it has ${what}; its columns are ${columns}. timestampColumn names another`;
  throw new SchemaMismatchError(message, { path });
}

/** What statistics alone tell of the rows of a file: that all stay, that none does, or nothing. */
export function foreseeRows(
  summary: ParquetSummary,
  column: string,
  before: bigint,
): "all" | "none" | undefined {
  const index = summary.columns.findIndex(({ path }) => path.length === 1 && path[0] === column);
  const nullable = summary.columns[index]?.nullable ?? true;
  const hasNone = summary.rowGroups.every(({ statistics }) => statistics[index]?.nullCount === 0);
  if (nullable && !hasNone) return undefined; // there may be nulls, which are refused
  const range = timeRangeOf(summary, column);
  if (!range) return undefined;
  if (range.min >= before) return "all";
  return range.max < before ? "none" : undefined;
}

/** The rows whose time is not before a point. @throws SCHEMA_MISMATCH for a row that has no time */
export async function runsSince(
  arrow: Arrow,
  batches: AsyncIterable<RecordBatch>,
  { column, before, path }: { column: string; before: bigint; path: string },
): Promise<RowRun[]> {
  const runs: RowRun[] = [];
  let row = 0;
  let start: number | undefined;
  for await (const batch of batches) {
    const index = batch.schema.fields.findIndex(({ name }) => name === column);
    const field = batch.schema.fields[index];
    const unit = field && microsPerUnit(arrow, field.type);
    const data = batch.data.children[index];
    if (!unit || !data || data.nullCount > 0) throw withoutTime(path, column);
    const limit = ceilOf(before * unit.perMicro, unit.micros);
    const values = data.values as BigInt64Array | Int32Array;
    const isSince =
      values instanceof BigInt64Array
        ? (at: number) => (values[at] ?? 0n) >= limit
        : (at: number) => BigInt(values[at] ?? 0) >= limit;
    for (let at = 0; at < batch.numRows; at += 1) {
      if (isSince(at)) start ??= row + at;
      else if (start !== undefined) {
        runs.push({ start, end: row + at });
        start = undefined;
      }
    }
    row += batch.numRows;
  }
  if (start !== undefined) runs.push({ start, end: row });
  return runs;
}

function ceilOf(value: bigint, divisor: bigint): bigint {
  return -floorOf(-value, divisor);
}

/** Division of bigints cuts towards zero. */
function floorOf(value: bigint, divisor: bigint): bigint {
  const rest = ((value % divisor) + divisor) % divisor;
  return (value - rest) / divisor;
}

function withoutTime(path: string, column: string): SchemaMismatchError {
  const message = `Cannot trim "${path}" by time: its column "${column}" has nulls, and rows without a time are neither before nor after`;
  return new SchemaMismatchError(message, { path });
}
