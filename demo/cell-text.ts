import {
  type Data,
  DataType,
  DateUnit,
  makeVector,
  Precision,
  TimeUnit,
  type Vector,
} from "apache-arrow";

/** A value as it is shown, and how to set it. */
export interface CellText {
  readonly text: string;
  readonly kind: "null" | "number" | "text";
}

/** Longer text, and more items of a list, are cut in a cell. */
const LONGEST_TEXT = 120;
const MOST_ITEMS = 8;

const MS_PER_DAY = 86_400_000n;

const NULL: CellText = { text: "null", kind: "null" };

const UNITS_PER_SECOND: Record<TimeUnit, bigint> = {
  [TimeUnit.SECOND]: 1n,
  [TimeUnit.MILLISECOND]: 1_000n,
  [TimeUnit.MICROSECOND]: 1_000_000n,
  [TimeUnit.NANOSECOND]: 1_000_000_000n,
};

/**
 * The text of one value of a column. Times and decimals are read from the column's own integers: the
 * numbers that Arrow makes of them have lost digits.
 */
export function cellText(column: Data, row: number): CellText {
  const { type } = column;
  if (DataType.isNull(type) || !column.getValid(row)) return NULL;
  if (DataType.isDecimal(type)) return integerText(type, unscaled(column, row));
  if (isOfTime(type)) return integerText(type, rawInteger(column, row));
  if (DataType.isDictionary(type)) return dictionaryText(column, row);
  const value: unknown = makeVector(column).get(row);
  return isSingle(type) ? { text: singleText(value), kind: "number" } : valueText(value);
}

/** How the values of a column are set, apart from its nulls. */
export function columnKind(type: DataType): CellText["kind"] {
  const isNumber = DataType.isInt(type) || DataType.isFloat(type) || DataType.isDecimal(type);
  return isNumber || isOfTime(type) ? "number" : "text";
}

/** The text of a column's bound, which stands in the column's own unit. */
export function boundText(type: DataType, value: unknown): string {
  const isInteger = typeof value === "bigint" || Number.isSafeInteger(value);
  if (isInteger && (isOfTime(type) || DataType.isDecimal(type))) {
    return integerText(type, BigInt(value as bigint | number)).text;
  }
  return isSingle(type) ? singleText(value) : valueText(value).text;
}

function isSingle(type: DataType): boolean {
  return DataType.isFloat(type) && type.precision === Precision.SINGLE;
}

/** The fewest digits that mean this 32-bit number: 0.1, not 0.10000000149011612. */
function singleText(value: unknown): string {
  const single = Number(value);
  const digits = [6, 7, 8, 9].find((count) => Math.fround(roundTo(single, count)) === single);
  return String(digits === undefined ? single : roundTo(single, digits));
}

function roundTo(value: number, digits: number): number {
  return Number(value.toPrecision(digits));
}

function isOfTime(type: DataType): boolean {
  return DataType.isTimestamp(type) || DataType.isDate(type) || DataType.isTime(type);
}

/** What an integer means in a column of times or decimals. */
function integerText(type: DataType, value: bigint): CellText {
  return { text: meaningOf(type, value), kind: "number" };
}

function meaningOf(type: DataType, value: bigint): string {
  if (DataType.isTimestamp(type)) {
    return `${timestampText(value, type.unit)}${type.timezone ? "Z" : ""}`;
  }
  if (DataType.isDate(type)) {
    return isoParts(value * (type.unit === DateUnit.DAY ? MS_PER_DAY : 1n))[0];
  }
  if (DataType.isTime(type)) return clockText(value, type.unit);
  return DataType.isDecimal(type) ? decimalText(value, type.scale) : String(value);
}

function dictionaryText({ dictionary, values }: Data, row: number): CellText {
  let index = Number((values as ArrayLike<number | bigint>)[row]);
  for (const chunk of dictionary?.data ?? []) {
    if (index < chunk.length) return cellText(chunk, index);
    index -= chunk.length;
  }
  return NULL;
}

