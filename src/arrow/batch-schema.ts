import type { DataType, Decimal, Dictionary, Field, Schema } from "apache-arrow";

/**
 * What two schemas differ in, or `undefined` where names, types and nullability are the same.
 * Metadata and the numbers of dictionaries do not count.
 */
export function schemaDifference(expected: Schema, found: Schema): string | undefined {
  const length = Math.max(expected.fields.length, found.fields.length);
  for (let index = 0; index < length; index += 1) {
    const [was, is] = [fieldText(expected.fields[index]), fieldText(found.fields[index])];
    if (was !== is) return `${is}, expected ${was}`;
  }
  return undefined;
}

/** All columns of a schema, to be read by people. */
export function schemaText({ fields }: Schema): string {
  return fields.length === 0 ? "no columns" : fields.map(fieldText).join(", ");
}

function fieldText(field: Field | undefined): string {
  if (!field) return "no column";
  const { name, type, nullable } = field;
  return `"${name}" ${typeText(type)}${nullable ? "" : " not null"}`;
}

/** In full: apache-arrow's own text leaves out the nullability of children, and the width of decimals. */
export function typeText(type: DataType): string {
  const { dictionary, isOrdered } = type as Dictionary;
  if (dictionary) return `${type}${isOrdered ? " ordered" : ""}`;
  const { bitWidth, scale } = type as Decimal;
  if (scale !== undefined && bitWidth !== 128) return `${type}:${bitWidth}`;
  const children = type.children ?? [];
  if (children.length === 0) return String(type);
  return `${type}(${children.map(fieldText).join(", ")})`;
}
