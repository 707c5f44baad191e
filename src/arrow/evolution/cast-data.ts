import type { Data, DataType } from "apache-arrow";
import type { Arrow } from "../load-arrow.ts";
import { castBytes, widenOffsets } from "./cast-bytes.ts";
import { castDictionary } from "./cast-dictionary.ts";
import { castNumbers } from "./cast-numbers.ts";
import { castTimes } from "./cast-times.ts";
import { isIdenticalType } from "./is-identical.ts";
import { nullData } from "./null-data.ts";

/** The buffers of a column that casting may change. */
interface Cast {
  readonly valueOffsets?: unknown;
  readonly values?: unknown;
  readonly children?: Data[];
}

/**
 * A column in a type that `joinTypes` found for it. Buffers that stay the same are shared. A slice keeps
 * its offset, by which its validity is read; its values begin at the slice, as apache-arrow has it.
 * @param column named in errors
 * @throws SCHEMA_MISMATCH for a moment that the type does not reach
 */
export function castData(arrow: Arrow, data: Data, type: DataType, column: string): Data {
  const { DataType: is } = arrow;
  if (isIdenticalType(data.type, type)) return data;
  if (is.isNull(data.type)) return nullData(arrow, type, data.length);
  if (is.isDictionary(data.type)) {
    const cast = (values: Data, to: DataType) => castData(arrow, values, to, column);
    return castDictionary(arrow, data, type, cast);
  }
  const { valueOffsets, values, children } =
    castChildren(arrow, data, type, column) ?? castValues(arrow, data, type, column);
  const { offset, length, nullCount, nullBitmap } = data;
  const buffers = [valueOffsets, values, nullCount > 0 ? nullBitmap : undefined, undefined];
  return new arrow.Data(
    type,
    offset,
    length,
    nullCount,
    buffers as unknown as Data["buffers"],
    children,
  );
}

function castValues(arrow: Arrow, data: Data, type: DataType, column: string): Cast {
  const values = castNumbers(arrow, data, type) ?? castTimes(arrow, data, type, column);
  return values ? { values } : (castBytes(arrow, data, type) ?? data);
}

/** Of a column with children; `undefined` of any other. */
function castChildren(arrow: Arrow, data: Data, type: DataType, column: string): Cast | undefined {
  const { DataType: is } = arrow;
  if (is.isStruct(type)) return { children: castFields(arrow, data, type, column) };
  const children = () =>
    type.children.map((field, index) =>
      castData(arrow, data.children[index] as Data, field.type, `${column}.${field.name}`),
    );
  if (is.isFixedSizeList(type)) return { children: children() };
  const { valueOffsets } = data;
  if (is.isLargeList(type))
    return { valueOffsets: widenOffsets(valueOffsets), children: children() };
  return is.isList(type) || is.isMap(type) ? { valueOffsets, children: children() } : undefined;
}

/** By name: a struct may have got fields, and other places for those that it had. */
function castFields(arrow: Arrow, data: Data, type: DataType, column: string): Data[] {
  return type.children.map((field) => {
    const index = data.type.children.findIndex(({ name }) => name === field.name);
    const child = data.children[index];
    if (!child) return nullData(arrow, field.type, data.length);
    return castData(arrow, child, field.type, `${column}.${field.name}`);
  });
}
