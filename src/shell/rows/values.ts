import type { DataType } from "apache-arrow";
import type { JsonValue } from "../../interop/index.ts";

// Arrow's numbers of its types. They are part of its format; the module itself is not needed here.
const RIGHT: readonly number[] = [2, 3, 7, 18]; // whole numbers, floating ones, decimals, durations

/** Whether values of a type stand right in a table. */
export function isRight({ typeId }: DataType): boolean {
  return RIGHT.includes(typeId);
}

/** A value in a cell of a table. */
export function cellText(value: JsonValue): string {
  if (value === null) return "null";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
