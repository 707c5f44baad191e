import { expect } from "chai";
import { createMemoryFS, FS, MemoryPersistence, WD } from "../../src/tinyfs/index.ts";
import { rejects } from "./contract/rejects.ts";

function openOn(persistence: MemoryPersistence): FS {
  return new FS({ persistence }, (context) => new WD(context));
}

describe("MemoryPersistence", () => {
  it("serves several file systems, each of which sees what the others commit", async () => {
    const persistence = new MemoryPersistence();
    const [one, two] = [openOn(persistence), openOn(persistence)];
    await one.root.writeFile("/a", "one");

    const { size } = await two.root.stat("/a");

    expect(size).equal(3);
  });

  it("takes the commit of one of two transactions of two file systems", async () => {
    const persistence = new MemoryPersistence();
    await using one = await openOn(persistence).begin();
    await using two = await openOn(persistence).begin();
    await one.root.writeFile("/a", "one");
    await two.root.writeFile("/a", "two");
    await one.commit();

    await rejects(two.commit(), "CONFLICT");
  });

  it("refuses everything once it is closed", async () => {
    const persistence = new MemoryPersistence();
    const { root } = openOn(persistence);
    await root.writeFile("/a", "one");
    await persistence.close();

    await rejects(root.readFile("/a"), "POND_CLOSED");
    await rejects(root.writeFile("/b", "two"), "POND_CLOSED");
    await rejects(root.list("/"), "POND_CLOSED");
    await rejects(root.asyncWriter("/b"), "POND_CLOSED");
  });

  it("counts files, directories, bytes and versions", async () => {
    const persistence = new MemoryPersistence();
    const { root } = openOn(persistence);
    await root.createDir("/d");
    await root.writeFile("/d/a", "one");
    await root.writeFile("/d/a", "three");
    await root.writeFile("/b", "four");
    await root.remove("/b");

    const { totals } = await persistence.head();

    expect(totals).deep.equal({
      files: 1,
      directories: 1,
      liveBytes: 5,
      versions: 3,
      versionBytes: 12,
    });
  });
});

describe("createMemoryFS()", () => {
  it("makes a file system of its own each time", async () => {
    const [one, two] = [createMemoryFS(), createMemoryFS()];
    await one.root.writeFile("/a", "one");

    const exists = await two.root.exists("/a");

    expect(exists).equal(false);
  });
});
