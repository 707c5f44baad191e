import type { LeafColumn } from "./parquet-schema.ts";
import type { ColumnStatistics, StatisticValue } from "./parquet-types.ts";

/** A Thrift `Statistics` struct as hyparquet's deserializer gives it; bounds are bytes. */
export interface RawStatistics {
  /** The old bounds, whose order is that of signed numbers. */
  readonly field_1?: Uint8Array<ArrayBuffer>;
  readonly field_2?: Uint8Array<ArrayBuffer>;
  readonly field_3?: bigint;
  /** The bounds in the column's own order. */
  readonly field_5?: Uint8Array<ArrayBuffer>;
  readonly field_6?: Uint8Array<ArrayBuffer>;
}

/**
 * Turns the statistics of a column chunk into values. What cannot be trusted is left out: bounds
 * whose order is not stated, NaN, strings that were cut within a character.
 * @param ordered whether the footer states the order of bounds
 */
export function columnStatistics(
  raw: RawStatistics | undefined,
  column: LeafColumn,
  ordered: boolean,
): ColumnStatistics {
  if (!raw) return {};
  const signed = hasSignedOrder(column);
  const minBytes =
    (signed || ordered ? raw.field_6 : undefined) ?? (signed ? raw.field_2 : undefined);
  const maxBytes =
    (signed || ordered ? raw.field_5 : undefined) ?? (signed ? raw.field_1 : undefined);
  const min = minBytes && decodeBound(minBytes, column);
  const max = maxBytes && decodeBound(maxBytes, column);
  return {
    ...(min === undefined ? {} : { min }),
    ...(max === undefined ? {} : { max }),
    ...(raw.field_3 === undefined ? {} : { nullCount: Number(raw.field_3) }),
  };
}

function hasSignedOrder({ physicalType, logicalType }: LeafColumn): boolean {
  return (
    ["BOOLEAN", "INT32", "INT64", "FLOAT", "DOUBLE"].includes(physicalType) &&
    logicalType?.isSigned !== false
  );
}

function decodeBound(
  bytes: Uint8Array<ArrayBuffer>,
  column: LeafColumn,
): StatisticValue | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const unsigned = column.logicalType?.isSigned === false;
  switch (`${column.physicalType}/${bytes.length}`) {
    case "BOOLEAN/1":
      return bytes[0] === 1;
    case "INT32/4":
      return isDecimal(column) ? BigInt(view.getInt32(0, true)) : int32(view, unsigned);
    case "INT64/8":
      return unsigned ? view.getBigUint64(0, true) : view.getBigInt64(0, true);
    case "FLOAT/4":
      return numberOrNothing(view.getFloat32(0, true));
    case "DOUBLE/8":
      return numberOrNothing(view.getFloat64(0, true));
    default:
      return column.physicalType.endsWith("BYTE_ARRAY") ? decodeBytes(bytes, column) : undefined;
  }
}

function isDecimal({ logicalType }: LeafColumn): boolean {
  return logicalType?.type === "DECIMAL";
}

function int32(view: DataView, unsigned: boolean): number {
  return unsigned ? view.getUint32(0, true) : view.getInt32(0, true);
}

/** Writers state the bound 0 as -0 or +0, as the format asks: nobody else needs to know. */
function numberOrNothing(value: number): number | undefined {
  return Number.isNaN(value) ? undefined : value + 0;
}

function decodeBytes(
  bytes: Uint8Array<ArrayBuffer>,
  { logicalType }: LeafColumn,
): StatisticValue | undefined {
  switch (logicalType?.type) {
    case "DECIMAL":
      return bigEndian(bytes);
    case "STRING":
    case "ENUM":
    case "JSON":
      return decodeText(bytes);
    case undefined:
    case "UUID":
    case "BSON":
      return bytes.slice(); // a view would take its whole footer across to the page
    default:
      return undefined; // its order is not that of its bytes
  }
}

function decodeText(bytes: Uint8Array<ArrayBuffer>): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined; // cut within a character: the bound is unknown
  }
}

/** Two's complement of any width. */
function bigEndian(bytes: Uint8Array<ArrayBuffer>): bigint {
  let value = 0n;
  for (const byte of bytes) value = (value << 8n) | BigInt(byte);
  return BigInt.asIntN(bytes.length * 8, value);
}
