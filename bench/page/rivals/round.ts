import type { Contender, Operation, Operations, Store } from "../contenders/contender.ts";
import { collectGarbage } from "../figure.ts";
import { BlockMeter } from "./block-meter.ts";

/** What became of a step. */
export interface StepResult {
  readonly step: string;
  readonly ms?: number;
  /** The longest time for which the page's thread answered nothing. */
  readonly blockMs?: number;
  /** What the origin takes on disk, more than before the step. */
  readonly diskBytes?: number;
  /** Why the contender cannot do it. */
  readonly cannot?: string;
  /** How it failed: an error, or wrong results. */
  readonly failed?: string;
}

/** One step of a scenario. */
interface Step<Name extends Operation> {
  /** What of the contender is measured. */
  readonly operation: Name;
  /** The step without whose success this one makes no sense. */
  readonly after?: string;
  /** What is timed. */
  readonly work: (operation: Operations[Name]) => Promise<unknown>;
  /** Throws unless the results are right. Not timed. */
  readonly verify?: () => void | Promise<void>;
  /** Whether the bytes on disk count. */
  readonly isStored?: boolean;
}

/** Where results go. */
export interface Reporter {
  begin(step: string): Promise<void>;
  end(result: StepResult): Promise<void>;
}

/** A contender's turn at a scenario. */
export class Round {
  /** Whether the contender has had no turn at this scenario in this page. */
  readonly isFirst: boolean;
  readonly #contender: Contender;
  readonly #reporter: Reporter;
  readonly #ended = new Map<string, StepResult>();
  #store: Store | undefined;
  #storedBytes = 0;

  constructor(contender: Contender, reporter: Reporter, isFirst: boolean) {
    this.#contender = contender;
    this.#reporter = reporter;
    this.isFirst = isFirst;
  }

  /** Opens an empty store. */
  async begin(): Promise<void> {
    await this.#contender.destroy();
    this.#storedBytes = await usedBytes();
    this.#store = await this.#contender.open();
  }

  /** Opens the store anew, so that nothing of it is in memory. Timed in the steps that read first: some load their code here, others later. */
  async reopen(): Promise<void> {
    await this.close();
    this.#store = await this.#contender.open();
  }

  async close(): Promise<void> {
    await this.#store?.close();
    this.#store = undefined;
  }

  /** Prepares with an operation, if the contender has it. */
  async prepare<Name extends Operation>(
    operation: Name,
    work: (operation: Operations[Name]) => Promise<unknown>,
  ): Promise<void> {
    const can = this.#store?.[operation] as Operations[Name] | undefined;
    if (!can) return;
    await this.#reporter.begin("preparing");
    await work(can);
  }

  async step<Name extends Operation>(name: string, step: Step<Name>): Promise<void> {
    const result = await this.#resultOf(name, step);
    this.#ended.set(name, result);
    await this.#reporter.end(result);
  }

  async #resultOf<Name extends Operation>(step: string, about: Step<Name>): Promise<StepResult> {
    const cannot = this.#reasonAgainst(about);
    if (cannot !== undefined) return { step, cannot };
    // Read when it is called: the work of a step may open the store anew.
    const operation = ((...given: unknown[]) => {
      const call = this.#store?.[about.operation] as ((...given: unknown[]) => unknown) | undefined;
      if (!call) throw new Error(`The contender neither has ${about.operation} nor says why`);
      return call(...given);
    }) as unknown as Operations[Name];
    await this.#reporter.begin(step);
    collectGarbage();
    const meter = new BlockMeter();
    try {
      meter.start();
      const start = performance.now();
      await about.work(operation);
      const ms = performance.now() - start;
      const blockMs = meter.stop();
      await about.verify?.();
      return { step, ms, blockMs, ...(about.isStored && { diskBytes: await this.#addedBytes() }) };
    } catch (error) {
      meter.stop();
      return { step, failed: String(error) };
    }
  }

  async #addedBytes(): Promise<number> {
    const before = this.#storedBytes;
    this.#storedBytes = await usedBytes();
    return this.#storedBytes - before;
  }

  #reasonAgainst({
    operation,
    after,
  }: {
    readonly operation: Operation;
    readonly after?: string;
  }): string | undefined {
    const own = this.#contender.cannot[operation];
    if (own !== undefined) return own;
    const before = after === undefined ? undefined : this.#ended.get(after);
    if (before?.failed !== undefined) return `"${after}" failed before it`;
    return before?.cannot;
  }
}

async function usedBytes(): Promise<number> {
  return (await navigator.storage.estimate()).usage ?? 0;
}
