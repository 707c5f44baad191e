import type { GarbageCollector, GCOptions, GCStats } from "./gc.ts";
import type { PondContext } from "./pond-context.ts";

/**
 * Clearing away. What does it is loaded when there is something to do, and not before the first read.
 * Nothing of it is awaited within a transaction of IndexedDB.
 */
export class Maintenance {
  readonly #context: PondContext;
  #collector: Promise<GarbageCollector> | undefined;

  constructor(context: PondContext) {
    this.#context = context;
  }

  /** Sweeps temporaries, packs and large files. */
  async gc(options?: GCOptions): Promise<GCStats> {
    return (await this.#load()).gc(options);
  }

  /** Deletes one large file, unless a row names it or somebody has to do with it. */
  async collect(sha256: string): Promise<void> {
    await (await this.#load()).collect(sha256);
  }

  /** Sweeps what dead tabs left of writes, and finds large files that a power loss has left among it. */
  async sweepTemporaries(): Promise<void> {
    await (await this.#load()).sweepTemporaries();
  }

  /** Sweeps packs whose commit did not come. */
  async sweepPacks(): Promise<void> {
    await (await this.#load()).sweepPacks();
  }

  #load(): Promise<GarbageCollector> {
    this.#collector ??= import("./gc.ts").then(
      ({ GarbageCollector: Collector }) => new Collector(this.#context),
    );
    return this.#collector;
  }
}
