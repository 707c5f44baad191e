import type { RetentionPolicy } from "./retention.ts";

/** The commits whose snapshots stay whole: all from the horizon on, and some before it. */
export interface RetainedCommits {
  readonly horizon: number;
  /** Tagged and pinned commits, ascending. */
  readonly kept: readonly number[];
}

/** Which rows a run of retention keeps. */
export interface RetentionRules extends RetainedCommits {
  /** How many of the newest versions of a live file stay; `Infinity` for all. */
  readonly keepVersions: number;
  /** Rows that ended by this commit are not kept for the sake of their version. */
  readonly cutoff: number;
}

/** A row that ended, as far as retention asks. */
export interface EndedRow {
  readonly placedSeq: number;
  readonly endSeq: number;
  readonly version: number;
}

/** Whether a retained commit sees what stood from one commit until another. */
export function isSeen({ horizon, kept }: RetainedCommits, from: number, until: number): boolean {
  if (until > horizon && until > from) return true;
  return kept.some((seq) => from <= seq && seq < until);
}

/**
 * Whether an ended row stays.
 * @param liveVersion the version of its node that stands somewhere now; `undefined` when none does,
 * and for rows that only repeat a version which another row holds
 */
export function keepsRow(
  rules: RetentionRules,
  { placedSeq, endSeq, version }: EndedRow,
  liveVersion: number | undefined,
): boolean {
  if (isSeen(rules, placedSeq, endSeq)) return true;
  if (liveVersion === undefined || endSeq <= rules.cutoff) return false;
  return liveVersion - version < rules.keepVersions;
}

/**
 * The commit below which snapshots need not open.
 * @param keptSince the commit that was the newest `keepFor` ago
 */
export function horizonOf(policy: RetentionPolicy, head: number, keptSince: number): number {
  const { keepFor, keepVersions } = policy;
  // Commits that follow fast have times ahead of the clock: nothing kept means up to the newest.
  if (keepFor !== undefined) return keepFor === 0 ? head : keptSince;
  return keepVersions === undefined ? 0 : head;
}

/** How many of the newest versions a policy keeps for their own sake. */
export function versionsKept({ keepVersions, keepFor }: RetentionPolicy): number {
  return keepVersions ?? (keepFor === undefined ? Number.POSITIVE_INFINITY : 0);
}

/**
 * The commit by which history has to end so that what is left is not above a size.
 * @param sizes bytes of history by the commit that ended it
 */
export function cutoffFor(sizes: ReadonlyMap<number, number>, maxBytes: number): number {
  let left = [...sizes.values()].reduce((sum, size) => sum + size, 0);
  let cutoff = 0;
  for (const [seq, size] of [...sizes].sort(([a], [b]) => a - b)) {
    if (left <= maxBytes) break;
    left -= size;
    cutoff = seq;
  }
  return cutoff;
}

/** Whether two policies keep the same. */
export function isSamePolicy(a: RetentionPolicy, b: RetentionPolicy): boolean {
  return a.keepVersions === b.keepVersions && a.keepFor === b.keepFor && a.maxBytes === b.maxBytes;
}

/** A policy with nothing but its fields. @throws TypeError where one is not a number, or below 0 */
export function checkPolicy({ keepVersions, keepFor, maxBytes }: RetentionPolicy): RetentionPolicy {
  const fields = { keepVersions, keepFor, maxBytes };
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined || (typeof value === "number" && value >= 0)) continue;
    throw new TypeError(`Cannot use a retention policy: ${name} is not a number from 0 on`);
  }
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

/** A tag's name. @throws TypeError */
export function checkTagName(name: string): void {
  if (typeof name === "string" && name !== "") return;
  throw new TypeError("Cannot use a tag: its name is a text that is not empty");
}
