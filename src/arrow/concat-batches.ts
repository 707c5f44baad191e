import type { Data, RecordBatch, Schema } from "apache-arrow";
import { yieldToMessages } from "../worker/yield-to-messages.ts";
import { concatData } from "./concat-data.ts";
import type { Arrow } from "./load-arrow.ts";

/** All rows of several batches of one schema in one. The page can breathe between two columns. */
export async function concatBatches(
  arrow: Arrow,
  batches: readonly RecordBatch[],
  schema: Schema,
): Promise<RecordBatch> {
  const [only] = batches;
  if (only && batches.length === 1) return only;
  const children: Data[] = [];
  for (const [index, { type }] of schema.fields.entries()) {
    const chunks = batches.flatMap(({ data }) => data.children[index] ?? []);
    children.push(concatData(arrow, type, chunks));
    await yieldToMessages();
  }
  // A dictionary may have outgrown the integers that stood for its values in one batch.
  const fields = schema.fields.map((field, index) =>
    field.clone({ type: (children[index] as Data).type }),
  );
  const type = new arrow.Struct(fields);
  const length = batches.reduce((sum, { numRows }) => sum + numRows, 0);
  const rows = arrow.makeData({ type, length, nullCount: 0, children });
  return new arrow.RecordBatch(new arrow.Schema(fields, schema.metadata), rows);
}

/** A batch of a schema without rows. */
export function emptyBatch(arrow: Arrow, schema: Schema): RecordBatch {
  const children = schema.fields.map(({ type }) => concatData(arrow, type, []));
  const type = new arrow.Struct(schema.fields);
  return new arrow.RecordBatch(schema, arrow.makeData({ type, length: 0, nullCount: 0, children }));
}
