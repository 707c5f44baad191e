import type { Data, Decimal, FixedSizeBinary, Float } from "apache-arrow";
import type { Arrow } from "../load-arrow.ts";
import { compareBytes, hasOneOrder, holds, type Operator, type Test } from "./condition.ts";

type Numbers = Int32Array; // and the other arrays of numbers: only what they share is used

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * Tests the values of a column.
 * @param way the column, after the structs around it
 */
export function columnMask(arrow: Arrow, way: readonly Data[], test: Test): Uint8Array {
  const column = way.at(-1);
  if (!column) throw new TypeError("A test needs a column");
  if (test.kind === "null") return nullMask(arrow, way, column.length);
  if (test.kind === "never") return new Uint8Array(column.length);
  const mask = valueMask(arrow, column, test);
  for (const data of way) clearNulls(data, mask);
  return mask;
}

function nullMask({ DataType: is }: Arrow, way: readonly Data[], length: number): Uint8Array {
  const mask = new Uint8Array(length).fill(1);
  for (const data of way) {
    if (is.isNull(data.type)) mask.fill(0);
    else clearNulls(data, mask);
  }
  for (let row = 0; row < length; row += 1) mask[row] = (mask[row] ?? 0) ^ 1;
  return mask;
}

function clearNulls({ nullBitmap, nullCount, offset }: Data, mask: Uint8Array): void {
  if (nullCount === 0 || !nullBitmap || nullBitmap.length === 0) return;
  for (let row = 0; row < mask.length; row += 1) {
    if (!bitAt(nullBitmap, offset + row)) mask[row] = 0;
  }
}

function bitAt(bits: Uint8Array, at: number): boolean {
  return ((bits[at >> 3] ?? 0) & (1 << (at & 7))) !== 0;
}

/** Of rows that are null it says anything. */
function valueMask(arrow: Arrow, data: Data, test: Test): Uint8Array {
  const { DataType: is } = arrow;
  const { type } = data;
  if (is.isDictionary(type)) return dictionaryMask(arrow, data, test);
  if (is.isBool(type)) {
    return masked(data.length, test, (row) => bitAt(data.values as Uint8Array, data.offset + row));
  }
  if (is.isDecimal(type)) return decimalMask(data, test);
  if (is.isUtf8(type) || is.isLargeUtf8(type) || is.isBinary(type) || is.isLargeBinary(type))
    return bytesMask(data, test);
  if (is.isFixedSizeBinary(type)) {
    const { byteWidth } = type as FixedSizeBinary;
    const values = data.values as Uint8Array;
    return masked(data.length, test, (row) =>
      values.subarray(row * byteWidth, (row + 1) * byteWidth),
    );
  }
  if (is.isFloat(type) && (type as Float).precision === arrow.Precision.HALF) {
    const values = data.values as Uint16Array;
    const { uint16ToFloat64 } = arrow.util;
    return masked(data.length, test, (row) => uint16ToFloat64(values[row] ?? 0));
  }
  if (ArrayBuffer.isView(data.values) && !is.isUtf8View(type) && !is.isBinaryView(type))
    return numbersMask(data, test);
  const vector = new arrow.Vector([data]);
  return masked(data.length, test, (row) => vector.get(row));
}

/** Values are tested once each, however often they are used. */
function dictionaryMask(arrow: Arrow, data: Data, test: Test): Uint8Array {
  const mask = new Uint8Array(data.length);
  const chunks = data.dictionary?.data ?? [];
  const known = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const chunk of chunks) {
    known.set(columnMask(arrow, [chunk], test), at);
    at += chunk.length;
  }
  const indices = data.values as Numbers | BigInt64Array;
  for (let row = 0; row < mask.length; row += 1) mask[row] = known[Number(indices[row])] ?? 0;
  return mask;
}

function numbersMask({ length, values }: Data, test: Test): Uint8Array {
  const mask = new Uint8Array(length);
  if (test.kind === "float") return floatMask(values as Numbers, mask, test);
  if (test.kind === "integerSet") {
    if (values instanceof BigInt64Array || values instanceof BigUint64Array)
      return setMask(values, mask, test.values);
    return setMask(values as Numbers, mask, new Set([...test.values].map(Number)));
  }
  if (test.kind !== "integers") throw cannotTest(test);
  if (values instanceof BigInt64Array) return longMask(values, mask, test);
  if (values instanceof BigUint64Array) return longMask(values, mask, test);
  const min = test.min === undefined ? Number.NEGATIVE_INFINITY : Number(test.min);
  const max = test.max === undefined ? Number.POSITIVE_INFINITY : Number(test.max);
  const numbers = values as Numbers;
  for (let row = 0; row < length; row += 1) {
    const value = numbers[row] ?? 0;
    mask[row] = Number(value >= min && value <= max);
  }
  return mask;
}

