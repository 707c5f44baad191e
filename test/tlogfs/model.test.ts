import { expect } from "chai";
import fc from "fast-check";
import { describeModel } from "../tinyfs/model/describe-model.ts";
import type { Step } from "../tinyfs/model/schedule.ts";
import { schedules } from "../tinyfs/model/schedule.ts";
import { settings } from "../tinyfs/model/settings.ts";
import type { Subject, Tally } from "../tinyfs/model/simulation.ts";
import { Simulation } from "../tinyfs/model/simulation.ts";
import { MortalTab } from "./mortal-tab.ts";
import { openOnOplog } from "./oplog-bed.ts";
import { newPondName, removePond } from "./pond-fixture.ts";

/** So many sequences follow each other in one pond, each in a directory of its own. */
const SEQUENCES_OF_A_POND = 25;
const TABS = 2;
const KEPT_VERSIONS = 2;

describeModel("OpLogPersistence", openOnOplog, { runs: 16 });

describe("a pond in two tabs that die", function () {
  const { runs = 60, seed = Date.now() % 1e6, path } = settings;
  const limit = 60_000 + runs * 3_000; // also for shrinking what has failed
  this.timeout(limit + 60_000);

  it(`holds what its reference holds (${runs} sequences of 50 steps, seed ${seed})`, async () => {
    const sum: Tally = { commits: 0, conflicts: 0, crashes: 0 };
    let pond = await Pond.open();
    const property = fc.asyncProperty(
      schedules({ tabs: TABS, length: 50, whole: true }),
      async (steps) => {
        if (pond.sequences === SEQUENCES_OF_A_POND || pond.isSpoilt) {
          await pond.remove();
          pond = await Pond.open();
        }
        const tally = await pond.run((simulation) => simulation.run(steps));
        sum.commits += tally.commits;
        sum.conflicts += tally.conflicts;
        sum.crashes += tally.crashes;
      },
    );
    const parameters = {
      numRuns: runs,
      seed,
      ...(path !== undefined && { path }),
      includeErrorInReport: true,
      interruptAfterTimeLimit: limit, // a slow machine runs fewer
    };

    let sequences = 0;
    try {
      const details = await fc.check(property, parameters);

      if (details.failed) throw new Error(await describeFailure(details, runs));
      sequences = details.numRuns;
    } finally {
      await pond.remove();
    }

    if (path === undefined) {
      expect(sequences).greaterThan(runs / 2);
      expect(sum.commits).greaterThan(sequences);
      expect(sum.crashes).greaterThan(sequences / 4);
    }
  });
});

/** What went wrong, and the commands that show it again. */
async function describeFailure(details: fc.RunDetails<[Step[]]>, runs: number): Promise<string> {
  const { seed, counterexamplePath } = details;
  const command = `MODEL_RUNS=${runs} MODEL_SEED=${seed} npm run test:model`;
  return `${await fc.asyncDefaultReportMessage(details)}
To see it again: MODEL_PATH='${counterexamplePath}' ${command}
or, where it needs what came before it in its pond: ${command}`;
}

/** A pond that sequences are run in, and the tabs it is open in. */
class Pond implements Subject {
  readonly #name: string;
  readonly #tabs: MortalTab[];
  sequences = 0;
  /** A sequence has failed in it: what follows would fail for no reason of its own. */
  isSpoilt = false;

  constructor(name: string, tabs: MortalTab[]) {
    this.#name = name;
    this.#tabs = tabs;
  }

  static async open(): Promise<Pond> {
    const name = newPondName();
    const tabs: MortalTab[] = [];
    for (let tab = 0; tab < TABS; tab++) tabs.push(await MortalTab.open(name));
    return new Pond(name, tabs);
  }

  /** Runs a sequence in a directory of its own, and looks at everything after it. */
  async run(work: (simulation: Simulation) => Promise<void>): Promise<Tally> {
    this.sequences += 1;
    const simulation = new Simulation(this, { directory: `/s${this.sequences}`, stride: 7 });
    try {
      await simulation.prepare(TREE);
      await work(simulation);
      await simulation.checkHistory();
      await this.#check();
    } catch (error) {
      this.isSpoilt = true;
      throw error;
    }
    return simulation.tally;
  }

  fs(tab: number) {
    return this.#at(tab).fs;
  }

  head() {
    return this.#at(0).persistence.head();
  }

  async crash(tab: number): Promise<void> {
    this.#at(tab).die();
    this.#tabs[tab] = await MortalTab.open(this.#name);
  }

  async gc(tab: number): Promise<void> {
    await this.#at(tab).persistence.gc();
  }

  async vacuum(tab: number): Promise<number> {
    await this.#at(tab).persistence.vacuum({ keepVersions: KEPT_VERSIONS });
    return KEPT_VERSIONS;
  }

  async remove(): Promise<void> {
    const [first, ...others] = this.#tabs;
    await Promise.all(others.map(({ persistence }) => persistence.close()));
    if (first) await removePond(this.#name, first.persistence);
  }

  #at(tab: number): MortalTab {
    return this.#tabs[tab] as MortalTab;
  }

  async #check(): Promise<void> {
    await this.gc(0);
    const { findings } = await this.#at(0).persistence.check({ deep: true });
    if (findings.length > 0) throw new Error(`check found ${JSON.stringify(findings, null, 1)}`);
  }
}

const TREE = [
  { kind: "createDir", path: "/a" },
  { kind: "createDir", path: "/b" },
  { kind: "createSeries", path: "/a/c" },
  { kind: "write", path: "/b/a", create: "new" },
  { kind: "createDir", path: "/b/b" },
  { kind: "write", path: "/b/b/a", create: "new", size: 70_000, hue: 1 },
  { kind: "createSeries", path: "/c" },
] as const;
