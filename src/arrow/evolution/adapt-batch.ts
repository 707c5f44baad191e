import type { RecordBatch, Schema } from "apache-arrow";
import type { Arrow } from "../load-arrow.ts";
import { castData } from "./cast-data.ts";
import { isIdenticalSchema } from "./is-identical.ts";
import { nullData } from "./null-data.ts";

/**
 * A batch in a schema that its own was united to: columns that it lacks are null, those of narrower types
 * are widened, the others share its buffers. The very same batch where nothing changes.
 * @throws SCHEMA_MISMATCH for a moment that the finer unit of other segments does not reach
 */
export function adaptBatch(arrow: Arrow, batch: RecordBatch, schema: Schema): RecordBatch {
  if (isIdenticalSchema(batch.schema, schema)) return batch;
  const places = new Map(batch.schema.fields.map(({ name }, index) => [name, index]));
  const children = schema.fields.map(({ name, type }, index) => {
    // Where a file has two columns of one name they go by their place.
    const isInPlace = batch.schema.fields[index]?.name === name;
    const column = batch.data.children[isInPlace ? index : (places.get(name) ?? -1)];
    if (!column) return nullData(arrow, type, batch.numRows);
    return castData(arrow, column, type, name);
  });
  return batchOf(arrow, schema, { length: batch.numRows, children });
}

/** Rows of which nothing is known: each column is null. */
export function nullBatch(arrow: Arrow, schema: Schema, length: number): RecordBatch {
  const children = schema.fields.map(({ type }) => nullData(arrow, type, length));
  return batchOf(arrow, schema, { length, children });
}

function batchOf(
  arrow: Arrow,
  schema: Schema,
  { length, children }: { length: number; children: RecordBatch["data"]["children"] },
): RecordBatch {
  const type = new arrow.Struct(schema.fields);
  const rows = arrow.makeData({ type, length, nullCount: 0, children });
  return new arrow.RecordBatch(schema, rows);
}
