import { expect } from "chai";
import { FS, WD } from "../../src/tinyfs/index.ts";
import { newTransactionId } from "../../src/tinyfs/new-ids.ts";
import type { CommitOptions, Committed } from "../../src/tinyfs/persistence.ts";
import type { StagedTree } from "../../src/tinyfs/staged-tree.ts";
import type { OpLogPersistence } from "../../src/tlogfs/oplog-persistence.ts";
import { failureOf, someBytes } from "../worker/storage-pond.ts";
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
  rawPacks,
  readBytes,
  readText,
  seqsOf,
  writeFiles,
} from "./pond-fixture.ts";
import { onCommit, recordTransactions } from "./transaction-faults.ts";

const LARGE = 65_536;

type Stage = (tree: StagedTree) => Promise<void>;

/**
 * Commits all at once, on one base: the first goes alone, and the others share the transaction that
 * follows.
 */
async function commitTogether(
  persistence: OpLogPersistence,
  stages: readonly Stage[],
  options: readonly CommitOptions[] = [],
): Promise<PromiseSettledResult<Committed>[]> {
  const trees = await Promise.all(
    stages.map(async (stage) => {
      const tree = await begin(persistence);
      await stage(tree);
      return tree;
    }),
  );
  return Promise.allSettled(trees.map((tree, n) => commit(persistence, tree, options[n])));
}

function writes(persistence: OpLogPersistence, name: string, text: string): Stage {
  return async (tree) => put(tree, name, await stage(persistence, text));
}

function stage(persistence: OpLogPersistence, value: string | Uint8Array) {
  return persistence.stageBytes(
    typeof value === "string" ? new TextEncoder().encode(value) : new Uint8Array(value),
  );
}

function outcomes(results: readonly PromiseSettledResult<Committed>[]): unknown[] {
  return results.map((result) => {
    return result.status === "fulfilled" ? result.value.info.seq : result.reason.code;
  });
}

function rootOf(persistence: OpLogPersistence): WD {
  return new FS({ persistence }, (context) => new WD(context)).root;
}

function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}

