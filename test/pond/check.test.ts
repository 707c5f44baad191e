import { expect } from "chai";
import { deletePond, openPond } from "../../src/index.ts";

describe("pond.check() and pond.repair()", () => {
  it("find nothing in a pond of any storage, and have nothing to do", async () => {
    for (const storage of ["opfs", "indexeddb", "memory"] as const) {
      const name = `check-${crypto.randomUUID()}`;
      const pond = await openPond(name, { storage });
      await pond.root.writeFile("/a", "text");
      await pond.root.writeFile("/b", new Uint8Array(100_000));

      const report = await pond.check({ deep: true });
      const { repaired } = await pond.repair(report);

      expect(report).deep.include({ seq: 2, findings: [], settled: true });
      expect(repaired).deep.equal([]);
      await pond.close();
      await deletePond(name);
    }
  });
});
