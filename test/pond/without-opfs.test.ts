import { expect } from "chai";
import { deletePond, listPonds, openPond } from "../../src/index.ts";

// For browsers that have no OPFS of their own accord: BROWSERS=webkit-plain runs it.
describe("openPond() in a browser without OPFS", () => {
  const name = `without-opfs-${crypto.randomUUID()}`;

  before(function () {
    if ("storage" in navigator && "getDirectory" in navigator.storage) this.skip();
  });

  after(() => deletePond(name));

  it("keeps everything in IndexedDB, says so, and finds it again", async () => {
    const large = new Uint8Array(3_000_000).fill(7);
    const pond = await openPond(name);
    await pond.root.writeFile("/small", "small");
    await pond.root.writeFile("/large", large);
    const { storage } = pond;
    await pond.close();

    const again = await openPond(name);
    const small = new TextDecoder().decode(await again.root.readFile("/small"));
    const read = await again.root.readFile("/large");
    const { blobBytes } = await again.stats();
    await again.close();

    expect(storage).include({ mode: "indexeddb", syncHandles: false });
    expect({ small, blobBytes }).deep.equal({ small: "small", blobBytes: 3_000_000 });
    expect(read).deep.equal(large);
  });

  it("deletes a pond", async () => {
    await deletePond(name);

    expect(await listPonds()).not.include(name);
  });
});
