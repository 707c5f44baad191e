/** A leaf column of an Arrow schema: a top-level one, or a field within structs. */
export interface ColumnRef {
  /** The names from the root. */
  readonly path: readonly string[];
  /** The places of the same names: among the columns, then among the children of each. */
  readonly indexes: readonly number[];
  /** Whether it, or a struct around it, may be null. */
  readonly nullable: boolean;
}

/** How a value stands to another one. */
export type Operator = "eq" | "gt" | "gte" | "lt" | "lte";

/**
 * What one value is tested for. A null passes `null` alone, a NaN no test. Integers also stand for dates,
 * times, timestamps, durations and decimals, in the column's own unit.
 */
export type Test =
  | { readonly kind: "null" }
  | { readonly kind: "never" }
  /** Within, both ends inclusive. */
  | { readonly kind: "integers"; readonly min?: bigint; readonly max?: bigint }
  | { readonly kind: "integerSet"; readonly values: ReadonlySet<bigint> }
  | { readonly kind: "float"; readonly operator: Operator; readonly value: number | bigint }
  | { readonly kind: "text"; readonly operator: Operator; readonly value: string }
  | { readonly kind: "textSet"; readonly values: ReadonlySet<string> }
  | { readonly kind: "bytes"; readonly operator: Operator; readonly value: Uint8Array }
  | { readonly kind: "boolean"; readonly operator: Operator; readonly value: boolean };

/** A test of one column's values. */
export interface ColumnTest {
  readonly column: ColumnRef;
  readonly test: Test;
}

/** A filter whose columns are known to be there, and whose values to be comparable with them. */
export type Condition =
  | ColumnTest
  | { readonly all: readonly Condition[] }
  | { readonly any: readonly Condition[] }
  | { readonly not: Condition };

/** The columns that a condition looks at, by their first name. */
export function columnsOf(condition: Condition): Set<string> {
  const names = new Set<string>();
  for (const { column } of testsOf(condition)) names.add(column.path[0] ?? "");
  return names;
}

/** All tests within a condition. */
function* testsOf(condition: Condition): Generator<ColumnTest> {
  if ("all" in condition) for (const one of condition.all) yield* testsOf(one);
  else if ("any" in condition) for (const one of condition.any) yield* testsOf(one);
  else if ("not" in condition) yield* testsOf(condition.not);
  else yield condition;
}

/** Text as Parquet orders it: by code points. */
export function compareCodePoints(one: string, other: string): number {
  const length = Math.min(one.length, other.length);
  for (let index = 0; index < length; index += 1) {
    const [a, b] = [one.charCodeAt(index), other.charCodeAt(index)];
    if (a !== b) return codePointRank(a) - codePointRank(b);
  }
  return one.length - other.length;
}

/** Halves of pairs stand for what comes after all single units. */
function codePointRank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}

/** Whether other texts stand to this one alike by code points and by UTF-16 units, as JavaScript compares. */
export function hasOneOrder(text: string): boolean {
  return !/[\uD800-\uFFFF]/.test(text);
}

/** Bytes as Parquet orders them: unsigned, one by one. */
export function compareBytes(one: Uint8Array, other: Uint8Array): number {
  const length = Math.min(one.length, other.length);
  for (let index = 0; index < length; index += 1) {
    const difference = (one[index] ?? 0) - (other[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return one.length - other.length;
}

/** Whether a value holds against another, by how it compares. */
export function holds(operator: Operator, comparison: number): boolean {
  switch (operator) {
    case "eq":
      return comparison === 0;
    case "gt":
      return comparison > 0;
    case "gte":
      return comparison >= 0;
    case "lt":
      return comparison < 0;
    case "lte":
      return comparison <= 0;
  }
}
