import type { DataType, Date_, Decimal, Dictionary, Timestamp } from "apache-arrow";
import type { Arrow } from "../load-arrow.ts";
import type { FilterValue } from "../row-filter.ts";
import type { Operator, Test } from "./condition.ts";

/** A whole number of a column's units, or where a value stands between two of them. */
interface Place {
  readonly floor: bigint;
  readonly ceil: bigint;
}

type Infinite = "low" | "high" | "nowhere";

/** What values of a type can be compared with. */
export interface Comparable {
  /** What a value may be, for people. */
  readonly takes: string;
  /** The test that a comparison is; `undefined` where the two cannot be compared. */
  readonly test: (operator: Operator, value: NonNullable<FilterValue>) => Test | undefined;
}

const NEVER: Test = { kind: "never" };

/** How values of an Arrow type compare; `undefined` for those that only are null or not. */
export function comparableOf(arrow: Arrow, type: DataType): Comparable | undefined {
  const { DataType: is } = arrow;
  if (is.isDictionary(type)) return comparableOf(arrow, (type as Dictionary).dictionary);
  if (is.isInt(type)) return integers("a number", placeOfNumber);
  if (is.isFloat(type)) return { takes: "a number", test: testFloat };
  if (is.isBool(type)) return { takes: "a boolean", test: testBoolean };
  if (is.isUtf8(type) || is.isLargeUtf8(type) || is.isUtf8View(type))
    return { takes: "a text", test: testText };
  const isBinary = is.isBinary(type) || is.isLargeBinary(type) || is.isBinaryView(type);
  if (isBinary || is.isFixedSizeBinary(type)) return { takes: "bytes", test: testBytes };
  if (is.isDecimal(type)) {
    return integers("a number", (value) => placeOfDecimal(value, (type as Decimal).scale));
  }
  if (is.isTime(type) || is.isDuration(type)) return integers("a number", placeOfNumber);
  const unit = microsPerUnit(arrow, type);
  if (unit) return integers("a Date or a number", (value) => placeOfMoment(value, unit));
  return is.isNull(type) ? { takes: "anything", test: () => NEVER } : undefined;
}

/** A unit of time: so many microseconds, or so many of it in one. */
export interface TimeUnit {
  readonly micros: bigint;
  readonly perMicro: bigint;
}

/** The unit of a type of dates or moments; `undefined` for any other. */
export function microsPerUnit(
  { DataType: is, DateUnit, TimeUnit: Unit }: Arrow,
  type: DataType,
): TimeUnit | undefined {
  if (is.isDate(type)) {
    return {
      micros: (type as Date_).unit === DateUnit.DAY ? 86_400_000_000n : 1000n,
      perMicro: 1n,
    };
  }
  if (!is.isTimestamp(type)) return undefined;
  switch ((type as Timestamp).unit) {
    case Unit.SECOND:
      return { micros: 1_000_000n, perMicro: 1n };
    case Unit.MILLISECOND:
      return { micros: 1000n, perMicro: 1n };
    case Unit.MICROSECOND:
      return { micros: 1n, perMicro: 1n };
    default:
      return { micros: 1n, perMicro: 1000n };
  }
}

/** The test of a column of dates or moments against a moment in microseconds. */
export function testMoment(operator: Operator, micros: number | bigint, unit: TimeUnit): Test {
  const place = placeOfMicros(micros, unit);
  return typeof place === "string" ? testInfinite(operator, place) : testPlace(operator, place);
}

function integers(
  takes: string,
  placeOf: (value: NonNullable<FilterValue>) => Place | Infinite | undefined,
): Comparable {
  return {
    takes,
    test: (operator, value) => {
      const place = placeOf(value);
      if (place === undefined) return undefined;
      return typeof place === "string" ? testInfinite(operator, place) : testPlace(operator, place);
    },
  };
}

function testPlace(operator: Operator, { floor, ceil }: Place): Test {
  const kind = "integers";
  switch (operator) {
    case "eq":
      return floor === ceil ? { kind, min: floor, max: floor } : NEVER;
    case "gt":
      return { kind, min: floor + 1n };
    case "gte":
      return { kind, min: ceil };
    case "lt":
      return { kind, max: ceil - 1n };
    case "lte":
      return { kind, max: floor };
  }
}

