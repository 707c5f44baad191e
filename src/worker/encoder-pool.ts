import type { ParquetLane } from "./parquet-lane.ts";

/** So many calls are with a worker: the next is at hand when one is done. */
const DEPTH = 2;

interface PooledLane {
  readonly lane: ParquetLane;
  calls: number;
  isReady: boolean;
}

/**
 * The workers that encode. The first serves all calls that come one after the other; more are started
 * when it is busy, and get their first call once they are up.
 */
export class EncoderPool {
  readonly #lanes: readonly PooledLane[];
  readonly #waiting: (() => void)[] = [];
  #isStarting = false;

  /** @param size workers at most */
  constructor(newLane: () => ParquetLane, size: number) {
    this.#lanes = Array.from({ length: size }, (_, index) => {
      return { lane: newLane(), calls: 0, isReady: index === 0 };
    });
  }

  /** Workers at most. */
  get size(): number {
    return this.#lanes.length;
  }

  /** Starts the first worker. @throws POND_CLOSED, WORKER_START */
  async start(): Promise<void> {
    await this.#lanes[0]?.lane.use(undefined, async () => {});
  }

  /** Runs `work` with a worker that is idle, or will be soon. Calls begin in their order. */
  async run<T>(work: (lane: ParquetLane) => Promise<T>): Promise<T> {
    const taken = await this.#take();
    try {
      return await work(taken.lane);
    } finally {
      taken.calls -= 1;
      this.#waiting.shift()?.();
    }
  }

  /** Ends the workers; pending and later calls reject with POND_CLOSED. */
  close(): void {
    for (const { lane } of this.#lanes) lane.close();
  }

  async #take(): Promise<PooledLane> {
    for (;;) {
      const least = this.#leastBusy();
      if (least && least.calls > 0) void this.#startAnother();
      if (least && least.calls < DEPTH) {
        least.calls += 1;
        return least;
      }
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  #leastBusy(): PooledLane | undefined {
    let found: PooledLane | undefined;
    for (const lane of this.#lanes) {
      if (lane.isReady && (!found || lane.calls < found.calls)) found = lane;
    }
    return found;
  }

  async #startAnother(): Promise<void> {
    const next = this.#lanes.find(({ isReady }) => !isReady);
    if (!next || this.#isStarting) return;
    this.#isStarting = true;
    try {
      await next.lane.use(undefined, async () => {});
      next.isReady = true;
      for (const wake of this.#waiting.splice(0)) wake();
    } catch {
      // the others do its work, and say what is wrong if they cannot either
    } finally {
      this.#isStarting = false;
    }
  }
}
