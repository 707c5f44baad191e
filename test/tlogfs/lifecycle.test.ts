import { expect } from "chai";
import { isTinyFSError } from "../../src/tinyfs/index.ts";
import { sourceToBytes } from "../../src/tinyfs/streams.ts";
import { deletePondDatabase } from "../../src/tlogfs/ponds.ts";
import { StorageClient } from "../../src/worker/storage-client.ts";
import { failureOf, rejects } from "../tinyfs/contract/rejects.ts";
import { someBytes } from "../worker/storage-pond.ts";
import {
  begin,
  cleanUp,
  commit,
  folderOf,
  newPondName,
  openPond,
  put,
  seqsOf,
  upgradeDatabase,
} from "./pond-fixture.ts";
import { listTemporaries } from "./pond-folder.ts";
import { locksOf, openInPage, SleepingPage, until } from "./sleeping-page.ts";

const LARGE = 3 << 20;

describe("a page that is put to sleep", () => {
  afterEach(cleanUp);

  for (const sleep of ["hide", "freeze"] as const) {
    it(`ends its writers with SUSPENDED (${sleep})`, async () => {
      const { page, root } = await openInPage();
      await root.writeFile("/a", "old");
      const writer = (await root.asyncWriter("/a")).getWriter();
      await writer.write(someBytes(LARGE));

      page[sleep]();

      await rejects(writer.closed, "SUSPENDED");
      await rejects(writer.write(someBytes(10)), "SUSPENDED");
      page.show();
      expect(new TextDecoder().decode(await root.readFile("/a"))).equal("old");
    });
  }

  it("holds no lock and no place in a queue for one", async () => {
    const { name, page, root, fs } = await openInPage();
    await root.asyncWriter("/a");
    const waiting = failureOf(root.asyncWriter("/a", { wait: true }));
    const tx = await fs.begin();
    await tx.root.writeFile("/b", someBytes(LARGE));

    page.hide();

    await until(async () => (await locksOf(name)).length === 0);
    expect(await waiting).include({ code: "SUSPENDED" });
  });

  it("lets another tab write the file at once", async () => {
    const { name, page, root } = await openInPage();
    const other = await openInPage(name);
    await root.asyncWriter("/a");
    const waiting = other.root.asyncWriter("/a", { wait: true });

    page.freeze();

    await (await waiting).abort();
  });

  it("has its temporaries swept by others", async () => {
    const { name, page, root } = await openInPage();
    const writer = (await root.asyncWriter("/a")).getWriter();
    await writer.write(someBytes(LARGE));
    writer.closed.catch(() => {}); // what this test is not about
    expect(await listTemporaries(name)).length(1);

    page.hide();
    await until(async () => (await locksOf(name)).length === 0);
    const other = await openInPage(name);

    await until(async () => {
      await other.persistence.gc();
      return (await listTemporaries(name)).length === 0;
    });
  });

  it("does not keep others from upgrading or deleting the pond", async () => {
    const { name, page, root } = await openInPage();
    await root.writeFile("/a", "1");

    page.hide();

    await deletePondDatabase(name);
  });

  it("poisons open transactions", async () => {
    const { page, fs } = await openInPage();
    const tx = await fs.begin();
    await tx.root.writeFile("/a", "1");

    page.hide();
    page.show();

    const failures = await Promise.all([
      rejects(tx.root.writeFile("/b", "1"), "TRANSACTION_POISONED"),
      rejects(tx.root.readFile("/a"), "TRANSACTION_POISONED"),
      rejects(tx.commit(), "TRANSACTION_POISONED"),
    ]);
    for (const { cause, message } of failures) {
      expect(cause).include({ code: "SUSPENDED" });
      expect(message).include("the page was asleep");
    }
    await tx.rollback();
  });

  it("ends the streams that are read", async () => {
    const { page, root } = await openInPage();
    await root.writeFile("/a", someBytes(LARGE));
    const reader = (await root.asyncReader("/a")).getReader();
    await reader.read();

    page.hide();

    await rejects(reader.read(), "SUSPENDED");
  });

  it("finishes or fails each call that was under way, and no other way", async () => {
    const { name, page, root } = await openInPage();
    const writes = Array.from({ length: 30 }, (_, n) => {
      return root.writeFile(`/${n}`, n % 3 === 0 ? someBytes(100_000, n) : String(n));
    });
    await Promise.race(writes);

    page.hide();
    const outcomes = await Promise.allSettled(writes);

    const other = await openInPage(name);
    for (const [n, outcome] of outcomes.entries()) {
      if (outcome.status === "rejected") expect(outcome.reason).include({ code: "SUSPENDED" });
      else expect(await other.root.exists(`/${n}`), `/${n}`).equal(true);
    }
    const seqs = await seqsOf(other.fs.log());
    expect(seqs).deep.equal(seqs.map((_, index) => index + 1));
  });
});

