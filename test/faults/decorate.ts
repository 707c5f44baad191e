import { type FaultInjector, type FaultPlan, thrownBy } from "./fault-injector.ts";

type Method = (this: unknown, ...args: unknown[]) => unknown;

/** One call of a decorated method. */
export interface Call {
  readonly self: unknown;
  readonly args: readonly unknown[];
  /** Does the work, with other arguments if they are given. */
  run(args?: readonly unknown[]): unknown;
}

/** How a method becomes a fault point. */
export interface PointOptions {
  readonly injector: FaultInjector;
  /** The point's name, or `undefined` for calls that are none. */
  readonly point: (call: Call) => string | undefined;
  /** Whether the method returns a promise. */
  readonly isAsync?: boolean;
  /** Ends the world in the way that the plan says; does not return, except for a terminated worker. */
  readonly interrupt: (plan: FaultPlan) => unknown;
  /** Faults of this method alone; `undefined` for those that it shares with all. */
  readonly special?: (plan: FaultPlan, call: Call) => { readonly result: unknown } | undefined;
}

/** Makes a method of a browser's prototype a fault point. */
export function decorate(prototype: object, name: string, options: PointOptions): void {
  const original = Reflect.get(prototype, name) as Method;
  Reflect.set(prototype, name, function (this: unknown, ...args: unknown[]) {
    const call: Call = {
      self: this,
      args,
      run: (other = args) => original.apply(this, [...other]),
    };
    const point = options.point(call);
    const plan = point === undefined ? undefined : options.injector.pass(point);
    return plan ? strike(plan, call, options) : call.run();
  });
}

function strike(plan: FaultPlan, call: Call, options: PointOptions): unknown {
  const special = options.special?.(plan, call);
  if (special) return special.result;
  const error = thrownBy(plan.kind);
  if (error) {
    if (options.isAsync) return Promise.reject(error);
    throw error;
  }
  if (plan.moment !== "after") {
    options.interrupt(plan);
    if (plan.kind === "hang") return new Promise(() => {});
    return call.run();
  }
  const result = call.run();
  if (!(result instanceof Promise)) {
    options.interrupt(plan);
    return result;
  }
  return result.then((value) => {
    options.interrupt(plan);
    return value;
  });
}
