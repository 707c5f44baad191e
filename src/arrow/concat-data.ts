import type { Data, DataType, Dictionary } from "apache-arrow";
import { TinyFSError } from "../tinyfs/errors.ts";
import { concatBits, validityOf } from "./concat-bits.ts";
import { concatDictionaries } from "./concat-dictionaries.ts";
import type { Arrow } from "./load-arrow.ts";

type Offsets = Int32Array | BigInt64Array;
type Values = Uint8Array | BigInt64Array; // and the other typed arrays: only what they share is used
type Constructor<View> = new (length: number) => View;

/** The values of several columns of one type after each other; of none, a column without rows. */
export function concatData(arrow: Arrow, type: DataType, chunks: readonly Data[]): Data {
  const [only] = chunks;
  if (only && chunks.length === 1) return only;
  if (arrow.DataType.isDictionary(type)) return concatIndices(arrow, type, chunks);
  const length = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  const nullCount = chunks.reduce((sum, chunk) => sum + chunk.nullCount, 0);
  const { valueOffsets, values } = concatValues(arrow, type, chunks);
  const validity = nullCount > 0 ? validityOf(chunks) : undefined;
  const buffers = [valueOffsets, values, validity, undefined] as unknown as Data["buffers"];
  const children = concatChildren(arrow, type, chunks);
  return new arrow.Data(type, 0, length, nullCount, buffers, children);
}

interface Buffers {
  readonly valueOffsets?: Offsets;
  readonly values?: Values;
}

function concatValues(arrow: Arrow, type: DataType, chunks: readonly Data[]): Buffers {
  const { DataType: is } = arrow;
  if (is.isNull(type) || is.isStruct(type) || is.isFixedSizeList(type)) return {};
  if (is.isBool(type)) return { values: concatBits(chunks, (chunk) => chunk.values as Uint8Array) };
  if (is.isList(type) || is.isLargeList(type) || is.isMap(type))
    return { valueOffsets: concatOffsets(type, chunks) };
  if (is.isUtf8(type) || is.isBinary(type) || is.isLargeUtf8(type) || is.isLargeBinary(type)) {
    const parts = chunks.map((chunk) => chunk.values.subarray(...spanOf(chunk)) as Uint8Array);
    return { valueOffsets: concatOffsets(type, chunks), values: join(Uint8Array, parts) };
  }
  if (is.isUnion(type) || is.isUtf8View(type) || is.isBinaryView(type)) throw cannotJoin(type);
  return { values: join(type.ArrayType, chunks.map(flatValues)) };
}

function flatValues({ values, length, stride }: Data): Values {
  return values.subarray(0, length * stride);
}

function concatChildren(arrow: Arrow, type: DataType, chunks: readonly Data[]): Data[] {
  const { DataType: is } = arrow;
  return (type.children ?? []).map((field, index) => {
    const children = chunks.map((chunk) => {
      const child = chunk.children[index] as Data;
      if (is.isStruct(type)) return child;
      const [start, end] = is.isFixedSizeList(type)
        ? [0, chunk.length * type.listSize]
        : spanOf(chunk);
      return start === 0 && end === child.length ? child : child.slice(start, end - start);
    });
    return concatData(arrow, field.type, children);
  });
}

/** Where the values of a column of variable lengths begin and end. */
function spanOf({ valueOffsets, length }: Data): [number, number] {
  return [Number(valueOffsets[0] ?? 0), Number(valueOffsets[length] ?? 0)];
}

function concatOffsets(type: DataType, chunks: readonly Data[]): Offsets {
  const rows = chunks.reduce((sum, { length }) => sum + length, 0);
  const joined = new (type.OffsetArrayType as Constructor<Offsets>)(rows + 1);
  let row = 0;
  let base = 0;
  for (const chunk of chunks) {
    const [start, end] = spanOf(chunk);
    shiftOffsets(chunk, joined, row, base - start);
    row += chunk.length;
    base += end - start;
  }
  if (joined instanceof Int32Array && base > 0x7fff_ffff) throw tooLong(type);
  return joined;
}

function shiftOffsets(chunk: Data, joined: Offsets, row: number, shift: number): void {
  const { length } = chunk;
  const valueOffsets = chunk.valueOffsets as Offsets;
  if (joined instanceof Int32Array) {
    for (let at = 1; at <= length; at += 1) joined[row + at] = Number(valueOffsets[at]) + shift;
  } else {
    const by = BigInt(shift);
    for (let at = 1; at <= length; at += 1) joined[row + at] = BigInt(valueOffsets[at] ?? 0) + by;
  }
}

function concatIndices(arrow: Arrow, type: Dictionary, chunks: readonly Data[]): Data {
  const { dictionary, indices, indexType } = concatDictionaries(arrow, type, chunks, (of, values) =>
    concatData(arrow, of, values),
  );
  const length = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  const nullCount = chunks.reduce((sum, chunk) => sum + chunk.nullCount, 0);
  const validity = nullCount > 0 ? validityOf(chunks) : undefined;
  const own = new arrow.Dictionary(type.dictionary, indexType, type.id, type.isOrdered);
  const buffers = [undefined, indices, validity, undefined] as unknown as Data["buffers"];
  return new arrow.Data(own, 0, length, nullCount, buffers, [], dictionary);
}

function join(Type: Constructor<Values>, parts: readonly Values[]): Values {
  const joined = new Type(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    (joined as Uint8Array).set(part as Uint8Array, at);
    at += part.length;
  }
  return joined;
}

function cannotJoin(type: DataType): TinyFSError {
  return new TinyFSError("UNSUPPORTED_TYPE", `Columns of ${type} cannot be made one batch`);
}

function tooLong(type: DataType): TinyFSError {
  const message = `A column of ${type} is too long for one batch: read it as a table or a stream`;
  return new TinyFSError("UNSUPPORTED_TYPE", message);
}
