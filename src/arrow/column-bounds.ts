import type {
  ColumnStatistics,
  ParquetRowGroup,
  ParquetSummary,
  StatisticValue,
} from "../worker/parquet-types.ts";

/** Gives a bound of one file in the form that it has for all. */
type Convert = (bound: StatisticValue, file: number) => StatisticValue;

/**
 * What is known of a top-level column over all row groups: nothing where one of them says nothing. In a file
 * that lacks the column every row is null.
 */
export function sumStatistics(
  name: string,
  summaries: readonly ParquetSummary[],
  convert: Convert = (bound) => bound,
): ColumnStatistics {
  const chunks = summaries.flatMap(({ columns, rowGroups }, file) => {
    const index = columns.findIndex(({ path }) => path.length === 1 && path[0] === name);
    const isThere = columns.some(({ path }) => path[0] === name);
    return rowGroups.map((group) => {
      const { rowCount } = group;
      if (!isThere) return { rowCount, nullCount: rowCount };
      const bound = (value: StatisticValue) => convert(value, file);
      return { rowCount, ...converted(statisticsAt(group, index), bound) };
    });
  });
  const withValues = chunks.filter(({ nullCount, rowCount }) => nullCount !== rowCount);
  const min = extreme(withValues, "min", -1);
  const max = extreme(withValues, "max", 1);
  const nullCount = chunks.reduce<number | undefined>(
    (sum, chunk) =>
      sum === undefined || chunk.nullCount === undefined ? undefined : sum + chunk.nullCount,
    0,
  );
  return {
    ...(min !== undefined && { min }),
    ...(max !== undefined && { max }),
    ...(nullCount !== undefined && { nullCount }),
  };
}

function statisticsAt({ statistics }: ParquetRowGroup, index: number): ColumnStatistics {
  return statistics[index] ?? {};
}

function converted(
  { min, max, ...rest }: ColumnStatistics,
  convert: (bound: StatisticValue) => StatisticValue,
): ColumnStatistics {
  return {
    ...rest,
    ...(min !== undefined && { min: convert(min) }),
    ...(max !== undefined && { max: convert(max) }),
  };
}

function extreme(
  chunks: readonly ColumnStatistics[],
  bound: "min" | "max",
  sign: number,
): StatisticValue | undefined {
  let found: StatisticValue | undefined;
  for (const { [bound]: value } of chunks) {
    if (value === undefined) return undefined;
    if (found === undefined || compare(value, found) * sign > 0) found = value;
  }
  return found;
}

/** Text by code points, as its UTF-8 bytes; bytes as Parquet does. */
function compare(a: StatisticValue, b: StatisticValue): number {
  if (typeof a === "string" && typeof b === "string")
    return compareBytes(new TextEncoder().encode(a), new TextEncoder().encode(b));
  if (a instanceof Uint8Array && b instanceof Uint8Array) return compareBytes(a, b);
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const at = a.findIndex((byte, index) => byte !== b[index]);
  if (at < 0) return a.length - b.length;
  return (a[at] ?? 0) - (b[at] ?? -1);
}
