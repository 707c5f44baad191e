import { expect } from "chai";
import fc from "fast-check";
import type { OpenFileSystem } from "../contract/file-system-bed.ts";
import type { Operation } from "./operation.ts";
import type { ScheduleOptions, Step } from "./schedule.ts";
import { schedules } from "./schedule.ts";
import type { Tally } from "./simulation.ts";
import { Simulation } from "./simulation.ts";

/** How much is tried. */
export interface ModelOptions {
  /** How many schedules in which transactions meet; of the simpler kinds a quarter of it. */
  readonly runs: number;
  /** Which ones: the same seed gives the same schedules. */
  readonly seed?: number;
}

const TREE: readonly Operation[] = [
  { kind: "createDir", path: "/a" },
  { kind: "createDir", path: "/b" },
  { kind: "createSeries", path: "/a/c" },
  { kind: "write", path: "/b/a", create: "new" },
  { kind: "createDir", path: "/b/b" },
  { kind: "write", path: "/b/b/a", create: "new" },
  { kind: "createSeries", path: "/c" },
];

const APART: readonly Operation[] = [
  { kind: "createSeries", path: "/shared" },
  ...[0, 1, 2].flatMap((tab): Operation[] => [
    { kind: "createDir", path: `/tab${tab}` },
    { kind: "createDir", path: `/tab${tab}/a` },
    { kind: "createSeries", path: `/tab${tab}/c` },
  ]),
];

/** Random schedules of transactions, compared with a reference that only knows the order of commits. */
export function describeModel(name: string, open: OpenFileSystem, options: ModelOptions): void {
  const { runs, seed = 1 } = options;
  const few = Math.ceil(runs / 4);

  const tryAll = async (
    numRuns: number,
    schedule: ScheduleOptions,
    first: readonly Operation[],
    check: (tally: Tally) => void = () => {},
  ): Promise<Tally> => {
    const sum: Tally = { commits: 0, conflicts: 0, crashes: 0 };
    const property = fc.asyncProperty(schedules(schedule), async (steps: Step[]) => {
      const opened = await open();
      try {
        const { fs, head } = opened;
        const simulation = new Simulation({ fs: () => fs, head });
        await simulation.prepare(first);
        await simulation.run(steps);
        await simulation.checkHistory();
        check(simulation.tally);
        sum.commits += simulation.tally.commits;
        sum.conflicts += simulation.tally.conflicts;
      } finally {
        await opened.close();
      }
    });
    await fc.assert(property, { numRuns, seed, includeErrorInReport: true });
    return sum;
  };

  const expectNoConflict = ({ conflicts }: Tally) => expect(conflicts).equal(0);

  describe(`${name} beside its reference`, function () {
    this.timeout(120_000);

    it("holds what its commits have written, in the order of their numbers", async () => {
      const { commits, conflicts } = await tryAll(runs, { tabs: 3, length: 40 }, TREE);

      expect(commits).greaterThan(runs);
      expect(conflicts).greaterThan(runs / 10);
    });

    it("finds an order that explains calls made at once, beside open transactions", async () => {
      const { commits } = await tryAll(runs, { tabs: 2, length: 40, whole: true }, TREE);

      expect(commits).greaterThan(runs);
    });

    it("never conflicts where one transaction follows the other", async () => {
      const { commits } = await tryAll(few, { tabs: 1, length: 25 }, TREE, expectNoConflict);

      expect(commits).greaterThan(few);
    });

    it("never conflicts where transactions write apart and append to one series", async () => {
      const options = { tabs: 3, length: 25, apart: true };

      const { commits } = await tryAll(few, options, APART, expectNoConflict);

      expect(commits).greaterThan(few);
    });
  });
}
