import { DataType, type Schema, TimeUnit } from "apache-arrow";
import type { ColumnFilter, FilterValue, RowFilter } from "tinypond";

export type Operator = "$eq" | "$ne" | "$gt" | "$gte" | "$lt" | "$lte" | "$in" | "null" | "some";

/** One line of the filter builder, as it was typed. */
export interface Rule {
  readonly column: string;
  readonly operator: Operator;
  readonly value: string;
}

export const OPERATOR_WORDS: Readonly<Record<Operator, string>> = {
  $eq: "is",
  $ne: "is not",
  $gt: "is greater than",
  $gte: "is at least",
  $lt: "is less than",
  $lte: "is at most",
  $in: "is one of",
  null: "is null",
  some: "is not null",
};

/** What was typed is no value of its column. */
export class RuleError extends Error {
  override readonly name = "RuleError";
}

/** Which comparisons a column has. */
export function operatorsOf(type: DataType): readonly Operator[] {
  const ofNulls: readonly Operator[] = ["null", "some"];
  if (DataType.isBool(type)) return ["$eq", ...ofNulls];
  return kindOf(type) === undefined
    ? ofNulls
    : ["$eq", "$ne", "$gt", "$gte", "$lt", "$lte", "$in", ...ofNulls];
}

/** The filter that rules make; `undefined` without rules. @throws RuleError */
export function filterOf(
  rules: readonly Rule[],
  join: "$and" | "$or",
  schema: Schema,
): RowFilter | undefined {
  const filters = rules.map((rule): RowFilter => ({ [rule.column]: comparisonOf(rule, schema) }));
  if (filters.length <= 1) return filters[0];
  return join === "$and" ? { $and: filters } : { $or: filters };
}

function comparisonOf({ column, operator, value }: Rule, schema: Schema): ColumnFilter {
  if (operator === "null") return { $eq: null };
  if (operator === "some") return { $ne: null };
  const type = schema.fields.find(({ name }) => name === column)?.type;
  if (!type) throw new RuleError(`There is no column “${column}”.`);
  if (operator !== "$in") return { [operator]: comparedValue(value, type, column) };
  const values = value.split(",").map((one) => comparedValue(one.trim(), type, column));
  return { $in: values };
}

type Kind = "text" | "boolean" | "integer" | "number" | "moment";

function kindOf(type: DataType): Kind | undefined {
  if (DataType.isDictionary(type)) return kindOf(type.dictionary);
  if (DataType.isUtf8(type) || DataType.isLargeUtf8(type) || DataType.isUtf8View(type))
    return "text";
  if (DataType.isBool(type)) return "boolean";
  if (DataType.isTimestamp(type) || DataType.isDate(type)) return "moment";
  if (DataType.isInt(type) || DataType.isTime(type) || DataType.isDuration(type)) return "integer";
  return DataType.isFloat(type) || DataType.isDecimal(type) ? "number" : undefined;
}

/** What to type for a column. */
export function exampleOf(type: DataType): string {
  switch (kindOf(type)) {
    case "moment":
      return DataType.isDate(type) ? "2001-02-03" : "2001-02-03 04:05:06";
    case "integer":
      return "42";
    case "number":
      return "4.2";
    default:
      return "text";
  }
}

function comparedValue(text: string, type: DataType, column: string): FilterValue {
  switch (kindOf(type)) {
    case "text":
      return text;
    case "boolean":
      return text === "true";
    case "moment":
      return momentOf(text, type, column);
    case "integer":
      if (/^\s*-?\d+\s*$/.test(text)) return BigInt(text);
      return numberOf(text, column);
    default:
      return numberOf(text, column);
  }
}

function numberOf(text: string, column: string): number {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  if (!Number.isNaN(value)) return value;
  throw new RuleError(`“${text}” is no number, which “${column}” is compared with.`);
}

/** Without a zone a time is one of UTC, as the grid shows them. Digits after the milliseconds count, too. */
function momentOf(text: string, type: DataType, column: string): Date | bigint {
  const match =
    /^\s*(\d{4}-\d\d-\d\d)(?:[ T](\d\d:\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?)?\s*Z?\s*$/i.exec(text);
  const [, day = "", minutes = "00:00", seconds = "00", fraction = ""] = match ?? [];
  const date = new Date(`${day}T${minutes}:${seconds}.${fraction.slice(0, 3).padEnd(3, "0")}Z`);
  if (Number.isNaN(date.getTime())) {
    throw new RuleError(
      `“${text}” is no time, which “${column}” is compared with: as in ${exampleOf(type)}.`,
    );
  }
  if (fraction.length <= 3 || !DataType.isTimestamp(type)) return date;
  const nanos = BigInt(date.getTime()) * 1_000_000n + BigInt(fraction.padEnd(9, "0").slice(3));
  return nanos / (NANOS_PER_UNIT[type.unit] ?? 1n);
}

const NANOS_PER_UNIT: Readonly<Record<TimeUnit, bigint>> = {
  [TimeUnit.SECOND]: 1_000_000_000n,
  [TimeUnit.MILLISECOND]: 1_000_000n,
  [TimeUnit.MICROSECOND]: 1000n,
  [TimeUnit.NANOSECOND]: 1n,
};
