import type { CsvDelimiter } from "./csv-options.ts";
import { CsvReader, type CsvRow } from "./csv-reader.ts";

const DELIMITERS: readonly CsvDelimiter[] = [",", ";", "\t", "|"];
/** As many lines settle it. */
const ROWS = 100;

/**
 * The delimiter that cuts the most rows into as many fields as the first, and of such the one with
 * the most fields; a comma where none cuts anything.
 * @param isWhole whether the sample is all there is, and its last line complete
 */
export function detectDelimiter(sample: string, isWhole: boolean): CsvDelimiter {
  let best: CsvDelimiter = ",";
  let bestScore = 0;
  for (const delimiter of DELIMITERS) {
    const score = scoreOf(readRows(sample, delimiter, isWhole));
    if (score > bestScore) [best, bestScore] = [delimiter, score];
  }
  return best;
}

function scoreOf(rows: readonly CsvRow[]): number {
  const width = rows[0]?.fields.length ?? 0;
  if (width < 2) return 0;
  const even = rows.filter(({ fields }) => fields.length === width).length / rows.length;
  return even * 1000 + Math.min(width, 999);
}

function readRows(sample: string, delimiter: CsvDelimiter, isWhole: boolean): CsvRow[] {
  const reader = new CsvReader(delimiter, "");
  try {
    const rows = reader.read(sample);
    if (isWhole) rows.push(...reader.end());
    return rows.slice(0, ROWS);
  } catch {
    return []; // quotes that make no sense with this one: another will do, or the import says so
  }
}
