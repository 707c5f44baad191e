import type { Data, Field, RecordBatch } from "apache-arrow";
import { TinyFSError } from "../../tinyfs/errors.ts";
import type { DecodedRows, RowRange } from "../../worker/parquet-types.ts";
import { countRows } from "../../worker/row-ranges.ts";
import { adoptBatch } from "../adopt-batch.ts";
import { adoptSchema } from "../adopt-type.ts";
import type { Arrow } from "../load-arrow.ts";
import type { RowMask } from "./filter-rows.ts";
import { takeRows } from "./take-rows.ts";

/** Batches, and the rows of their row group that they have. */
export interface RowsInBatches {
  readonly batches: readonly RecordBatch[];
  readonly rows: readonly RowRange[];
}

/**
 * The batches of what was decoded. Columns that were decoded apart have more rows than are wanted, each
 * others: they come together with those that are.
 * @param wanted in order, without two that touch
 * @param names the top-level columns in the file's order
 */
export function batchesOf(
  arrow: Arrow,
  { streams, parts }: DecodedRows,
  wanted: readonly RowRange[],
  names: readonly string[],
): RowsInBatches {
  const [first] = parts;
  if (first && parts.length === 1)
    return { batches: arrow.tableFromIPC(streams).batches, rows: first.rows };
  const pieces = parts.map(({ end, rows }, index) => {
    const stream = streams.subarray(parts[index - 1]?.end ?? 0, end);
    const { batches } = arrow.tableFromIPC(stream);
    const [batch] = batches;
    if (!batch || batches.length > 1) throw notOne();
    return takeRows(arrow, batch, maskOf(rows, wanted)) ?? batch.slice(0, 0);
  });
  return { batches: [zip(arrow, pieces, names)], rows: wanted };
}

/** Which of the rows that a batch has are wanted. */
function maskOf(rows: readonly RowRange[], wanted: readonly RowRange[]): RowMask {
  const mask = new Uint8Array(countRows(rows));
  let at = 0;
  for (const { start, end } of rows) {
    for (const one of wanted) {
      const from = Math.max(start, one.start);
      const to = Math.min(end, one.end);
      if (from < to) mask.fill(1, at + from - start, at + to - start);
    }
    at += end - start;
  }
  return mask;
}

/** Columns of several batches side by side. Dictionaries of two streams may share a number: they get their own. */
function zip(arrow: Arrow, batches: readonly RecordBatch[], names: readonly string[]): RecordBatch {
  const columns = batches.flatMap(({ schema, data }) =>
    schema.fields.map((field, index) => ({ field, data: data.children[index] as Data })),
  );
  const [first] = batches;
  const numRows = first?.numRows ?? 0;
  if (!first || batches.some((batch) => batch.numRows !== numRows)) throw notOne();
  const place = ({ field }: { readonly field: Field }) => names.indexOf(field.name);
  columns.sort((one, other) => place(one) - place(other));
  const fields = columns.map(({ field }) => field);
  const unnumbered = { fields, metadata: first.schema.metadata };
  const schema = adoptSchema(arrow, unnumbered);
  const data = { children: columns.map((column) => column.data) };
  return adoptBatch(arrow, { schema: unnumbered, data, numRows }, schema);
}

function notOne(): TinyFSError {
  return new TinyFSError("PARQUET_READ_FAILED", "Columns of one row group have other rows");
}
