import fc from "fast-check";
import type { Operation } from "./operation.ts";

/** What a tab does beside its calls. */
export type Event = "gc" | "vacuum" | "snapshot";

/** One step of a schedule. */
export type Step =
  /** Calls in the tab's transaction, which is begun where none is open. A refused one leaves the others. */
  | { readonly kind: "calls"; readonly tab: number; readonly operations: readonly Operation[] }
  | { readonly kind: "end"; readonly tab: number; readonly how: "commit" | "rollback" }
  /** Calls of several tabs at once that commit by themselves. */
  | {
      readonly kind: "race";
      readonly calls: readonly { readonly tab: number; readonly operation: Operation }[];
    }
  /** The end of a tab in the middle of what it does, so many turns of the event loop after it began. */
  | {
      readonly kind: "crash";
      readonly tab: number;
      readonly during: Operation | "commit" | undefined;
      readonly turns: number;
    }
  /** A file goes with all its history. */
  | { readonly kind: "purge"; readonly tab: number; readonly path: string }
  | { readonly kind: "event"; readonly tab: number; readonly event: Event };

/** Which tabs take part, and where they write. */
export interface ScheduleOptions {
  readonly tabs: number;
  readonly length: number;
  /** Each tab keeps to a directory of its own, but for appends to `/shared`. */
  readonly apart?: boolean;
  /** Also what single calls, crashes and maintenance do. */
  readonly whole?: boolean;
}

const NAMES = ["a", "b", "c"] as const;
const HOT = ["/a", "/b", "/c", "/a/c", "/b/a", "/b/b/a"] as const;
const SPARE = "/~";
const TARGETS = ["/a", "/b", "/b/b", "a", "b/a", "../c", "/c"] as const;

/** Schedules of interleaved transactions over few names, so that they meet often. */
export function schedules(options: ScheduleOptions): fc.Arbitrary<Step[]> {
  const { length, whole = false } = options;
  const step = stepOf(options);
  if (!whole)
    return fc.array(step, { minLength: Math.floor(length / 2), maxLength: length, size: "max" });
  // All of them, and yet a failure can be shrunk to the few steps that make it.
  const present = fc.option(step, { nil: undefined, freq: 1_000_000 });
  return fc
    .array(present, { minLength: length, maxLength: length, size: "max" })
    .map((steps) => steps.filter((one) => one !== undefined));
}

function stepOf({ tabs, apart = false, whole = false }: ScheduleOptions): fc.Arbitrary<Step> {
  const tab = fc.nat({ max: tabs - 1 });
  const inTransactions = tab.chain((one) => stepInTransaction(one, apart));
  if (!whole) return inTransactions;
  return fc.oneof(
    { weight: 20, arbitrary: inTransactions },
    { weight: 16, arbitrary: raceOf(tab) },
    { weight: 2, arbitrary: crashOf(tab) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("purge" as const), tab, path: path() }) },
    { weight: 4, arbitrary: eventOf(tab) },
  );
}

function stepInTransaction(tab: number, apart: boolean): fc.Arbitrary<Step> {
  const work = apart ? apartOperations(tab) : operations();
  const acting = work.map((list): Step => ({ kind: "calls", tab, operations: list }));
  const ways = ["commit", "commit", "commit", "commit", "rollback"] as const;
  const ending = fc.constantFrom(...ways).map((how): Step => ({ kind: "end", tab, how }));
  return fc.oneof({ weight: 7, arbitrary: acting }, { weight: 3, arbitrary: ending });
}

function raceOf(tab: fc.Arbitrary<number>): fc.Arbitrary<Step> {
  const call = fc.record({ tab, operation: oneOperation() });
  const calls = fc.oneof(
    { weight: 3, arbitrary: fc.array(call, { minLength: 1, maxLength: 1 }) },
    { weight: 1, arbitrary: fc.array(call, { minLength: 2, maxLength: 3 }) },
  );
  return calls.map((list): Step => ({ kind: "race", calls: list }));
}

function crashOf(tab: fc.Arbitrary<number>): fc.Arbitrary<Step> {
  return fc.record({
    kind: fc.constant("crash" as const),
    tab,
    during: fc.oneof(fc.constantFrom(undefined, "commit" as const), oneOperation()),
    turns: fc.nat({ max: 12 }),
  });
}

function eventOf(tab: fc.Arbitrary<number>): fc.Arbitrary<Step> {
  const event = fc.constantFrom("gc" as const, "snapshot" as const, "vacuum" as const);
  return fc.record({ kind: fc.constant("event" as const), tab, event });
}

