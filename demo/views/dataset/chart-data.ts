import { type Data, DataType, DateUnit, TimeUnit } from "apache-arrow";
import { plainValues } from "../shared/cell-text.ts";
import type { Description, Root } from "./row-source.ts";

/** What stands for the place of a row, as an axis. */
export const ROW_NUMBER = "";

/** One point of a chart for each pixel: the mean, the least and the greatest of the values there. */
export interface ChartData {
  readonly x: Float64Array;
  readonly mean: (number | null)[];
  readonly min: (number | null)[];
  readonly max: (number | null)[];
  readonly rows: number;
}

/** What is drawn: the columns, and how many points. */
export interface ChartWanted {
  readonly x: string;
  readonly y: string;
  readonly points: number;
}

/** Columns that can be drawn: numbers and times. */
export function isDrawable(type: DataType): boolean {
  const isNumber = DataType.isInt(type) || DataType.isFloat(type) || DataType.isDecimal(type);
  return isNumber || isMoment(type) || DataType.isTime(type) || DataType.isDuration(type);
}

/** Whether values are moments, which have an axis of time. */
export function isMoment(type: DataType | undefined): boolean {
  return type !== undefined && (DataType.isTimestamp(type) || DataType.isDate(type));
}

/**
 * Reads two columns, all rows of them, and keeps no more than a point for each pixel. Rows may be in any
 * order.
 * @param onProgress gets what there is now and then
 */
export async function readChart(
  root: Root,
  path: string,
  description: Description,
  { x, y, points }: ChartWanted,
  { signal, onProgress }: { signal: AbortSignal; onProgress: (data: ChartData) => void },
): Promise<ChartData> {
  const [from, to] = await rangeOf(root, path, description, x, signal);
  const buckets = new Buckets(points, from, to);
  const columns = [...new Set([x, y])].filter((name) => name !== ROW_NUMBER);
  const { version } = description;
  let rows = 0;
  let told = performance.now();
  for await (const batch of root.readSeriesAsStream(path, { columns, version, signal })) {
    const column = (name: string) =>
      batch.data.children[batch.schema.fields.findIndex((field) => field.name === name)];
    const xs = column(x);
    const ys = column(y);
    if (ys) buckets.add(xs ? numbers(xs) : (row) => rows + row, numbers(ys), batch.numRows);
    rows += batch.numRows;
    if (performance.now() - told < 250) continue;
    onProgress(buckets.data(rows));
    told = performance.now();
  }
  return buckets.data(rows);
}

/** From the least to the greatest of a column: the files tell it, or its rows do. */
async function rangeOf(
  root: Root,
  path: string,
  { columns, schema, rowCount, version }: Description,
  name: string,
  signal: AbortSignal,
): Promise<[number, number]> {
  if (name === ROW_NUMBER) return [0, Math.max(1, rowCount - 1)];
  const column = columns.find((one) => one.name === name);
  const type = schema.fields.find((field) => field.name === name)?.type;
  const scale = type ? scaleOf(type) : 1;
  const [min, max] = [Number(column?.min), Number(column?.max)];
  if (column?.min !== undefined && Number.isFinite(min) && Number.isFinite(max))
    return [min * scale, max * scale];
  const range: [number, number] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for await (const batch of root.readSeriesAsStream(path, { columns: [name], version, signal })) {
    const data = batch.data.children[0];
    const read = data && numbers(data);
    for (let row = 0; read && row < batch.numRows; row += 1) {
      const value = read(row);
      if (!Number.isFinite(value)) continue;
      range[0] = Math.min(range[0], value);
      range[1] = Math.max(range[1], value);
    }
  }
  return range[0] <= range[1] ? range : [0, 1];
}

class Buckets {
  readonly #from: number;
  readonly #width: number;
  readonly #count: Float64Array;
  readonly #sum: Float64Array;
  readonly #min: Float64Array;
  readonly #max: Float64Array;

  constructor(points: number, from: number, to: number) {
    this.#from = from;
    this.#width = (to - from) / points || 1;
    this.#count = new Float64Array(points);
    this.#sum = new Float64Array(points);
    this.#min = new Float64Array(points).fill(Number.POSITIVE_INFINITY);
    this.#max = new Float64Array(points).fill(Number.NEGATIVE_INFINITY);
  }

  add(x: (row: number) => number, y: (row: number) => number, rows: number): void {
    const last = this.#count.length - 1;
    for (let row = 0; row < rows; row += 1) {
      const [at, value] = [x(row), y(row)];
      if (!Number.isFinite(at) || !Number.isFinite(value)) continue;
      const bucket = Math.max(0, Math.min(last, Math.floor((at - this.#from) / this.#width)));
      this.#count[bucket] = (this.#count[bucket] ?? 0) + 1;
      this.#sum[bucket] = (this.#sum[bucket] ?? 0) + value;
      if (value < (this.#min[bucket] ?? 0)) this.#min[bucket] = value;
      if (value > (this.#max[bucket] ?? 0)) this.#max[bucket] = value;
    }
  }

  data(rows: number): ChartData {
    const used = [...this.#count.keys()].filter((at) => (this.#count[at] ?? 0) > 0);
    const pick = (values: Float64Array) => used.map((at) => values[at] ?? null);
    return {
      x: Float64Array.from(used, (at) => this.#from + (at + 0.5) * this.#width),
      mean: used.map((at) => (this.#sum[at] ?? 0) / (this.#count[at] ?? 1)),
      min: pick(this.#min),
      max: pick(this.#max),
      rows,
    };
  }
}

/** Values as numbers, times in seconds; NaN for nulls. */
function numbers(column: Data): (row: number) => number {
  const { type, values, nullCount } = column;
  const scale = scaleOf(type);
  const isPlain = nullCount === 0 && !DataType.isDecimal(type) && ArrayBuffer.isView(values);
  const isHalf = values instanceof Uint16Array && DataType.isFloat(type);
  if (isPlain && !isHalf) {
    const plain = values as unknown as ArrayLike<number | bigint>;
    return (row) => Number(plain[row]) * scale;
  }
  const read = plainValues(column);
  return (row) => {
    const value = read(row);
    return value === null || value === undefined ? Number.NaN : Number(value) * scale;
  };
}

const PER_SECOND: Readonly<Record<TimeUnit, number>> = {
  [TimeUnit.SECOND]: 1,
  [TimeUnit.MILLISECOND]: 1e3,
  [TimeUnit.MICROSECOND]: 1e6,
  [TimeUnit.NANOSECOND]: 1e9,
};

/** What a number of a column's own unit is multiplied with: times are drawn in seconds. */
function scaleOf(type: DataType): number {
  if (DataType.isDate(type)) return type.unit === DateUnit.DAY ? 86_400 : 1 / 1000;
  if (DataType.isTimestamp(type) || DataType.isTime(type) || DataType.isDuration(type))
    return 1 / PER_SECOND[type.unit];
  return DataType.isDecimal(type) ? 10 ** -type.scale : 1;
}
