import { expect } from "chai";
import { newTransactionId } from "../../src/tinyfs/new-ids.ts";
import { ROOT_ID } from "../../src/tinyfs/node-id.ts";
import { listPonds } from "../../src/tlogfs/ponds.ts";
import { StorageClient } from "../../src/worker/storage-client.ts";
import { failureOf, someBytes } from "../worker/storage-pond.ts";
import {
  abortAt,
  blockOpen,
  FIELD_FAULTS,
  failOpen,
  failRequest,
  failTransaction,
  hangOpen,
  type Injected,
  impatiently,
  type LostCommit,
  loseCommit,
} from "./faulty-indexeddb.ts";
import {
  begin,
  cleanUp,
  commit,
  folderOf,
  newPondName,
  openPond,
  put,
  rawKeys,
  readBytes,
  readText,
  writeFiles,
} from "./pond-fixture.ts";
import { catchConnections } from "./transaction-faults.ts";

/** Faults after which a new connection, or the same call again, may find all well. */
const PASSING = ["connection lost", "backing store", "closing"] as const;

let injected: Injected | undefined;

/** Keeps what is in force, so that it ends with the test. */
function inject(fault: Injected): Injected {
  injected = fault;
  return fault;
}

afterEach(async () => {
  injected?.stop();
  injected = undefined;
  await cleanUp();
});

describe("opening a pond whose database", () => {
  for (const fault of [...PASSING, "low disk"] as const) {
    it(`fails once with "${fault}" is tried again`, async () => {
      const name = newPondName();
      await (await openPond({ name })).close();
      const { strikes } = await opensDespite(name, failOpen(fault, 1));

      expect(strikes).equal(1);
    });
  }

  for (const fault of PASSING) {
    it(`always fails with "${fault}" is STORAGE_UNAVAILABLE with the browser's words`, async () => {
      const name = newPondName();
      const always = inject(failOpen(fault));

      const failure = await failToOpen(name);

      expect(failure).include({ code: "STORAGE_UNAVAILABLE" });
      expect((failure as Error).message).include(FIELD_FAULTS[fault]().message);
      expect(always.strikes).within(2, 10);
      always.stop();
      expect(await listPonds()).not.include(name);
    });
  }

  it("never finds room on the disk is QUOTA", async () => {
    inject(failOpen("low disk"));

    const failure = await failToOpen();

    expect(failure).include({ code: "QUOTA", needed: 0 });
    expect(failure).property("free").a("number");
  });

  it("never answers is STORAGE_UNAVAILABLE after the patience", async () => {
    inject(hangOpen());

    const failure = await failToOpen();

    expect(failure).include({ code: "STORAGE_UNAVAILABLE" });
    expect((failure as Error).message).match(/the browser does not answer$/);
  });

  it("is held by another tab for ever is STORAGE_UNAVAILABLE, and names the cure", async () => {
    inject(blockOpen());

    const failure = await failToOpen();

    expect(failure).include({ code: "STORAGE_UNAVAILABLE" });
    expect((failure as Error).message).match(/Close that tab and try again$/);
  });

  it("does not answer is given up with a signal", async () => {
    inject(hangOpen());
    const reason = new Error("enough");
    const controller = new AbortController();

    const failing = failureOf(openPond({ signal: controller.signal }));
    controller.abort(reason);

    expect(await failing).equal(reason);
  });
});

describe("reading when", () => {
  for (const fault of [...PASSING, "lost value"] as const) {
    for (const method of ["get", "getAll", "getKey"] as const) {
      it(`a ${method} fails once with "${fault}" gives what is there`, async () => {
        const persistence = await openPond();
        await writeFiles(persistence, { a: "1" });
        const { seq } = await persistence.head();
        const once = inject(failRequest(method, fault, 1));

        const rows = await persistence.entriesAt(ROOT_ID, seq, { limit: 10 });
        const text = await readText(persistence, "a");

        expect(rows.map(({ name }) => name)).deep.equal(["a"]);
        expect(text).equal("1");
        expect(once.strikes).equal(1);
      });
    }
  }

  it("requests go on failing is STORAGE_UNAVAILABLE, and is well afterwards", async () => {
    const persistence = await openPond();
    await writeFiles(persistence, { a: "1" });
    const always = inject(failRequest("get", "connection lost", 100));

    const failure = await failureOf(readText(persistence, "a"));
    always.stop();

    expect(failure).include({ code: "STORAGE_UNAVAILABLE" });
    expect(always.strikes).within(2, 10);
    expect(await readText(persistence, "a")).equal("1");
  });

  for (const tells of [false, true]) {
    it(`a transaction is aborted with no error${tells ? ", and the connection closed," : ""} gives what is there`, async () => {
      const persistence = await openPond();
      await writeFiles(persistence, { a: "1", b: someBytes(70_000) });
      const once = inject(abortAt("get", { tells }));

      const text = await readText(persistence, "a");

      expect(text).equal("1");
      expect(await readBytes(persistence, "b")).deep.equal(someBytes(70_000));
      expect(once.strikes).equal(1);
    });
  }

  it("no transaction begins because the connection is closing connects again", async () => {
    const persistence = await openPond();
    await writeFiles(persistence, { a: "1" });
    const twice = inject(failTransaction("closing", 2));

    expect(await readText(persistence, "a")).equal("1");
    expect(twice.strikes).equal(2);
  });

  it("many reads lose their connection makes few new ones, and leaves none open", async () => {
    const name = newPondName();
    const connections = catchConnections();
    const persistence = await openPond({ name });
    await writeFiles(persistence, { a: "1" });
    inject(failRequest("get", "connection lost", 8));

    const texts = await Promise.all(Array.from({ length: 8 }, () => readText(persistence, "a")));
    connections.stop();

    expect(texts).deep.equal(Array(8).fill("1"));
    expect(connections.caught.filter(isOpen)).length(1);
  });
});

