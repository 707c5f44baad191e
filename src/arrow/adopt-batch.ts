import type { Data, DataType, Dictionary, RecordBatch, Schema, Vector } from "apache-arrow";
import { TinyFSError } from "../tinyfs/errors.ts";
import { IPC_CURE } from "./adopt-type.ts";
import type { BatchLike } from "./batch-input.ts";
import type { Arrow } from "./load-arrow.ts";

type View = ArrayBufferView & { readonly BYTES_PER_ELEMENT: number };
type ViewConstructor = {
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): View;
  readonly BYTES_PER_ELEMENT: number;
};

/**
 * A batch as our own copy of apache-arrow has it: objects are made anew, buffers are shared. Given
 * to our copy as they are, batches of another come out empty, without an error.
 * @param schema the batch's own, adopted
 * @throws UNSUPPORTED_TYPE
 */
export function adoptBatch(
  arrow: Arrow,
  { data, numRows }: BatchLike,
  schema: Schema,
): RecordBatch {
  const columns = (data as Data).children;
  const children = schema.fields.map(({ name, type }, index) => {
    const column = columns[index];
    if (column?.length !== numRows)
      throw misshapen(name, `it has ${column?.length ?? 0} of ${numRows} rows`);
    return adoptData(arrow, column, type, name);
  });
  const type = new arrow.Struct(schema.fields);
  const rows = arrow.makeData({ type, length: numRows, nullCount: 0, children });
  return new arrow.RecordBatch(schema, rows);
}

function adoptData(arrow: Arrow, data: Data, type: DataType, name: string): Data {
  if (data.type.typeId !== type.typeId) throw misshapen(name, "its data is not of its type");
  const { valueOffsets, values, nullBitmap, typeIds } = data;
  const isDictionary = type.typeId === arrow.Type.Dictionary;
  const valueType = isDictionary ? (type as Dictionary).indices : type;
  const buffers = [
    viewAs(valueOffsets, type.OffsetArrayType),
    viewAs(values, valueType.ArrayType),
    nullBitmap,
    typeIds,
  ];
  const fields = isDictionary ? [] : (type.children ?? []);
  return new arrow.Data(
    type,
    data.offset,
    data.length,
    data.nullCount,
    buffers as unknown as Data["buffers"],
    fields.map((field, index) => {
      const child = data.children[index];
      if (!child) throw misshapen(name, `its child "${field.name}" is not there`);
      return adoptData(arrow, child, field.type, `${name}.${field.name}`);
    }),
    isDictionary ? adoptDictionary(arrow, data, type as Dictionary, name) : undefined,
    data.variadicBuffers ?? [],
  );
}

function adoptDictionary(arrow: Arrow, data: Data, type: Dictionary, name: string): Vector {
  const chunks = data.dictionary?.data;
  if (!chunks) throw misshapen(name, "its dictionary is not there");
  return new arrow.Vector(chunks.map((chunk) => adoptData(arrow, chunk, type.dictionary, name)));
}

/** Old versions keep 64-bit values in pairs of 32 bits. */
function viewAs(view: View | undefined, wanted: unknown): View | undefined {
  const Wanted = wanted as ViewConstructor | undefined;
  if (!view || !Wanted || view.BYTES_PER_ELEMENT === Wanted.BYTES_PER_ELEMENT) return view;
  const { buffer, byteOffset, byteLength } = view;
  const isAligned = byteOffset % Wanted.BYTES_PER_ELEMENT === 0;
  const start = isAligned ? byteOffset : 0;
  const bytes = isAligned ? buffer : buffer.slice(byteOffset, byteOffset + byteLength);
  return new Wanted(bytes, start, byteLength / Wanted.BYTES_PER_ELEMENT);
}

function misshapen(name: string, reason: string): TinyFSError {
  const message = `Column "${name}" cannot be taken over: ${reason}; ${IPC_CURE}`;
  return new TinyFSError("UNSUPPORTED_TYPE", message);
}
