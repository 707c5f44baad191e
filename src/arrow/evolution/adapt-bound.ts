import type { DataType, Int } from "apache-arrow";
import type { StatisticValue } from "../../worker/parquet-types.ts";
import type { Arrow } from "../load-arrow.ts";
import { nanosecondsOf } from "./cast-times.ts";

/** A bound of a column in a type that the column's was widened to. */
export function adaptBound(
  arrow: Arrow,
  value: StatisticValue,
  from: DataType,
  to: DataType,
): StatisticValue {
  const { DataType: is } = arrow;
  if (is.isDictionary(to)) return adaptBound(arrow, value, from, to.dictionary);
  if (typeof value !== "number" && typeof value !== "bigint") return value;
  if (is.isInt(to)) return (to as Int).bitWidth === 64 ? BigInt(value) : Number(value);
  const [was, unit] = [nanosecondsOf(arrow, from), nanosecondsOf(arrow, to)];
  if (was === undefined || unit === undefined || was === unit) return value;
  return BigInt(value) * (was / unit);
}
