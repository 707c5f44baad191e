import type {
  ColumnStatistics,
  ParquetColumn,
  ParquetSummary,
  StatisticValue,
} from "./parquet-types.ts";

/** A closed range of time in microseconds since 1970. */
export interface TimeRangeMicros {
  readonly min: bigint;
  readonly max: bigint;
}

const MICROS_PER_DAY = 86_400_000_000n;

/**
 * The range of a timestamp or date column over all rows, from statistics alone.
 * @param column its name
 * @returns `undefined` where it is not known, the column holds no time, or there is no value
 */
export function timeRangeOf(summary: ParquetSummary, column: string): TimeRangeMicros | undefined {
  const index = summary.columns.findIndex(({ path }) => path.length === 1 && path[0] === column);
  const found = summary.columns[index];
  let range: TimeRangeMicros | undefined;
  for (const { rowCount, statistics } of summary.rowGroups) {
    const known = statistics[index] ?? {};
    if (rowCount === (known.nullCount ?? 0)) continue;
    const next = found && rangeOf(known, found);
    if (!next) return undefined;
    range = range ? union(range, next) : next;
  }
  return range;
}

function rangeOf(
  { min, max }: ColumnStatistics,
  column: ParquetColumn,
): TimeRangeMicros | undefined {
  const from = toMicros(min, column, 0n);
  const to = toMicros(max, column, 999n);
  return from === undefined || to === undefined ? undefined : { min: from, max: to };
}

function union(one: TimeRangeMicros, other: TimeRangeMicros): TimeRangeMicros {
  return {
    // biome-ignore lint/complexity/useMathMinMax: it takes no bigints
    min: one.min < other.min ? one.min : other.min,
    // biome-ignore lint/complexity/useMathMinMax: it takes no bigints
    max: one.max > other.max ? one.max : other.max,
  };
}

/** @param slackNanos is added before nanoseconds are cut: 999 rounds up, as a maximum must be. */
function toMicros(
  bound: StatisticValue | undefined,
  { logicalType }: ParquetColumn,
  slackNanos: bigint,
): bigint | undefined {
  if (logicalType?.type === "DATE" && typeof bound === "number")
    return BigInt(bound) * MICROS_PER_DAY;
  if (logicalType?.type !== "TIMESTAMP" || typeof bound !== "bigint") return undefined;
  if (logicalType.unit === "MILLIS") return bound * 1000n;
  return logicalType.unit === "NANOS" ? floorMicros(bound + slackNanos) : bound;
}

/** Division of bigints cuts towards zero; times before 1970 are negative. */
function floorMicros(nanos: bigint): bigint {
  return (nanos - (((nanos % 1000n) + 1000n) % 1000n)) / 1000n;
}
