import fc from "fast-check";
import type { Operation } from "../../tinyfs/model/operation.ts";
import { operations } from "../../tinyfs/model/schedule.ts";

/** What readers, retention and collection do beside the tabs. */
type Act =
  | "lockPin"
  | "checkPin"
  | "unpin"
  | "tag"
  | "untag"
  | "vacuumBegin"
  | "vacuumStep"
  | "vacuumAll"
  | "vacuumDies"
  | "collect";

/** Acts that follow each other at once; alone they come in any order. */
const ACTS: readonly (readonly Act[])[] = [
  ["lockPin"],
  ["checkPin"],
  ["lockPin", "checkPin"],
  ["unpin"],
  ["tag"],
  ["untag"],
  ["vacuumBegin", "vacuumStep"],
  ["vacuumStep"],
  ["vacuumStep", "vacuumStep"],
  ["vacuumBegin", "vacuumAll", "collect"],
  ["vacuumBegin", "vacuumAll", "collect"],
  ["vacuumAll", "collect"],
  ["vacuumDies"],
  ["collect"],
];

/** One step; between any two of them a tab may die. */
export type TreeStep =
  | { readonly kind: "calls"; readonly tab: number; readonly operations: readonly Operation[] }
  /** Commits in one transaction of IndexedDB, each judged on its own. */
  | { readonly kind: "together"; readonly tabs: readonly number[] }
  | { readonly kind: "leave"; readonly tab: number }
  /** An entry goes with all its history, unless somebody still reads it. */
  | { readonly kind: "purge"; readonly path: string }
  /** With how many commits back it means, where it means one. */
  | { readonly kind: "history"; readonly act: Act; readonly back: number };

/**
 * What a schedule is about: everything; a few files or series that are changed again and again; a file
 * that leaves its directory before that goes; old versions that come back.
 */
export type Theme = "all" | "files" | "series" | "leaving" | "returning";

/** What a schedule is made of. */
export interface TreeScheduleOptions {
  readonly length: number;
  readonly theme: Theme;
  /** Also retention, pins and tags. */
  readonly history: boolean;
}

const TABS = 3;

/** Random schedules of tabs that meet at few names. */
export function treeSchedules(options: TreeScheduleOptions): fc.Arbitrary<TreeStep[]> {
  const { length, history, theme } = options;
  const calls = someCalls(callsAbout[theme]());
  const steps = fc.oneof(
    { weight: 6, arbitrary: calls },
    { weight: history ? 9 : 3, arbitrary: calls.map(andCommit) },
    { weight: 4, arbitrary: someTabs().map((tabs) => [{ kind: "together" as const, tabs }]) },
    { weight: 1, arbitrary: oneTab().map((tab) => [{ kind: "leave" as const, tab }]) },
    ...(history ? [{ weight: 7, arbitrary: someActs() }] : []),
    ...(history ? [{ weight: 1, arbitrary: purging() }] : []),
  );
  const begin: TreeStep[] = [
    { kind: "calls", tab: 0, operations: FIRST },
    { kind: "together", tabs: [0] },
  ];
  return fc
    .array(steps, { minLength: Math.floor(length / 2), maxLength: length, size: "max" })
    .map((all) => [...begin, ...all.flat()]);
}

const callsAbout: Readonly<Record<Theme, () => fc.Arbitrary<Operation[]>>> = {
  all: operations,
  files: () => single(onFiles()),
  series: () => single(onSeries()),
  leaving: () => single(fc.constantFrom(...LEAVING)),
  returning: () => single(onOldVersions()),
};

const LEAVING: readonly Operation[] = [
  { kind: "createDir", path: "/b" },
  { kind: "write", path: "/b/a", create: "either" },
  { kind: "write", path: "/b/a", create: "either" },
  { kind: "rename", path: "/b/a", to: "/a/a", replace: true },
  { kind: "rename", path: "/b/a", to: "/a/a", replace: true },
  { kind: "write", path: "/a/a", create: "replace" },
  { kind: "remove", path: "/b", recursive: true },
  { kind: "write", path: "/x", create: "either" },
  { kind: "write", path: "/x", create: "either" },
];

function onOldVersions(): fc.Arbitrary<Operation> {
  const write = fc
    .constantFrom("/x", "/x", "/y", "/y", "/y")
    .map((path): Operation => ({ kind: "write", path, create: "either" }));
  const restore = fc
    .integer({ min: 1, max: 4 })
    .map((version): Operation => ({ kind: "restore", path: "/x", version }));
  return fc.oneof({ weight: 4, arbitrary: write }, { weight: 1, arbitrary: restore });
}

