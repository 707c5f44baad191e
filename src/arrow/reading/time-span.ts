import type { Field, Schema } from "apache-arrow";
import type { TimeRange } from "../../tinyfs/entry.ts";
import { SchemaMismatchError } from "../../tinyfs/errors.ts";
import type { Arrow } from "../load-arrow.ts";
import type { TimePoint, TimeSpan } from "../read-options.ts";
import { USUAL_NAMES } from "../time-range.ts";
import { microsOf, microsPerUnit, type TimeUnit, testMoment } from "./comparable.ts";
import type { ColumnRef, Condition, Test } from "./condition.ts";

/** A span of time as it is asked of rows. */
export interface TimeCondition {
  readonly column: ColumnRef;
  readonly condition: Condition;
}

/**
 * Makes a condition of a span of time.
 * @param named the column, unless it is the usual one
 * @throws SCHEMA_MISMATCH where there is no such column, or it holds no times
 */
export function checkTimeSpan(
  arrow: Arrow,
  { fields }: Schema,
  span: TimeSpan | TimeRange,
  named: string | undefined,
): TimeCondition {
  const index = timeColumn(arrow, fields, named);
  const field = fields[index];
  const unit = field && microsPerUnit(arrow, field.type);
  if (!field || !unit) throw noTimes(fields, field, named);
  const column: ColumnRef = { path: [field.name], indexes: [index], nullable: field.nullable };
  const all = testsOf(span, unit).map((test) => ({ column, test }));
  return { column, condition: { all } };
}

/** The error of a column whose rows are not all within or without a span. */
export function hasNulls({ path }: ColumnRef): SchemaMismatchError {
  const message = `Its timestamp column "${path.join(".")}" has nulls: rows without a time are in no range of time; filter it instead`;
  return new SchemaMismatchError(message);
}

function timeColumn(arrow: Arrow, fields: readonly Field[], named: string | undefined): number {
  if (named !== undefined) return fields.findIndex(({ name }) => name === named);
  for (const usual of USUAL_NAMES) {
    const index = fields.findIndex(({ name }) => name === usual);
    const field = fields[index];
    if (field && microsPerUnit(arrow, field.type)) return index;
  }
  return -1;
}

function testsOf(span: TimeSpan | TimeRange, unit: TimeUnit): Test[] {
  if (typeof span !== "object" || span === null)
    throw new TypeError("timeRange is an object: { start, end } or { min, max }");
  const { start, end } = span as TimeSpan;
  const { min, max } = span as Partial<TimeRange>;
  return [
    start === undefined ? [] : testMoment("gte", microsOfPoint(start), unit),
    end === undefined ? [] : testMoment("lt", microsOfPoint(end), unit),
    min === undefined ? [] : testMoment("gte", microsOfPoint(min), unit),
    max === undefined ? [] : testMoment("lte", microsOfPoint(max), unit),
  ].flat();
}

function microsOfPoint(point: TimePoint): number | bigint {
  const micros = point instanceof Date ? microsOf(point) : point;
  if (typeof micros === "bigint" || (typeof micros === "number" && !Number.isNaN(micros)))
    return micros;
  throw new TypeError("timeRange takes dates, or microseconds since 1970");
}

function noTimes(
  fields: readonly Field[],
  field: Field | undefined,
  named: string | undefined,
): SchemaMismatchError {
  const what = named ?? "the timestamp column";
  const known = fields.map(({ name, type }) => `"${name}" ${type}`).join(", ") || "none";
  const reason = field
    ? `it is ${field.type}`
    : `there is no such column: the columns are ${known}`;
  const cure = named === undefined ? "; timestampColumn names another" : "";
  return new SchemaMismatchError(`A range of time cannot be asked of ${what}: ${reason}${cure}`);
}