describe("a page that wakes", () => {
  afterEach(cleanUp);

  for (const [sleep, wake] of [
    ["hide", "show"],
    ["freeze", "resume"],
  ] as const) {
    it(`reads and writes again (${wake})`, async () => {
      const { page, root } = await openInPage();
      await root.writeFile("/a", someBytes(LARGE));

      page[sleep]();
      page[wake]();
      await root.writeFile("/b", someBytes(LARGE, 2));

      expect(await root.readFile("/a")).deep.equal(someBytes(LARGE));
      expect(await root.readFile("/b")).deep.equal(someBytes(LARGE, 2));
    });
  }

  it("is another owner than before", async () => {
    const { name, page, root } = await openInPage();
    const before = await locksOf(name);

    page.hide();
    page.show();
    await root.writeFile("/a", "1");

    const after = await locksOf(name);
    expect(before).length(1);
    expect(after).length(1);
    expect(after).not.deep.equal(before);
  });

  it("works again without being told, when a call comes", async () => {
    const { page, root } = await openInPage();

    page.hide();
    await root.writeFile("/a", "1");

    expect((await root.stat("/a")).size).equal(1);
  });

  it("sees what others wrote meanwhile", async () => {
    const { name, page, root } = await openInPage();
    const other = await openInPage(name);
    await root.writeFile("/a", "old");

    page.hide();
    await other.root.writeFile("/a", "new");
    page.show();

    expect(new TextDecoder().decode(await root.readFile("/a"))).equal("new");
  });

  it("does not commit bytes that it had staged before", async () => {
    const { page, persistence } = await openInPage();
    const tree = await begin(persistence);
    await put(tree, "a", await persistence.stageBytes(someBytes(LARGE)));

    page.hide();
    page.show();

    expect(await failureOf(commit(persistence, tree))).include({ code: "SUSPENDED" });
    expect((await persistence.head()).seq).equal(0);
  });

  it("sleeps again in the middle of waking, as often as it likes", async () => {
    const { name, page, root } = await openInPage();
    await root.writeFile("/a", "1");

    for (let n = 0; n < 5; n += 1) {
      page.hide();
      page.freeze();
      page.show();
      const reading = failureOf(root.readFile("/a").then(() => "read"));
      if (n % 2 === 0) await new Promise((resolve) => setTimeout(resolve, n));
      page.hide();
      await reading.catch(() => {}); // read, or SUSPENDED: the next test tells
      page.resume();
    }

    expect(new TextDecoder().decode(await root.readFile("/a"))).equal("1");
    await until(async () => (await locksOf(name)).length === 1);
  });

  it("tells a call that a second sleep has ended", async () => {
    const { page, root } = await openInPage();
    await root.writeFile("/a", "1");
    page.hide();
    page.show();
    const reading = root.readFile("/a").then(
      () => "read",
      (error: unknown) => isTinyFSError(error, "SUSPENDED"),
    );
    page.hide();

    expect(await reading).oneOf(["read", true]);
  });

  it("is POND_MISSING when the pond was deleted, and when it was made anew", async () => {
    const { name, page, root } = await openInPage();
    await root.writeFile("/a", "1");

    page.hide();
    await deletePondDatabase(name);
    page.show();

    await rejects(root.readFile("/a"), "POND_MISSING");
    await openPond({ name });
    await rejects(root.readFile("/a"), "POND_MISSING");
  });

  it("is FORMAT_CHANGED when a newer version has upgraded the pond", async () => {
    const { name, page, root } = await openInPage();

    page.hide();
    await upgradeDatabase(name);
    page.show();

    await rejects(root.writeFile("/a", "1"), "FORMAT_CHANGED");
  });

  it("stays closed when it was closed in its sleep", async () => {
    const { name, page, persistence, root } = await openInPage();

    page.hide();
    await persistence.close();
    page.show();

    await rejects(root.readFile("/a"), "POND_CLOSED");
    expect(await locksOf(name)).deep.equal([]);
  });

  it("still keeps the commit of an open snapshot", async () => {
    const { name, page, fs, root } = await openInPage();
    await root.writeFile("/a", "old");
    const snapshot = await fs.snapshot();
    const held = await locksOf(name);

    page.hide();
    page.show();
    await root.writeFile("/a", "new");

    expect(new TextDecoder().decode(await snapshot.root.readFile("/a"))).equal("old");
    expect(await locksOf(name)).length(held.length);
    await snapshot.close();
    await until(async () => (await locksOf(name)).length === held.length - 1);
  });

  it("goes on watching, from where it was", async () => {
    const { name, page, fs, root } = await openInPage();
    const other = await openInPage(name);
    const watch = fs.watch("/*");
    await root.writeFile("/a", "1");
    const first = await watch.next();
    const second = watch.next();

    page.hide();
    for (const file of ["/b", "/c", "/d"]) await other.root.writeFile(file, "1");
    page.show();

    const steps = [first, await second, await watch.next(), await watch.next()];
    expect(steps.map(({ value }) => value?.seq)).deep.equal([1, 2, 3, 4]);
    await watch.return?.();
  });

  it("lists the changes of a commit that it knew before", async () => {
    const { page, fs, root } = await openInPage();
    await root.writeFile("/a", "1");
    const { value } = await fs.watch(undefined, { since: 0 }).next();

    page.hide();
    page.show();

    const paths: string[] = [];
    for await (const { path } of value?.changes() ?? []) paths.push(path);
    expect(paths).deep.equal(["/a"]);
  });
});

