import { JsonLineError } from "../explain-error.ts";

/** JSON is read as a whole; larger files are kept as they are. */
export const MOST_JSON_BYTES = 200e6;

/** A row of JSON. */
export type JsonRow = Readonly<Record<string, unknown>>;

/**
 * The rows of a JSON file: of a list of objects, or one object a line. Undefined where it holds
 * something else.
 * @throws JsonLineError a line of a file of lines is no object
 */
export function readJsonRows(text: string, name: string): readonly JsonRow[] | undefined {
  if (/\.(ndjson|jsonl)$/i.test(name)) return linesOf(text);
  const whole = parse(text);
  if (isRows(whole)) return whole;
  // Files of lines are often called .json too.
  const isLines = whole === undefined && text.includes("\n") && isRow(parse(firstLine(text)));
  return isLines ? linesOf(text) : undefined;
}

function linesOf(text: string): readonly JsonRow[] {
  return text.split("\n").flatMap((line, index) => {
    if (line.trim() === "") return [];
    const row = parse(line);
    if (isRow(row)) return [row];
    throw new JsonLineError(`line ${index + 1} is no JSON object`);
  });
}

function firstLine(text: string): string {
  return text.slice(0, text.indexOf("\n"));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // it is judged by the caller, who knows what it should have been
  }
}

function isRows(value: unknown): value is readonly JsonRow[] {
  return Array.isArray(value) && value.length > 0 && value.every(isRow);
}

function isRow(value: unknown): value is JsonRow {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
