import type { DsvOptions, DsvRow, DsvRows, DsvValue } from "./attachment-options.ts";
import { PagePause } from "./page-pause.ts";

const QUOTE = '"';
const LF = "\n";
const CR = "\r";
/** Rows between two looks at the clock. */
const PAUSE_ROWS = 512;

const ISO_DATE =
  /^(?:[-+]\d{2})?\d{4}(?:-\d{2}(?:-\d{2})?)?(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{3})?)?(?:Z|[-+]\d{2}:\d{2})?)?$/;

/**
 * Separated values by the conventions of d3-dsv, which notebooks rely on: rows by the first line, blank
 * lines are rows, each value is typed by itself. The reader of `importCsv` is for tables: it streams,
 * types columns, and refuses what does not fit.
 */
export async function parseDsv(
  text: string,
  { delimiter = ",", array = false, typed = false }: DsvOptions,
): Promise<DsvRows | DsvValue[][]> {
  if (delimiter.length !== 1 || delimiter === QUOTE || delimiter === LF || delimiter === CR) {
    throw new RangeError(`A delimiter is one character that is no quote: got "${delimiter}"`);
  }
  const asValue: (field: string) => DsvValue = typed ? autoType : (field) => field;
  const pause = new PagePause();
  const arrays: DsvValue[][] = [];
  const objects: DsvRow[] = [];
  let columns: readonly string[] | undefined;
  let count = 0;
  for (const fields of readRows(text, delimiter)) {
    if (array) arrays.push(fields.map(asValue));
    else if (columns) objects.push(rowOf(columns, fields, asValue));
    else columns = fields;
    count += 1;
    if (count % PAUSE_ROWS === 0) await pause.ifDue();
  }
  return array ? arrays : Object.assign(objects, { columns: columns ?? [] });
}

function rowOf(
  columns: readonly string[],
  fields: readonly string[],
  asValue: (field: string) => DsvValue,
): DsvRow {
  return Object.fromEntries(columns.map((name, index) => [name, asValue(fields[index] ?? "")]));
}

/** The fields of each line. A line break at the end of the text begins no line. */
function* readRows(text: string, delimiter: string): Generator<string[]> {
  const end = text.length - (/(?:\r\n|\n|\r)$/.exec(text)?.[0].length ?? 0);
  let fields: string[] = [];
  let at = 0;
  while (at <= end && text !== "") {
    const [field, next] = readField(text, at, end, delimiter);
    fields.push(field);
    at = next + 1;
    if (next < end && text[next] === delimiter) continue;
    if (text[next] === CR && text[next + 1] === LF) at += 1;
    yield fields;
    fields = [];
  }
}

/** A field that begins somewhere, and where it ends: at a delimiter, a line break or the end. */
function readField(
  text: string,
  start: number,
  end: number,
  delimiter: string,
): [field: string, end: number] {
  let at = start;
  let quoted = "";
  if (text[at] === QUOTE && at < end) {
    at = closingQuote(text, at, end);
    quoted = text.slice(start + 1, at).replaceAll('""', QUOTE);
    at = Math.min(at + 1, end);
  }
  const rest = at;
  while (at < end && text[at] !== delimiter && text[at] !== LF && text[at] !== CR) at += 1;
  return [quoted + text.slice(rest, at), at];
}

/** The quote that ends the field which begins with one; the end where there is none. */
function closingQuote(text: string, start: number, end: number): number {
  let at = start + 1;
  for (;;) {
    at = text.indexOf(QUOTE, at);
    if (at < 0 || at >= end) return end;
    if (text[at + 1] !== QUOTE || at + 1 >= end) return at;
    at += 2;
  }
}

/** What a field looks like. */
function autoType(field: string): DsvValue {
  const text = field.trim();
  if (text === "") return null;
  if (text === "true") return true;
  if (text === "false") return false;
  if (text === "NaN") return Number.NaN;
  const number = Number(text);
  if (!Number.isNaN(number)) return number;
  // Not the trimmed text: blanks are a part of it.
  return ISO_DATE.test(text) ? new Date(text) : field;
}
