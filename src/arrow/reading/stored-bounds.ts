import type { DataType, Decimal, Field, Schema } from "apache-arrow";
import type { ColumnRange, ContentDetails, TimeRange } from "../../tinyfs/entry.ts";
import type {
  ColumnStatistics,
  ParquetColumn,
  ParquetLogicalType,
  ParquetRowGroup,
  ParquetSummary,
  StatisticValue,
} from "../../worker/parquet-types.ts";
import type { Arrow } from "../load-arrow.ts";
import { microsPerUnit, type TimeUnit } from "./comparable.ts";
import type { ColumnRef } from "./condition.ts";
import type { Bound, Bounds, BoundsOf } from "./filter-bounds.ts";

const MICROS_PER_DAY = 86_400_000_000n;

/** Reads the bounds that are stored with rows, in the units of a schema's columns. */
export class StoredBounds {
  readonly #arrow: Arrow;
  readonly #fields: readonly Field[];
  /** The one column of times, whose range a segment's row tells; absent where it could be another's. */
  readonly #onlyTime: Field | undefined;

  /** @param fields the columns that tests refer to, of the schema */
  constructor(arrow: Arrow, schema: Schema, fields: readonly Field[]) {
    this.#arrow = arrow;
    this.#fields = fields;
    const times = schema.fields.filter(({ type }) => microsPerUnit(arrow, type) !== undefined);
    this.#onlyTime = times.length === 1 ? times[0] : undefined;
  }

  /** What the row of a segment says. */
  ofDetails({ rowCount, columns = [], timeRange }: ContentDetails): BoundsOf {
    const byName = new Map(columns.map((column) => [column.name, column]));
    return (column) => {
      const field = this.#fieldOf(column);
      if (!field || column.indexes.length > 1) return { rowCount };
      const known = byName.get(field.name);
      const byTime = field === this.#onlyTime ? this.#withinTime(field, timeRange) : undefined;
      return { rowCount, ...byTime, ...(known && this.#converted(field, known)) };
    };
  }

  /** What a footer says of a row group. */
  ofRowGroup({ columns }: ParquetSummary, { rowCount, statistics }: ParquetRowGroup): BoundsOf {
    return (column) => {
      const field = this.#fieldOf(column);
      const index = columns.findIndex(({ path }) => isSamePath(path, column.path));
      const leaf = columns[index];
      if (!field || !leaf || !isOnly(columns, leaf)) return { rowCount };
      return { rowCount, ...this.#converted(field, statistics[index] ?? {}, leaf.logicalType) };
    };
  }

  #fieldOf({ indexes }: ColumnRef): Field | undefined {
    let fields = this.#fields;
    let field: Field | undefined;
    for (const index of indexes) {
      field = fields[index];
      fields = field?.type.children ?? [];
    }
    return field;
  }

  #converted(
    { type }: Field,
    { min, max, nullCount }: ColumnStatistics | ColumnRange,
    stored?: ParquetLogicalType,
  ): Bounds {
    const convert = (value: StatisticValue | undefined) =>
      value === undefined ? undefined : convertBound(this.#arrow, type, value, stored);
    return { min: convert(min), max: convert(max), nullCount };
  }

  /** Beyond what a number holds exactly it may have been rounded inwards. */
  #withinTime({ type }: Field, timeRange: TimeRange | undefined): Bounds | undefined {
    const unit = microsPerUnit(this.#arrow, type);
    if (!unit || !timeRange) return undefined;
    if (!Number.isSafeInteger(timeRange.min) || !Number.isSafeInteger(timeRange.max))
      return undefined;
    // The range is as wide as whole microseconds make it: so are these.
    const min = (BigInt(timeRange.min) * unit.perMicro) / unit.micros - 1n;
    const max = (BigInt(timeRange.max) * unit.perMicro) / unit.micros + 1n;
    return { min, max };
  }
}

/** A stored bound in the form that tests have; `undefined` where it is not sure what it means. */
function convertBound(
  arrow: Arrow,
  type: DataType,
  value: StatisticValue,
  stored: ParquetLogicalType | undefined,
): Bound | undefined {
  const { DataType: is } = arrow;
  if (is.isDictionary(type)) return convertBound(arrow, type.dictionary, value, stored);
  if (is.isFloat(type)) return typeof value === "number" ? value : undefined;
  if (is.isBool(type)) return typeof value === "boolean" ? value : undefined;
  if (is.isUtf8(type) || is.isLargeUtf8(type) || is.isUtf8View(type))
    return typeof value === "string" ? value : undefined;
  if (value instanceof Uint8Array) return value;
  const whole = toBigInt(value);
  if (whole === undefined) return undefined;
  if (is.isInt(type)) return stored === undefined || stored.type === "INTEGER" ? whole : undefined;
  if (is.isDecimal(type)) return stored?.scale === (type as Decimal).scale ? whole : undefined;
  const unit = microsPerUnit(arrow, type);
  if (unit) return convertMoment(unit, whole, { isDay: typeof value === "number", stored });
  const isTime = is.isTime(type) || is.isDuration(type);
  return isTime && (stored === undefined || timeUnitOf(stored) === unitText(arrow, type))
    ? whole
    : undefined;
}

/** Days are stored as small integers, moments as large ones. */
function convertMoment(
  unit: TimeUnit,
  value: bigint,
  { isDay, stored }: { readonly isDay: boolean; readonly stored: ParquetLogicalType | undefined },
): bigint | undefined {
  if (isDay) return (value * MICROS_PER_DAY * unit.perMicro) / unit.micros;
  if (stored === undefined) return value;
  if (stored.type !== "TIMESTAMP") return undefined;
  const micros = { MILLIS: 1000n, MICROS: 1n, NANOS: 1n }[stored.unit ?? "MICROS"];
  const perMicro = stored.unit === "NANOS" ? 1000n : 1n;
  return micros === unit.micros && perMicro === unit.perMicro ? value : undefined;
}

function timeUnitOf({ type, unit }: ParquetLogicalType): string | undefined {
  return type === "TIME" ? unit : undefined;
}

function unitText({ TimeUnit }: Arrow, type: DataType): string | undefined {
  const texts = {
    [TimeUnit.SECOND]: undefined,
    [TimeUnit.MILLISECOND]: "MILLIS",
    [TimeUnit.MICROSECOND]: "MICROS",
    [TimeUnit.NANOSECOND]: "NANOS",
  };
  return texts[(type as unknown as { unit: keyof typeof texts }).unit];
}

function toBigInt(value: StatisticValue): bigint | undefined {
  if (typeof value === "bigint") return value;
  return typeof value === "number" && Number.isInteger(value) ? BigInt(value) : undefined;
}

/** Of two columns with one name neither can be told by it. */
function isOnly(columns: readonly ParquetColumn[], { path }: ParquetColumn): boolean {
  return columns.filter((other) => isSamePath(other.path, path)).length === 1;
}

function isSamePath(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((part, index) => part === other[index]);
}
