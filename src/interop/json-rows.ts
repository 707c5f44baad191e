import { SchemaMismatchError, TinyFSError } from "../tinyfs/errors.ts";

/** A row of JSON. */
export type JsonRow = Readonly<Record<string, unknown>>;

/**
 * The rows of a JSON text: of a list of objects, or of objects that stand one a line.
 * @param lines whether they stand one a line; `undefined`: as it looks
 * @throws UNSUPPORTED_TYPE where it holds something else; SCHEMA_MISMATCH with `line` for a line that is no object
 */
export function parseJsonRows(
  text: string,
  path: string,
  lines: boolean | undefined,
): readonly JsonRow[] {
  const whole = lines ? undefined : parse(text);
  if (Array.isArray(whole)) {
    const at = whole.findIndex((row) => !isRow(row));
    if (at < 0) return whole;
    throw notRows(path, `item ${at + 1} of its list is no object`);
  }
  const isLines = whole === undefined && (lines ?? isRow(parse(firstLine(text))));
  if (!isLines) throw notRows(path, "it is no list of objects, and has none one a line");
  return text.split("\n").flatMap((line, index) => {
    if (line.trim() === "") return [];
    const row = parse(line);
    if (isRow(row)) return [row];
    throw badLine(path, index + 1);
  });
}

function firstLine(text: string): string {
  return text.trimStart().split("\n", 1)[0] ?? "";
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // it is judged by the caller, who knows what it should have been
  }
}

function isRow(value: unknown): value is JsonRow {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function notRows(path: string, why: string): TinyFSError {
  const message = `Cannot import JSON to "${path}": ${why}`;
  return new TinyFSError("UNSUPPORTED_TYPE", message, { path });
}

function badLine(path: string, line: number): TinyFSError {
  const message = `Cannot import JSON to "${path}": line ${line} is no JSON object`;
  return new SchemaMismatchError(message, { path, line });
}
