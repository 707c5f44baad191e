import type { Data, DataType, Float, Int } from "apache-arrow";
import type { Arrow } from "../load-arrow.ts";

type Numbers = Float64Array; // and the other arrays of numbers: only what they share is used
type Sized = new (length: number) => Numbers;

/** The values of a column of integers or floats in a wider type; absent for columns of anything else. */
export function castNumbers(arrow: Arrow, data: Data, type: DataType): ArrayBufferView | undefined {
  const { DataType: is } = arrow;
  const { type: from, length } = data;
  const values = (data.values as Numbers).subarray(0, length);
  if (is.isInt(from) && is.isInt(type)) return castIntegers(values, from, type);
  if (!is.isFloat(from) || !is.isFloat(type)) return undefined;
  return isHalf(arrow, from) ? halvesTo(arrow, type, values) : widened(type, values);
}

/** Integers in a wider type. */
export function castIntegers(values: Numbers, from: Int, type: Int): ArrayBufferView {
  if (from.bitWidth === type.bitWidth) return values;
  return type.bitWidth === 64 ? to64Bits(type, values, from) : widened(type, values);
}

function widened(type: DataType, values: Numbers): Numbers {
  const cast = new (type.ArrayType as unknown as Sized)(values.length);
  cast.set(values);
  return cast;
}

/** By halves: a `BigInt` for each value takes many times as long. */
function to64Bits(type: Int, values: Numbers, { isSigned }: Int): ArrayBufferView {
  const halves = new Int32Array(values.length * 2);
  for (let row = 0; row < values.length; row += 1) {
    const value = values[row] ?? 0;
    halves[row * 2] = value | 0;
    if (isSigned && value < 0) halves[row * 2 + 1] = -1;
  }
  return type.isSigned ? new BigInt64Array(halves.buffer) : new BigUint64Array(halves.buffer);
}

function isHalf({ Precision }: Arrow, { precision }: Float): boolean {
  return precision === Precision.HALF;
}

function halvesTo(arrow: Arrow, type: DataType, values: Numbers): Numbers {
  const cast = new (type.ArrayType as unknown as Sized)(values.length);
  for (let row = 0; row < values.length; row += 1)
    cast[row] = arrow.util.uint16ToFloat64(values[row] ?? 0);
  return cast;
}
