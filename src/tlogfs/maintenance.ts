import type { CheckOptions, CheckReport, RepairReport } from "./check/report.ts";
import type { GarbageCollector, GCOptions, GCStats } from "./gc.ts";
import type { HistoryKeeper } from "./history-keeper.ts";
import type { Pins } from "./pins.ts";
import type { PondContext } from "./pond-context.ts";

/**
 * Clearing away. What does it is loaded when there is something to do, and not before the first read.
 * Nothing of it is awaited within a transaction of IndexedDB.
 */
export class Maintenance {
  readonly #context: PondContext;
  readonly #pins: Pins;
  #collector: Promise<GarbageCollector> | undefined;
  #keeper: Promise<HistoryKeeper> | undefined;

  constructor(context: PondContext, pins: Pins) {
    this.#context = context;
    this.#pins = pins;
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

  /** Tags, pins and retention. */
  history(): Promise<HistoryKeeper> {
    this.#keeper ??= Promise.all([import("./history-keeper.ts"), this.#load()]).then(
      ([{ HistoryKeeper: Keeper }, collector]) => {
        return new Keeper({ context: this.#context, pins: this.#pins, collector });
      },
    );
    return this.#keeper;
  }

  /** Applies the pond's own policy. */
  async retain(signal: AbortSignal): Promise<void> {
    await (await this.history()).retain(signal);
  }

  /** At most how many bytes the pond's own policy would free: see `PondStats.reclaimable`. */
  async reclaimable(): Promise<number> {
    const { findReclaimable } = await import("./retention/reclaimable.ts");
    return findReclaimable(this.#context);
  }

  /** Finds every fault. */
  async check(options: CheckOptions): Promise<CheckReport> {
    const { checkPond } = await import("./check/checker.ts");
    return checkPond(this.#context, options);
  }

  /** Mends what a check has found. */
  async repair(report: CheckReport): Promise<RepairReport> {
    const { repairPond } = await import("./check/repairer.ts");
    return repairPond(this.#context, report);
  }

  #load(): Promise<GarbageCollector> {
    this.#collector ??= import("./gc.ts").then(
      ({ GarbageCollector: Collector }) => new Collector(this.#context),
    );
    return this.#collector;
  }
}