function single(operation: fc.Arbitrary<Operation>): fc.Arbitrary<Operation[]> {
  return operation.map((one) => [one]);
}

function onFiles(): fc.Arbitrary<Operation> {
  const path = fc.constantFrom("/b/a", "/b/a", "/a/a", "/b/b/a");
  const any = fc.constantFrom("/b/a", "/a/a", "/b/b/a", "/b", "/b/b");
  const write = path.map((one): Operation => ({ kind: "write", path: one, create: "either" }));
  const move = fc.tuple(any, any).map(([from, to]): Operation => {
    return { kind: "rename", path: from, to, replace: true };
  });
  const remove = any.map((one): Operation => ({ kind: "remove", path: one, recursive: true }));
  const create = fc
    .constantFrom("/b", "/b/b")
    .map((one): Operation => ({ kind: "createDir", path: one }));
  const restore = fc.tuple(any, fc.constantFrom(undefined, 1, 2, 3)).map((both): Operation => {
    const [one, version] = both;
    return { kind: "restore", path: one, version };
  });
  return fc.oneof(
    { weight: 6, arbitrary: write },
    { weight: 3, arbitrary: move },
    { weight: 2, arbitrary: remove },
    { weight: 1, arbitrary: create },
    { weight: 2, arbitrary: restore },
  );
}

function onSeries(): fc.Arbitrary<Operation> {
  const path = fc.constantFrom("/c", "/c", "/a/c");
  const kinds = ["append", "append", "append", "compact", "compact", "replaceSeries"] as const;
  const change = fc.tuple(fc.constantFrom(...kinds), path).map(([kind, one]): Operation => {
    return { kind, path: one };
  });
  const trim = path.map((one): Operation => ({ kind: "trim", path: one, keep: 2 }));
  const restore = fc.tuple(path, fc.integer({ min: 1, max: 3 })).map(([one, version]) => {
    return { kind: "restore" as const, path: one, version };
  });
  const move = fc.constantFrom<Operation>(
    { kind: "rename", path: "/c", to: "/a/c", replace: true },
    { kind: "rename", path: "/a/c", to: "/c", replace: true },
    { kind: "remove", path: "/c", recursive: false },
  );
  return fc.oneof(
    { weight: 9, arbitrary: change },
    { weight: 1, arbitrary: trim },
    { weight: 1, arbitrary: restore },
    { weight: 1, arbitrary: move },
  );
}

/** The last tab commits seldom: its transactions are long. */
function oneTab(): fc.Arbitrary<number> {
  return fc.nat({ max: TABS - 1 });
}

function someTabs(): fc.Arbitrary<number[]> {
  return fc.oneof(
    { weight: 6, arbitrary: fc.nat({ max: TABS - 2 }).map((tab): number[] => [tab]) },
    { weight: 1, arbitrary: fc.constant<number[]>([TABS - 1]) },
    { weight: 2, arbitrary: fc.uniqueArray(oneTab(), { minLength: 2 }) },
  );
}

function someCalls(about: fc.Arbitrary<Operation[]>): fc.Arbitrary<TreeStep[]> {
  return fc
    .tuple(oneTab(), about)
    .map(([tab, list]): TreeStep[] => [{ kind: "calls", tab, operations: list }]);
}

function andCommit(steps: readonly TreeStep[]): TreeStep[] {
  const tabs = steps.flatMap((step) =>
    step.kind === "calls" && step.tab !== TABS - 1 ? [step.tab] : [],
  );
  return tabs.length > 0 ? [...steps, { kind: "together", tabs }] : [...steps];
}

function purging(): fc.Arbitrary<TreeStep[]> {
  const path = fc.constantFrom("/b/a", "/a/a", "/b", "/c", "/a/c", "/x");
  return path.map((one): TreeStep[] => [{ kind: "purge", path: one }]);
}

function someActs(): fc.Arbitrary<TreeStep[]> {
  return fc
    .tuple(fc.constantFrom(...ACTS), fc.nat({ max: 7 }))
    .map(([acts, back]) => acts.map((act) => ({ kind: "history" as const, act, back })));
}

const FIRST: readonly Operation[] = [
  { kind: "createDir", path: "/a" },
  { kind: "createDir", path: "/b" },
  { kind: "createSeries", path: "/a/c" },
  { kind: "write", path: "/b/a", create: "new" },
  { kind: "createDir", path: "/b/b" },
  { kind: "write", path: "/b/b/a", create: "new" },
  { kind: "createSeries", path: "/c" },
];
