import type { Schema } from "apache-arrow";
import { SchemaMismatchError } from "../../tinyfs/errors.ts";
import { adoptSchema } from "../adopt-type.ts";
import { schemaText } from "../batch-schema.ts";
import type { Arrow } from "../load-arrow.ts";
import { type Joining, joinFields, joinMetadata } from "./join-fields.ts";
import { joinTypes } from "./join-types.ts";

/** One schema for the rows of several. */
export interface UnifiedSchema {
  readonly schema: Schema;
  /** For each column the index of the first schema that has it. */
  readonly columnOrigins: Map<string, number>;
}

/**
 * Unites schemas by the names of their columns, which keep the place where they first appear. A column
 * that one of them lacks may be null, types become the narrowest that loses nothing, and of metadata that
 * disagrees the first stays. A single schema stays the very same.
 * @throws SCHEMA_MISMATCH that holds both schemas and names the column
 */
export function unifySchemas(arrow: Arrow, schemas: readonly Schema[]): UnifiedSchema {
  const columnOrigins = new Map<string, number>();
  let unified: Schema | undefined;
  for (const [index, schema] of schemas.entries()) {
    for (const { name } of schema.fields)
      if (!columnOrigins.has(name)) columnOrigins.set(name, index);
    unified = unified ? unifyTwo(arrow, unified, schema) : schema;
  }
  if (!unified) throw new TypeError("There is no schema to unite");
  return { schema: unified, columnOrigins };
}

/** @throws SCHEMA_MISMATCH for two columns of one name: rows have no place for both */
export function assertUniqueColumns({ fields }: Schema): void {
  const names = new Set<string>();
  for (const { name } of fields) {
    if (names.has(name)) throw new SchemaMismatchError(`Two columns have the name "${name}"`);
    names.add(name);
  }
}

function unifyTwo(arrow: Arrow, first: Schema, second: Schema): Schema {
  const refuse: Joining["refuse"] = (path, was, is) => {
    const [expected, found] = [schemaText(first), schemaText(second)];
    const reason = `column "${path}" is ${is}, which does not go with ${was}`;
    const message = `The schemas do not go together: ${reason}; one has ${expected}; the other ${found}`;
    throw new SchemaMismatchError(message, { expected, found });
  };
  const fields = joinFields({ arrow, refuse, join: joinTypes }, [first.fields, second.fields]);
  const metadata = joinMetadata(first.metadata, second.metadata);
  // Dictionaries are numbered anew: two that came from different files may share a number.
  const shape = { fields, metadata };
  return adoptSchema(arrow, shape);
}
