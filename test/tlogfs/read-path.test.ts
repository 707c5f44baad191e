import { expect } from "chai";
import { FS, WD } from "../../src/tinyfs/index.ts";
import { sourceToBytes } from "../../src/tinyfs/streams.ts";
import type { OpLogPersistence } from "../../src/tlogfs/oplog-persistence.ts";
import {
  cleanUp,
  entryOf,
  newPondName,
  openPond,
  place,
  rawly,
  writeFiles,
} from "./pond-fixture.ts";
import { catchConnections, recordTransactions } from "./transaction-faults.ts";

function rootOf(persistence: OpLogPersistence): WD {
  return new FS({ persistence }, (context) => new WD(context)).root;
}

async function readText(root: WD, path: string): Promise<string> {
  return new TextDecoder().decode(await root.readFile(path));
}

/** A pond with a file three directories deep, and a link to it. */
async function openDeep(): Promise<{ name: string; persistence: OpLogPersistence; root: WD }> {
  const name = newPondName();
  const persistence = await openPond({ name });
  const root = rootOf(persistence);
  await root.createDir("/a/b/c", { recursive: true });
  await root.writeFile("/a/b/c/file", "text");
  await root.createSymlink("/link", "/a/b/c/file");
  return { name, persistence, root };
}

describe("a call that reads the newest commit", () => {
  afterEach(cleanUp);

  it("finds its way and its bytes in one transaction", async () => {
    const { root } = await openDeep();
    const count = async (read: () => Promise<unknown>) => {
      const recording = recordTransactions("readonly");
      await read();
      return recording.stop().length;
    };

    expect(await count(() => root.readFile("/a/b/c/file"))).equal(1);
    expect(await count(() => root.readFile("/link"))).equal(1);
    expect(await count(() => root.stat("/link"))).equal(1);
    expect(await count(() => root.exists("/a/b/no"))).equal(1);
    expect(await count(() => root.readLink("/link"))).equal(1);
    expect(await count(() => root.getEntryType("/a/b"))).equal(1);
  });

  it("looks up what it changes in one transaction", async () => {
    const { root } = await openDeep();
    const recording = recordTransactions("readonly");

    await root.createDir("/a/b/c/directory");
    await root.rename("/a/b/c/directory", "/a/b/c/other");

    expect(recording.stop()).length(2);
  });

  it("shares its transaction with the calls of the same turn, and with no later ones", async () => {
    const { root } = await openDeep();
    const recording = recordTransactions("readonly");

    await Promise.all([root.stat("/a"), root.stat("/link"), root.exists("/a/b/c")]);
    const together = recording.stop().length;
    const again = recordTransactions("readonly");
    await root.stat("/a");
    await root.stat("/a");

    expect(together).equal(1);
    expect(again.stop()).length(2);
  });

  it("asks for a directory on the way of many once", async () => {
    const { root } = await openDeep();
    const count = async (names: readonly string[]) => {
      const gets = countGets();
      await Promise.all(names.map((name) => root.stat(`/a/b/c/${name}`)));
      return gets.stop();
    };

    const one = await count(["file"]);
    const many = await count(["file", "file", ".", "../c/file"]);

    expect(many).equal(one);
  });

  it("of a snapshot is spared where it has seen the names of a directory", async () => {
    const { persistence } = await openDeep();
    const fs = new FS({ persistence }, (context) => new WD(context));
    const snapshot = await fs.snapshot();
    for (let n = 0; n < 6; n += 1) await snapshot.root.stat("/a/b/c/file");
    const recording = recordTransactions("readonly");

    expect(await snapshot.root.stat("/a/b/c/file")).property("size", 4);
    expect(await snapshot.root.exists("/a/b/c/none")).equal(false);

    expect(recording.stop()).length(0);
    await snapshot.close();
  });

  it("of a snapshot lets other work go on, however many follow one another", async () => {
    const { persistence } = await openDeep();
    const fs = new FS({ persistence }, (context) => new WD(context));
    const snapshot = await fs.snapshot();
    for (let n = 0; n < 6; n += 1) await snapshot.root.stat("/a");
    let isOver = false;
    setTimeout(() => {
      isOver = true;
    });

    const start = performance.now();
    while (!isOver && performance.now() - start < 5000) await snapshot.root.stat("/a");

    expect(isOver).equal(true);
    await snapshot.close();
  });

  it("of a snapshot is made again where the names of a directory could not be read", async () => {
    const { persistence } = await openDeep();
    const fs = new FS({ persistence }, (context) => new WD(context));
    const snapshot = await fs.snapshot();
    const { entriesAt } = persistence;
    persistence.entriesAt = () => Promise.reject(new Error("not now"));
    const failures = new Set<unknown>();
    for (let n = 0; n < 6; n += 1) {
      await snapshot.root.stat("/a").catch((error: unknown) => failures.add(String(error)));
    }
    persistence.entriesAt = entriesAt;

    expect([...failures]).deep.equal(["Error: not now"]);
    expect(await snapshot.root.stat("/a")).property("entryType", "Directory");
    await snapshot.close();
  });

  it("sees every commit that was acknowledged before it", async () => {
    const { persistence, root } = await openDeep();
    const seen: string[] = [];
    const wrong: string[] = [];
    const write = async (n: number) => {
      const { txnSeq } = await root.writeFile("/n", `${n}`);
      const { seq } = await persistence.head();
      if (seq < txnSeq) wrong.push(`head ${seq} after ${txnSeq}`);
      const text = await readText(root, "/n");
      if (Number(text) < n) wrong.push(`${text} after ${n}`);
      seen.push(text);
    };

    const others = Promise.all(Array.from({ length: 50 }, () => root.stat("/a/b/c")));
    for (let n = 0; n < 20; n += 1)
      await Promise.all([write(n), root.stat("/a"), root.exists("/n")]);
    await others;

    expect(wrong).deep.equal([]);
    expect(seen).deep.equal(Array.from({ length: 20 }, (_, n) => `${n}`));
  });

  it("sees the commits of another tab that were acknowledged before it", async () => {
    const { name, root } = await openDeep();
    const there = rootOf(await openPond({ name }));

    for (let n = 0; n < 20; n += 1) {
      await Promise.all([there.writeFile("/n", `${n}`), root.stat("/a")]);
      expect(await readText(root, "/n")).equal(`${n}`);
    }
  });

  it("goes on as of the same commit when it has waited for something else", async () => {
    const { persistence, root } = await openDeep();
    const tree = await persistence.newestTree();
    const before = await tree.entry(place("link"));
    await root.remove("/link");
    await root.writeFile("/new", "new");

    expect(before).property("name", "link");
    expect(await tree.entry(place("link"))).property("nodeId", before?.nodeId);
    expect(await tree.entry(place("new"))).equal(undefined);
    expect((await tree.entries(before!.dirId, { limit: 10 })).map(({ name }) => name)).deep.equal([
      "a",
      "link",
    ]);
    expect(tree.seq).equal(3);
  });

  it("opens bytes also when its transaction has ended", async () => {
    const { persistence } = await openDeep();
    await writeFiles(persistence, { small: "small" });
    const tree = await persistence.newestTree({ withBytes: true });
    const entry = await tree.entry(place("small"));
    await persistence.head();

    const source = await tree.open(entry!.content!);

    expect(new TextDecoder().decode(await sourceToBytes(source))).equal("small");
  });

  it("is repeated when the connection is lost", async () => {
    const name = newPondName();
    const connections = catchConnections();
    const persistence = await openPond({ name });
    connections.stop();
    const root = rootOf(persistence);
    await root.writeFile("/a", "text");
    const stop = abortNext();

    const text = await readText(root, "/a").finally(stop);

    expect(text).equal("text");
    expect(connections.caught.length).above(0);
  });

  it("tells a damaged row, and does not look for it elsewhere", async () => {
    const { name, persistence, root } = await openDeep();
    await writeFiles(persistence, { a1: "1" });
    const { dirId } = await entryOf(persistence, "a1");
    const key = ["dir", dirId, "a1"];
    await rawly(name, (oplog) => oplog.put({ name: "a1" }, key));

    const failure = await root.readFile("/a1").catch((error: unknown) => error);

    expect(failure).include({ code: "CORRUPT_ROW", path: "/a1" });
  });
});

/** Aborts the next reading transaction once its first request has been made. */
function abortNext(): () => void {
  const original = IDBObjectStore.prototype.get;
  const stop = () => {
    IDBObjectStore.prototype.get = original;
  };
  IDBObjectStore.prototype.get = function (query) {
    const request = original.call(this, query);
    stop();
    this.transaction.abort();
    return request;
  };
  return stop;
}

/** Counts the single rows that are asked for, of which a number is no key. */
function countGets(): { stop(): number } {
  const { get } = IDBObjectStore.prototype;
  let count = 0;
  IDBObjectStore.prototype.get = function (query) {
    if (typeof query !== "number") count += 1;
    return get.call(this, query);
  };
  return {
    stop() {
      IDBObjectStore.prototype.get = get;
      return count;
    },
  };
}
