import { type Data, DataType, type RecordBatch } from "apache-arrow";
import { boundText, cellText, plainValues } from "../shared/cell-text.ts";

const BINS = 24;
const MOST_VALUES = 6;
/** Texts of which no two are alike say nothing in bars. */
const MOST_DIFFERENT = 2000;

/** One bar: what it stands for, and how many rows. */
export interface Bar {
  readonly label: string;
  readonly count: number;
}

/** How the values of a column are spread in some rows. */
export interface Spread {
  readonly kind: "range" | "values";
  readonly bars: readonly Bar[];
  /** Rows of other values than those with bars, and rows of nulls. */
  readonly others: number;
  readonly nulls: number;
}

/** How the values of one column are spread; `undefined` for columns with children. */
export function spreadOf(batches: readonly RecordBatch[], column: number): Spread | undefined {
  const chunks = batches.flatMap((batch) => batch.data.children[column] ?? []);
  const type = chunks[0]?.type;
  if (!type || type.children?.length) return undefined;
  return isMeasured(type) ? ranges(chunks, type) : commonValues(chunks);
}

function isMeasured(type: DataType): boolean {
  const isNumber = DataType.isInt(type) || DataType.isFloat(type) || DataType.isDecimal(type);
  const isTime = DataType.isTimestamp(type) || DataType.isDate(type) || DataType.isTime(type);
  return isNumber || isTime || DataType.isDuration(type);
}

function ranges(chunks: readonly Data[], type: DataType): Spread {
  const values: number[] = [];
  let nulls = 0;
  for (const chunk of chunks) {
    const read = plainValues(chunk);
    for (let row = 0; row < chunk.length; row += 1) {
      const value = read(row);
      if (value === null || value === undefined) nulls += 1;
      else values.push(Number(value));
    }
  }
  const finite = values.filter(Number.isFinite);
  const min = finite.reduce((one, other) => Math.min(one, other), Number.POSITIVE_INFINITY);
  const max = finite.reduce((one, other) => Math.max(one, other), Number.NEGATIVE_INFINITY);
  if (finite.length === 0) return { kind: "range", bars: [], others: values.length, nulls };
  const isWhole = !DataType.isFloat(type);
  const count = isWhole ? Math.max(1, Math.min(BINS, max - min + 1)) : max > min ? BINS : 1;
  const width = (max - min) / count || 1;
  const counts = new Array<number>(count).fill(0);
  for (const value of finite) {
    const bin = Math.min(count - 1, Math.floor((value - min) / width));
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  const bound = (value: number) => boundText(type, isWhole ? Math.round(value) : short(value));
  const bars = counts.map((inBin, bin) => ({
    label: `${bound(min + bin * width)} to ${bound(min + (bin + 1) * width)}`,
    count: inBin,
  }));
  return { kind: "range", bars, others: values.length - finite.length, nulls };
}

function short(value: number): number {
  return Number(value.toPrecision(4));
}

function commonValues(chunks: readonly Data[]): Spread {
  const counts = new Map<string, number>();
  let nulls = 0;
  let others = 0;
  for (const chunk of chunks) {
    for (let row = 0; row < chunk.length; row += 1) {
      const { text, kind } = cellText(chunk, row, 40);
      if (kind === "null") nulls += 1;
      else if (counts.has(text) || counts.size < MOST_DIFFERENT)
        counts.set(text, (counts.get(text) ?? 0) + 1);
      else others += 1;
    }
  }
  const all = [...counts].sort(([, one], [, other]) => other - one);
  const bars = all.slice(0, MOST_VALUES).map(([label, count]) => ({ label, count }));
  const rest = all.slice(MOST_VALUES).reduce((sum, [, count]) => sum + count, 0);
  return { kind: "values", bars, others: others + rest, nulls };
}
