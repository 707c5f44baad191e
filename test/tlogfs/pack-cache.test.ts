import { expect } from "chai";
import { FS, WD } from "../../src/tinyfs/index.ts";
import { ContentCache } from "../../src/tlogfs/content-cache.ts";
import type { OpLogPersistence } from "../../src/tlogfs/oplog-persistence.ts";
import { failureOf, someBytes } from "../worker/storage-pond.ts";
import { cleanUp, newPondName, openPond, rawly } from "./pond-fixture.ts";

function rootOf(persistence: OpLogPersistence): WD {
  return new FS({ persistence }, (context) => new WD(context)).root;
}

describe("the cache of small files", () => {
  afterEach(cleanUp);

  it("serves what was read before, and counts", async () => {
    const persistence = await openPond();
    const root = rootOf(persistence);
    await root.writeFile("/a", "text");

    const texts = [await root.readFile("/a"), await root.readFile("/a"), await root.readFile("/a")];

    expect(texts.map((bytes) => new TextDecoder().decode(bytes))).deep.equal([
      "text",
      "text",
      "text",
    ]);
    const { cache } = await persistence.stats();
    expect(cache).include({ hits: 2, misses: 1 });
    expect(cache.bytes).above(4);
  });

  it("never serves what a file no longer holds", async () => {
    const name = newPondName();
    const [here, there] = [await openPond({ name }), await openPond({ name })];
    const [root, other] = [rootOf(here), rootOf(there)];
    await root.writeFile("/a", "one");
    await root.readFile("/a");

    await other.writeFile("/a", "two");
    const changed = await root.readFile("/a");
    await other.remove("/a");

    expect(new TextDecoder().decode(changed)).equal("two");
    expect(await failureOf(root.readFile("/a"))).include({ code: "NOT_FOUND" });
  });

  it("gives every reader bytes of its own", async () => {
    const persistence = await openPond();
    const root = rootOf(persistence);
    await root.writeFile("/a", "text");

    (await root.readFile("/a")).fill(0);
    (await root.readFile("/a")).fill(0);

    expect(new TextDecoder().decode(await root.readFile("/a"))).equal("text");
  });

  it("keeps no bytes that were not verified", async () => {
    const name = newPondName();
    const persistence = await openPond({ name });
    const root = rootOf(persistence);
    await root.writeFile("/a", "text");
    const [key] = (await rawly(name, (_, packs) => packs.getAllKeys())) as IDBValidKey[];
    const pack = (await rawly(name, (_, packs) => packs.get(key!))) as { bytes: Uint8Array };
    pack.bytes[0] = 0;
    await rawly(name, (_, packs) => packs.put(pack, key));

    const failures = [await failureOf(root.readFile("/a")), await failureOf(root.readFile("/a"))];

    for (const failure of failures) expect(failure).include({ code: "CORRUPT_BLOB", path: "/a" });
    expect((await persistence.stats()).cache).include({ hits: 0, bytes: 0 });
  });

  it("keeps nothing when it may not", async () => {
    const persistence = await openPond({ cacheBytes: 0 });
    const root = rootOf(persistence);
    await root.writeFile("/a", someBytes(100));

    await root.readFile("/a");
    await root.readFile("/a");

    expect((await persistence.stats()).cache).deep.equal({ hits: 0, misses: 2, bytes: 0 });
  });
});

describe("ContentCache", () => {
  it("lets go of what was not read for longest, and stays below its bytes", () => {
    const cache = new ContentCache(1000);

    cache.keep("a", someBytes(200));
    cache.keep("b", someBytes(200));
    cache.get("a");
    cache.keep("c", someBytes(200));

    expect([cache.get("a"), cache.get("b"), cache.get("c")].map(Boolean)).deep.equal([
      true,
      false,
      true,
    ]);
    expect(cache.stats().bytes).equal(800);
  });

  it("bounds the number of tiny files", () => {
    const cache = new ContentCache(10_000);

    for (let n = 0; n < 1000; n += 1) cache.keep(`${n}`, someBytes(1));

    expect(cache.stats().bytes).at.most(10_000);
    expect(cache.get("0")).equal(undefined);
    expect(cache.get("999")).length(1);
  });

  it("does not keep what is larger than all its room", () => {
    const cache = new ContentCache(1000);
    cache.keep("a", someBytes(100));

    cache.keep("b", someBytes(1000));

    expect([cache.get("a"), cache.get("b")].map(Boolean)).deep.equal([true, false]);
  });
});
