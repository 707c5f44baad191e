import type { Data, DataType, FixedSizeBinary, RecordBatch } from "apache-arrow";
import { concatData } from "../concat-data.ts";
import { sliceRows } from "../cut-batch.ts";
import type { Arrow } from "../load-arrow.ts";
import type { RowMask } from "./filter-rows.ts";

type Numbers = Float64Array; // and the other typed arrays: only what they share is used
type Sized = new (length: number) => Numbers;

/** The rows of a mask: the batch itself where it is all of them, `undefined` where it is none. */
export function takeRows(arrow: Arrow, batch: RecordBatch, mask: RowMask): RecordBatch | undefined {
  const rows = rowsOf(mask);
  const first = rows[0];
  const last = rows.at(-1);
  if (first === undefined || last === undefined) return undefined;
  if (last - first + 1 === rows.length) return sliceRows(arrow, batch, first, last + 1);
  const children = batch.data.children.map((child) => takeData(arrow, child, rows));
  const type = new arrow.Struct(batch.schema.fields);
  const data = arrow.makeData({ type, length: rows.length, nullCount: 0, children });
  return new arrow.RecordBatch(batch.schema, data);
}

function rowsOf(mask: RowMask): Uint32Array {
  let count = 0;
  for (const matches of mask) count += matches;
  const rows = new Uint32Array(count);
  let at = 0;
  for (let row = 0; row < mask.length; row += 1) if (mask[row]) rows[at++] = row;
  return rows;
}

/** The values at some places. What is seldom is put together from slices. */
function takeData(arrow: Arrow, data: Data, rows: Uint32Array): Data {
  const { DataType: is } = arrow;
  const { type } = data;
  if (is.isStruct(type)) {
    const children = data.children.map((child) => takeData(arrow, child, rows));
    return made(arrow, data, rows, { children });
  }
  if (is.isDictionary(type) || isPlain(arrow, type))
    return made(arrow, data, rows, { values: takeNumbers(data.values, rows, 1) });
  if (is.isDecimal(type)) {
    return made(arrow, data, rows, { values: takeNumbers(data.values, rows, data.stride) });
  }
  if (is.isFixedSizeBinary(type)) {
    const { byteWidth } = type as FixedSizeBinary;
    return made(arrow, data, rows, { values: takeNumbers(data.values, rows, byteWidth) });
  }
  if (is.isBool(type)) {
    return made(arrow, data, rows, {
      values: takeBits(data.values as Uint8Array, data.offset, rows),
    });
  }
  if (is.isUtf8(type) || is.isBinary(type)) return made(arrow, data, rows, takeBytes(data, rows));
  return concatData(arrow, type, slicesOf(data, rows));
}

interface Taken {
  readonly values?: ArrayBufferView;
  readonly valueOffsets?: Int32Array;
  readonly children?: Data[];
}

function made(
  arrow: Arrow,
  { type, nullCount, nullBitmap, offset, dictionary }: Data,
  rows: Uint32Array,
  { values, valueOffsets, children = [] }: Taken,
): Data {
  const hasNulls = nullCount !== 0 && nullBitmap !== undefined && nullBitmap.length > 0;
  const validity = hasNulls ? takeBits(nullBitmap, offset, rows) : undefined;
  const nulls = validity ? rows.length - countBits(validity) : 0;
  const buffers = [valueOffsets, values, validity, undefined] as unknown as Data["buffers"];
  return new arrow.Data(type, 0, rows.length, nulls, buffers, children, dictionary);
}

/** Whether each value is one number of an array. */
function isPlain({ DataType: is }: Arrow, type: DataType): boolean {
  return (
    is.isInt(type) ||
    is.isFloat(type) ||
    is.isDate(type) ||
    is.isTime(type) ||
    is.isTimestamp(type) ||
    is.isDuration(type)
  );
}

function takeNumbers(source: unknown, rows: Uint32Array, stride: number): Numbers {
  const values = source as Numbers;
  const taken = new (values.constructor as Sized)(rows.length * stride);
  if (stride === 1) {
    for (let at = 0; at < rows.length; at += 1) taken[at] = values[rows[at] as number] as number;
    return taken;
  }
  for (let at = 0; at < rows.length; at += 1) {
    const from = (rows[at] as number) * stride;
    taken.set(values.subarray(from, from + stride), at * stride);
  }
  return taken;
}

function takeBits(bits: Uint8Array, offset: number, rows: Uint32Array): Uint8Array {
  const taken = new Uint8Array(Math.ceil(rows.length / 64) * 8);
  for (let at = 0; at < rows.length; at += 1) {
    const from = offset + (rows[at] as number);
    if (((bits[from >> 3] ?? 0) >> (from & 7)) & 1)
      taken[at >> 3] = (taken[at >> 3] ?? 0) | (1 << (at & 7));
  }
  return taken;
}

function countBits(bits: Uint8Array): number {
  let count = 0;
  for (const byte of bits) for (let rest = byte; rest > 0; rest &= rest - 1) count += 1;
  return count;
}

function takeBytes({ values, valueOffsets }: Data, rows: Uint32Array): Taken {
  const offsets = valueOffsets as Int32Array;
  const taken = new Int32Array(rows.length + 1);
  let size = 0;
  for (let at = 0; at < rows.length; at += 1) {
    const row = rows[at] as number;
    size += (offsets[row + 1] ?? 0) - (offsets[row] ?? 0);
    taken[at + 1] = size;
  }
  const bytes = new Uint8Array(size);
  for (let at = 0; at < rows.length; at += 1) {
    const row = rows[at] as number;
    bytes.set((values as Uint8Array).subarray(offsets[row], offsets[row + 1]), taken[at]);
  }
  return { values: bytes, valueOffsets: taken };
}

/** Runs of rows that stand side by side. */
function slicesOf(data: Data, rows: Uint32Array): Data[] {
  const slices: Data[] = [];
  let start = 0;
  for (let at = 1; at <= rows.length; at += 1) {
    if (at < rows.length && rows[at] === (rows[at - 1] as number) + 1) continue;
    slices.push(data.slice(rows[start] as number, at - start));
    start = at;
  }
  return slices;
}
