/** One measured number. */
export interface Figure {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  /** The value is to be at most this. */
  readonly limit?: number;
  /** The times behind a ratio. */
  readonly detail: string;
}

/** Two ways to do the same work. Each call prepares what it needs, and returns the milliseconds of the work alone. */
export interface Contest {
  readonly what: string;
  readonly limit: number;
  readonly ours: () => Promise<number>;
  readonly byHand: () => Promise<number>;
}

/** Runs both in turn, after one round that is not counted, and compares the medians. */
export async function compare(contest: Contest, rounds = 5): Promise<Figure> {
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
  return {
    what: contest.what,
    value: Number((median(ours) / median(byHand)).toFixed(2)),
    unit: "x",
    limit: contest.limit,
    detail: `${describe(ours)} against ${describe(byHand)}`,
  };
}

/** How long `work` takes, in milliseconds. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** The middle one of some times. */
function median(times: readonly number[]): number {
  return [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? Number.NaN;
}

function describe(times: readonly number[]): string {
  const [low, high] = [Math.min(...times), Math.max(...times)].map(Math.round);
  return `${Math.round(median(times))} ms (${low}-${high})`;
}
