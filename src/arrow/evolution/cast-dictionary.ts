import type { Data, DataType, Dictionary, Vector } from "apache-arrow";
import { concatData } from "../concat-data.ts";
import type { Arrow } from "../load-arrow.ts";
import { vectorOf } from "../vector-of.ts";
import { takeBytes } from "./cast-bytes.ts";
import { castIntegers } from "./cast-numbers.ts";

type Cast = (values: Data, type: DataType) => Data;
type Indices = Int32Array | BigInt64Array; // and the other arrays of integers
type Numbers = Float64Array; // and every other typed array: only what they share is used

/** A column of indices into a dictionary, with wider indices or other values, or as the values themselves. */
export function castDictionary(arrow: Arrow, data: Data, type: DataType, cast: Cast): Data {
  const { DataType: is } = arrow;
  const chunks = (data.dictionary as Vector).data;
  if (!is.isDictionary(type)) {
    const values = concatData(
      arrow,
      type,
      chunks.map((chunk) => cast(chunk, type)),
    );
    return takeValues(arrow, data, values);
  }
  const { offset, length, nullCount, nullBitmap } = data;
  const from = (data.type as Dictionary).indices;
  const indices = castIntegers(data.values.subarray(0, length) as Numbers, from, type.indices);
  const dictionary = new arrow.Vector(chunks.map((chunk) => cast(chunk, type.dictionary)));
  const buffers = [undefined, indices, nullCount > 0 ? nullBitmap : undefined, undefined];
  return new arrow.Data(
    type,
    offset,
    length,
    nullCount,
    buffers as unknown as Data["buffers"],
    [],
    dictionary,
  );
}

/** The value of each row, where a column only has its place among them. */
function takeValues(arrow: Arrow, data: Data, values: Data): Data {
  const { offset, length, nullCount, nullBitmap } = data;
  const indices = data.values as Indices;
  const buffers = (plain: { valueOffsets?: unknown; values: unknown }) =>
    [plain.valueOffsets, plain.values, nullCount > 0 ? nullBitmap : undefined, undefined] as const;
  // A value of the dictionary may be null itself: then what is null is no longer what the column says.
  const plain = values.nullCount > 0 ? undefined : takePlain(arrow, data, values, indices);
  if (plain) {
    const own = buffers(plain) as unknown as Data["buffers"];
    return new arrow.Data(values.type, offset, length, nullCount, own);
  }
  const vector = new arrow.Vector([values]);
  const rows = Array.from({ length }, (_, row): unknown =>
    data.getValid(row) ? vector.get(Number(indices[row])) : null,
  );
  return vectorOf(arrow, rows, values.type).data[0] as Data;
}

function takePlain(
  arrow: Arrow,
  data: Data,
  values: Data,
  indices: Indices,
): { valueOffsets?: unknown; values: unknown } | undefined {
  const { DataType: is } = arrow;
  if (values.valueOffsets && values.values) return takeBytes(data, values, indices);
  const { type, stride } = values;
  if (is.isBool(type) || is.isNull(type) || type.children?.length || values.variadicBuffers.length)
    return undefined;
  const taken = new (type.ArrayType as unknown as new (length: number) => Numbers)(
    data.length * stride,
  );
  const from = values.values as Numbers;
  for (let row = 0; row < data.length; row += 1) {
    const start = Number(indices[row]) * stride;
    for (let at = 0; at < stride; at += 1) {
      const value = from[start + at];
      if (value !== undefined) taken[row * stride + at] = value; // behind a null may stand any index
    }
  }
  return { values: taken };
}
