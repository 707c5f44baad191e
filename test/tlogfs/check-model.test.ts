import { expect } from "chai";
import fc from "fast-check";
import { FS, WD } from "../../src/tinyfs/index.ts";
import { schedules } from "../tinyfs/model/schedule.ts";
import { Simulation } from "../tinyfs/model/simulation.ts";
import { newPondName, openPond, removePond } from "./pond-fixture.ts";

describe("check() of ponds of random operations", function () {
  this.timeout(120_000);

  it("finds nothing after any schedule, nor after gc and vacuum", async () => {
    const property = fc.asyncProperty(schedules({ tabs: 3, length: 60 }), async (steps) => {
      const name = newPondName();
      const persistence = await openPond({ name });
      const fs = new FS({ persistence }, (context) => new WD(context));
      try {
        const simulation = new Simulation({ fs: () => fs, head: () => persistence.head() });
        await simulation.prepare([{ kind: "createDir", path: "/b" }]);
        await simulation.run(steps);
        const reports = [await persistence.check({ deep: true })];
        await persistence.gc();
        reports.push(await persistence.check());
        await fs.vacuum({ keepVersions: 2 });
        reports.push(await persistence.check({ deep: true }));
        for (const { findings, settled } of reports) {
          expect(findings).deep.equal([]);
          expect(settled).equal(true);
        }
      } finally {
        await removePond(name, persistence);
      }
    });

    await fc.assert(property, { numRuns: 20, seed: 5, includeErrorInReport: true });
  });
});
