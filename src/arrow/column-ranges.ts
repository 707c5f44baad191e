import type { ColumnBound, ColumnRange } from "../tinyfs/entry.ts";
import type { ParquetColumn, ParquetSummary, StatisticValue } from "../worker/parquet-types.ts";
import { sumStatistics } from "./column-bounds.ts";

/** Rows of the log are read by the thousand: what does not fit counts as unknown. */
const MAX_COLUMNS = 100;
const MAX_BYTES = 4096;
/** UTF-16 units that are kept of a text bound. */
const MAX_TEXT_LENGTH = 64;
const LAST_CODE_POINT = 0x10ffff;

/** The bounds of a file's columns, as far as its statistics tell and a row of the log can hold them. */
export function columnRanges(summary: ParquetSummary): ColumnRange[] {
  const ranges: ColumnRange[] = [];
  let room = MAX_BYTES;
  for (const column of comparableColumns(summary).slice(0, MAX_COLUMNS)) {
    const range = rangeOf(column, summary);
    if (!range || sizeOf(range) > room) continue;
    room -= sizeOf(range);
    ranges.push(range);
  }
  return ranges;
}

/** Of two columns with one name none can be told by it. */
function comparableColumns({ columns }: ParquetSummary): ParquetColumn[] {
  const counts = new Map<string, number>();
  for (const {
    path: [name = ""],
  } of columns)
    counts.set(name, (counts.get(name) ?? 0) + 1);
  return columns.filter(
    ({ path, logicalType }) =>
      path.length === 1 && counts.get(path[0] ?? "") === 1 && logicalType?.type !== "DECIMAL",
  );
}

function rangeOf(
  { name, physicalType }: ParquetColumn,
  summary: ParquetSummary,
): ColumnRange | undefined {
  const known = sumStatistics(name, [summary]);
  if (known.min instanceof Uint8Array || known.max instanceof Uint8Array) return undefined;
  const isFloat = physicalType === "FLOAT" || physicalType === "DOUBLE";
  const min = known.min === undefined ? undefined : lowerBound(known.min, isFloat);
  const max = known.max === undefined ? undefined : upperBound(known.max, isFloat);
  const { nullCount } = known;
  if (min === undefined && max === undefined && nullCount === undefined) return undefined;
  return {
    name,
    ...(min !== undefined && { min }),
    ...(max !== undefined && { max }),
    ...(nullCount !== undefined && { nullCount }),
  };
}

type TextOrNumber = Exclude<StatisticValue, Uint8Array>;

/** Writers state a bound of zero with either sign, whichever the values have. */
function lowerBound(value: TextOrNumber, isFloat: boolean): ColumnBound {
  if (isFloat && value === 0) return -0;
  return typeof value === "string" ? cutText(value) : value;
}

function upperBound(value: TextOrNumber, isFloat: boolean): ColumnBound | undefined {
  if (isFloat && value === 0) return 0;
  if (typeof value !== "string" || value.length <= MAX_TEXT_LENGTH) return value;
  return raiseText(cutText(value));
}

/** The longest beginning that is short enough and ends with a whole character: no text sorts before it. */
function cutText(text: string): string {
  if (text.length <= MAX_TEXT_LENGTH) return text;
  const isWithinPair = /[\uD800-\uDBFF]/.test(text.charAt(MAX_TEXT_LENGTH - 1));
  return text.slice(0, MAX_TEXT_LENGTH - (isWithinPair ? 1 : 0));
}

/** The least text of that length that sorts after all that begin with it; none where there is no such. */
function raiseText(text: string): string | undefined {
  const characters = Array.from(text);
  for (let last = characters.pop(); last !== undefined; last = characters.pop()) {
    const point = last.codePointAt(0) ?? 0;
    if (point === LAST_CODE_POINT) continue;
    const next = point === 0xd7ff ? 0xe000 : point + 1; // between them are no characters
    return characters.join("") + String.fromCodePoint(next);
  }
  return undefined;
}

/** About what it takes in IndexedDB. */
function sizeOf({ name, min, max }: ColumnRange): number {
  return 24 + textSize(name) + textSize(min) + textSize(max);
}

function textSize(value: ColumnBound | undefined): number {
  if (value === undefined) return 0;
  return typeof value === "string" ? 8 + 2 * value.length : 16;
}
