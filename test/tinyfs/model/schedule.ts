import fc from "fast-check";
import type { Operation } from "./operation.ts";

/** One step of a tab: calls in its open transaction, or the end of that. */
export interface Step {
  readonly tab: number;
  /** With a conflict in the middle of it, what was done so far stays. */
  readonly operations: readonly Operation[];
  readonly ending: "commit" | "rollback" | undefined;
}

/** Which tabs take part, and where they write. */
export interface ScheduleOptions {
  readonly tabs: number;
  readonly length: number;
  /** Each tab keeps to a directory of its own, but for appends to `/shared`. */
  readonly apart?: boolean;
}

const NAMES = ["a", "b", "c"] as const;
const HOT = ["/a", "/b", "/c", "/a/c", "/b/a", "/b/b/a"] as const;
const SPARE = "/~";

/** Schedules of interleaved transactions over few names, so that they meet often. */
export function schedules(options: ScheduleOptions): fc.Arbitrary<Step[]> {
  const { length } = options;
  return fc.array(stepOf(options), {
    minLength: Math.floor(length / 2),
    maxLength: length,
    size: "max",
  });
}

function stepOf({ tabs, apart = false }: ScheduleOptions): fc.Arbitrary<Step> {
  return fc.nat({ max: tabs - 1 }).chain((tab) => {
    const work = apart ? apartOperations(tab) : operations();
    const acting = work.map((list): Step => ({ tab, operations: list, ending: undefined }));
    const ending = fc.constantFrom("commit", "commit", "commit", "commit", "rollback");
    return fc.oneof(
      { weight: 7, arbitrary: acting },
      {
        weight: 3,
        arbitrary: ending.map((how): Step => ({ tab, operations: [], ending: how as "commit" })),
      },
    );
  });
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
  return "to" in moved ? { ...moved, to: directory + moved.to } : moved;
}

function operations(): fc.Arbitrary<Operation[]> {
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
