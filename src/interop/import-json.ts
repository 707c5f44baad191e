import { loadArrow } from "../arrow/load-arrow.ts";
import type { CreateOptions, WriteProgress } from "../arrow/write-options.ts";
import type { WriteResult } from "../tinyfs/session.ts";
import type { CsvSource, CsvTarget } from "./csv-options.ts";
import { readText } from "./csv-text.ts";
import { JsonBatches } from "./json-batches.ts";
import { parseJsonRows } from "./json-rows.ts";
import { writeRows } from "./write-rows.ts";

/** How JSON is read, and how the table or series is written. */
export interface JsonOptions extends CreateOptions {
  /** Default `"table"`. */
  readonly as?: "table" | "series" | undefined;
  /** Whether the rows go to the end of a series that is there. Default `false`. */
  readonly append?: boolean | undefined;
  /**
   * Whether the objects stand one a line (NDJSON) or in a list. Default: as the text looks; a single object is
   * neither then.
   */
  readonly lines?: boolean | undefined;
}

/**
 * Reads a JSON file into a table or a series: a list of objects, or one object a line. The file is held in memory
 * as a whole, since a column has the type that all its values have together: int32, float64, boolean, else text,
 * which of lists and objects is their JSON. A name that an object lacks is null there.
 * @throws UNSUPPORTED_TYPE where it holds something else, or is not UTF-8; SCHEMA_MISMATCH with `line` for a line
 * that is no object; and what `createTableFromBatches` and `appendSeries` throw. After any of them everything
 * stands as it was.
 */
export async function importJson(
  target: CsvTarget,
  path: string,
  source: CsvSource,
  options: JsonOptions = {},
): Promise<WriteResult> {
  const { as, append, lines, ...write } = options;
  let [text, size] = ["", 0];
  for await (const { text: piece, bytesRead } of readText(source, path, write.signal)) {
    text += piece;
    size = bytesRead;
  }
  const batches = new JsonBatches(await loadArrow(), parseJsonRows(text, path, lines));
  const tell = write.onProgress;
  const onProgress = ({ rows }: WriteProgress) => tell?.({ rows, bytes: size });
  return writeRows(target, path, batches, { as, append }, { ...write, onProgress });
}
