import type { Data } from "apache-arrow";

/** Neighbours tell how values follow each other, runs of them how they are spread: 2,048 values in all. */
const RUNS = 16;
const RUN_ROWS = 128;

/** Rows of a column whose values are looked at: all of a short one, else runs of it. Nulls are left out. */
export function* sampleRuns(data: Data): Generator<readonly number[]> {
  const { length } = data;
  const isShort = length <= RUNS * RUN_ROWS;
  const runs = isShort ? 1 : RUNS;
  const rows = isShort ? length : RUN_ROWS;
  const step = runs > 1 ? (length - rows) / (runs - 1) : 0;
  for (let run = 0; run < runs; run += 1) {
    const start = Math.round(run * step);
    const found: number[] = [];
    for (let row = start; row < start + rows; row += 1) {
      if (data.nullCount === 0 || data.getValid(row)) found.push(row);
    }
    yield found;
  }
}

/** Counts values that differ. */
export class ValueCount {
  readonly #length: number;
  readonly #times = new Map<unknown, number>();

  /** @param length of the column that the values come from */
  constructor(length: number) {
    this.#length = length;
  }

  /** Takes a value into account. */
  add(value: unknown): void {
    this.#times.set(value, (this.#times.get(value) ?? 0) + 1);
  }

  /** How many different values the whole column has, by Chao's estimator: what was seen once says what was not. */
  estimate(): number {
    const found = this.#times.size;
    if (this.#length <= RUNS * RUN_ROWS) return found;
    let once = 0;
    let twice = 0;
    for (const times of this.#times.values()) {
      if (times === 1) once += 1;
      if (times === 2) twice += 1;
    }
    return Math.min(this.#length, found + (once * (once - 1)) / (2 * (twice + 1)));
  }
}

/** Bits that numbers from 0 to `most` take. */
export function bitsOf(most: number): number {
  return most < 1 ? 0 : Math.floor(Math.log2(most)) + 1;
}
