import { expect } from "chai";
import { FS, WD } from "../../src/tinyfs/index.ts";
import type { OpLogPersistence } from "../../src/tlogfs/oplog-persistence.ts";
import { failureOf } from "../worker/storage-pond.ts";
import { cleanUp, newPondName, openPond, rawKeys, readText, seqsOf } from "./pond-fixture.ts";
import { onCommit, recordTransactions } from "./transaction-faults.ts";

function rootOf(persistence: OpLogPersistence): WD {
  return new FS({ persistence }, (context) => new WD(context)).root;
}

/** Runs a write and counts the transactions it takes. */
async function transactionsOf(
  write: () => Promise<unknown>,
): Promise<{ reading: number; writing: number }> {
  const [reading, writing] = [recordTransactions("readonly"), recordTransactions("readwrite")];
  await write();
  // The later one first: each puts back what it found.
  const writes = writing.stop().length;
  return { reading: reading.stop().length, writing: writes };
}

describe("a small write with nothing else under way", () => {
  afterEach(cleanUp);

  it("looks up its path and commits in one transaction", async () => {
    const root = rootOf(await openPond());
    await root.createDir("/a/b", { recursive: true });

    expect(await transactionsOf(() => root.writeFile("/a/b/c", "new"))).deep.equal({
      reading: 0,
      writing: 1,
    });
    expect(await transactionsOf(() => root.writeFile("/a/b/c", "newer"))).deep.equal({
      reading: 0,
      writing: 1,
    });
  });

  it("takes the durability it was asked for", async () => {
    const root = rootOf(await openPond({ durability: "relaxed" }));
    const recording = recordTransactions("readwrite");

    await root.writeFile("/relaxed", "1");
    await root.writeFile("/strict", "1", { durability: "strict" });

    expect(recording.stop()).deep.equal(["relaxed", "strict"]);
  });

  it("leaves nothing behind where it is refused, and says why", async () => {
    const name = newPondName();
    const persistence = await openPond({ name });
    const root = rootOf(persistence);
    await root.writeFile("/a", "1");

    expect(await failureOf(root.writeFile("/a", "2", { create: "new" }))).include({
      code: "ALREADY_EXISTS",
    });
    expect(await failureOf(root.writeFile("/a", "2", { ifVersion: 5 }))).include({
      code: "CONFLICT",
    });
    expect(await failureOf(root.writeFile("/no/a", "2"))).include({ code: "NOT_FOUND" });
    expect(await seqsOf(persistence.commits())).deep.equal([1]);
    expect(await readText(persistence, "a")).equal("1");
  });

  it("is committed once when its connection is lost after it took effect", async () => {
    const name = newPondName();
    const persistence = await openPond({ name });
    const stop = onCommit((transaction, done) => {
      done();
      transaction.dispatchEvent(new Event("abort"));
    });

    const result = await rootOf(persistence).writeFile("/a", "1").finally(stop);

    expect(result).include({ version: 1, txnSeq: 1 });
    expect(await rawKeys(name, "txn")).length(1);
    expect(await readText(persistence, "a")).equal("1");
  });

  it("is committed once when its connection is lost before it took effect", async () => {
    const name = newPondName();
    const persistence = await openPond({ name });
    const stop = onCommit((transaction) => transaction.abort());

    const result = await rootOf(persistence).writeFile("/a", "1").finally(stop);

    expect(result).include({ version: 1, txnSeq: 1 });
    expect(await rawKeys(name, "txn")).length(1);
    expect(await readText(persistence, "a")).equal("1");
  });

  it("says COMMIT_UNKNOWN where nobody can tell whether it took effect", async () => {
    const persistence = await openPond();
    const original = IDBObjectStore.prototype.getAll;
    const stop = onCommit((transaction, done) => {
      done();
      transaction.dispatchEvent(new Event("abort"));
      IDBObjectStore.prototype.getAll = () => {
        throw new DOMException("lost", "UnknownError");
      };
    });

    const failure = await failureOf(rootOf(persistence).writeFile("/a", "1")).finally(() => {
      stop();
      IDBObjectStore.prototype.getAll = original;
    });

    expect(failure).include({ code: "COMMIT_UNKNOWN" });
    expect(await seqsOf(persistence.commits())).deep.equal([1]);
  });

  it("does not overtake a write of this tab that came before it", async () => {
    const persistence = await openPond();
    const root = rootOf(persistence);
    await root.writeFile("/a", "1");
    const commits = persistence.commit.bind(persistence);
    let open = () => {};
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    const asked = new Promise<void>((resolve) => {
      persistence.commit = async (writeSet, options) => {
        resolve();
        await gate;
        return commits(writeSet, options);
      };
    });

    const first = root.setAttributes("/a", { first: true });
    await asked;
    const second = root.writeFile("/a", "2");
    for (let n = 0; n < 20; n += 1) await root.stat("/a"); // long enough for one that does not wait
    open();

    expect(await first).include({ version: 2 });
    expect(await second).include({ version: 3 });
  });
});
