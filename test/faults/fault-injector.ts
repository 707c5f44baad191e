/** What goes wrong at a fault point. */
export type FaultKind =
  /** The store is full: QuotaExceededError. */
  | "quota"
  /** The browser throws UnknownError, NoModificationAllowedError, InvalidStateError. */
  | "unknown"
  | "busy"
  | "invalid"
  /** A write returns a count larger than was asked, a short count, 0. */
  | "garbage"
  | "short"
  | "zero"
  /** It took effect, and the page is told that it failed. */
  | "lost"
  /** It never answers. */
  | "hang"
  /** The storage worker is ended, the page is closed, the page crashes, the browser is killed. */
  | "terminate"
  | "close"
  | "crash"
  | "kill";

/** Where in the work of a fault point it strikes. */
export type Moment = "before" | "half" | "after";

/** One fault: at the so-many-th passing of a point, and with `isLasting` at every later one. */
export interface FaultPlan {
  readonly point: string;
  readonly occurrence: number;
  readonly kind: FaultKind;
  readonly moment: Moment;
  readonly isLasting: boolean;
}

/** Counts how often fault points are passed, and says where the planned fault strikes. */
export class FaultInjector {
  #counts = new Map<string, number>();
  #isCounting = false;
  #plan: FaultPlan | undefined;
  #hasStruck = false;

  /** Begins to count, and to look out for the plan. */
  start(plan: FaultPlan | undefined): void {
    this.#counts = new Map();
    this.#plan = plan;
    this.#isCounting = true;
  }

  /** Ends counting; from now on nothing goes wrong. */
  stop(): void {
    this.#isCounting = false;
  }

  /** Whether the planned fault has struck. */
  get hasStruck(): boolean {
    return this.#hasStruck;
  }

  /** How often each point was passed. */
  counts(): Record<string, number> {
    return Object.fromEntries(this.#counts);
  }

  /** The plan, if this passing of the point is where it strikes. */
  pass(point: string): FaultPlan | undefined {
    if (!this.#isCounting) return undefined;
    const count = (this.#counts.get(point) ?? 0) + 1;
    this.#counts.set(point, count);
    const plan = this.#plan;
    if (plan?.point !== point) return undefined;
    const isDue = plan.isLasting ? count >= plan.occurrence : count === plan.occurrence;
    if (!isDue) return undefined;
    this.#hasStruck = true;
    return plan;
  }
}

/** The error that a browser throws for a kind of fault, or `undefined` for kinds that are no error. */
export function thrownBy(kind: FaultKind): DOMException | undefined {
  const name = ERROR_NAMES[kind];
  if (name === undefined) return undefined;
  return new DOMException(`A fault of the test: ${name}`, name);
}

const ERROR_NAMES: Partial<Record<FaultKind, string>> = {
  quota: "QuotaExceededError",
  unknown: "UnknownError",
  busy: "NoModificationAllowedError",
  invalid: "InvalidStateError",
};
