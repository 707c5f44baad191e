import type { DataType, Dictionary, Field, Schema } from "apache-arrow";
import { typeText } from "../batch-schema.ts";

/** Whether two schemas are one, metadata and the numbers of dictionaries included. */
export function isIdenticalSchema(first: Schema, second: Schema): boolean {
  if (first === second) return true;
  return (
    first.fields.length === second.fields.length &&
    first.fields.every((field, index) => isIdenticalField(field, second.fields[index] as Field)) &&
    isIdenticalMetadata(first.metadata, second.metadata)
  );
}

/** The same of types. */
export function isIdenticalType(first: DataType, second: DataType): boolean {
  if (first === second) return true;
  if (first.typeId !== second.typeId || typeText(first) !== typeText(second)) return false;
  if ((first as Dictionary).id !== (second as Dictionary).id) return false;
  return (first.children ?? []).every((field, index) => {
    return isIdenticalField(field, second.children[index] as Field);
  });
}

function isIdenticalField(first: Field, second: Field): boolean {
  return (
    first.name === second.name &&
    first.nullable === second.nullable &&
    isIdenticalMetadata(first.metadata, second.metadata) &&
    isIdenticalType(first.type, second.type)
  );
}

type Metadata = ReadonlyMap<string, string>;

function isIdenticalMetadata(first: Metadata, second: Metadata): boolean {
  return (
    first.size === second.size && [...first].every(([key, value]) => second.get(key) === value)
  );
}
