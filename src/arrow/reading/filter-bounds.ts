import {
  type ColumnRef,
  type Condition,
  compareBytes,
  compareCodePoints,
  hasOneOrder,
  type Operator,
  type Test,
} from "./condition.ts";

/** A bound in the form that a column's tests have: integers of all kinds are bigints. */
export type Bound = number | bigint | string | boolean | Uint8Array;

/** What is known of the values of a column. What is absent is unknown. */
export interface Bounds {
  /** No value is less, NaN aside. */
  readonly min?: Bound | undefined;
  /** No value is greater, NaN aside. */
  readonly max?: Bound | undefined;
  readonly nullCount?: number | undefined;
  readonly rowCount?: number | undefined;
}

/** Gives what is known of a column; `undefined` where nothing is. */
export type BoundsOf = (column: ColumnRef) => Bounds | undefined;

/** Whether a condition may hold for a row, and whether it may not, as far as bounds tell. */
interface Outcome {
  readonly mayHold: boolean;
  readonly mayFail: boolean;
}

const UNKNOWN: Outcome = { mayHold: true, mayFail: true };

/** Whether there may be a row that matches. Only what is sure makes it false. */
export function mayMatch(condition: Condition, boundsOf: BoundsOf): boolean {
  return outcomeOf(condition, boundsOf).mayHold;
}

function outcomeOf(condition: Condition, boundsOf: BoundsOf): Outcome {
  if ("all" in condition) {
    const outcomes = condition.all.map((one) => outcomeOf(one, boundsOf));
    return {
      mayHold: outcomes.every(({ mayHold }) => mayHold),
      mayFail: outcomes.some(({ mayFail }) => mayFail),
    };
  }
  if ("any" in condition) {
    const outcomes = condition.any.map((one) => outcomeOf(one, boundsOf));
    return {
      mayHold: outcomes.some(({ mayHold }) => mayHold),
      mayFail: outcomes.every(({ mayFail }) => mayFail),
    };
  }
  if ("not" in condition) {
    const { mayHold, mayFail } = outcomeOf(condition.not, boundsOf);
    return { mayHold: mayFail, mayFail: mayHold };
  }
  const { column, test } = condition;
  if (test.kind === "never") return { mayHold: false, mayFail: true };
  return outcomeOfTest(test, column, boundsOf(column) ?? {});
}

function outcomeOfTest(test: Test, { nullable }: ColumnRef, bounds: Bounds): Outcome {
  const { rowCount, nullCount = nullable ? undefined : 0 } = bounds;
  const mayBeNull = nullCount === undefined || nullCount > 0;
  const mayBeValue = nullCount === undefined || rowCount === undefined || nullCount < rowCount;
  if (test.kind === "null") return { mayHold: mayBeNull, mayFail: mayBeValue };
  const ofValues = mayBeValue ? outcomeWithin(test, bounds) : { mayHold: false, mayFail: false };
  return { mayHold: ofValues.mayHold, mayFail: ofValues.mayFail || mayBeNull };
}

/** Of values that are not null. */
function outcomeWithin(test: Test, { min, max }: Bounds): Outcome {
  switch (test.kind) {
    case "integers":
      return withinIntegers(test, asBigInt(min), asBigInt(max));
    case "integerSet":
      return anyOf([...test.values], (value) =>
        withinIntegers({ min: value, max: value }, asBigInt(min), asBigInt(max)),
      );
    case "float":
      return withNaN(
        within(test.operator, compareWith(test.value, min), compareWith(test.value, max)),
      );
    case "text":
      return withinTexts(test.operator, test.value, { min, max });
    case "textSet":
      return anyOf([...test.values], (value) => withinTexts("eq", value, { min, max }));
    case "bytes":
      return within(test.operator, bytesAt(min, test.value), bytesAt(max, test.value));
    case "boolean":
      return within(
        test.operator,
        typeof min === "boolean" ? Number(min) - Number(test.value) : undefined,
        typeof max === "boolean" ? Number(max) - Number(test.value) : undefined,
      );
    default:
      return UNKNOWN;
  }
}

function withinIntegers(
  wanted: { readonly min?: bigint; readonly max?: bigint },
  min: bigint | undefined,
  max: bigint | undefined,
): Outcome {
  const isBelow = wanted.min !== undefined && max !== undefined && max < wanted.min;
  const isAbove = wanted.max !== undefined && min !== undefined && min > wanted.max;
  const isFromMin = wanted.min === undefined || (min !== undefined && min >= wanted.min);
  const isToMax = wanted.max === undefined || (max !== undefined && max <= wanted.max);
  const isNowhere = wanted.min !== undefined && wanted.max !== undefined && wanted.min > wanted.max;
  return {
    mayHold: !(isBelow || isAbove || isNowhere),
    mayFail: !(isFromMin && isToMax) || isNowhere,
  };
}

function withinTexts(
  operator: Operator,
  value: string,
  { min, max }: { readonly min?: Bound | undefined; readonly max?: Bound | undefined },
): Outcome {
  // Bounds are in the order of code points, and rows are compared by UTF-16 units.
  if (operator !== "eq" && !hasOneOrder(value)) return UNKNOWN;
  return within(
    operator,
    typeof min === "string" ? compareCodePoints(min, value) : undefined,
    typeof max === "string" ? compareCodePoints(max, value) : undefined,
  );
}

/**
 * What may be of values between bounds.
 * @param min how the lower bound compares with the value that is asked for; `undefined`: unknown
 * @param max the same of the upper bound
 */
function within(operator: Operator, min: number | undefined, max: number | undefined): Outcome {
  switch (operator) {
    case "eq":
      return {
        mayHold: !((min !== undefined && min > 0) || (max !== undefined && max < 0)),
        mayFail: !(min === 0 && max === 0),
      };
    case "gt":
      return { mayHold: max === undefined || max > 0, mayFail: min === undefined || min <= 0 };
    case "gte":
      return { mayHold: max === undefined || max >= 0, mayFail: min === undefined || min < 0 };
    case "lt":
      return { mayHold: min === undefined || min < 0, mayFail: max === undefined || max >= 0 };
    case "lte":
      return { mayHold: min === undefined || min <= 0, mayFail: max === undefined || max > 0 };
  }
}

/** Bounds say nothing of NaN, which no comparison holds for. */
function withNaN({ mayHold }: Outcome): Outcome {
  return { mayHold, mayFail: true };
}

function anyOf<Value>(values: readonly Value[], outcome: (value: Value) => Outcome): Outcome {
  const outcomes = values.map(outcome);
  return {
    mayHold: outcomes.some(({ mayHold }) => mayHold),
    mayFail: outcomes.every(({ mayFail }) => mayFail),
  };
}

function asBigInt(bound: Bound | undefined): bigint | undefined {
  return typeof bound === "bigint" ? bound : undefined;
}

/** JavaScript compares numbers with bigints by value, without rounding. */
function compareWith(value: number | bigint, bound: Bound | undefined): number | undefined {
  if (typeof bound !== "number" && typeof bound !== "bigint") return undefined;
  if (bound < value) return -1;
  return bound > value ? 1 : 0;
}

function bytesAt(bound: Bound | undefined, value: Uint8Array): number | undefined {
  return bound instanceof Uint8Array ? compareBytes(bound, value) : undefined;
}
