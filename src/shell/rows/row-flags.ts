import type { DataType, Schema } from "apache-arrow";
import type { ReadRowsOptions, RowFilter } from "../../index.ts";
import type { FlagDescription } from "../command-description.ts";
import { type Flags, parseTime } from "../flags.ts";

const DATE_TYPES = /^(Timestamp|Date)/;
const BIG_TYPES = /^(Int|Uint)64/;

/** Which rows and columns of a table or a series are wanted. */
export const ROW_FLAGS: readonly FlagDescription[] = [
  { name: "columns", short: "c", value: "A,B", summary: "Only these columns." },
  {
    name: "filter",
    short: "f",
    value: "JSON",
    summary:
      'Only rows that match, as `{"id":{"$gt":5}}`: `$eq $ne $gt $gte $lt $lte $in $nin $not`, `$and $or $nor`. Times are ISO 8601, in UTC unless they name a zone.',
  },
  {
    name: "time-range",
    short: "t",
    value: "START..END",
    summary: "Only rows whose timestamp is from START on and before END; either may be left out.",
  },
  { name: "time-column", value: "NAME", summary: "The column that --time-range asks for." },
  { name: "version", short: "v", value: "N", summary: "As of this version of the file." },
];

/** The same as options of a read. @throws USAGE */
export function readOptions(flags: Flags, schema: Schema, signal?: AbortSignal): ReadRowsOptions {
  const filter = flags.json("filter");
  return {
    columns: flags.names("columns"),
    filter: filter === undefined ? undefined : (withTypes(filter, schema) as RowFilter),
    timeRange: flags.span("time-range"),
    timestampColumn: flags.text("time-column"),
    version: flags.count("version"),
    signal,
  };
}

/** JSON has no dates and no integers of 64 bits: texts that are compared with such columns become them. */
function withTypes(filter: unknown, schema: Schema): unknown {
  if (Array.isArray(filter)) return filter.map((one) => withTypes(one, schema));
  if (typeof filter !== "object" || filter === null) return filter;
  const typed = Object.entries(filter).map(([key, value]) => {
    const type = schema.fields.find(({ name }) => name === key)?.type;
    return [key, type ? convert(value, type) : withTypes(value, schema)] as const;
  });
  return Object.fromEntries(typed);
}

function convert(value: unknown, type: DataType): unknown {
  if (Array.isArray(value)) return value.map((one) => convert(one, type));
  if (typeof value === "object" && value !== null) {
    const inner = Object.entries(value).map(([key, one]) => [key, convert(one, type)] as const);
    return Object.fromEntries(inner);
  }
  if (typeof value !== "string") return value;
  if (DATE_TYPES.test(String(type))) return parseTime(value, "UTC") ?? value;
  return BIG_TYPES.test(String(type)) && /^-?\d+$/.test(value) ? BigInt(value) : value;
}
