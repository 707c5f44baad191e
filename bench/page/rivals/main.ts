import type { Contender } from "../contenders/contender.ts";
import { contenderNames, loadContender } from "../contenders/load-contender.ts";
import { Round, type StepResult } from "./round.ts";
import { scenarios } from "./scenarios.ts";

declare global {
  /** The runner gives the page these. */
  var benchBegin: (step: string) => Promise<void>;
  var benchEnd: (result: StepResult) => Promise<void>;
}

/** What the runner asks for. */
interface Turn {
  readonly contender: string;
  readonly scenario: string;
  readonly size: number;
  readonly isFirst: boolean;
}

let loaded: Contender | undefined;

async function about(name: string): Promise<Omit<Contender, "open" | "destroy">> {
  const { packages, how, durability, cannot } = await loadContender(name);
  return { packages, how, durability, cannot };
}

async function load(name: string): Promise<void> {
  loaded = await loadContender(name);
}

async function run({ scenario: name, size, isFirst }: Turn): Promise<void> {
  const scenario = scenarios[name];
  if (!scenario || !loaded) throw new Error(`There is no scenario "${name}"`);
  const reporter = { begin: globalThis.benchBegin, end: globalThis.benchEnd };
  const round = new Round(loaded, reporter, isFirst);
  try {
    await scenario.run(round, size);
  } finally {
    await round.close();
  }
}

Object.assign(globalThis, {
  rivals: {
    contenderNames,
    scenarios: Object.fromEntries(
      Object.entries(scenarios).map(([name, { run: _run, ...rest }]) => [name, rest]),
    ),
    about,
    load,
    run,
    clear: () => loaded?.destroy(),
  },
});