function longMask(
  values: BigInt64Array | BigUint64Array,
  mask: Uint8Array,
  { min, max }: { readonly min?: bigint; readonly max?: bigint },
): Uint8Array {
  const unsigned = values instanceof BigUint64Array;
  const least = unsigned ? 0n : -(1n << 63n);
  const greatest = unsigned ? (1n << 64n) - 1n : (1n << 63n) - 1n;
  const [low, high] = [min ?? least, max ?? greatest];
  for (let row = 0; row < mask.length; row += 1) {
    const value = values[row] ?? 0n;
    mask[row] = Number(value >= low && value <= high);
  }
  return mask;
}

function setMask<Value>(
  values: ArrayLike<Value>,
  mask: Uint8Array,
  wanted: ReadonlySet<Value>,
): Uint8Array {
  for (let row = 0; row < mask.length; row += 1)
    mask[row] = Number(wanted.has(values[row] as Value));
  return mask;
}

function floatMask(
  values: Numbers,
  mask: Uint8Array,
  { operator, value }: { readonly operator: Operator; readonly value: number | bigint },
): Uint8Array {
  const test = floatTest(operator, value);
  for (let row = 0; row < mask.length; row += 1) mask[row] = Number(test(values[row] ?? 0));
  return mask;
}

/** JavaScript compares numbers with bigints by value, without rounding. */
function floatTest(operator: Operator, value: number | bigint): (one: number) => boolean {
  switch (operator) {
    case "eq":
      return typeof value === "number" ? (one) => one === value : () => false;
    case "gt":
      return (one) => one > value;
    case "gte":
      return (one) => one >= value;
    case "lt":
      return (one) => one < value;
    case "lte":
      return (one) => one <= value;
  }
}

/** Unscaled values of any width, least significant word first. */
function decimalMask({ type, length, values }: Data, test: Test): Uint8Array {
  const { bitWidth } = type as Decimal;
  const bytes = values as Uint32Array;
  const width = bitWidth / 8;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return masked(length, test, (row) => {
    let value = 0n;
    for (let at = width - 4; at >= 0; at -= 4)
      value = (value << 32n) | BigInt(view.getUint32(row * width + at, true));
    return BigInt.asIntN(bitWidth, value);
  });
}

/** Text is compared as UTF-8 where that is the same, which spares decoding it. */
function bytesMask(data: Data, test: Test): Uint8Array {
  const mask = new Uint8Array(data.length);
  const values = data.values as Uint8Array;
  const offsets = data.valueOffsets as Int32Array | BigInt64Array;
  const at = (row: number) => values.subarray(Number(offsets[row]), Number(offsets[row + 1]));
  if (test.kind === "text" && isComparedAsBytes(test.operator, test.value)) {
    const wanted = encoder.encode(test.value);
    const isExact = decoder.decode(wanted) === test.value; // half a pair has no bytes
    for (let row = 0; row < mask.length; row += 1)
      mask[row] = Number(isExact && holds(test.operator, compareBytes(at(row), wanted)));
    return mask;
  }
  const isText = test.kind === "text" || test.kind === "textSet";
  return masked(data.length, test, (row) => (isText ? decoder.decode(at(row)) : at(row)));
}

function isComparedAsBytes(operator: Operator, value: string): boolean {
  return operator === "eq" || hasOneOrder(value);
}

/** Tests values one by one. */
function masked(length: number, test: Test, valueAt: (row: number) => unknown): Uint8Array {
  const mask = new Uint8Array(length);
  const passes = passing(test);
  for (let row = 0; row < length; row += 1) mask[row] = Number(passes(valueAt(row)));
  return mask;
}

function passing(test: Test): (value: unknown) => boolean {
  switch (test.kind) {
    case "text":
      return (value) => holds(test.operator, compareUnits(value as string, test.value));
    case "textSet":
      return (value) => test.values.has(value as string);
    case "bytes":
      return (value) => holds(test.operator, compareBytes(value as Uint8Array, test.value));
    case "boolean":
      return (value) => holds(test.operator, Number(value) - Number(test.value));
    case "float": {
      const passes = floatTest(test.operator, test.value);
      return (value) => passes(value as number);
    }
    case "integers":
      return (value) =>
        (test.min === undefined || (value as bigint) >= test.min) &&
        (test.max === undefined || (value as bigint) <= test.max);
    case "integerSet":
      return (value) => test.values.has(value as bigint);
    default:
      throw cannotTest(test);
  }
}

/** As JavaScript's own operators do. */
function compareUnits(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

function cannotTest({ kind }: Test): TypeError {
  return new TypeError(`Values of this column cannot be tested for "${kind}"`);
}
