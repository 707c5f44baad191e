import { type Data, DataType, DateUnit, makeVector, Precision, TimeUnit } from "apache-arrow";

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
 * numbers that Arrow makes of them have lost digits. So are those within lists, structs and maps.
 * @param longest where the text is cut
 */
export function cellText(column: Data, row: number, longest: number = LONGEST_TEXT): CellText {
  const { type } = column;
  if (DataType.isNull(type) || !column.getValid(row)) return NULL;
  if (DataType.isDecimal(type)) return integerText(type, unscaled(column, row));
  if (isOfTime(type)) return integerText(type, rawInteger(column, row));
  if (DataType.isDictionary(type)) return dictionaryText(column, row, longest);
  const nested = nestedText(column, row, longest);
  if (nested !== undefined) return { text: cut(nested, longest), kind: "text" };
  const value: unknown = makeVector(column).get(row);
  return isSingle(type) ? { text: singleText(value), kind: "number" } : valueText(value, longest);
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
  const isMoment = DataType.isTimestamp(type) || DataType.isDate(type);
  return isMoment || DataType.isTime(type) || DataType.isDuration(type);
}

/** What an integer means in a column of times or decimals. */
function integerText(type: DataType, value: bigint): CellText {
  return { text: meaningOf(type, value), kind: "number" };
}

function meaningOf(type: DataType, value: bigint): string {
  if (DataType.isTimestamp(type)) {
    return `${timestampText(value, type.unit)}${type.timezone ? "Z" : ""}`; // with a zone it is UTC
  }
  if (DataType.isDate(type)) {
    return isoParts(value * (type.unit === DateUnit.DAY ? MS_PER_DAY : 1n))[0];
  }
  if (DataType.isTime(type)) return clockText(value, type.unit);
  if (DataType.isDuration(type)) return durationText(value, type.unit);
  return DataType.isDecimal(type) ? decimalText(value, type.scale) : String(value);
}

function dictionaryText({ dictionary, values }: Data, row: number, longest: number): CellText {
  let index = Number((values as ArrayLike<number | bigint>)[row]);
  for (const chunk of dictionary?.data ?? []) {
    if (index < chunk.length) return cellText(chunk, index, longest);
    index -= chunk.length;
  }
  return NULL;
}

/** Lists, structs and maps, by their children. */
function nestedText(column: Data, row: number, longest: number): string | undefined {
  const { type, children } = column;
  const [child] = children;
  if (DataType.isStruct(type)) {
    const items = type.children.map(({ name }, at) => [name, children[at]] as const);
    const text = ([name, data]: (typeof items)[number]) =>
      `${name}: ${data ? innerText(data, row, longest) : "null"}`;
    return `{${items.map(text).join(", ")}}`;
  }
  if (!child) return undefined;
  const isFixed = DataType.isFixedSizeList(type);
  if (!isFixed && !DataType.isList(type) && !DataType.isMap(type)) return undefined;
  const offsets = column.valueOffsets;
  const start = isFixed ? row * type.listSize : Number(offsets[row]);
  const end = isFixed ? start + type.listSize : Number(offsets[row + 1]);
  const most = Math.max(MOST_ITEMS, longest / MOST_ITEMS);
  const shown = Array.from({ length: Math.min(end - start, most) }, (_, at) =>
    DataType.isMap(type)
      ? pairText(child, start + at, longest)
      : innerText(child, start + at, longest),
  );
  const items = [...shown, ...(end - start > most ? ["…"] : [])].join(", ");
  return DataType.isMap(type) ? `{${items}}` : `[${items}]`;
}

function pairText({ children }: Data, row: number, longest: number): string {
  return children.map((child) => innerText(child, row, longest)).join(": ");
}

/** Text within a list or a struct stands in quotes, so that it is told from what stands around it. */
function innerText(data: Data, row: number, longest: number): string {
  const { text } = cellText(data, row, longest);
  const isText = DataType.isUtf8(data.type) || DataType.isLargeUtf8(data.type);
  return isText && data.getValid(row) ? JSON.stringify(text) : text;
}

function valueText(value: unknown, longest: number = LONGEST_TEXT): CellText {
  if (value === null || value === undefined) return NULL;
  if (typeof value === "number" || typeof value === "bigint") {
    return { text: String(value), kind: "number" };
  }
  if (typeof value === "string") return { text: cut(value, longest), kind: "text" };
  if (value instanceof Uint8Array) return { text: cut(hexText(value), longest), kind: "text" };
  if (ArrayBuffer.isView(value)) return { text: cut(viewText(value), longest), kind: "text" };
  if (typeof value === "object") return { text: cut(jsonText(value), longest), kind: "text" };
  return { text: String(value), kind: "text" };
}

function viewText(view: ArrayBufferView): string {
  return `[${Array.from(view as unknown as ArrayLike<number | bigint>, String).join(", ")}]`;
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

function cut(text: string, longest: number): string {
  return text.length <= longest ? text : `${text.slice(0, longest)}…`;
}

function rawInteger({ values }: Data, row: number): bigint {
  return BigInt((values as ArrayLike<number | bigint>)[row] ?? 0);
}

/** Reads what values of a column are compared and drawn by: as they are, or the column's own integers. */
export function plainValues(column: Data): (row: number) => unknown {
  const { type } = column;
  if (DataType.isNull(type)) return () => null;
  if (DataType.isDecimal(type))
    return (row) => (column.getValid(row) ? unscaled(column, row) : null);
  if (isOfTime(type)) return (row) => (column.getValid(row) ? rawInteger(column, row) : null);
  const vector = makeVector(column);
  return (row) => vector.get(row) as unknown;
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

function durationText(value: bigint, unit: TimeUnit): string {
  const { seconds, fraction } = split(value < 0n ? -value : value, unit);
  return `${value < 0n ? "-" : ""}${seconds}${fraction} s`;
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