describe("group commit", () => {
  afterEach(cleanUp);

  it("commits 1,000 parallel writes of different names in a few transactions", async function () {
    this.timeout(60_000);
    const persistence = await openPond();
    const root = rootOf(persistence);
    await root.writeFile("/first", "0");
    const recording = recordTransactions("readwrite");

    const results = await Promise.all(upTo(1000).map((n) => root.writeFile(`/${n}`, `text ${n}`)));

    expect(recording.stop().length).below(20);
    expect(results.map(({ txnSeq }) => txnSeq).sort((a, b) => a - b)).deep.equal(
      upTo(1000).map((n) => n + 1),
    );
    expect(await seqsOf(persistence.commits())).deep.equal(upTo(1001));
    expect((await persistence.head()).totals).include({ files: 1001, versions: 1001 });
    expect(await readText(persistence, "777")).equal("text 777");
  });

  it("goes at once where nothing else is being committed, and gathers what comes meanwhile", async () => {
    const persistence = await openPond();
    const recording = recordTransactions("readwrite");

    const results = await commitTogether(
      persistence,
      ["a", "b", "c", "d"].map((name) => writes(persistence, name, name)),
    );

    expect(outcomes(results)).deep.equal([1, 2, 3, 4]);
    expect(recording.stop()).length(2);
    expect(await readText(persistence, "d")).equal("d");
    const times = (await collect(persistence.commits())).map(({ time }) => time);
    expect(times).deep.equal([...new Set(times)].sort((a, b) => a - b));
  });

  it("refuses the one that conflicts with another of its group, and no other", async () => {
    const name = newPondName();
    const persistence = await openPond({ name });
    const recording = recordTransactions("readwrite");

    const results = await commitTogether(persistence, [
      writes(persistence, "first", "0"),
      writes(persistence, "a", "one"),
      writes(persistence, "b", "one"),
      writes(persistence, "a", "two"),
      writes(persistence, "b", "two"),
      writes(persistence, "c", "one"),
    ]);

    expect(recording.stop()).length(2);
    expect(outcomes(results)).deep.equal([1, 2, 3, "CONFLICT", "CONFLICT", 4]);
    expect(await readText(persistence, "a")).equal("one");
    expect(await readText(persistence, "b")).equal("one");
    expect((await persistence.head()).totals).include({ files: 4, versions: 4 });
    expect(await rawKeys(name, "txn")).length(4);
    expect(await rawPacks(name))
      .property("size")
      .equal(4);
  });

  it("holds the tree's rules within a group", async () => {
    const persistence = await openPond();
    const root = rootOf(persistence);
    const { nodeId } = await root.createDir("/d");
    const directory = await entryOf(persistence, "d");
    const below = { place: { dirId: nodeId, name: "new" }, path: "/d/new", entry: undefined };

    const results = await commitTogether(persistence, [
      writes(persistence, "first", "0"),
      (tree) => tree.remove({ place: place("d"), path: "/d", entry: directory }),
      async (tree) => {
        await tree.entry(place("d"));
        tree.create(below, { entryType: "FileData", content: await stage(persistence, "lost") });
      },
    ]);

    expect(outcomes(results)).deep.equal([2, 3, "CONFLICT"]);
  });

  it("goes on without one whose source has gone", async () => {
    const name = newPondName();
    const persistence = await openPond({ name });
    await writeFiles(persistence, { old: "1" });
    const old = await entryOf(persistence, "old");
    await writeFiles(persistence, { old: "2" });
    await rawly(name, (oplog) => oplog.delete(["old", old.dirId, "old", -1]));

    const results = await commitTogether(persistence, [
      writes(persistence, "first", "0"),
      writes(persistence, "a", "1"),
      async (tree) => {
        tree.use(old);
        await put(tree, "copy", old.content!);
      },
      writes(persistence, "b", "1"),
    ]);

    expect(outcomes(results)).deep.equal([3, 4, "VERSION_PRUNED", 5]);
    expect(await readText(persistence, "b")).equal("1");
  });

  it("goes on without one whose base is too old to be judged", async () => {
    const name = newPondName();
    const persistence = await openPond({ name });
    const late = await begin(persistence);
    await put(late, "late", await stage(persistence, "1"));
    await writeFiles(persistence, { a: "1" });
    await rawly(name, (oplog) => oplog.delete(["chg", 1, 0]));
    const trees = [await begin(persistence), late, await begin(persistence)];
    await put(trees[0]!, "first", await stage(persistence, "1"));
    await put(trees[2]!, "b", await stage(persistence, "1"));
    const first = await begin(persistence);
    await put(first, "zero", await stage(persistence, "1"));

    const results = await Promise.allSettled(
      [first, ...trees].map((one) => commit(persistence, one)),
    );

    expect(outcomes(results)).deep.equal([2, 3, "HISTORY_TRUNCATED", 4]);
  });

  it("gives appends of many calls consecutive ordinals and running totals", async function () {
    this.timeout(60_000);
    const persistence = await openPond();
    const root = rootOf(persistence);
    const segment = someBytes(12);
    segment.set(new TextEncoder().encode("PAR1"), 0);
    segment.set(new TextEncoder().encode("PAR1"), 8);
    const { nodeId } = await root.writeFile("/s", segment, { entryType: "FileSeries" });
    const recording = recordTransactions("readwrite");

    const results = await Promise.all(
      upTo(300).map(() => root.writeFile("/s", segment, { append: true })),
    );

    expect(recording.stop().length).below(10);
    expect(results.map(({ version }) => version).sort((a, b) => a - b)).deep.equal(
      upTo(300).map((n) => n + 1),
    );
    const rows = await persistence.segmentsAt(nodeId, 301);
    expect(rows.map(({ version }) => version)).deep.equal(upTo(301).reverse());
    expect(rows.map(({ totals }) => totals.bytes)).deep.equal(
      upTo(301)
        .reverse()
        .map((n) => n * 12),
    );
    expect((await persistence.head()).totals).include({ files: 1, versions: 301, liveBytes: 3612 });
  });

  it("counts a pack's and a blob's uses by several of one group", async () => {
    const name = newPondName();
    const persistence = await openPond({ name });
    await writeFiles(persistence, { small: "small" });
    const small = await entryOf(persistence, "small");
    const large = someBytes(LARGE);
    const copies = (to: string): Stage => {
      return async (tree) => {
        tree.use(small);
        await put(tree, to, small.content!);
      };
    };
    const writesLarge = (to: string): Stage => {
      return async (tree) => put(tree, to, await stage(persistence, large));
    };

    const results = await commitTogether(persistence, [
      writes(persistence, "first", "0"),
      copies("b"),
      copies("c"),
      writesLarge("x"),
      writesLarge("y"),
    ]);

    expect(outcomes(results).every((outcome) => typeof outcome === "number")).equal(true);
    const counts = [...(await rawPacks(name)).values()].map((pack) => pack.counts.join());
    expect(counts.sort()).deep.equal(["1", "3"]);
    expect(await persistence.stats()).include({ blobs: 1, blobBytes: LARGE, inlineBytes: 6 });
    expect(await rawKeys(name, "ref")).length(2);
    expect(await readBytes(persistence, "y")).deep.equal(large);
  });

  it("takes in transactions beside single writes", async () => {
    const persistence = await openPond();
    const fs = new FS({ persistence }, (context) => new WD(context));
    const transactions = await Promise.all(upTo(5).map(() => fs.begin()));
    for (const [n, tx] of transactions.entries()) {
      await tx.root.writeFile(`/tx${n}-a`, "a");
      await tx.root.writeFile(`/tx${n}-b`, "b");
    }
    const recording = recordTransactions("readwrite");

    const infos = await Promise.all(transactions.map((tx) => tx.commit()));

    expect(infos.map((info) => info?.seq)).deep.equal(upTo(5));
    expect(recording.stop()).length(2);
    expect((await persistence.head()).totals).include({ files: 10 });
  });

  it("is strict when one of a group asks for it, and relaxed when none does", async () => {
    const persistence = await openPond({ durability: "relaxed" });
    const stages = ["a", "b", "c"].map((name) => writes(persistence, name, name));
    const more = ["d", "e", "f"].map((name) => writes(persistence, name, name));
    const recording = recordTransactions("readwrite");

    await commitTogether(persistence, stages, [{}, {}, { durability: "strict" }]);
    await commitTogether(persistence, more);

    expect(recording.stop()).deep.equal(["relaxed", "strict", "relaxed", "relaxed"]);
  });

  it("does not let small commits wait for the bytes of a large one", async () => {
    const persistence = await openPond();
    const many = Object.fromEntries(upTo(200).map((n) => [`f${n}`, `text ${n}`]));
    const tree = await begin(persistence);
    for (const [name, text] of Object.entries(many)) {
      await put(tree, name, await stage(persistence, text));
    }
    const small = await begin(persistence);
    await put(small, "small", await stage(persistence, "1"));

    const [large, first] = await Promise.all([
      commit(persistence, tree),
      commit(persistence, small),
    ]);

    expect([first.info.seq, large.info.seq]).deep.equal([1, 2]);
    expect(await readText(persistence, "f200")).equal("text 200");
  });
});