/** Appends meet on one series; only one tab compacts it, for two compactions are rivals. */
function apartOperations(tab: number): fc.Arbitrary<Operation[]> {
  const shared: Operation[] = [{ kind: "append", path: "/shared" }];
  if (tab === 0) shared.push({ kind: "compact", path: "/shared" });
  const own = operations().map((list) => list.map((one) => below(`/tab${tab}`, one)));
  return fc.oneof(
    { weight: 9, arbitrary: own },
    { weight: 3, arbitrary: fc.constantFrom(...shared).map((one) => [one]) },
  );
}

function below(directory: string, operation: Operation): Operation {
  const moved = { ...operation, path: directory + operation.path };
  if ("target" in moved && moved.target.startsWith("/")) {
    return { ...moved, target: directory + moved.target };
  }
  return "to" in moved ? { ...moved, to: directory + moved.to } : moved;
}

/** One call, or several by which entries change places. */
export function operations(): fc.Arbitrary<Operation[]> {
  return fc.oneof(
    { weight: 14, arbitrary: oneOperation().map((one) => [one]) },
    { weight: 2, arbitrary: fc.tuple(path(), path()).map(swap) },
    { weight: 1, arbitrary: fc.tuple(path(), path(), path()).map(swap) },
  );
}

function oneOperation(): fc.Arbitrary<Operation> {
  const write = fc.record({
    kind: fc.constant("write" as const),
    path: path(),
    create: fc.constantFrom(
      "new" as const,
      "either" as const,
      "either" as const,
      "replace" as const,
    ),
  });
  const writeSized = fc.record({
    kind: fc.constant("write" as const),
    path: path(),
    create: fc.constantFrom("either" as const, "replace" as const),
    size: fc.constantFrom(0, 65_535, 65_536, 70_000),
    hue: fc.nat({ max: 2 }),
  });
  const symlink = fc.record({
    kind: fc.constant("symlink" as const),
    path: path(),
    target: fc.constantFrom(...TARGETS),
  });
  const attributes = fc.record({
    kind: fc.constant("attributes" as const),
    path: path(),
    value: fc.nat({ max: 9 }),
  });
  const trim = fc.record({
    kind: fc.constant("trim" as const),
    path: path(),
    keep: fc.integer({ min: 1, max: 2 }),
  });
  const createDir = fc.record({ kind: fc.constant("createDir" as const), path: path() });
  const remove = fc.record({
    kind: fc.constant("remove" as const),
    path: path(),
    recursive: mostly(),
  });
  const move = (kind: "rename" | "copy") =>
    fc.record({ kind: fc.constant(kind), path: path(), to: path(), replace: fc.boolean() });
  const series = (kind: "createSeries" | "append" | "replaceSeries" | "compact") =>
    fc.record({ kind: fc.constant(kind), path: path() });
  const restore = fc.record({
    kind: fc.constant("restore" as const),
    path: path(),
    version: fc.constantFrom(undefined, undefined, 1, 2),
  });
  return fc.oneof(
    { weight: 3, arbitrary: write },
    { weight: 1, arbitrary: writeSized },
    { weight: 1, arbitrary: symlink },
    { weight: 1, arbitrary: attributes },
    { weight: 1, arbitrary: trim },
    { weight: 2, arbitrary: createDir },
    { weight: 2, arbitrary: remove },
    { weight: 3, arbitrary: move("rename") },
    { weight: 1, arbitrary: move("copy") },
    { weight: 1, arbitrary: series("createSeries") },
    { weight: 3, arbitrary: series("append") },
    { weight: 1, arbitrary: series("replaceSeries") },
    { weight: 2, arbitrary: series("compact") },
    { weight: 2, arbitrary: restore },
  );
}

/** Two or three entries change places, by way of a name that is free again in the end. */
function swap(paths: readonly string[]): Operation[] {
  const [first = SPARE, ...others] = paths;
  const holes = [first, ...others];
  const moves = others.map((from, index) => [from, holes[index] as string] as const);
  const all = [[first, SPARE] as const, ...moves, [SPARE, paths.at(-1) as string] as const];
  return all.map(([from, to]) => ({ kind: "rename", path: from, to, replace: false }));
}

function path(): fc.Arbitrary<string> {
  const deep = fc.array(fc.constantFrom(...NAMES), { minLength: 1, maxLength: 3 });
  return fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...HOT) },
    { weight: 2, arbitrary: deep.map((names) => `/${names.join("/")}`) },
  );
}

function mostly(): fc.Arbitrary<boolean> {
  return fc.constantFrom(true, true, true, false);
}
