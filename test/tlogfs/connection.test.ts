import { expect } from "chai";
import { get, getMany, set } from "idb-keyval";
import { putNewMeta } from "../../src/tlogfs/meta.ts";
import { openDatabase } from "../../src/tlogfs/open-database.ts";
import { PondDatabase } from "../../src/tlogfs/pond-database.ts";
import { deletePondDatabase, listPonds } from "../../src/tlogfs/ponds.ts";
import { failureOf } from "../worker/storage-pond.ts";
import {
  begin,
  cleanUp,
  entryOf,
  newPondName,
  openPond,
  place,
  rawRow,
  readText,
  tamper,
  upgradeDatabase,
  writeFiles,
} from "./pond-fixture.ts";
import { catchConnections, onCommit } from "./transaction-faults.ts";

describe("OpLogPersistence.open()", () => {
  afterEach(cleanUp);

  it("makes a pond with an id, a format and a retention policy", async () => {
    const name = newPondName();

    const persistence = await openPond({ name });

    const meta = await rawRow(name, ["meta"]);
    expect(meta).deep.equal({
      id: persistence.id,
      created: meta["created"],
      format: 2,
      minReader: 2,
      minWriter: 2,
      horizon: 0,
      retention: { keepVersions: 10, keepFor: 7 * 24 * 60 * 60 * 1000 },
      blobs: "opfs",
      tags: {},
      sum: meta["sum"],
    });
    expect(meta["created"]).within((Date.now() - 60_000) * 1000, Date.now() * 1000);
  });

  it("finds the same pond again", async () => {
    const name = newPondName();
    const first = await openPond({ name });
    await writeFiles(first, { a: "1" });
    await first.close();

    const second = await openPond({ name, mustExist: true, expect: first.id });

    expect(second.id).equal(first.id);
    expect(await readText(second, "a")).equal("1");
  });

  it("with mustExist is POND_MISSING, and makes nothing", async () => {
    const name = newPondName();
    let isStarted = false;
    const engine = () => {
      isStarted = true;
      return Promise.reject(new Error("not needed"));
    };

    const failure = await failureOf(openPond({ name, mustExist: true, engine }));

    expect(failure).include({ code: "POND_MISSING" });
    expect(await listPonds()).not.include(name);
    expect(isStarted).equal(false);
  });

  it("with expect is POND_MISSING for no pond and for another one", async () => {
    const [none, other] = [newPondName(), newPondName()];
    await openPond({ name: other });

    const failures = await Promise.all(
      [none, other].map((name) => failureOf(openPond({ name, expect: crypto.randomUUID() }))),
    );

    expect(failures.map((failure) => (failure as { code: string }).code)).deep.equal([
      "POND_MISSING",
      "POND_MISSING",
    ]);
    expect(await listPonds()).not.include(none);
  });

  it("is FORMAT_TOO_NEW for a database of a newer version", async () => {
    const name = newPondName();
    await upgradeDatabase(name);

    const failure = await failureOf(openPond({ name }));

    expect(failure).include({ code: "FORMAT_TOO_NEW" });
  });

  it("is FORMAT_TOO_NEW for a pond that asks for a newer reader", async () => {
    const name = newPondName();
    const persistence = await openPond({ name });
    await persistence.close();
    const { rowSum } = await import("../../src/tlogfs/row-sum.ts");
    const row = { ...(await rawRow(name, ["meta"])), minReader: 3 };
    await tamper(name, ["meta"], { minReader: 3, sum: rowSum(["meta"], row) });

    expect(await failureOf(openPond({ name }))).include({ code: "FORMAT_TOO_NEW" });
  });

  it("is STORAGE_UNAVAILABLE where the browser lacks something, and says what", async () => {
    Object.defineProperty(navigator, "locks", { value: undefined, configurable: true });

    const failure = await failureOf(openPond()).finally(() => {
      Reflect.deleteProperty(navigator, "locks");
    });

    expect(failure).include({ code: "STORAGE_UNAVAILABLE" });
    expect((failure as Error).message).match(/no Web Locks$/);
  });

  it("is given up with a signal", async () => {
    const reason = new Error("enough");

    expect(await failureOf(openPond({ signal: AbortSignal.abort(reason) }))).equal(reason);
  });

  it("keeps names apart whatever they hold", async () => {
    const name = newPondName();
    const names = [`${name}/owner`, `${name}/ü %2F`];
    const [first] = await Promise.all(names.map((name) => openPond({ name })));

    await writeFiles(first!, { a: "1" });

    expect(await listPonds()).include.members(names);
    await cleanUp();
    expect((await listPonds()).filter((name) => names.includes(name))).deep.equal(names);
    await Promise.all(names.map((name) => deletePondDatabase(name)));
    expect((await listPonds()).filter((name) => names.includes(name))).deep.equal([]);
  });
});

