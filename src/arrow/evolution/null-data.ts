import type { Data, DataType, Dictionary, FixedSizeList } from "apache-arrow";
import type { Arrow } from "../load-arrow.ts";

type Sized = new (length: number) => ArrayBufferView;

/** A column of nulls. Its values are zeros that no page of memory is touched for. */
export function nullData(arrow: Arrow, type: DataType, length: number): Data {
  const { DataType: is } = arrow;
  if (is.isNull(type)) return new arrow.Data(type, 0, length, length);
  const validity = new Uint8Array((length + 7) >> 3);
  const buffers = [offsets(arrow, type, length), values(arrow, type, length), validity, undefined];
  const dictionary = is.isDictionary(type)
    ? new arrow.Vector([nullData(arrow, type.dictionary, 0)])
    : undefined;
  return new arrow.Data(
    type,
    0,
    length,
    length,
    buffers as unknown as Data["buffers"],
    children(arrow, type, length),
    dictionary,
  );
}

function offsets(arrow: Arrow, type: DataType, length: number): ArrayBufferView | undefined {
  const { DataType: is } = arrow;
  const isListLike = is.isList(type) || is.isLargeList(type) || is.isMap(type);
  if (!isListLike && !isBytes(arrow, type)) return undefined;
  return new (type.OffsetArrayType as unknown as Sized)(length + 1);
}

function isBytes({ DataType: is }: Arrow, type: DataType): boolean {
  return is.isUtf8(type) || is.isLargeUtf8(type) || is.isBinary(type) || is.isLargeBinary(type);
}

function values(arrow: Arrow, type: DataType, length: number): ArrayBufferView | undefined {
  const { DataType: is } = arrow;
  if (type.children?.length) return undefined;
  if (isBytes(arrow, type)) return new Uint8Array(0);
  if (is.isBool(type)) return new Uint8Array((length + 7) >> 3);
  const { ArrayType } = is.isDictionary(type) ? (type as Dictionary).indices : type;
  return new (ArrayType as unknown as Sized)(length * strideOf(arrow, type));
}

/** How many elements of its array a value takes. */
function strideOf(arrow: Arrow, type: DataType): number {
  return new arrow.Data(type, 0, 0).stride;
}

function children(arrow: Arrow, type: DataType, length: number): Data[] {
  const { DataType: is } = arrow;
  const rows = () => {
    if (is.isStruct(type)) return length;
    return is.isFixedSizeList(type) ? length * (type as FixedSizeList).listSize : 0;
  };
  return (type.children ?? []).map((field) => nullData(arrow, field.type, rows()));
}