describe("committing when", () => {
  for (const fault of PASSING) {
    it(`no transaction begins, with "${fault}", connects again and commits once`, async () => {
      const name = newPondName();
      const persistence = await openPond({ name });
      const twice = inject(failTransaction(fault, 2));

      const { info } = await writeFiles(persistence, { a: "1" });

      expect(info.seq).equal(1);
      expect(twice.strikes).equal(2);
      expect(await rawKeys(name, "txn")).length(1);
    });

    it(`a put fails once with "${fault}" commits once`, async () => {
      const name = newPondName();
      const persistence = await openPond({ name });
      const once = inject(failRequest("put", fault, 1));

      const { info } = await writeFiles(persistence, { a: "1", b: someBytes(70_000) });

      expect(info.seq).equal(1);
      expect(once.strikes).equal(1);
      expect(await rawKeys(name, "txn")).length(1);
      expect(await readBytes(persistence, "b")).deep.equal(someBytes(70_000));
    });
  }

  it("a put aborts its transaction with no error commits once", async () => {
    const name = newPondName();
    const persistence = await openPond({ name });
    const once = inject(abortAt("put"));

    const { info } = await writeFiles(persistence, { a: "1" });

    expect(info.seq).equal(1);
    expect(once.strikes).equal(1);
    expect(await rawKeys(name, "txn")).length(1);
  });

  it("its own reads go on failing is STORAGE_UNAVAILABLE, and nothing of it is there", async () => {
    const name = newPondName();
    const persistence = await openPond({ name });
    await writeFiles(persistence, { a: "1" });
    const tree = await begin(persistence);
    await put(tree, "a", await persistence.stageBytes(someBytes(4)));
    const always = inject(failRequest("get", "connection lost", 1000));

    const failure = await failureOf(commit(persistence, tree));
    always.stop();

    expect(failure).include({ code: "STORAGE_UNAVAILABLE" });
    expect(await readText(persistence, "a")).equal("1");
    expect(await rawKeys(name, "txn")).length(1);
  });

  for (const outcome of ["applied", "not applied"] satisfies LostCommit[]) {
    it(`it was ${outcome} and its end is never told is one commit, and no conflict`, async () => {
      const name = newPondName();
      const persistence = await openPond({ name });
      await writeFiles(persistence, { a: "1" });
      const lost = inject(loseCommit(outcome));

      const { info } = await writeFiles(persistence, { a: "2" });
      await writeFiles(persistence, { a: "3" });

      expect(info.seq).equal(2);
      expect(lost.strikes).equal(1);
      expect(await rawKeys(name, "txn")).length(3);
      expect(await rawKeys(name, "old")).length(2);
    });

    it(`it was ${outcome}, its end is never told and another tab writes the same name is one commit`, async () => {
      const name = newPondName();
      const [here, there] = [await openPond({ name }), await openPond({ name })];
      await writeFiles(here, { a: "1" });
      inject(loseCommit(outcome));
      const writing = writeFiles(here, { b: "2" });

      await writing;
      await writeFiles(there, { b: "3" });

      expect(await rawKeys(name, "txn")).length(3);
      expect(await readText(here, "b")).equal("3");
    });
  }

  it("every try is lost and not applied is STORAGE_UNAVAILABLE, and the same transaction commits later", async () => {
    const name = newPondName();
    const persistence = await openPond({ name });
    const tree = await begin(persistence);
    await put(tree, "a", await persistence.stageBytes(new TextEncoder().encode("1")));
    const writeSet = tree.writeSet(newTransactionId());
    const lost = inject(loseCommit("not applied", 100));

    const failure = await failureOf(persistence.commit(writeSet));
    lost.stop();
    const { info } = await persistence.commit(writeSet);

    expect(failure).include({ code: "STORAGE_UNAVAILABLE" });
    expect(info.seq).equal(1);
    expect(await readText(persistence, "a")).equal("1");
  });
});

/** The failure to open a pond whose storage worker has started already, with little patience. */
async function failToOpen(name = newPondName()): Promise<unknown> {
  const engine = await StorageClient.open({ directory: folderOf(name) });
  try {
    return await impatiently(() => failureOf(openPond({ name, engine })));
  } finally {
    await engine.close();
  }
}

async function opensDespite(name: string, fault: Injected): Promise<Injected> {
  inject(fault);
  const persistence = await openPond({ name });
  const { info } = await writeFiles(persistence, { a: "1" });
  expect(info.seq).equal(1);
  return fault;
}

function isOpen(database: IDBDatabase): boolean {
  try {
    database.transaction("oplog").abort();
    return true;
  } catch {
    return false;
  }
}
