import type { Data, DataType, Date_, Timestamp } from "apache-arrow";
import { SchemaMismatchError } from "../../tinyfs/errors.ts";
import type { Arrow } from "../load-arrow.ts";

const LARGEST = (1n << 63n) - 1n;

/**
 * The values of a column of dates or moments in a finer unit; `undefined` for columns of anything else.
 * @param column named in the error
 * @throws SCHEMA_MISMATCH for a value that 64 bits do not hold in that unit
 */
export function castTimes(
  arrow: Arrow,
  data: Data,
  type: DataType,
  column: string,
): BigInt64Array | undefined {
  const [from, to] = [nanosecondsOf(arrow, data.type), nanosecondsOf(arrow, type)];
  if (from === undefined || to === undefined) return undefined;
  const factor = from / to;
  const largest = LARGEST / factor;
  const values = data.values as BigInt64Array | Int32Array;
  const cast = new BigInt64Array(data.length);
  for (let row = 0; row < data.length; row += 1) {
    const value = BigInt(values[row] ?? 0);
    const isTooFar = value > largest || value < -largest;
    if (isTooFar && data.getValid(row)) throw tooFar(column, value, data.type, type);
    cast[row] = value * factor;
  }
  return cast;
}

/** How long the unit of a type lasts; `undefined` for one that is no time. */
export function nanosecondsOf(arrow: Arrow, type: DataType): bigint | undefined {
  const { DataType: is, DateUnit, TimeUnit } = arrow;
  if (is.isDate(type))
    return (type as Date_).unit === DateUnit.DAY ? 86_400n * 10n ** 9n : 10n ** 6n;
  if (!is.isTimestamp(type)) return undefined;
  const units = {
    [TimeUnit.SECOND]: 10n ** 9n,
    [TimeUnit.MILLISECOND]: 10n ** 6n,
    [TimeUnit.MICROSECOND]: 10n ** 3n,
    [TimeUnit.NANOSECOND]: 1n,
  };
  return units[(type as Timestamp).unit];
}

function tooFar(column: string, value: bigint, from: DataType, to: DataType): SchemaMismatchError {
  const reason = `${value} of ${from} is too far away for ${to}, which other segments have`;
  return new SchemaMismatchError(`Cannot read column "${column}": ${reason}`);
}