function testInfinite(operator: Operator, place: Infinite): Test {
  const isUp = operator === "gt" || operator === "gte";
  const isDown = operator === "lt" || operator === "lte";
  const isAlways = (place === "low" && isUp) || (place === "high" && isDown);
  return isAlways ? { kind: "integers" } : NEVER;
}

function placeOfNumber(value: unknown): Place | Infinite | undefined {
  if (typeof value === "bigint") return { floor: value, ceil: value };
  if (typeof value !== "number") return undefined;
  if (Number.isNaN(value)) return "nowhere";
  if (!Number.isFinite(value)) return value > 0 ? "high" : "low";
  return { floor: BigInt(Math.floor(value)), ceil: BigInt(Math.ceil(value)) };
}

/** A number means the decimal that it is written as: 0.1 is a tenth. */
function placeOfDecimal(value: unknown, scale: number): Place | Infinite | undefined {
  if (typeof value === "bigint") return divided(value * 10n ** BigInt(Math.max(scale, 0)), scale);
  const whole = placeOfNumber(value);
  if (whole === undefined || typeof whole === "string") return whole;
  const [, sign = "", before = "", after = "", exponent = "0"] =
    /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/.exec(String(value)) ?? [];
  const digits = BigInt(`${sign}${before}${after}`);
  const shift = Number(exponent) - after.length + scale;
  return shift >= 0
    ? { floor: digits * 10n ** BigInt(shift), ceil: digits * 10n ** BigInt(shift) }
    : between(digits, 10n ** BigInt(-shift));
}

function divided(value: bigint, scale: number): Place {
  return scale >= 0 ? { floor: value, ceil: value } : between(value, 10n ** BigInt(-scale));
}

/** A date is a moment; numbers are in the column's own unit. */
function placeOfMoment(value: unknown, unit: TimeUnit): Place | Infinite | undefined {
  if (!(value instanceof Date)) return placeOfNumber(value);
  return placeOfMicros(microsOf(value), unit);
}

/** A moment in microseconds since 1970; NaN for a date that is none. */
export function microsOf(date: Date): number | bigint {
  const millis = date.getTime();
  return Number.isNaN(millis) ? millis : BigInt(millis) * 1000n;
}

function placeOfMicros(micros: number | bigint, unit: TimeUnit): Place | Infinite {
  // Finer than microseconds only a fraction tells, which the nearest whole numbers stand for.
  const place = placeOfNumber(micros) ?? "nowhere";
  if (typeof place === "string") return place;
  const { floor } = between(place.floor * unit.perMicro, unit.micros);
  return { floor, ceil: between(place.ceil * unit.perMicro, unit.micros).ceil };
}

/** Division of bigints cuts towards zero. */
function between(value: bigint, divisor: bigint): Place {
  const rest = ((value % divisor) + divisor) % divisor;
  const floor = (value - rest) / divisor;
  return { floor, ceil: rest === 0n ? floor : floor + 1n };
}

function testFloat(operator: Operator, value: unknown): Test | undefined {
  if (typeof value !== "number" && typeof value !== "bigint") return undefined;
  if (Number.isNaN(value)) return NEVER;
  const asNumber = Number(value);
  const isExact =
    typeof value === "number" || (Number.isFinite(asNumber) && BigInt(asNumber) === value);
  return { kind: "float", operator, value: isExact ? asNumber : value };
}

function testBoolean(operator: Operator, value: unknown): Test | undefined {
  return typeof value === "boolean" ? { kind: "boolean", operator, value } : undefined;
}

function testText(operator: Operator, value: unknown): Test | undefined {
  return typeof value === "string" ? { kind: "text", operator, value } : undefined;
}

function testBytes(operator: Operator, value: unknown): Test | undefined {
  return value instanceof Uint8Array ? { kind: "bytes", operator, value } : undefined;
}
