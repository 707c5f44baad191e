import type { Data, Date_, Field, RecordBatch, Schema, Timestamp } from "apache-arrow";
import type { TimeRange } from "../tinyfs/entry.ts";
import { SchemaMismatchError } from "../tinyfs/errors.ts";
import { timeRangeOf } from "../worker/parquet-time-range.ts";
import type { ParquetSummary } from "../worker/parquet-types.ts";
import type { Arrow } from "./load-arrow.ts";

/** Columns that are taken for the time of a row where none is named, the likeliest first. */
export const USUAL_NAMES: readonly string[] = ["timestamp", "event_time", "time", "ts", "datetime"];

/** Microseconds in one, or how many make one: a unit is this times a microsecond. */
interface Unit {
  readonly times: bigint;
  readonly dividedBy: bigint;
}

const SECOND: Unit = { times: 1_000_000n, dividedBy: 1n };
const MILLISECOND: Unit = { times: 1000n, dividedBy: 1n };
const MICROSECOND: Unit = { times: 1n, dividedBy: 1n };
const NANOSECOND: Unit = { times: 1n, dividedBy: 1000n };
const DAY: Unit = { times: 86_400_000_000n, dividedBy: 1n };

/** Watches the column of times go by. */
export class TimeRangeTracker {
  readonly #column: number;
  readonly #unit: Unit = MICROSECOND;
  #min: bigint | undefined;
  #max: bigint | undefined;

  /** @throws SCHEMA_MISMATCH where the named column is not there, or no timestamp */
  constructor(arrow: Arrow, { fields }: Schema, named: string | undefined) {
    const isTime = (field: Field | undefined) => field && unitOf(arrow, field) !== undefined;
    const name =
      named ?? USUAL_NAMES.find((usual) => isTime(fields.find((field) => field.name === usual)));
    this.#column = fields.findIndex((field) => field.name === name);
    const field = fields[this.#column];
    const unit = field && unitOf(arrow, field);
    if (unit) this.#unit = unit;
    else if (named !== undefined) throw notATime(named, field);
  }

  /** Takes the rows of a batch into account; nulls do not count. */
  add(batch: RecordBatch): void {
    const column = batch.data.children[this.#column];
    if (!column) return;
    const bounds = boundsOf(column);
    if (!bounds) return;
    const [min, max] = bounds;
    if (this.#min === undefined || min < this.#min) this.#min = min;
    if (this.#max === undefined || max > this.#max) this.#max = max;
  }

  /** In microseconds since 1970; absent where there is no column of times, or no time in it. */
  get range(): TimeRange | undefined {
    return toRange(this.#min, this.#max, this.#unit);
  }
}

/** The same of a Parquet file, as far as its statistics say. */
export function timeRangeOfFile(summary: ParquetSummary): TimeRange | undefined {
  for (const name of USUAL_NAMES) {
    const range = timeRangeOf(summary, name);
    if (range) return { min: Number(range.min), max: Number(range.max) };
  }
  return undefined;
}

function boundsOf(column: Data): [bigint, bigint] | undefined {
  const values = column.values as BigInt64Array | Int32Array;
  const hasNulls = column.nullCount > 0;
  let min: bigint | number | undefined;
  let max: bigint | number | undefined;
  for (let index = 0; index < column.length; index += 1) {
    if (hasNulls && !column.getValid(index)) continue;
    const value = values[index] as bigint | number;
    if (min === undefined || value < min) min = value;
    if (max === undefined || value > max) max = value;
  }
  return min === undefined || max === undefined ? undefined : [BigInt(min), BigInt(max)];
}

/** Outward to whole microseconds: what lies in between must lie in the range. */
function toRange(
  min: bigint | undefined,
  max: bigint | undefined,
  unit: Unit,
): TimeRange | undefined {
  if (min === undefined || max === undefined) return undefined;
  const floor = (value: bigint) => {
    const micros = value * unit.times;
    const rest = ((micros % unit.dividedBy) + unit.dividedBy) % unit.dividedBy;
    return (micros - rest) / unit.dividedBy;
  };
  return { min: Number(floor(min)), max: -Number(floor(-max)) };
}

function unitOf({ DataType, DateUnit, TimeUnit }: Arrow, { type }: Field): Unit | undefined {
  if (DataType.isDate(type)) return (type as Date_).unit === DateUnit.DAY ? DAY : MILLISECOND;
  if (!DataType.isTimestamp(type)) return undefined;
  const units = {
    [TimeUnit.SECOND]: SECOND,
    [TimeUnit.MILLISECOND]: MILLISECOND,
    [TimeUnit.MICROSECOND]: MICROSECOND,
    [TimeUnit.NANOSECOND]: NANOSECOND,
  };
  return units[(type as Timestamp).unit];
}

function notATime(name: string, field: Field | undefined): SchemaMismatchError {
  const reason = field ? `it is ${field.type}` : "there is no such column";
  return new SchemaMismatchError(`"${name}" cannot be the timestamp column: ${reason}`);
}
