import { expect } from "chai";
import { deletePond, openPond, type Pond, type PondOptions } from "../../src/index.ts";
import { databaseName } from "../../src/tlogfs/names.ts";
import { rejects } from "../tinyfs/contract/rejects.ts";
import { workerAfter, workerWithout } from "../worker/worker-without.ts";

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const large = (seed: number) => new Uint8Array(200_000).fill(seed);

/** OPFS that is there and refuses, as in private windows. */
const refusing = workerAfter(`
  StorageManager.prototype.getDirectory = async () => {
    throw new DOMException("not in this window", "SecurityError");
  };`);

const withoutOpfs: PondOptions = { workers: { storage: workerWithout("OPFS") } };

describe("the storage modes of a pond", () => {
  let name = "";
  const opened: Pond[] = [];
  const open = async (options: PondOptions = {}) => {
    const pond = await openPond(name, options);
    opened.push(pond);
    return pond;
  };

  beforeEach(() => {
    name = `modes-${crypto.randomUUID()}`;
  });

  afterEach(async () => {
    for (const pond of opened.splice(0)) await pond.close();
    await deletePond(name);
  });

  describeMode("OPFS with what handles there are", {}, "opfs");
  describeMode(
    "OPFS without sync handles",
    { workers: { storage: workerWithout("sync handles") } },
    "opfs",
  );
  describeMode("IndexedDB because it was asked for", { storage: "indexeddb" }, "indexeddb");
  describeMode("IndexedDB where OPFS is missing", withoutOpfs, "indexeddb");
  describeMode("IndexedDB where OPFS is refused", { workers: { storage: refusing } }, "indexeddb");

  function describeMode(title: string, options: PondOptions, mode: "opfs" | "indexeddb"): void {
    describe(title, () => {
      it(`is announced as ${mode}`, async () => {
        const pond = await open(options);

        expect(pond.storage.mode).equal(mode);
        expect(pond.storage.persisted).a("boolean");
      });

      it("keeps files of all sizes until the pond is opened again", async () => {
        const pond = await open(options);
        await pond.root.writeFile("/small", "kept");
        await pond.root.writeFile("/large", large(1));
        const writer = (await pond.root.asyncWriter("/streamed")).getWriter();
        for (let chunk = 0; chunk < 5; chunk += 1) {
          await writer.write(new Uint8Array(700_000).fill(chunk));
        }
        await writer.close();
        await pond.close();

        const again = await open(options);

        expect(again.storage.mode).equal(mode);
        expect(text(await again.root.readFile("/small"))).equal("kept");
        expect(await again.root.readFile("/large")).deep.equal(large(1));
        const range = { start: 2_099_999, end: 2_100_001 };
        expect(await again.root.readFile("/streamed", { range })).deep.equal(
          new Uint8Array([2, 3]),
        );
      });

      it("commits all or nothing, and drops what was rolled back", async () => {
        const pond = await open(options);
        await pond.root.writeFile("/a", large(1));
        const tx = await pond.begin();
        await tx.root.writeFile("/a", large(2));
        await tx.root.writeFile("/b", large(3));
        await tx.rollback();

        const { deletedCount, sweptTemporaries } = await pond.gc();

        expect(await pond.root.readFile("/a")).deep.equal(large(1));
        expect({ deletedCount, sweptTemporaries }).deep.equal({
          deletedCount: 0,
          sweptTemporaries: 0,
        });
      });

      it("is read and written by two at once", async () => {
        const [first, second] = [await open(options), await open(options)];
        await first.root.writeFile("/a", large(1));
        await second.root.writeFile("/b", large(2));

        const read = await Promise.all([second.root.readFile("/a"), first.root.readFile("/b")]);

        expect(read).deep.equal([large(1), large(2)]);
      });

      it("leaves nothing when the pond is deleted, though it is open", async () => {
        const pond = await open(options);
        await pond.root.writeFile("/large", large(1));
        if (mode === "opfs") await pond.close();

        await deletePond(name);

        const databases = await indexedDB.databases();
        expect(databases.some((database) => database.name === databaseName(name))).equal(false);
        expect(await folderNames()).not.include(name);
        await rejects(
          pond.root.readFile("/large"),
          mode === "opfs" ? "POND_CLOSED" : "POND_MISSING",
        );
      });
    });
  }

  it("says whether sync handles are used", async () => {
    const pond = await open({ workers: { storage: workerWithout("sync handles") } });
    const inParts = await openPond(`${name}-2`, { storage: "indexeddb" });
    opened.push(inParts);

    expect(pond.storage.syncHandles).equal(false);
    expect(inParts.storage.syncHandles).equal(false);
    await inParts.close();
    await deletePond(`${name}-2`);
  });

  it("puts nothing into OPFS in a pond that lives in IndexedDB", async () => {
    const pond = await open({ storage: "indexeddb" });
    await pond.root.writeFile("/large", large(1));

    expect(await folderNames()).not.include(name);
  });

  it("is IndexedDB for life where it was at first", async () => {
    const pond = await open(withoutOpfs);
    await pond.root.writeFile("/large", large(1));
    await pond.close();

    const again = await open({ storage: "opfs" });

    expect(again.storage.mode).equal("indexeddb");
    expect(await again.root.readFile("/large")).deep.equal(large(1));
  });

  it("is OPFS for life where it was at first, whatever is asked for", async () => {
    const pond = await open();
    await pond.root.writeFile("/large", large(1));
    await pond.close();

    const again = await open({ storage: "indexeddb" });

    expect(again.storage.mode).equal("opfs");
    expect(await again.root.readFile("/large")).deep.equal(large(1));
  });

  it("is STORAGE_UNAVAILABLE in words for a pond of OPFS where that is missing", async () => {
    await (await open()).close();

    const failure = await open(withoutOpfs).catch((error: unknown) => error);

    expect(failure).include({ code: "STORAGE_UNAVAILABLE" });
    expect((failure as Error).message)
      .include(name)
      .include("OPFS");
    expect((await open()).storage.mode).equal("opfs");
  });

  it("drops the temporaries of a tab that is gone", async () => {
    const worker = workerWithout("OPFS");
    const pond = await open({ workers: { storage: worker } });
    const tx = await pond.begin();
    await tx.root.writeFile("/large", large(1));
    await pond.close();

    const again = await open();
    const { sweptTemporaries } = await again.gc();

    expect(sweptTemporaries).equal(0); // opening it has swept them
    expect(await partCount()).equal(0);
  });

  it("takes a collected file out of IndexedDB", async () => {
    const pond = await open({ storage: "indexeddb" });
    const tx = await pond.begin();
    await tx.root.writeFile("/large", large(1));
    await tx.root.writeFile("/other", "x");
    tx.expectUnchanged("/other");
    const staged = await partCount();
    await pond.root.writeFile("/other", "y");
    await rejects(tx.commit(), "CONFLICT");

    await pond.gc();

    expect(staged).equal(2);
    expect(await partCount()).equal(0);
  });

  describe("persist()", () => {
    it("asks after opening, and storage.persisted says what came of it", async () => {
      const pond = await open();

      const persisted = await pond.persist();

      expect(persisted).equal(await navigator.storage.persisted());
      expect(pond.storage.persisted).equal(persisted);
      expect(pond.storage.mode).equal("opfs");
    });

    it("is never promised for a pond in memory", async () => {
      const pond = await open({ storage: "memory" });

      expect(await pond.persist()).equal(false);
    });
  });

  it("is POND_MISSING with mustExist and expect after the site's data were cleared", async () => {
    const pond = await open();
    await pond.root.writeFile("/large", large(1));
    await clearSiteData();

    await rejects(pond.root.readFile("/large"), "POND_MISSING");
    await rejects(pond.root.writeFile("/more", "x"), "POND_MISSING");
    await pond.close();
    await rejects(openPond(name, { mustExist: true }), "POND_MISSING");
    await rejects(openPond(name, { expect: pond.id }), "POND_MISSING");
  });

  it("is STORAGE_UNAVAILABLE in an insecure context, which it names with the cure", async () => {
    const restore = [
      stub(globalThis, "isSecureContext", false),
      stub(navigator, "locks", undefined),
      stub(crypto, "subtle", undefined),
    ];

    const failure = await open().catch((error: unknown) => error);
    for (const back of restore) back();

    expect(failure).include({ code: "STORAGE_UNAVAILABLE" });
    expect((failure as Error).message).match(/insecure context\. Serve the page from https/);
  });

  async function partCount(): Promise<number> {
    const database = await new Promise<IDBDatabase>((resolve, reject) => {
      const request = indexedDB.open(databaseName(name));
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    try {
      const request = database.transaction("parts").objectStore("parts").count();
      return await new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    } finally {
      database.close();
    }
  }

  /** What a browser does to a site's data: the database goes, and then the files. */
  async function clearSiteData(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const request = indexedDB.deleteDatabase(databaseName(name));
      request.onsuccess = () => resolve();
      request.onerror = () => reject(request.error);
    });
    const ponds = await (await navigator.storage.getDirectory()).getDirectoryHandle("tinypond");
    const emptied = () => ponds.removeEntry(name, { recursive: true });
    await emptied().catch(() => {}); // a handle that is open keeps its file, as in the browser
  }
});

/** The ponds that have a folder in OPFS. */
async function folderNames(): Promise<string[]> {
  const root = await navigator.storage.getDirectory();
  const ponds = await root.getDirectoryHandle("tinypond", { create: true });
  const names: string[] = [];
  for await (const [name] of ponds.entries()) names.push(name);
  return names;
}

/** Gives a property of the browser another value. Returns how to undo it. */
function stub(target: object, name: string, value: unknown): () => void {
  const own = Object.getOwnPropertyDescriptor(target, name);
  Object.defineProperty(target, name, { value, configurable: true });
  return () => {
    Reflect.deleteProperty(target, name);
    if (own) Object.defineProperty(target, name, own);
  };
}