describe("a lost connection", () => {
  afterEach(cleanUp);

  it("is made again when the browser closes it", async () => {
    const connections = catchConnections();
    const persistence = await openPond();
    connections.stop();
    await writeFiles(persistence, { a: "1" });

    for (const database of connections.caught) database.close();
    const text = await readText(persistence, "a");
    for (const database of connections.caught) database.dispatchEvent(new Event("close"));
    await writeFiles(persistence, { a: "2" });

    expect(text).equal("1");
    expect(await readText(persistence, "a")).equal("2");
  });

  it("is made again for a commit that finds it closed", async () => {
    const connections = catchConnections();
    const persistence = await openPond();
    connections.stop();
    const tree = await begin(persistence);

    for (const database of connections.caught) database.close();
    await writeFiles(persistence, { a: "1" });

    expect(tree.seq).equal(0);
    expect(await readText(persistence, "a")).equal("1");
  });

  it("is not made again after an upgrade: FORMAT_CHANGED", async () => {
    const name = newPondName();
    const persistence = await openPond({ name });
    await writeFiles(persistence, { a: "1" });

    await upgradeDatabase(name);

    expect(await failureOf(persistence.head())).include({ code: "FORMAT_CHANGED" });
    expect(await failureOf(writeFiles(persistence, { a: "2" }))).include({
      code: "FORMAT_CHANGED",
    });
  });

  it("is not made again after the deletion: POND_MISSING", async () => {
    const name = newPondName();
    const persistence = await openPond({ name });

    await deletePondDatabase(name);

    expect(await failureOf(persistence.head())).include({ code: "POND_MISSING" });
    expect(await listPonds()).not.include(name);
  });

  it("lets a commit in flight finish before an upgrade", async () => {
    const name = newPondName();
    const persistence = await openPond({ name });
    let upgrade: Promise<void> | undefined;
    const stop = onCommit((_, done) => {
      upgrade = upgradeDatabase(name);
      done();
    });

    const { info } = await writeFiles(persistence, { a: "1" }).finally(stop);

    expect(info.seq).equal(1);
    await upgrade;
  });
});

describe("deletePondDatabase()", () => {
  afterEach(cleanUp);

  it("is STORAGE_UNAVAILABLE when somebody holds on to the database for too long", async () => {
    const name = newPondName();
    await (await openPond({ name })).close();
    const stubborn = await openDatabase(name, {});
    const original = globalThis.setTimeout;
    globalThis.setTimeout = ((work: () => void) => original(work, 100)) as typeof setTimeout;

    const failure = await failureOf(deletePondDatabase(name)).finally(() => {
      globalThis.setTimeout = original;
    });

    expect(failure).include({ code: "STORAGE_UNAVAILABLE" });
    expect((failure as Error).message).match(/another tab holds on to it/);
    stubborn.close();
  });

  it("is content where there is no pond", async () => {
    await deletePondDatabase(newPondName());
  });
});

describe("PondDatabase.use()", () => {
  afterEach(cleanUp);

  it("works with the functions of idb-keyval", async () => {
    const database = await PondDatabase.open(newPondName(), { fill: putNewMeta });
    const store = database.use("packs");

    await set(["x", 1], "one", store);
    await set(["x", 2], "two", store);

    expect(await get(["x", 2], store)).equal("two");
    expect(
      await getMany(
        [
          ["x", 1],
          ["x", 3],
        ],
        store,
      ),
    ).deep.equal(["one", undefined]);
    await database.close(() => new Error("closed") as never);
  });

  it("undoes what was put when the callback throws, and throws the same", async () => {
    const database = await PondDatabase.open(newPondName(), { fill: putNewMeta });
    const error = new Error("no");
    const use = database.use(["oplog", "packs"]);

    const failure = await failureOf(
      use("readwrite", async (oplog) => {
        oplog.put(1, ["x"]);
        oplog.transaction.objectStore("packs").put(1, ["x"]);
        throw error;
      }),
    );

    expect(failure).equal(error);
    expect(await get(["x"], database.use("packs"))).equal(undefined);
    expect(await get(["x"], database.use("oplog"))).equal(undefined);
    await database.close(() => new Error("closed") as never);
  });

  it("resolves when writes are done", async () => {
    const name = newPondName();
    const database = await PondDatabase.open(name, { fill: putNewMeta });

    await database.use("packs")("readwrite", (packs) => {
      packs.put(1, ["x"]);
    });

    const other = await openDatabase(name, {});
    const request = other.transaction("packs").objectStore("packs").get(["x"]);
    expect(await new Promise((done) => (request.onsuccess = () => done(request.result)))).equal(1);
    other.close();
    await database.close(() => new Error("closed") as never);
  });
});

describe("close()", () => {
  afterEach(cleanUp);

  it("makes every later call POND_CLOSED", async () => {
    const persistence = await openPond();
    await writeFiles(persistence, { a: "1" });
    const tree = await begin(persistence);
    const { content } = await entryOf(persistence, "a");

    await persistence.close();
    await persistence.close();

    const failures = await Promise.all([
      failureOf(persistence.head()),
      failureOf(persistence.entryAt(place("a"), 1)),
      failureOf(persistence.stageBytes(new Uint8Array(1))),
      failureOf(persistence.stage()),
      failureOf(persistence.open(content!)),
      failureOf(persistence.commit(tree.writeSet("x"))),
      failureOf(persistence.gc()),
      failureOf(persistence.commits()[Symbol.asyncIterator]().next()),
      failureOf((async () => persistence.fileAt(place("a")))()),
    ]);
    expect(failures.map((failure) => (failure as { code: string }).code)).deep.equal(
      Array(failures.length).fill("POND_CLOSED"),
    );
  });

  it("rejects what waits with POND_CLOSED", async () => {
    const persistence = await openPond();
    const options = { path: "/a", txId: "tx" };
    await persistence.fileAt(place("a")).asyncWriter(options);
    const waiting = failureOf(
      persistence.fileAt(place("a")).asyncWriter({ ...options, wait: true }),
    );

    await persistence.close();

    expect(await waiting).include({ code: "POND_CLOSED" });
  });

  it("frees all locks", async () => {
    const name = newPondName();
    const persistence = await openPond({ name });
    await persistence.fileAt(place("a")).asyncWriter({ path: "/a", txId: "tx" });

    await persistence.close();

    const { held = [] } = await navigator.locks.query();
    expect(held.filter((lock) => lock.name?.includes(name))).deep.equal([]);
  });
});
