import type { DataType, Field, Schema, Struct } from "apache-arrow";
import { SchemaMismatchError } from "../../tinyfs/errors.ts";
import { listOf } from "../../worker/parquet-write-settings.ts";
import type { Arrow } from "../load-arrow.ts";
import type { ColumnFilter, FilterValue, RowFilter } from "../row-filter.ts";
import { type Comparable, comparableOf } from "./comparable.ts";
import type { ColumnRef, Condition, Operator, Test } from "./condition.ts";

const OPERATORS: Readonly<Record<string, Operator>> = {
  $eq: "eq",
  $gt: "gt",
  $gte: "gte",
  $lt: "lt",
  $lte: "lte",
};

const NEVER: Test = { kind: "never" };

/** A column that a filter names. */
interface Found {
  readonly column: ColumnRef;
  readonly type: DataType;
  readonly comparable: Comparable | undefined;
}

/**
 * Looks a filter's columns up in a schema and makes a condition of it, before any row is read.
 * @throws SCHEMA_MISMATCH for a column that is not there or that cannot be compared with the value;
 * TypeError for what is no filter
 */
export function checkFilter(arrow: Arrow, schema: Schema, filter: RowFilter): Condition {
  return new FilterCheck(arrow, schema).rows(filter);
}

/** The column of a name: a top-level one, else the field that the parts between dots lead to. */
function findColumn(
  arrow: Arrow,
  { fields }: Schema,
  name: string,
): { column: ColumnRef; field: Field } | undefined {
  const index = fields.findIndex((one) => one.name === name);
  const field = fields[index];
  if (field) {
    return { column: { path: [name], indexes: [index], nullable: field.nullable }, field };
  }
  const path = name.split(".");
  return path.length > 1 ? findWithin(arrow, fields, path) : undefined;
}

function findWithin(
  { DataType: is }: Arrow,
  columns: readonly Field[],
  path: readonly string[],
): { column: ColumnRef; field: Field } | undefined {
  const indexes: number[] = [];
  let nullable = false;
  let fields = columns;
  let field: Field | undefined;
  for (const part of path) {
    const index = fields.findIndex((one) => one.name === part);
    field = fields[index];
    if (!field) return undefined;
    indexes.push(index);
    nullable ||= field.nullable;
    fields = is.isStruct(field.type) ? (field.type as Struct).children : [];
  }
  return field && { column: { path, indexes, nullable }, field };
}

class FilterCheck {
  readonly #arrow: Arrow;
  readonly #schema: Schema;

  constructor(arrow: Arrow, schema: Schema) {
    this.#arrow = arrow;
    this.#schema = schema;
  }

  rows(filter: RowFilter): Condition {
    if (!isRecord(filter)) throw new TypeError("A filter is an object: { column: value }");
    return together(Object.entries(filter).map(([key, value]) => this.#entry(key, value)));
  }

  #entry(key: string, value: unknown): Condition {
    switch (key) {
      case "$and":
        return { all: this.#list(key, value) };
      case "$or":
        return { any: this.#list(key, value) };
      case "$nor":
        return { not: { any: this.#list(key, value) } };
      case "$not":
        return { not: this.rows(value as RowFilter) };
      default:
        return this.#values(this.#find(key), value);
    }
  }

  #list(key: string, filters: unknown): Condition[] {
    if (Array.isArray(filters)) return filters.map((one: RowFilter) => this.rows(one));
    throw new TypeError(`${key} takes a list of filters`);
  }

  #find(name: string): Found {
    const found = findColumn(this.#arrow, this.#schema, name);
    if (!found) {
      const known = listOf(this.#schema.fields.map((field) => field.name));
      const message = `The filter asks for column "${name}", which is not there: the columns are ${known}`;
      throw new SchemaMismatchError(message);
    }
    const { type } = found.field;
    return { column: found.column, type, comparable: comparableOf(this.#arrow, type) };
  }

  #values(found: Found, wanted: unknown): Condition {
    if (!isRecord(wanted)) return this.#compare(found, "eq", wanted);
    const entries = Object.entries(wanted as ColumnFilter);
    // Every condition knows its column, which must be among those that are read.
    if (entries.length === 0) return { not: { column: found.column, test: NEVER } };
    return together(entries.map(([operator, value]) => this.#operation(found, operator, value)));
  }

  #operation(found: Found, name: string, value: unknown): Condition {
    const operator = OPERATORS[name];
    if (operator) return this.#compare(found, operator, value);
    switch (name) {
      case "$ne":
        return { not: this.#compare(found, "eq", value) };
      case "$in":
        return this.#oneOf(found, name, value);
      case "$nin":
        return { not: this.#oneOf(found, name, value) };
      case "$not":
        return { not: this.#values(found, value) };
      default:
        throw new TypeError(`A filter has no operator "${name}"`);
    }
  }

  #compare(found: Found, operator: Operator, value: unknown): Condition {
    return { column: found.column, test: this.#test(found, operator, value) };
  }

  #test({ column, type, comparable }: Found, operator: Operator, value: unknown): Test {
    // No value equals what is not given, nor comes before or after it.
    if (value === undefined) return NEVER;
    if (value === null && operator === "eq") return { kind: "null" };
    const wanted = value as NonNullable<FilterValue> | null;
    const test = wanted === null ? undefined : comparable?.test(operator, wanted);
    if (test) return test;
    const takes = comparable ? `, but with ${comparable.takes}` : "";
    const message = `Column "${column.path.join(".")}" is ${type} and cannot be compared with ${textOf(value)}${takes}`;
    throw new SchemaMismatchError(message);
  }

  /** Many values of a kind are looked up in a set, and not compared one by one. */
  #oneOf(found: Found, name: string, values: unknown): Condition {
    if (!Array.isArray(values)) throw new TypeError(`${name} takes a list of values`);
    const tests = values.map((value) => this.#test(found, "eq", value));
    const integers = new Set<bigint>();
    const texts = new Set<string>();
    const others: Test[] = [];
    for (const test of tests) {
      if (test.kind === "integers" && test.min !== undefined) integers.add(test.min);
      else if (test.kind === "text") texts.add(test.value);
      else others.push(test);
    }
    if (integers.size > 0) others.push({ kind: "integerSet", values: integers });
    if (texts.size > 0) others.push({ kind: "textSet", values: texts });
    if (others.length === 0) others.push(NEVER);
    return { any: others.map((test) => ({ column: found.column, test })) };
  }
}

function together(conditions: readonly Condition[]): Condition {
  const [only] = conditions;
  return only && conditions.length === 1 ? only : { all: conditions };
}

/** Whether it holds operators, and is no value itself. */
function isRecord(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  return !(Array.isArray(value) || value instanceof Date || ArrayBuffer.isView(value));
}

function textOf(value: unknown): string {
  if (value instanceof Date) return "a Date";
  if (typeof value === "object" && value !== null)
    return ArrayBuffer.isView(value) ? "bytes" : "a list or an object";
  return typeof value === "string" ? JSON.stringify(value.slice(0, 40)) : String(value);
}
