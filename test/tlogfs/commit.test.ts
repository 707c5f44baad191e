import { expect } from "chai";
import { newTransactionId } from "../../src/tinyfs/new-ids.ts";
import { failureOf, someBytes } from "../worker/storage-pond.ts";
import { openOnOplog } from "./oplog-bed.ts";
import {
  begin,
  cleanUp,
  collect,
  commit,
  entryOf,
  newPondName,
  openPond,
  place,
  put,
  rawKeys,
  rawly,
  rawRow,
  readBytes,
  readText,
  remove,
  seqsOf,
  tamper,
  writeFiles,
} from "./pond-fixture.ts";
import { listLargeFiles } from "./pond-folder.ts";
import { onCommit, recordTransactions } from "./transaction-faults.ts";

const LARGE = 65_536;

describe("commit()", () => {
  afterEach(cleanUp);

  it("asks IndexedDB for strict durability, or for what the pond or the commit says", async () => {
    const persistence = await openPond();
    const relaxed = await openPond({ durability: "relaxed" });
    const recording = recordTransactions("readwrite");

    await writeFiles(persistence, { a: "1" });
    await writeFiles(persistence, { a: "1" }, { durability: "relaxed" });
    await writeFiles(relaxed, { a: "1" });
    await writeFiles(relaxed, { a: "1" }, { durability: "strict" });

    expect(recording.stop()).deep.equal(["strict", "relaxed", "relaxed", "strict"]);
  });

  it("asks for the durability that a single write says", async () => {
    const { fs, close } = await openOnOplog();
    const recording = recordTransactions("readwrite");

    await fs.root.writeFile("/a", "1");
    await fs.root.writeFile("/a", "2", { durability: "relaxed" });

    expect(recording.stop()).deep.equal(["strict", "relaxed"]);
    await close();
  });

  it("writes a commit of one pack in one transaction", async () => {
    const persistence = await openPond();
    const recording = recordTransactions("readwrite");

    await writeFiles(persistence, { a: "1", b: "2" });

    expect(recording.stop()).length(1);
  });

  it("leaves every row as it was on a conflict", async () => {
    const name = newPondName();
    const persistence = await openPond({ name });
    await writeFiles(persistence, { a: "1", b: "1" });
    const tree = await begin(persistence);
    await put(tree, "a", await persistence.stageBytes(someBytes(5)));
    await remove(tree, "b");
    await writeFiles(persistence, { a: "other" });
    const before = await dump(name);

    const failure = await failureOf(commit(persistence, tree));

    expect(failure).include({ code: "CONFLICT" });
    expect(await dump(name)).deep.equal(before);
  });

  it("goes on top of commits that have nothing to do with it", async () => {
    const persistence = await openPond();
    await writeFiles(persistence, { a: "1" });
    const tree = await begin(persistence);
    await put(tree, "b", await persistence.stageBytes(someBytes(5)));
    await writeFiles(persistence, { c: "1" });

    const { info } = await commit(persistence, tree);

    expect(info.seq).equal(3);
    expect(await collect(persistence.commits())).length(3);
  });

  it("numbers the commits of two connections one after the other", async function () {
    this.timeout(60_000);
    const name = newPondName();
    const tabs = [await openPond({ name }), await openPond({ name })];

    const seqs = await Promise.all(
      Array.from({ length: 40 }, async (_, n) => {
        const tab = tabs[n % 2]!;
        const tree = await begin(tab, 0);
        await put(tree, `f${n}`, await tab.stageBytes(someBytes(20, n + 1)));
        return (await commit(tab, tree)).info.seq;
      }),
    );

    const all = Array.from({ length: 40 }, (_, index) => index + 1);
    expect(seqs.sort((a, b) => a - b)).deep.equal(all);
    expect(await seqsOf(tabs[0]!.commits())).deep.equal(all);
    const times = (await collect(tabs[1]!.commits())).map(({ time }) => time);
    expect(times).deep.equal([...new Set(times)].sort((a, b) => a - b));
    expect((await tabs[0]!.head()).totals).include({ files: 40, liveBytes: 800 });
  });

  it("lets one of two win that write the same name", async () => {
    const name = newPondName();
    const tabs = [await openPond({ name }), await openPond({ name })];
    const trees = await Promise.all(
      tabs.map(async (tab, n) => {
        const tree = await begin(tab);
        await put(tree, "a", await tab.stageBytes(someBytes(10, n + 1)));
        return tree;
      }),
    );

    const results = await Promise.allSettled(tabs.map((tab, n) => commit(tab, trees[n]!)));

    expect(results.map(({ status }) => status).sort()).deep.equal(["fulfilled", "rejected"]);
    expect(await tabs[0]!.head()).include({ seq: 1 });
  });

  it("is VERSION_PRUNED when a row it uses again has gone", async () => {
    const name = newPondName();
    const persistence = await openPond({ name });
    await writeFiles(persistence, { a: "1" });
    await writeFiles(persistence, { a: "2" });
    const old = await persistence.entryAt(place("a"), 1);
    const tree = await begin(persistence);
    tree.use(old!);
    await put(tree, "b", old!.content!);
    await rawly(name, (oplog) => oplog.delete(["old", old!.dirId, "a", -1]));

    const failure = await failureOf(commit(persistence, tree));

    expect(failure).include({ code: "VERSION_PRUNED", path: "a" });
    expect(await persistence.head()).include({ seq: 2 });
  });

  it("uses rows again that are current or have ended", async () => {
    const persistence = await openPond();
    await writeFiles(persistence, { a: "1" });
    await writeFiles(persistence, { a: "2" });
    const [old, current] = [
      await persistence.entryAt(place("a"), 1),
      await entryOf(persistence, "a"),
    ];
    const tree = await begin(persistence);
    for (const [name, row] of [
      ["x", old!],
      ["y", current],
    ] as const) {
      tree.use(row);
      await put(tree, name, row.content!);
    }

    await commit(persistence, tree);

    expect(await readText(persistence, "x")).equal("1");
    expect(await readText(persistence, "y")).equal("2");
  });

  it("is HISTORY_TRUNCATED when the changes since its base have gone", async () => {
    const name = newPondName();
    const persistence = await openPond({ name });
    const tree = await begin(persistence);
    await put(tree, "b", await persistence.stageBytes(someBytes(5)));
    await writeFiles(persistence, { a: "1" });
    await rawly(name, (oplog) => oplog.delete(["chg", 1, 0]));

    expect(await failureOf(commit(persistence, tree))).include({ code: "HISTORY_TRUNCATED" });
  });

  it("is FORMAT_TOO_NEW when the pond asks for a newer writer meanwhile", async () => {
    const name = newPondName();
    const persistence = await openPond({ name });
    await writeFiles(persistence, { a: "1" });
    await resealMeta(name, { minWriter: 3 });

    const failure = await failureOf(writeFiles(persistence, { a: "2" }));

    expect(failure).include({ code: "FORMAT_TOO_NEW" });
    expect(await readText(persistence, "a")).equal("1");
  });

  it("is POND_MISSING when another pond has taken its name", async () => {
    const name = newPondName();
    const persistence = await openPond({ name });
    await resealMeta(name, { id: "another" });

    expect(await failureOf(writeFiles(persistence, { a: "2" }))).include({ code: "POND_MISSING" });
  });

  it("gives appends their ordinals in the commit", async () => {
    const name = newPondName();
    const persistence = await openPond({ name });
    const spot = { place: place("s"), path: "/s", entry: undefined };
    const first = await begin(persistence);
    const { nodeId } = first.create(spot, { entryType: "FileSeries" });
    await commit(persistence, first);
    const entry = await entryOf(persistence, "s");
    const trees = await Promise.all(
      [1, 2].map(async (rowCount) => {
        const tree = await begin(persistence);
        const content = await persistence.stageBytes(someBytes(10, rowCount));
        tree.addSegments({ ...spot, entry }, { kind: "append", segments: [{ content, rowCount }] });
        return tree;
      }),
    );

    await Promise.all(trees.map((tree) => commit(persistence, tree)));

    const rows = await persistence.segmentsAt(nodeId, 3);
    expect(rows.map(({ version, txnSeq }) => [version, txnSeq])).deep.equal([
      [2, 3],
      [1, 2],
    ]);
    expect(rows[0]?.totals).deep.equal({ segments: 2, rows: 3, bytes: 20 });
  });

  it("keeps the label, and lists every change", async () => {
    const persistence = await openPond();
    const tree = await begin(persistence);
    await put(tree, "a", await persistence.stageBytes(someBytes(5)));

    await persistence.commit(tree.writeSet(newTransactionId(), "import"));

    const [info] = await collect(persistence.commits());
    expect(info).include({ seq: 1, label: "import", kind: "user", changeCount: 1 });
    expect((await collect(info!.changes()))[0]).include({ path: "/a", kind: "put", size: 5 });
  });
});

