import { expect } from "chai";
import { TinyFSError } from "../../src/tinyfs/errors.ts";
import { FS, WD } from "../../src/tinyfs/index.ts";
import { storageOf } from "../../src/tlogfs/content.ts";
import { ContentCache } from "../../src/tlogfs/content-cache.ts";
import type { OpLogPersistence } from "../../src/tlogfs/oplog-persistence.ts";
import { PackReader } from "../../src/tlogfs/pack-reader.ts";
import { PondDatabase } from "../../src/tlogfs/pond-database.ts";
import { failureOf, someBytes } from "../worker/storage-pond.ts";
import {
  cleanUp,
  entryOf,
  newPondName,
  openPond,
  rawly,
  readText,
  writeFiles,
} from "./pond-fixture.ts";

const databases: PondDatabase[] = [];

/** Counts the packs that are asked for, until `stop` tells how many it were. */
function countPackGets(): { stop(): number } {
  const original = IDBObjectStore.prototype.get;
  let count = 0;
  IDBObjectStore.prototype.get = function (query) {
    if (this.name === "packs") count += 1;
    return original.call(this, query);
  };
  return {
    stop() {
      IDBObjectStore.prototype.get = original;
      return count;
    },
  };
}

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

describe("files of one pack", () => {
  afterEach(async () => {
    await Promise.all(
      databases
        .splice(0)
        .map((database) => database.close(() => new TinyFSError("POND_CLOSED", "closed"))),
    );
    await cleanUp();
  });

  const NAMES = Array.from({ length: 20 }, (_, index) => `f${index}`);

  /** A pond with files that were written together. */
  async function openWithFiles(cacheBytes?: number): Promise<OpLogPersistence> {
    const persistence = await openPond({ cacheBytes });
    await writeFiles(persistence, Object.fromEntries(NAMES.map((name) => [name, name])));
    return persistence;
  }

  it("come with the first of them that is read", async () => {
    const persistence = await openWithFiles();
    const gets = countPackGets();

    const texts: string[] = [];
    for (const name of NAMES) texts.push(await readText(persistence, name));

    expect(texts).deep.equal(NAMES);
    expect(gets.stop()).equal(1);
    expect((await persistence.stats()).cache).include({ hits: 19, misses: 1 });
  });

  it("come once for all that are read side by side, kept or not", async () => {
    const persistence = await openWithFiles(0);
    const entries = await Promise.all(NAMES.map((name) => entryOf(persistence, name)));
    const gets = countPackGets();

    const texts = await Promise.all(entries.map((entry) => readText(persistence, entry)));

    expect(texts).deep.equal(NAMES);
    expect(gets.stop()).equal(1);
  });

  it("come anew where what is kept of them is not what was written", async () => {
    const { cache, packs, slots } = await readerOfFiles();
    await packs.read(...slots[0]!);
    const key = String(slots[0]![1].pack);
    cache.pack(key)!.bytes.fill(0);

    const read = await packs.read(...slots[1]!);

    expect(new TextDecoder().decode(read)).equal("f1");
    expect(cache.pack(key)!.bytes).satisfy((bytes: Uint8Array) => bytes.every((byte) => byte > 0));
  });

  it("come to those who waited for a read that failed", async () => {
    const { packs, slots, database } = await readerOfFiles();
    const aborted = await new Promise<IDBTransaction>((resolve) => {
      void database.use(["oplog", "packs"])("readonly", ({ transaction }) => resolve(transaction));
    });
    const failing = failureOf(packs.read(...slots[0]!, aborted));
    const waiting = packs.read(...slots[1]!);
    aborted.abort();

    expect(await failing).instanceOf(DOMException);
    expect(new TextDecoder().decode(await waiting)).equal("f1");
  });

  /** What reads the packs of a pond, and where its files stand. */
  async function readerOfFiles() {
    const name = newPondName();
    const persistence = await openPond({ name });
    await writeFiles(persistence, Object.fromEntries(NAMES.map((file) => [file, file])));
    const entries = await Promise.all(NAMES.map((file) => entryOf(persistence, file)));
    const slots = entries.map(({ content }) => {
      const storage = storageOf(content!);
      if (storage.kind !== "inline") throw new Error("It is no small file");
      return [content!.sha256, storage] as const;
    });
    const database = await PondDatabase.open(name, {});
    databases.push(database);
    const cache = new ContentCache();
    return { cache, packs: new PackReader(database, cache), slots, database };
  }
});

describe("ContentCache", () => {
  it("lets go of what was not read for longest, and stays below its bytes", () => {
    const cache = new ContentCache(1000);

    cache.keepContent("a", someBytes(200));
    cache.keepContent("b", someBytes(200));
    cache.content("a");
    cache.keepContent("c", someBytes(200));

    expect([cache.content("a"), cache.content("b"), cache.content("c")].map(Boolean)).deep.equal([
      true,
      false,
      true,
    ]);
    expect(cache.stats().bytes).equal(800);
  });

  it("bounds the number of tiny files", () => {
    const cache = new ContentCache(10_000);

    for (let n = 0; n < 1000; n += 1) cache.keepContent(`${n}`, someBytes(1));

    expect(cache.stats().bytes).at.most(10_000);
    expect(cache.content("0")).equal(undefined);
    expect(cache.content("999")).length(1);
  });

  it("does not keep what is larger than all its room", () => {
    const cache = new ContentCache(1000);
    cache.keepContent("a", someBytes(100));

    cache.keepContent("b", someBytes(1000));

    expect([cache.content("a"), cache.content("b")].map(Boolean)).deep.equal([true, false]);
  });
});