describe("group commit when the connection is lost", () => {
  afterEach(cleanUp);

  it("finds out that the group took effect, and acknowledges each once", async () => {
    const name = newPondName();
    const persistence = await openPond({ name });
    const stop = failSecond((transaction, done) => {
      done();
      transaction.dispatchEvent(new Event("abort"));
    });

    const results = await commitTogether(persistence, [
      writes(persistence, "first", "0"),
      writes(persistence, "a", "one"),
      writes(persistence, "a", "two"),
      writes(persistence, "b", "one"),
    ]).finally(stop);

    expect(outcomes(results)).deep.equal([1, 2, "CONFLICT", 3]);
    expect(await rawKeys(name, "txn")).length(3);
    expect(await readText(persistence, "a")).equal("one");
  });

  it("tries the group again when it did not take effect", async () => {
    const name = newPondName();
    const persistence = await openPond({ name });
    const stop = failSecond((transaction) => transaction.abort());

    const results = await commitTogether(persistence, [
      writes(persistence, "first", "0"),
      writes(persistence, "a", "one"),
      writes(persistence, "a", "two"),
      async (tree) => put(tree, "large", await stage(persistence, someBytes(LARGE))),
    ]).finally(stop);

    expect(outcomes(results).filter((outcome) => outcome === "CONFLICT")).length(1);
    expect((await seqsOf(persistence.commits())).length).equal(3);
    expect(await rawKeys(name, "txn")).length(3);
    expect(await readBytes(persistence, "large")).deep.equal(someBytes(LARGE));
  });

  it("says COMMIT_UNKNOWN to each whose outcome nobody can read, with its own transaction", async () => {
    const persistence = await openPond();
    const original = IDBObjectStore.prototype.getAll;
    const stop = failSecond((transaction, done) => {
      done();
      transaction.dispatchEvent(new Event("abort"));
      IDBObjectStore.prototype.getAll = () => {
        throw new DOMException("lost", "UnknownError");
      };
    });
    const names = ["first", "a", "b", "a"];
    const trees = await Promise.all(
      names.map(async (name, n) => {
        const tree = await begin(persistence);
        await put(tree, name, await stage(persistence, `${n}`));
        return tree.writeSet(newTransactionId());
      }),
    );

    const results = await Promise.allSettled(trees.map((set) => persistence.commit(set))).finally(
      () => {
        stop();
        IDBObjectStore.prototype.getAll = original;
      },
    );

    expect(outcomes(results)).deep.equal([1, "COMMIT_UNKNOWN", "COMMIT_UNKNOWN", "CONFLICT"]);
    const told = results.slice(1, 3).map((result) => (result as PromiseRejectedResult).reason.txId);
    expect(told).deep.equal(trees.slice(1, 3).map(({ id }) => id));
  });
});