describe("commit() when the connection is lost", () => {
  afterEach(cleanUp);

  it("finds out that the commit took effect, and does not repeat it", async () => {
    const name = newPondName();
    const persistence = await openPond({ name });
    await writeFiles(persistence, { z: "0" });
    const stop = onCommit((transaction, done) => {
      done();
      transaction.dispatchEvent(new Event("abort"));
    });

    const { info } = await writeFiles(persistence, { a: "1", b: someBytes(LARGE) }).finally(stop);

    expect(info.seq).equal(2);
    expect(await persistence.head()).include({ seq: 2 });
    expect(await readText(persistence, "a")).equal("1");
    expect(await readBytes(persistence, "b")).length(LARGE);
  });

  it("tries again when the commit did not take effect", async () => {
    const name = newPondName();
    const persistence = await openPond({ name });
    await writeFiles(persistence, { z: "0" });
    const stop = onCommit((transaction) => transaction.abort());

    const { info } = await writeFiles(persistence, { a: "1", b: someBytes(LARGE) }).finally(stop);

    expect(info.seq).equal(2);
    expect(await rawKeys(name, "txn")).length(2);
    expect(await readText(persistence, "a")).equal("1");
    expect(await readBytes(persistence, "b")).deep.equal(someBytes(LARGE));
  });

  it("says COMMIT_UNKNOWN with the transaction when nothing can be read", async () => {
    const name = newPondName();
    const persistence = await openPond({ name });
    const stop = onCommit((transaction, done) => {
      done();
      transaction.dispatchEvent(new Event("abort"));
      stopReading = failReads();
    });
    let stopReading = () => {};
    const tree = await begin(persistence);
    await put(tree, "a", await persistence.stageBytes(someBytes(4)));
    const writeSet = tree.writeSet(newTransactionId());

    const failure = await failureOf(persistence.commit(writeSet));
    stop();
    stopReading();

    expect(failure).include({ code: "COMMIT_UNKNOWN", txId: writeSet.id });
    expect(await persistence.head()).include({ seq: 1 });
  });

  it("collects orphans and tries once more when the store is full, then says QUOTA", async () => {
    const name = newPondName();
    const persistence = await openPond({ name });
    await persistence.stageBytes(someBytes(LARGE));
    let attempts = 0;
    const original = IDBObjectStore.prototype.put;
    IDBObjectStore.prototype.put = () => {
      attempts += 1;
      throw new DOMException("full", "QuotaExceededError");
    };

    const failure = await failureOf(writeFiles(persistence, { a: someBytes(100) })).finally(() => {
      IDBObjectStore.prototype.put = original;
    });

    expect(failure).include({ code: "QUOTA", needed: 100, reclaimable: 0 });
    expect(failure).property("free").a("number");
    expect(attempts).equal(2);
    await writeFiles(persistence, { a: "1" });
    expect(await readText(persistence, "a")).equal("1");
  });
});

