import { ratio, summarize } from "./statistics.mjs";

/** The contender that the others are compared with. */
export const OURS = "tinypond";

/** A step of one contender, from what its rounds gave. */
export function makeRow(
  browser,
  { contender, scenario, step, ms, blockMs, diskBytes, peakBytes, cannot, failed },
) {
  const row = { browser, scenario, step, contender };
  // What failed once is not fast the other times.
  if (failed !== undefined) return { ...row, failed };
  if (cannot !== undefined) return { ...row, cannot };
  return {
    ...row,
    ms: summarize(ms),
    blockMs: summarize(blockMs),
    diskBytes: summarize(diskBytes),
    peakBytes: summarize(peakBytes),
  };
}

/** Rows of one step of one browser, the contender of the house first, then the fastest. */
export function groupByStep(rows) {
  const groups = new Map();
  for (const row of rows) {
    const key = `${row.browser} ${row.scenario} ${row.step}`;
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return [...groups.values()].map((group) => group.sort(bySpeed));
}

/** How many times as long a contender takes as the one of the house in the same step. */
export function toOurs(row, group) {
  const ours = group.find(({ contender }) => contender === OURS);
  return ratio(row.ms, ours?.ms);
}

/** Why a row has no number. */
export function reasonOf({ cannot, failed }) {
  if (failed !== undefined) return `failed: ${failed}`;
  if (cannot !== undefined) return `cannot: ${cannot}`;
  return "no round was counted";
}

function bySpeed(one, other) {
  return rank(one) - rank(other);
}

function rank({ contender, ms, failed }) {
  if (contender === OURS) return -1;
  return ms?.median ?? (failed === undefined ? Number.MAX_VALUE : Number.MAX_VALUE / 2);
}
