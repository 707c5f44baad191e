import type { PondTotals } from "../../tinyfs/change.ts";
import type { Committed } from "../../tinyfs/persistence.ts";

/** How many rows, and bytes, end before the pond's policy is applied, however little there is. */
const MIN_ROWS = 256;
const MIN_BYTES = 1 << 20;
/** Where more is kept, this part of it may come to an end before: so the work stays in proportion. */
const PART = 4;
/** How long an idle moment is waited for. */
const PATIENCE_MS = 2000;

/** Applies the pond's policy after commits, in idle moments, when enough has come to an end. */
export class AutomaticRetention {
  readonly #apply: (signal: AbortSignal) => Promise<void>;
  readonly #ending = new AbortController();
  #rows = 0;
  #last: PondTotals | undefined;
  #running: Promise<void> | undefined;

  /** @param apply runs the policy */
  constructor(apply: (signal: AbortSignal) => Promise<void>) {
    this.#apply = apply;
  }

  /** Notes a commit of this tab. Nothing of it is waited for. */
  committed({ info, settled }: Committed): void {
    const { totals, superseded } = settled;
    this.#rows += Math.max(1, superseded.length);
    this.#last ??= totals;
    if (this.#running || this.#ending.signal.aborted) return;
    if (!this.#isDue(totals) && !isMilestone(info.seq, totals)) return;
    this.#rows = 0;
    this.#last = undefined; // as the next commit finds it
    this.#running = this.#run().finally(() => {
      this.#running = undefined;
    });
  }

  /** Ends with the slice under way. */
  async close(): Promise<void> {
    this.#ending.abort();
    await this.#running;
  }

  #isDue(totals: PondTotals): boolean {
    const rows = rowsBetween(totals);
    const history = totals.versionBytes - totals.liveBytes;
    const before = this.#last ? this.#last.versionBytes - this.#last.liveBytes : history;
    return this.#rows >= rows || history - before >= Math.max(MIN_BYTES, history / PART);
  }

  async #run(): Promise<void> {
    const { signal } = this.#ending;
    try {
      await idleMoment(signal);
      if (!signal.aborted) await this.#apply(signal);
    } catch {
      // History that is too long for once: the next run, or `vacuum()`, meets the same fault and tells.
    }
  }
}

function rowsBetween({ versions, files }: PondTotals): number {
  return Math.max(MIN_ROWS, (versions - files) / PART);
}

/** Tabs that each write little would never come to it by their own count: the commits' numbers go on. */
function isMilestone(seq: number, totals: PondTotals): boolean {
  return seq % 2 ** Math.ceil(Math.log2(rowsBetween(totals))) === 0;
}

/** Resolves when nothing else is to be done, where the browser tells; or when it is over. */
function idleMoment(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    signal.addEventListener("abort", () => resolve(), { once: true });
    if (typeof requestIdleCallback === "function") {
      requestIdleCallback(() => resolve(), { timeout: PATIENCE_MS });
    } else setTimeout(resolve, 0);
  });
}
