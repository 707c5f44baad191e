import type {
  DataType,
  Date_,
  Decimal,
  Dictionary,
  Duration,
  Field,
  FixedSizeBinary,
  FixedSizeList,
  Float,
  Int,
  Interval,
  Map_,
  Schema,
  Time,
  Timestamp,
  Union,
} from "apache-arrow";
import { TinyFSError } from "../tinyfs/errors.ts";
import type { SchemaLike } from "./batch-input.ts";
import type { Arrow } from "./load-arrow.ts";

/** What to do with a value that our copy of apache-arrow cannot take over. */
export const IPC_CURE = "pass it as Arrow IPC bytes (tableToIPC of the copy that made it)";

type Adopt = (field: Field) => Field;

/**
 * The schema as our own copy of apache-arrow has it. Dictionaries are numbered by their order, so
 * that equal schemas are equal bytes.
 * @throws UNSUPPORTED_TYPE
 */
export function adoptSchema(arrow: Arrow, schema: SchemaLike): Schema {
  let dictionaries = 0;
  const adopt: Adopt = ({ name, type, nullable, metadata }) => {
    const own =
      flatType(arrow, type) ??
      nestedType(arrow, type, adopt) ??
      dictionaryType(arrow, type, adopt, () => dictionaries++);
    if (!own) throw unsupported(name, type);
    return new arrow.Field(name, own, Boolean(nullable), new Map(metadata));
  };
  const { fields, metadata } = schema as Schema;
  return new arrow.Schema(fields.map(adopt), new Map(metadata));
}

function unsupported(name: string, { typeId }: DataType): TinyFSError {
  const message = `Column "${name}" is of an Arrow type that is not known here (${typeId}): ${IPC_CURE}`;
  return new TinyFSError("UNSUPPORTED_TYPE", message);
}

/** A type without children. Types are told by `typeId` alone: classes differ from copy to copy. */
function flatType(arrow: Arrow, type: DataType): DataType | undefined {
  const { Type } = arrow;
  switch (type.typeId) {
    case Type.Null:
      return new arrow.Null();
    case Type.Int:
      return new arrow.Int((type as Int).isSigned, (type as Int).bitWidth);
    case Type.Float:
      return new arrow.Float((type as Float).precision);
    case Type.Bool:
      return new arrow.Bool();
    case Type.Decimal: {
      const { scale, precision, bitWidth } = type as Decimal;
      return new arrow.Decimal(scale, precision, bitWidth);
    }
    default:
      return timeType(arrow, type) ?? bytesType(arrow, type);
  }
}

function timeType(arrow: Arrow, type: DataType): DataType | undefined {
  const { Type } = arrow;
  switch (type.typeId) {
    case Type.Date:
      return new arrow.Date_((type as Date_).unit);
    case Type.Time:
      return new arrow.Time((type as Time).unit, (type as Time).bitWidth);
    case Type.Timestamp:
      return new arrow.Timestamp((type as Timestamp).unit, (type as Timestamp).timezone);
    case Type.Interval:
      return new arrow.Interval((type as Interval).unit);
    case Type.Duration:
      return new arrow.Duration((type as Duration).unit);
    default:
      return undefined;
  }
}

function bytesType(arrow: Arrow, type: DataType): DataType | undefined {
  const { Type } = arrow;
  switch (type.typeId) {
    case Type.Utf8:
      return new arrow.Utf8();
    case Type.Binary:
      return new arrow.Binary();
    case Type.LargeUtf8:
      return new arrow.LargeUtf8();
    case Type.LargeBinary:
      return new arrow.LargeBinary();
    case Type.Utf8View:
      return new arrow.Utf8View();
    case Type.BinaryView:
      return new arrow.BinaryView();
    case Type.FixedSizeBinary:
      return new arrow.FixedSizeBinary((type as FixedSizeBinary).byteWidth);
    default:
      return undefined;
  }
}

function nestedType(arrow: Arrow, type: DataType, adopt: Adopt): DataType | undefined {
  const { Type } = arrow;
  const children = () => type.children.map(adopt);
  const child = () => adopt(type.children[0] as Field);
  switch (type.typeId) {
    case Type.List:
      return new arrow.List(child());
    case Type.LargeList:
      return new arrow.LargeList(child());
    case Type.FixedSizeList:
      return new arrow.FixedSizeList((type as FixedSizeList).listSize, child());
    case Type.Struct:
      return new arrow.Struct(children());
    case Type.Map:
      return new arrow.Map_(child(), (type as Map_).keysSorted);
    case Type.Union:
      return new arrow.Union((type as Union).mode, (type as Union).typeIds, children());
    default:
      return undefined;
  }
}

function dictionaryType(
  arrow: Arrow,
  type: DataType,
  adopt: Adopt,
  nextId: () => number,
): DataType | undefined {
  if (type.typeId !== arrow.Type.Dictionary) return undefined;
  const { dictionary, indices, isOrdered } = type as Dictionary;
  const id = nextId();
  const inner = (of: DataType): DataType => adopt(new arrow.Field("", of)).type;
  return new arrow.Dictionary(
    inner(dictionary),
    inner(indices) as Dictionary["indices"],
    id,
    isOrdered,
  );
}
