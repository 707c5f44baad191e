import type { Data, RecordBatch } from "apache-arrow";
import type { Arrow } from "./load-arrow.ts";

/** The rows of a row group at most. */
export const MAX_ROW_GROUP_ROWS = 131_072;

/**
 * Cuts a batch into pieces that make a row group each.
 * @param rowGroupRows what the encoder cuts to: pieces are whole row groups where several fit in one
 */
export function* cutBatch(
  arrow: Arrow,
  batch: RecordBatch,
  rowGroupRows: number = MAX_ROW_GROUP_ROWS,
): Generator<RecordBatch> {
  const groups = Math.max(1, Math.floor(MAX_ROW_GROUP_ROWS / rowGroupRows));
  const size = Math.min(groups * rowGroupRows, MAX_ROW_GROUP_ROWS);
  for (let start = 0; start < batch.numRows; start += size) {
    yield sliceRows(arrow, batch, start, Math.min(start + size, batch.numRows));
  }
}

/** Rows from `start` to `end`, exclusive. */
export function sliceRows(
  arrow: Arrow,
  batch: RecordBatch,
  start: number,
  end: number,
): RecordBatch {
  if (start === 0 && end === batch.numRows) return batch;
  const { schema, data } = batch;
  const sliced = data.slice(start, end - start);
  const children = sliced.children.map((child) => startAtZero(arrow, child));
  const type = new arrow.Struct(schema.fields);
  const rows = arrow.makeData({ type, length: end - start, nullCount: 0, children });
  return new arrow.RecordBatch(schema, rows);
}

/** apache-arrow writes wrong rows of a sliced column of views: it applies the offset twice. */
function startAtZero(arrow: Arrow, data: Data): Data {
  const { type, offset, length, nullCount, nullBitmap } = data;
  const children = data.children.map((child) => startAtZero(arrow, child));
  const isView = arrow.DataType.isUtf8View(type) || arrow.DataType.isBinaryView(type);
  if (!isView) return withChildren(data, children);
  const { truncateBitmap } = arrow.util;
  const validity = nullCount > 0 ? truncateBitmap(offset, length, nullBitmap) : undefined;
  const buffers = [undefined, data.values, validity, undefined] as unknown as Data["buffers"];
  return new arrow.Data(type, 0, length, nullCount, buffers, [], undefined, data.variadicBuffers);
}

function withChildren(data: Data, children: Data[]): Data {
  if (children.length === 0) return data;
  const { type, offset, length, nullCount } = data;
  return data.clone(type, offset, length, nullCount, data as unknown as Data["buffers"], children);
}