function valueText(value: unknown): CellText {
  if (value === null || value === undefined) return NULL;
  if (typeof value === "number" || typeof value === "bigint") {
    return { text: String(value), kind: "number" };
  }
  if (typeof value === "string") return { text: cut(value), kind: "text" };
  if (value instanceof Uint8Array) return { text: cut(hexText(value)), kind: "text" };
  if (isVector(value)) return { text: cut(listText(value)), kind: "text" };
  if (typeof value === "object") return { text: cut(jsonText(value)), kind: "text" };
  return { text: String(value), kind: "text" };
}

function isVector(value: unknown): value is Vector {
  return typeof value === "object" && value !== null && "data" in value && "numChildren" in value;
}

function listText(vector: Vector): string {
  const items = vector.data.flatMap((chunk) =>
    Array.from({ length: Math.min(chunk.length, MOST_ITEMS) }, (_, row) => cellText(chunk, row)),
  );
  const shown = items.slice(0, MOST_ITEMS).map(({ text }) => text);
  return `[${[...shown, ...(vector.length > MOST_ITEMS ? ["…"] : [])].join(", ")}]`;
}

function jsonText(value: object): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === "bigint" ? String(inner) : inner,
  );
}

function hexText(bytes: Uint8Array): string {
  return Array.from(bytes.subarray(0, LONGEST_TEXT), (byte) =>
    byte.toString(16).padStart(2, "0"),
  ).join(" ");
}

function cut(text: string): string {
  return text.length <= LONGEST_TEXT ? text : `${text.slice(0, LONGEST_TEXT)}…`;
}

function rawInteger({ values }: Data, row: number): bigint {
  return BigInt((values as ArrayLike<number | bigint>)[row] ?? 0);
}

/** Little-endian words of 32 bits, two's complement. */
function unscaled({ values, stride }: Data, row: number): bigint {
  const words = (values as Uint32Array).subarray(row * stride, (row + 1) * stride);
  const unsigned = words.reduceRight((sum, word) => (sum << 32n) | BigInt(word >>> 0), 0n);
  return BigInt.asIntN(32 * stride, unsigned);
}

function decimalText(value: bigint, scale: number): string {
  const digits = String(value < 0n ? -value : value).padStart(scale + 1, "0");
  const sign = value < 0n ? "-" : "";
  const whole = digits.slice(0, digits.length - scale);
  return scale === 0 ? `${sign}${whole}` : `${sign}${whole}.${digits.slice(-scale)}`;
}

function timestampText(value: bigint, unit: TimeUnit): string {
  const { seconds, fraction } = split(value, unit);
  const [day, clock] = isoParts(seconds * 1000n);
  return clock === undefined ? String(value) : `${day} ${clock}${fraction}`;
}

function clockText(value: bigint, unit: TimeUnit): string {
  const { seconds, fraction } = split(value, unit);
  return `${isoParts(seconds * 1000n)[1]}${fraction}`;
}

/** The day, and the time of day in whole seconds; the bare number where no calendar has that day. */
function isoParts(millis: bigint): readonly [day: string, clock?: string] {
  const date = new Date(Number(millis));
  if (Number.isNaN(date.getTime())) return [String(millis)];
  const [day = "", clock = ""] = date.toISOString().split("T");
  return [day, clock.slice(0, "00:00:00".length)];
}

/** Whole seconds, rounded down, and the rest as ".123456"; nothing when it is zero. */
function split(value: bigint, unit: TimeUnit): { seconds: bigint; fraction: string } {
  const perSecond = UNITS_PER_SECOND[unit];
  const rest = ((value % perSecond) + perSecond) % perSecond;
  const digits = String(rest).padStart(String(perSecond).length - 1, "0");
  return { seconds: (value - rest) / perSecond, fraction: rest === 0n ? "" : `.${digits}` };
}