describe("staged content of a commit that failed", () => {
  afterEach(cleanUp);

  it("can be committed again, and is kept from gc until then", async () => {
    const name = newPondName();
    const [here, there] = [await openPond({ name }), await openPond({ name })];
    const [large, small] = [
      await here.stageBytes(someBytes(LARGE)),
      await here.stageBytes(someBytes(10)),
    ];
    const tree = await begin(here);
    await put(tree, "large", large);
    await put(tree, "small", small);
    await writeFiles(there, { small: "first" });

    const failure = await failureOf(commit(here, tree));
    const stats = await there.gc();
    const again = await begin(here);
    await put(again, "large", large);
    await put(again, "small", small);
    await commit(here, again);

    expect(failure).include({ code: "CONFLICT" });
    expect(stats).include({ deletedCount: 0, skippedInUse: 1 });
    expect(await readBytes(here, "large")).deep.equal(someBytes(LARGE));
    expect(await readBytes(here, "small")).deep.equal(someBytes(10));
  });

  it("goes with its file when it is discarded", async () => {
    const name = newPondName();
    const persistence = await openPond({ name });
    const content = await persistence.stageBytes(someBytes(LARGE));
    const tree = await begin(persistence);
    await put(tree, "a", content);
    await writeFiles(persistence, { a: "first" });
    await failureOf(commit(persistence, tree));
    const published = await listLargeFiles(name);

    await persistence.discard(content);

    expect(published).length(1);
    expect(await listLargeFiles(name)).deep.equal([]);
    expect(await failureOf(persistence.open(content))).include({ code: "NOT_FOUND" });
  });
});

/** All rows of the log. */
async function dump(name: string): Promise<unknown> {
  return [
    await rawly(name, (oplog) => oplog.getAllKeys()),
    await rawly(name, (oplog) => oplog.getAll()),
    await rawly(name, (_, packs) => packs.getAllKeys()),
  ];
}

async function resealMeta(name: string, fields: Record<string, unknown>): Promise<void> {
  const { rowSum } = await import("../../src/tlogfs/row-sum.ts");
  const row = { ...(await rawRow(name, ["meta"])), ...fields };
  await tamper(name, ["meta"], { ...fields, sum: rowSum(["meta"], row) });
}

/** Makes every reading transaction fail. */
function failReads(): () => void {
  const original = IDBObjectStore.prototype.getAll;
  IDBObjectStore.prototype.getAll = () => {
    throw new DOMException("lost", "UnknownError");
  };
  return () => {
    IDBObjectStore.prototype.getAll = original;
  };
}
