import { expect } from "chai";
import { opfsBed } from "./opfs-bed.ts";
import { describeEngine } from "./storage-contract.ts";
import {
  cleanUp,
  newFolder,
  openStorage,
  plant,
  someBytes,
  writeTemporary,
} from "./storage-pond.ts";

describeEngine("StorageClient on OPFS", opfsBed());

describe("StorageClient on OPFS", () => {
  afterEach(cleanUp);

  it("lists the browser's leftovers among the temporaries", async () => {
    const directory = newFolder();
    const client = await openStorage({ directory });
    const { path } = await writeTemporary(client, someBytes(5), { owner: "a" });
    await plant([...directory, "tmp", "b"], "left.crswap", someBytes(7));

    const found = await client.listTemporaries();

    expect(found.sort((one, other) => one.size - other.size)).deep.equal([
      { owner: "a", path, size: 5 },
      { owner: "b", path: "tmp/b/left.crswap", size: 7 },
    ]);
  });

  // A folder that is locked is asked for again, which takes a while where the machine is busy.
  it("makes temporaries in a folder that others find empty, and remove, at that moment", async () => {
    const directory = newFolder();
    const [client, ...others] = await Promise.all([
      openStorage({ directory }),
      openStorage({ directory }),
      openStorage({ directory }),
    ]);
    let isOver = false;
    const listing = others.map(async (other) => {
      while (!isOver) await other.listTemporaries();
    });

    try {
      for (let n = 0; n < 100; n += 1) await (await client.createTemporary("owner")).abort();
    } finally {
      isOver = true;
      await Promise.all(listing);
    }
  }).timeout(60_000);

  it("opens, and finds the same way of writing, while others remove the folder in which it tries", async () => {
    const directory = newFolder();
    const [first, ...others] = await Promise.all([
      openStorage({ directory }),
      openStorage({ directory }),
      openStorage({ directory }),
    ]);
    let isOver = false;
    const listing = others.map(async (other) => {
      while (!isOver) await other.listTemporaries();
    });

    try {
      for (let n = 0; n < 20; n += 1) {
        const client = await openStorage({ directory });
        expect(client.mode).equal(first.mode);
        await client.close();
      }
    } finally {
      isOver = true;
      await Promise.all(listing);
    }
  }).timeout(60_000);
});
