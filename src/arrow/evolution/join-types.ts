import type { DataType, Date_, Dictionary, Float, Int, Timestamp } from "apache-arrow";
import { typeText } from "../batch-schema.ts";
import type { Arrow } from "../load-arrow.ts";
import type { Joining } from "./join-fields.ts";
import { joinNested } from "./join-nested.ts";

/**
 * The narrowest type that holds every value of two types without loss. Types form an order in which any
 * two that have a common wider type have a narrowest one: the order in which types are joined is the same.
 * @param path the column's name, and those of its children behind dots, for the error
 * @throws what `refuse` throws, where there is no such type
 */
export function joinTypes(
  joining: Joining,
  path: string,
  first: DataType,
  second: DataType,
): DataType {
  const { arrow } = joining;
  const { DataType: is } = arrow;
  if (typeText(first) === typeText(second)) return first;
  if (is.isNull(first)) return second;
  if (is.isNull(second)) return first;
  return (
    joinDictionaries(joining, path, first, second) ??
    joinNumbers(arrow, first, second) ??
    joinTimes(arrow, first, second) ??
    joinBytes(arrow, first, second) ??
    joinNested(joining, path, first, second) ??
    joining.refuse(path, typeText(first), typeText(second))
  );
}

function joinNumbers(arrow: Arrow, first: DataType, second: DataType): DataType | undefined {
  const { DataType: is } = arrow;
  if (is.isFloat(first) && is.isFloat(second)) return wider(first, second);
  return is.isInt(first) && is.isInt(second) ? joinInts(arrow, first, second) : undefined;
}

function wider(first: Float, second: Float): Float {
  return first.precision > second.precision ? first : second;
}

function joinInts(arrow: Arrow, first: Int, second: Int): DataType | undefined {
  if (first.isSigned === second.isSigned) return first.bitWidth > second.bitWidth ? first : second;
  const [signed, unsigned] = first.isSigned ? [first, second] : [second, first];
  if (signed.bitWidth > unsigned.bitWidth) return signed;
  // A sign takes one more bit, and the next wider integer has it; there is none behind 64 bits.
  const bits = unsigned.bitWidth * 2;
  return bits > 64 ? undefined : new arrow.Int(true, bits as Int["bitWidth"]);
}

/** A day of 32 bits is a moment of any unit, a date of 64 bits one in milliseconds. */
function joinTimes(arrow: Arrow, first: DataType, second: DataType): DataType | undefined {
  const { DataType: is, DateUnit, TimeUnit } = arrow;
  if (is.isDate(first) && is.isDate(second)) return first.unit > second.unit ? first : second;
  if (is.isTimestamp(first) && is.isTimestamp(second)) {
    if (zoneOf(first) !== zoneOf(second)) return undefined;
    return first.unit > second.unit ? first : second;
  }
  const date = [first, second].find((type): type is Date_ => is.isDate(type));
  const moment = [first, second].find((type): type is Timestamp => is.isTimestamp(type));
  if (!date || !moment) return undefined;
  const isFineEnough = date.unit === DateUnit.DAY || moment.unit >= TimeUnit.MILLISECOND;
  return isFineEnough ? moment : new arrow.Timestamp(TimeUnit.MILLISECOND, moment.timezone);
}

function zoneOf({ timezone }: Timestamp): string {
  return timezone ?? "";
}

/** Views first, for every reader has them as plain values; then by the width of their offsets. */
function joinBytes({ Type }: Arrow, first: DataType, second: DataType): DataType | undefined {
  for (const order of [
    [Type.Utf8View, Type.Utf8, Type.LargeUtf8],
    [Type.BinaryView, Type.Binary, Type.LargeBinary],
  ]) {
    const [one, other] = [order.indexOf(first.typeId), order.indexOf(second.typeId)];
    if (one >= 0 && other >= 0) return one > other ? first : second;
  }
  return undefined;
}

/** A dictionary is another form of its values: beside plain ones they come plain. */
function joinDictionaries(
  joining: Joining,
  path: string,
  first: DataType,
  second: DataType,
): DataType | undefined {
  const { arrow } = joining;
  const { DataType: is } = arrow;
  const isFirst = is.isDictionary(first);
  const isSecond = is.isDictionary(second);
  if (!isFirst && !isSecond) return undefined;
  const valuesOf = (type: DataType) => (is.isDictionary(type) ? type.dictionary : type);
  const values = joinTypes(joining, path, valuesOf(first), valuesOf(second));
  const indices = isFirst && isSecond && joinInts(arrow, first.indices, second.indices);
  if (!indices) return values;
  const isOrdered = (first as Dictionary).isOrdered && (second as Dictionary).isOrdered;
  const { id } = first as Dictionary;
  return new arrow.Dictionary(values, indices as Dictionary["indices"], id, isOrdered);
}
