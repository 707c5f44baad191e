import { expect } from "chai";
import { CommittedTree } from "../../src/tinyfs/committed-tree.ts";
import { FS, MemoryPersistence, type Tree, WD } from "../../src/tinyfs/index.ts";
import { openSegments } from "../../src/tinyfs/open-file.ts";
import type { WDContext } from "../../src/tinyfs/wd-context.ts";
import { fakeParquet } from "./contract/bytes.ts";
import { rejects } from "./contract/rejects.ts";

const LATEST = { keepVersions: 1, keepFor: 0 };

/** Gives one caller a tree whose rows go before they are read. */
class OvertakenPersistence extends MemoryPersistence {
  isOvertaken = false;

  override async newestTree(): Promise<Tree> {
    if (!this.isOvertaken) return super.newestTree();
    this.isOvertaken = false;
    return new CommittedTree(this, 1);
  }
}

const CALLS: Readonly<Record<string, (root: WD) => Promise<unknown>>> = {
  readFile: (root) => root.readFile("/d/f"),
  stat: (root) => root.stat("/d/f"),
  exists: (root) => root.exists("/d/f"),
  list: (root) => root.list("/d").toArray(),
  versions: (root) => root.versions("/d/f").toArray(),
  readLink: (root) => root.readLink("/l"),
  openDir: (root) => root.openDir("/d"),
  "writeFile of little": (root) => root.writeFile("/d/f", "2"),
  "writeFile of much": (root) => root.writeFile("/d/f", new Uint8Array(70_000)),
  rename: (root) => root.rename("/d/f", "/d/g"),
  purge: (root) => root.purge("/d/f"),
  asyncWriter: async (root) => (await root.asyncWriter("/d/f")).close(),
};

describe("a call whose rows are dropped before it has read them", () => {
  for (const [name, call] of Object.entries(CALLS)) {
    it(`begins anew: ${name}`, async () => {
      const persistence = new OvertakenPersistence();
      const { fs } = fileSystem(persistence);
      await fs.root.createDir("/d");
      await fs.root.writeFile("/d/f", "1");
      await fs.root.createSymlink("/l", "/d");
      await fs.vacuum(LATEST);
      persistence.isOvertaken = true;

      await call(fs.root);

      expect(persistence.isOvertaken).equal(false);
    });
  }
});

describe("openSegments()", () => {
  it("keeps the segments until it is closed, and not longer", async () => {
    const { fs, contexts } = fileSystem(new MemoryPersistence());
    await fs.root.writeFile("/s", fakeParquet("1"), { entryType: "FileSeries" });
    const [context] = contexts;
    if (!context) throw new Error("A root has a context");

    const { close } = await openSegments(context, "/s");
    await fs.root.remove("/s");
    await fs.vacuum(LATEST);
    await using kept = await fs.snapshot({ seq: 1 });
    expect(await kept.root.readFile("/s")).deep.equal(fakeParquet("1"));
    await kept.close();
    await close();

    await fs.vacuum(LATEST);
    await rejects(fs.snapshot({ seq: 1 }), "HISTORY_TRUNCATED");
  });
});

function fileSystem(persistence: MemoryPersistence) {
  const contexts: WDContext[] = [];
  const fs = new FS({ persistence }, (context) => {
    contexts.push(context);
    return new WD(context);
  });
  return { fs, contexts };
}
