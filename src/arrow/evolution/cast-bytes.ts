import type { Data, DataType } from "apache-arrow";
import { TinyFSError } from "../../tinyfs/errors.ts";
import type { Arrow } from "../load-arrow.ts";

/** Texts or binary values, as a column of plain ones has them. */
interface PlainBytes {
  readonly valueOffsets: Int32Array | BigInt64Array;
  readonly values: Uint8Array;
}

/** Gives the bytes of a row. */
type BytesAt = (row: number) => Uint8Array;

/** The same offsets in 64 bits. */
export function widenOffsets(offsets: Int32Array | BigInt64Array): BigInt64Array {
  if (offsets instanceof BigInt64Array) return offsets;
  const halves = new Int32Array(offsets.length * 2); // they are never negative: the upper halves stay 0
  for (let at = 0; at < offsets.length; at += 1) halves[at * 2] = offsets[at] ?? 0;
  return new BigInt64Array(halves.buffer);
}

/** The values of a column of texts or bytes in another form; `undefined` for columns of anything else. */
export function castBytes(arrow: Arrow, data: Data, type: DataType): PlainBytes | undefined {
  const { DataType: is } = arrow;
  if (!isPlain(arrow, type)) return undefined;
  if (is.isUtf8View(data.type) || is.isBinaryView(data.type))
    return collect(data, type, viewAt(data));
  if (!isPlain(arrow, data.type)) return undefined;
  const { valueOffsets, values } = data;
  const isWider = type.OffsetArrayType !== data.type.OffsetArrayType;
  return {
    valueOffsets: isWider ? widenOffsets(valueOffsets) : valueOffsets,
    values: values as Uint8Array,
  };
}

/** The texts or bytes that a column of indices stands for. */
export function takeBytes(
  data: Data,
  { type, valueOffsets, values }: Data,
  indices: ArrayLike<number | bigint>,
): PlainBytes {
  return collect(data, type, (row) => {
    const index = Number(indices[row]);
    const [start, end] = [Number(valueOffsets[index]), Number(valueOffsets[index + 1])];
    return values.subarray(start, end) as Uint8Array;
  });
}

/** Whether a type keeps offsets and bytes. */
function isPlain({ DataType: is }: Arrow, type: DataType): boolean {
  return is.isUtf8(type) || is.isLargeUtf8(type) || is.isBinary(type) || is.isLargeBinary(type);
}

/** A view is 16 bytes: a length, and up to 12 bytes themselves or where they stand. */
function viewAt({ values, variadicBuffers }: Data): BytesAt {
  const views = values as Uint8Array;
  const view = new DataView(views.buffer, views.byteOffset, views.byteLength);
  return (row) => {
    const at = row * 16;
    const length = view.getInt32(at, true);
    if (length <= 12) return views.subarray(at + 4, at + 4 + length);
    const start = view.getInt32(at + 12, true);
    return variadicBuffers[view.getInt32(at + 8, true)]?.subarray(start, start + length) ?? views;
  };
}

function collect(data: Data, type: DataType, bytesAt: BytesAt): PlainBytes {
  const Offsets = type.OffsetArrayType as new (length: number) => Int32Array | BigInt64Array;
  const valueOffsets = new Offsets(data.length + 1);
  const parts: Uint8Array[] = [];
  let size = 0;
  for (let row = 0; row < data.length; row += 1) {
    if (data.getValid(row)) {
      const bytes = bytesAt(row);
      parts.push(bytes);
      size += bytes.byteLength;
    }
    setOffset(valueOffsets, row + 1, size);
  }
  if (size > 0x7fff_ffff && valueOffsets instanceof Int32Array) throw tooLong(type);
  const values = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    values.set(part, at);
    at += part.byteLength;
  }
  return { valueOffsets, values };
}

function setOffset(offsets: Int32Array | BigInt64Array, at: number, offset: number): void {
  if (offsets instanceof Int32Array) offsets[at] = offset;
  else offsets[at] = BigInt(offset);
}

function tooLong(type: DataType): TinyFSError {
  const message = `A column of ${type} is too long for one batch: read fewer rows at a time`;
  return new TinyFSError("UNSUPPORTED_TYPE", message);
}
