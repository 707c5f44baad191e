import type { PondContext } from "../pond-context.ts";
import { yieldToEvents } from "../yield-to-events.ts";
import { Findings } from "./findings.ts";
import type { CheckOptions, CheckProgress } from "./report.ts";

/** One check: what its parts share. */
export class CheckRun {
  readonly context: PondContext;
  readonly deep: boolean;
  readonly signal: AbortSignal | undefined;
  readonly findings: Findings = new Findings();
  rows = 0;
  blobs = 0;
  bytes = 0;
  readonly #onProgress: CheckOptions["onProgress"];

  constructor(context: PondContext, { deep = false, signal, onProgress }: CheckOptions) {
    this.context = context;
    this.deep = deep;
    this.signal = signal;
    this.#onProgress = onProgress;
  }

  /** Tells how far it is, between two slices. @throws what the signal was aborted with */
  async tick(phase: CheckProgress["phase"], done: number): Promise<void> {
    this.#onProgress?.({ phase, done });
    await yieldToEvents();
    this.signal?.throwIfAborted();
  }

  /** The same after so many more rows. */
  readonly tickRows = async (count: number): Promise<void> => {
    this.rows += count;
    await this.tick("rows", this.rows);
  };
}
