import { loadArrow } from "../arrow/load-arrow.ts";
import type { WriteProgress } from "../arrow/write-options.ts";
import { CsvBatches } from "./csv-batches.ts";
import type { CsvOptions, CsvResult, CsvSource, CsvTarget } from "./csv-options.ts";
import { writeRows } from "./write-rows.ts";

const MAX_BATCH_ROWS = 131_072;

/**
 * Reads a CSV file into a table or a series, or to the end of a series. It is streamed: what is held is a batch. `onProgress`
 * tells the rows that were stored and the bytes of the file that were read.
 * @returns also what was found: rows, columns, delimiter
 * @throws SCHEMA_MISMATCH with `line` and `column` (both from 1; the column is the number of the
 * field in its row) where a value is not of its column's type, a row has too many or too few fields,
 * or quotes do not match; EMPTY_STREAM without any line; UNSUPPORTED_TYPE where it is not UTF-8; and
 * what `createTableFromBatches` and `appendSeries` throw. After any of them everything stands as it was.
 */
export async function importCsv(
  target: CsvTarget,
  path: string,
  source: CsvSource,
  options: CsvOptions = {},
): Promise<CsvResult> {
  const { as, append, batchRows = 1, ...write } = options;
  if (!(batchRows >= 1 && batchRows <= MAX_BATCH_ROWS)) {
    throw new RangeError(`batchRows is 1 to ${MAX_BATCH_ROWS}, not ${batchRows}`);
  }
  const csv = new CsvBatches(await loadArrow(), path, { source, options });
  const tell = write.onProgress;
  const onProgress = ({ rows }: WriteProgress) => tell?.({ rows, bytes: csv.bytesRead });
  // A generator can be run through once, as a stream can; the rest may be read again.
  const batches = source instanceof ReadableStream ? csv[Symbol.asyncIterator]() : csv;
  const settings = { ...write, onProgress };
  const result = await writeRows(target, path, batches, { as, append }, settings);
  const { rowCount, columns, delimiter, schema } = csv;
  if (!schema) throw new TypeError("A CSV file that was written has a schema");
  return { ...result, rowCount, columns, delimiter, schema };
}
