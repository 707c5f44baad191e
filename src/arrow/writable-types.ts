import type { DataType, Dictionary, Interval, Schema } from "apache-arrow";
import { TinyFSError } from "../tinyfs/errors.ts";
import type { Arrow } from "./load-arrow.ts";

/**
 * Refuses what Parquet has no place for, before it is encoded: parquet-wasm panics over unions, and a
 * panic takes a worker with all that it is writing.
 * @throws UNSUPPORTED_TYPE that names the column
 */
export function assertWritable(arrow: Arrow, { fields }: Schema): void {
  for (const { name, type } of fields) {
    const culprit = unwritable(arrow, type);
    if (!culprit) continue;
    const where = culprit === type ? "is" : "holds";
    const message = `Column "${name}" ${where} ${culprit}, which Parquet files do not store`;
    throw new TinyFSError("UNSUPPORTED_TYPE", message);
  }
}

function unwritable({ Type, IntervalUnit }: Arrow, type: DataType): DataType | undefined {
  const find = (inner: DataType): DataType | undefined => {
    if (inner.typeId === Type.Union) return inner;
    if (inner.typeId === Type.Interval && isMonthDayNano(inner)) return inner;
    const values = (inner as Dictionary).dictionary;
    const children = (inner.children ?? []).map((field) => field.type);
    for (const child of values ? [values] : children) {
      const found = find(child);
      if (found) return found;
    }
    return undefined;
  };
  const isMonthDayNano = (inner: DataType) =>
    (inner as Interval).unit === IntervalUnit.MONTH_DAY_NANO;
  return find(type);
}
