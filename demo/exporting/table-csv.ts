import type { Data, RecordBatch } from "apache-arrow";
import { cellText } from "../views/shared/cell-text.ts";

/** Rows as CSV: times, decimals and whole numbers with all their digits, nulls as empty fields. */
export async function* csvText(
  batches: AsyncIterable<RecordBatch>,
): AsyncGenerator<string, void, undefined> {
  let hasHeader = false;
  for await (const batch of batches) {
    const columns = batch.data.children;
    if (!hasHeader) yield `${batch.schema.fields.map(({ name }) => quoted(name)).join(",")}\n`;
    hasHeader = true;
    const lines = Array.from({ length: batch.numRows }, (_, row) => line(columns, row));
    yield lines.join("");
  }
}

function line(columns: readonly Data[], row: number): string {
  const fields = columns.map((column) => {
    const { text, kind } = cellText(column, row, Number.POSITIVE_INFINITY);
    return kind === "null" ? "" : quoted(text, kind === "text");
  });
  return `${fields.join(",")}\n`;
}

/** An empty text is quoted, so that it is told from a null. */
function quoted(text: string, isText = false): string {
  const needsQuotes = /[",\r\n]/.test(text) || (isText && text === "");
  return needsQuotes ? `"${text.replaceAll('"', '""')}"` : text;
}