describe("group commit when the store is full", () => {
  afterEach(cleanUp);

  it("refuses only those that find no room", async () => {
    const persistence = await openPond();
    const original = IDBObjectStore.prototype.put;
    IDBObjectStore.prototype.put = function (value, key) {
      if (value.bytes?.byteLength > 1000) throw new DOMException("full", "QuotaExceededError");
      return original.call(this, value, key);
    };

    const results = await commitTogether(persistence, [
      writes(persistence, "first", "0"),
      writes(persistence, "a", "1"),
      async (tree) => put(tree, "big", await stage(persistence, someBytes(5000))),
      writes(persistence, "b", "1"),
    ]).finally(() => {
      IDBObjectStore.prototype.put = original;
    });

    expect(outcomes(results)).deep.equal([1, 2, "QUOTA", 3]);
    expect((results[2] as PromiseRejectedResult).reason).include({ needed: 5000 });
    expect(await readText(persistence, "b")).equal("1");
  });
});

describe("many writes of one name", () => {
  afterEach(cleanUp);

  it("all succeed, 1,000 at once: each makes a version", async function () {
    this.timeout(120_000);
    const persistence = await openPond({ durability: "relaxed" });
    const root = rootOf(persistence);
    const recording = recordTransactions("readwrite");

    const results = await Promise.all(upTo(1000).map((n) => root.writeFile("/a", `text ${n}`)));

    expect(recording.stop().length).equal(1000);
    expect(results.map(({ version }) => version).sort((a, b) => a - b)).deep.equal(upTo(1000));
    const last = results.findIndex(({ version }) => version === 1000);
    expect(await readText(persistence, "a")).equal(`text ${last + 1}`);
  });

  it("all succeed from two tabs at once", async function () {
    this.timeout(120_000);
    const name = newPondName();
    const tabs = [await openPond({ name }), await openPond({ name })];
    const roots = tabs.map(rootOf);

    const results = await Promise.all(
      upTo(200).map((n) => roots[n % 2]!.writeFile("/a", `text ${n}`)),
    );

    expect(results.map(({ version }) => version).sort((a, b) => a - b)).deep.equal(upTo(200));
    expect(await seqsOf(tabs[0]!.commits())).deep.equal(upTo(200));
  });

  it("are CONFLICT after a bounded number of lost races", async function () {
    this.timeout(60_000);
    const name = newPondName();
    const [here, there] = [await openPond({ name }), await openPond({ name })];
    here.commitAtOnce = async () => undefined; // as where others are being committed
    let races = 0;
    const commits = here.commit.bind(here);
    here.commit = async (writeSet, options) => {
      races += 1;
      await writeFiles(there, { a: `${races}` });
      return commits(writeSet, options);
    };

    const failure = await failureOf(rootOf(here).writeFile("/a", "mine"));

    expect(failure).include({ code: "CONFLICT" });
    expect(races).equal(31);
  });
});

/** Acts on the second transaction that is committed, which is that of the group. */
function failSecond(act: (transaction: IDBTransaction, done: () => void) => void): () => void {
  let stop = onCommit((_, done) => {
    done();
    stop = onCommit(act);
  });
  return () => stop();
}
