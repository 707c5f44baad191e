import { expect } from "chai";
import type { Operation } from "../tinyfs/model/operation.ts";
import { run } from "../tinyfs/model/operation.ts";
import { MortalTab } from "./mortal-tab.ts";
import { newPondName, removePond } from "./pond-fixture.ts";

describe("check() after vacuum()", () => {
  let name: string;
  let tab: MortalTab;
  beforeEach(async () => {
    name = newPondName();
    tab = await MortalTab.open(name);
  });
  afterEach(() => removePond(name, tab.persistence));

  async function runAll(operations: readonly Operation[]): Promise<void> {
    for (const [index, operation] of operations.entries()) {
      await run(tab.fs.root, operation, index);
    }
  }

  it("takes a kept version for none that is left over, though its directory is gone", async () => {
    await runAll([
      { kind: "createDir", path: "/d" },
      { kind: "write", path: "/d/f", create: "new" },
    ]);
    await tab.fs.transaction(async ({ root }) => {
      await root.rename("/d/f", "/f");
      await root.writeFile("/f", "another"); // so that no row at the new place repeats the version
    });
    await runAll([{ kind: "remove", path: "/d", recursive: true }]);

    await tab.persistence.vacuum({ keepVersions: 2 });

    const { findings } = await tab.persistence.check({ deep: true });
    expect(findings).deep.equal([]);
    const first = await tab.fs.root.readFile("/f", { version: 1 });
    expect(new TextDecoder().decode(first)).equal("text 1");
  });

  it("counts the bytes of dropped versions that a compaction stands for", async () => {
    await runAll([
      { kind: "createSeries", path: "/s" },
      { kind: "append", path: "/s" },
      { kind: "compact", path: "/s" },
      { kind: "append", path: "/s" },
    ]);

    await tab.persistence.vacuum({ keepVersions: 1 });

    const { findings } = await tab.persistence.check({ deep: true });
    expect(findings).deep.equal([]);
  });
});
