/** One measured number. */
export interface Figure {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  /** The value is to be at most this. */
  readonly limit?: number;
  /** The value is to be at least this. */
  readonly atLeast?: number;
  /** The times behind a ratio, in words. */
  readonly detail: string;
  /** The same as numbers, in milliseconds, where there are not too many. */
  readonly rounds?: { readonly ours: readonly number[]; readonly byHand: readonly number[] };
}

/** More times than these are told by their median and range alone. */
const KEPT_ROUNDS = 30;

/** Two ways to do the same work. Each call prepares what it needs, and returns the milliseconds of the work alone. */
export interface Contest {
  readonly what: string;
  readonly limit?: number;
  readonly ours: () => Promise<number>;
  readonly byHand: () => Promise<number>;
}

/** Runs both in turn, after one round that is not counted, and compares the medians. */
export async function compare(contest: Contest, rounds = 5): Promise<Figure> {
  return ratioOf({ ...contest, ...(await runInTurn(contest, rounds)) });
}

async function runInTurn(
  contest: Contest,
  rounds: number,
): Promise<{ ours: number[]; byHand: number[] }> {
  const ours: number[] = [];
  const byHand: number[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    // Whoever comes first may find colder caches: take turns.
    const first = round % 2 === 0;
    if (first) ours.push(await contest.ours());
    byHand.push(await contest.byHand());
    if (!first) ours.push(await contest.ours());
    if (round === 0) ours.length = byHand.length = 0;
  }
  return { ours, byHand };
}

/** The figure of two lists of times: the ratio of their medians. */
export function ratioOf({ what, limit, ours, byHand }: Times): Figure {
  return {
    what,
    value: Number((median(ours) / median(byHand)).toFixed(2)),
    unit: "x",
    ...(limit !== undefined && { limit }),
    detail: `${describe(ours)} against ${describe(byHand)}`,
    ...(ours.length <= KEPT_ROUNDS && { rounds: { ours, byHand } }),
  };
}

/** The same the other way round: how many times as fast. */
export function speedOf({
  what,
  atLeast,
  ours,
  byHand,
}: Omit<Times, "limit"> & { readonly atLeast?: number }): Figure {
  return {
    ...ratioOf({ what, ours, byHand }),
    value: Number((median(byHand) / median(ours)).toFixed(2)),
    ...(atLeast !== undefined && { atLeast }),
  };
}

/** Runs both in turn like `compare`, and tells how many times as fast ours is. */
export async function compareSpeed(
  contest: Omit<Contest, "limit"> & { readonly atLeast?: number },
  rounds = 5,
): Promise<Figure> {
  return speedOf({ ...contest, ...(await runInTurn(contest, rounds)) });
}

/** Times of two ways to do the same work, in milliseconds. */
interface Times {
  readonly what: string;
  readonly limit?: number;
  readonly ours: readonly number[];
  readonly byHand: readonly number[];
}

/** How long `work` takes, in milliseconds. @param prepare is not counted */
export async function timed(
  work: () => Promise<unknown>,
  prepare?: () => Promise<unknown>,
): Promise<number> {
  await prepare?.();
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** Where the browser was started so that it can be asked: what was left before is not collected while time is taken. */
export function collectGarbage(): void {
  (globalThis as { gc?: () => void }).gc?.();
}

/** The time that so many of a hundred do not exceed. */
export function percentile(times: readonly number[], percent: number): number {
  const sorted = [...times].sort((a, b) => a - b);
  const index = Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100));
  return sorted[index] ?? Number.NaN;
}

/** The time in the middle. */
export function median(times: readonly number[]): number {
  return percentile(times, 50);
}

function describe(times: readonly number[]): string {
  const shown = [median(times), Math.min(...times), Math.max(...times)];
  const digits = median(times) < 10 ? 2 : 0;
  const [middle, low, high] = shown.map((time) => time.toFixed(digits));
  return `${middle} ms (${low}-${high})`;
}
