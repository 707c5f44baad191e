import type { ArrowContext } from "./arrow/arrow-context.ts";
import type { Background, Candidate, CompactionPolicy } from "./arrow/auto-compaction.ts";
import type { Committed } from "./tinyfs/persistence.ts";

/** Joins small segments after appends of this tab, one series after the other. Loaded when one is due. */
export class LazyCompaction {
  readonly #background: Background;
  readonly #ending = new AbortController();
  #last: Promise<void> = Promise.resolve();

  constructor(hold: Background["hold"], policy: CompactionPolicy) {
    const { minSegments = 64, maxSegmentBytes = 1 << 20 } = policy;
    const { signal } = this.#ending;
    this.#background = { policy: { minSegments, maxSegmentBytes }, hold, signal };
  }

  /**
   * Notes a commit. It is due by the number of the version: whichever tab makes it looks, and tabs that each
   * append little look no less often.
   */
  committed({ settled: { segments, changes } }: Committed, context: ArrowContext): void {
    for (const { kind, version, nodeId } of segments) {
      if (kind !== "append" || version % this.#background.policy.minSegments !== 0) continue;
      const path = changes.find(({ after }) => after === nodeId)?.path;
      if (path !== undefined) this.#last = this.#run(context, { path, nodeId });
    }
  }

  /** Ends what is under way. */
  async close(): Promise<void> {
    this.#ending.abort();
    await this.#last;
  }

  async #run(context: ArrowContext, candidate: Candidate): Promise<void> {
    await this.#last;
    if (this.#ending.signal.aborted) return;
    const part = await import("./arrow/auto-compaction.ts").catch(() => undefined); // the next one tries again
    await part?.compactInBackground(context, candidate, this.#background);
  }
}
