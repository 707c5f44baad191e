import { DataType, type Field } from "apache-arrow";
import { cellText } from "../shared/cell-text.ts";
import type { RowSource } from "./row-source.ts";

const CHARACTER = 7.6;
const PADDING = 22;
const LEAST = 72;
const MOST = 320;
const SAMPLED_ROWS = 40;

/** How wide columns are, in pixels: by their first rows where they are in memory, else by their types. */
export function columnWidths(source: RowSource): number[] {
  return source.schema.fields.map((field, column) => {
    const inRows = longestOf(source, column);
    const characters = inRows === undefined ? usualLength(field) : inRows;
    const head = Math.max(field.name.length + 2, Math.min(18, String(field.type).length));
    const wide = Math.max(characters, head) * CHARACTER + PADDING;
    return Math.round(Math.min(MOST, Math.max(LEAST, wide)));
  });
}

function longestOf(source: RowSource, column: number): number | undefined {
  let longest: number | undefined;
  for (let row = 0; row < Math.min(SAMPLED_ROWS, source.rowCount); row += 1) {
    const place = source.at(row);
    const data = place?.batch.data.children[column];
    if (data && place) longest = Math.max(longest ?? 0, cellText(data, place.index).text.length);
  }
  return longest;
}

function usualLength({ type }: Field): number {
  if (DataType.isTimestamp(type)) return 23;
  if (DataType.isInt(type) || DataType.isFloat(type) || DataType.isDate(type)) return 10;
  return 18;
}
