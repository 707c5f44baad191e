import type { DataType, Field } from "apache-arrow";
import type { Arrow } from "../load-arrow.ts";

/** What joining needs beside what is joined. */
export interface Joining {
  readonly arrow: Arrow;
  /** Throws: nothing holds the values of both. */
  readonly refuse: (path: string, first: string, second: string) => never;
  /** The type for the values of two: `joinTypes`. */
  readonly join: (joining: Joining, path: string, first: DataType, second: DataType) => DataType;
}

/**
 * The columns of two schemas, or the fields of two structs, by name: those of the first in their order,
 * then what only the second has. What one of them lacks may be null.
 * @param parent the path of the struct; absent for columns
 */
export function joinFields(
  joining: Joining,
  [first, second]: readonly [readonly Field[], readonly Field[]],
  { parent }: { readonly parent?: string } = {},
): Field[] {
  const pathOf = (name: string) => (parent === undefined ? name : `${parent}.${name}`);
  const known = byName(joining, first, pathOf);
  const others = byName(joining, second, pathOf);
  const joined = first.map((field) => {
    const other = others.get(field.name);
    return other ? joinField(joining, pathOf(field.name), field, other) : nullable(field);
  });
  const added = second.filter(({ name }) => !known.has(name)).map(nullable);
  return [...joined, ...added];
}

/** Entries of both; where they disagree, the first one's. */
export function joinMetadata(
  first: ReadonlyMap<string, string>,
  second: ReadonlyMap<string, string>,
): Map<string, string> {
  return new Map([...first, ...[...second].filter(([key]) => !first.has(key))]);
}

function joinField(joining: Joining, path: string, first: Field, second: Field): Field {
  const type = joining.join(joining, path, first.type, second.type);
  const mayBeNull = first.nullable || second.nullable;
  const metadata = joinMetadata(first.metadata, second.metadata);
  return first.clone({ type, nullable: mayBeNull, metadata });
}

function nullable(field: Field): Field {
  return field.nullable ? field : field.clone({ nullable: true });
}

function byName(
  { refuse }: Joining,
  fields: readonly Field[],
  pathOf: (name: string) => string,
): Map<string, Field> {
  const named = new Map(fields.map((field) => [field.name, field]));
  const double = fields.find((field) => named.get(field.name) !== field);
  if (double) refuse(pathOf(double.name), "one column", "two of that name");
  return named;
}