describe("opening a pond", () => {
  afterEach(cleanUp);

  it("is SUSPENDED when the page is put to sleep meanwhile, and leaves no lock", async () => {
    const name = newPondName();
    const page = new SleepingPage();
    const engine = () => {
      page.hide();
      return StorageClient.open({ directory: folderOf(name) });
    };

    await rejects(openPond({ name, page, engine }), "SUSPENDED");

    await until(async () => (await locksOf(name)).length === 0);
  });

  it("follows no page where there is none", async () => {
    const persistence = await openPond({ page: undefined });

    expect((await persistence.head()).seq).equal(0);
  });
});

describe("a newer version of the library that takes over", () => {
  afterEach(cleanUp);

  it("ends writers, transactions and watches with FORMAT_CHANGED", async () => {
    const { name, fs, root, persistence } = await openInPage();
    await root.writeFile("/a", "1");
    const writer = (await root.asyncWriter("/b")).getWriter();
    await writer.write(someBytes(LARGE));
    const tx = await fs.begin();
    await tx.root.writeFile("/c", someBytes(LARGE));
    const { content } = (await persistence.entryAt({ dirId: "root" as never, name: "a" }, 1)) ?? {};
    const watching = failureOf(fs.watch().next());

    await upgradeDatabase(name);

    expect(await failureOf(writer.closed)).include({ code: "FORMAT_CHANGED" });
    expect(await watching).include({ code: "FORMAT_CHANGED" });
    const failure = await rejects(tx.commit(), "TRANSACTION_POISONED");
    expect(failure.cause).include({ code: "FORMAT_CHANGED" });
    await rejects(root.writeFile("/d", "1"), "FORMAT_CHANGED");
    if (content) await rejects(persistence.open(content).then(sourceToBytes), "FORMAT_CHANGED");
  });

  it("finds no lock of the older one, which a page that wakes does not take again", async () => {
    const { name, page, root } = await openInPage();
    await root.asyncWriter("/a");

    await upgradeDatabase(name);
    page.hide();
    page.show();
    await rejects(root.readFile("/a"), "FORMAT_CHANGED");

    await until(async () => (await locksOf(name)).length === 0);
  });
});
