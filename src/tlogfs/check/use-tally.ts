const BUCKETS = 65_536;

/** How many buckets one exact recount takes: a few ten thousand names of a pond with a million. */
const BUCKETS_AT_ONCE = 4096;

/**
 * Tells whether two multisets of names are equal, in fixed memory: names are added by one side and
 * taken away by the other, and every bucket in which they differ has a sum that is not 0.
 */
export class UseTally {
  readonly #sums = new Int32Array(BUCKETS);

  /** Adds a name so many times; takes it away where `times` is negative. */
  add(name: string, times: number): void {
    const { bucket, mark } = hashOf(name);
    this.#sums[bucket] = ((this.#sums[bucket] ?? 0) + Math.imul(mark, times)) | 0;
  }

  /** Groups of buckets in which the sides differ. */
  *unequal(): Generator<ReadonlySet<number>, void> {
    let group = new Set<number>();
    for (const [bucket, sum] of this.#sums.entries()) {
      if (sum !== 0) group.add(bucket);
      if (group.size < BUCKETS_AT_ONCE) continue;
      yield group;
      group = new Set();
    }
    if (group.size > 0) yield group;
  }
}

/** Counts exactly, the names of some buckets only. */
export class ExactTally {
  readonly #buckets: ReadonlySet<number>;
  readonly #counts = new Map<string, { uses: number; held: number }>();

  constructor(buckets: ReadonlySet<number>) {
    this.#buckets = buckets;
  }

  /** The same as `UseTally.add`. */
  add(name: string, times: number): void {
    if (!this.#buckets.has(hashOf(name).bucket)) return;
    const count = this.#counts.get(name) ?? { uses: 0, held: 0 };
    if (times > 0) count.uses += times;
    else count.held -= times;
    this.#counts.set(name, count);
  }

  /** Names whose sides differ. */
  *unequal(): Generator<{ name: string; uses: number; held: number }, void> {
    for (const [name, { uses, held }] of this.#counts) {
      if (uses !== held) yield { name, uses, held };
    }
  }
}

function hashOf(name: string): { bucket: number; mark: number } {
  let one = 0x811c9dc5;
  let two = 0x9747b28c;
  for (let at = 0; at < name.length; at += 1) {
    const unit = name.charCodeAt(at);
    one = Math.imul(one ^ unit, 0x01000193);
    two = Math.imul(two ^ unit, 0x85ebca6b);
  }
  one ^= one >>> 15;
  two ^= two >>> 13;
  return { bucket: (one ^ (one >>> 16)) & (BUCKETS - 1), mark: two | 1 }; // odd: no mark vanishes
}
