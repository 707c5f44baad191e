import type { CsvType } from "./csv-options.ts";
import type { CsvField } from "./csv-reader.ts";
import {
  parseDate,
  parseFloat64,
  parseInt32,
  parseInt64,
  parseTimestamp,
  parseTimestampUtc,
} from "./csv-values.ts";

const LEADING_ZERO = /^[+-]?0\d/;
const DIGITS = /^[+-]?\d+$/;

/** What a value is inferred to be, the narrowest first. It is stricter than what a type reads. */
const inferences: readonly { readonly type: CsvType; readonly fits: (text: string) => boolean }[] =
  [
    { type: "boolean", fits: (text) => /^(?:true|false)$/i.test(text) },
    { type: "int32", fits: (text) => isNumber(text) && parseInt32(text) !== undefined },
    { type: "int64", fits: (text) => isNumber(text) && parseInt64(text) !== undefined },
    { type: "float64", fits: (text) => isNumber(text) && isFloat(text) },
    { type: "date", fits: (text) => parseDate(text) !== undefined },
    { type: "timestamp", fits: (text) => parseTimestamp(text) !== undefined },
    { type: "timestamp-utc", fits: (text) => parseTimestampUtc(text) !== undefined },
  ];

/** The narrowest type that all values of a column have; text where there is no value. */
export function inferType(values: Iterable<CsvField>): CsvType {
  let candidates = inferences;
  let hasValue = false;
  for (const value of values) {
    if (!value) continue;
    hasValue = true;
    candidates = candidates.filter(({ fits }) => fits(value));
    if (candidates.length === 0) break;
  }
  return (hasValue && candidates[0]?.type) || "text";
}

/** "007" is a name that happens to be made of digits. */
function isNumber(text: string): boolean {
  return !LEADING_ZERO.test(text);
}

/** A long row of digits is rather a name than a number that a double would round. */
function isFloat(text: string): boolean {
  if (DIGITS.test(text)) return Number.isSafeInteger(Number(text));
  return parseFloat64(text) !== undefined;
}
