import { expect } from "chai";
import { FS, WD } from "../../src/tinyfs/index.ts";
import { liveSegments } from "../../src/tinyfs/series.ts";
import type { OpenOptions } from "../../src/tlogfs/open-pond.ts";
import type { OpLogPersistence } from "../../src/tlogfs/oplog-persistence.ts";
import { fakeParquet, toText } from "../tinyfs/contract/bytes.ts";
import { failureOf, rejects } from "../tinyfs/contract/rejects.ts";
import { someBytes } from "../worker/storage-pond.ts";
import {
  begin,
  cleanUp,
  commit,
  entryOf,
  newPondName,
  openPond,
  place,
  put,
  rawKeys,
  rawly,
  rawPacks,
  rawRow,
  readBytes,
  writeFiles,
} from "./pond-fixture.ts";
import { listLargeFiles } from "./pond-folder.ts";
import { until } from "./sleeping-page.ts";

const LATEST = { keepVersions: 1, keepFor: 0 };
const LARGE = 65_536;

async function openFS(options: Partial<OpenOptions> = {}) {
  const { name = newPondName() } = options;
  const persistence = await openPond({ ...options, name });
  const fs = new FS({ persistence }, (context) => new WD(context));
  return { name, persistence, fs, root: fs.root };
}

describe("the policy of a pond", () => {
  afterEach(cleanUp);

  it("is stored when it is given, and replaced by the next that is", async () => {
    const { name, persistence } = await openFS({ retention: { keepVersions: 3, keepFor: 0 } });
    await persistence.close();
    const reopened = await openFS({ name });
    for (let n = 0; n < 5; n += 1) await reopened.root.writeFile("/a", `${n}`);

    await reopened.fs.vacuum();
    expect(await reopened.root.versions("/a")).length(3);
    await reopened.persistence.close();

    const replaced = await openFS({ name, retention: LATEST });
    await replaced.fs.vacuum();
    expect(await replaced.root.versions("/a")).length(1);
    expect(await rawRow(name, ["meta"])).deep.include({ retention: LATEST });
  });

  it("limits the bytes of history after commits, also of versions below the horizon", async () => {
    const { name, persistence, fs, root } = await openFS();
    for (let n = 0; n < 20; n += 1) await root.writeFile("/a", `${n}`.padEnd(1000));
    await fs.vacuum({ keepVersions: 1000, keepFor: 0 });
    await persistence.close();
    const hour = 60 * 60 * 1000;
    const retention = { keepVersions: 1000, keepFor: hour, maxBytes: 5000 };
    const limited = await openFS({ name, retention, durability: "relaxed" });
    expect(await limited.root.versions("/a")).length(20);

    for (const text of ["1", ""]) {
      await limited.fs.transaction(async (tx) => {
        for (let n = 0; n < 300; n += 1) await tx.root.writeFile(`/${n}`, text);
      });
    }

    await until(async () => (await limited.root.versions("/a")).length <= 6);
    expect((await limited.root.versions("/a"))[0]).include({ version: 20 });
  });
});

describe("stats().reclaimable", () => {
  afterEach(cleanUp);

  it("tells of history that the policy lets go, and of none after vacuum() and gc()", async () => {
    const { persistence, fs, root } = await openFS({ retention: LATEST });
    await root.writeFile("/a", someBytes(LARGE));
    await root.writeFile("/b", "12345");
    expect((await persistence.stats()).reclaimable).equal(0);
    await root.writeFile("/a", someBytes(LARGE, 2));
    await root.writeFile("/b", "");
    const before = (await persistence.stats()).reclaimable;

    await fs.vacuum();
    await persistence.gc();

    expect(before).equal(LARGE + 5);
    expect((await persistence.stats()).reclaimable).equal(0);
  });
});

describe("purge()", () => {
  afterEach(cleanUp);

  it("leaves no row, slot or file of what it drops", async () => {
    const { name, persistence, fs, root } = await openFS();
    await fs.transaction(async (tx) => {
      await tx.root.writeFile("/beside", "beside it");
      await tx.root.writeFile("/a", "a secret");
    });
    await root.writeFile("/a", someBytes(LARGE));
    await root.rename("/a", "/b");
    await root.writeFile("/b", "another secret");
    const { nodeId } = await root.stat("/b");

    await root.purge("/b");

    for (const family of ["dir", "old", "seg", "dead"]) {
      const range = IDBKeyRange.bound([family], [family, []]);
      const rows = await rawly(name, (oplog) => oplog.getAll(range));
      expect(JSON.stringify(rows), family).not.include(nodeId);
    }
    expect(await rawKeys(name, "ref")).deep.equal([]);
    expect(await rawKeys(name, "blob")).deep.equal([]);
    expect(await listLargeFiles(name)).deep.equal([]);
    const texts = [...(await rawPacks(name)).values()].map(({ bytes }) => toText(bytes));
    expect(texts).deep.equal(["beside it"]);
    expect(toText(await root.readFile("/beside"))).equal("beside it");
    expect(await persistence.stats()).include({ versions: 1, versionBytes: 9, inlineBytes: 9 });
    expect((await persistence.check({ deep: true })).findings).deep.equal([]);
  });
});

describe("a commit that uses bytes again", () => {
  afterEach(cleanUp);

  for (const [what, bytes] of [
    ["a small file", someBytes(100)],
    ["a large file", someBytes(LARGE)],
  ] as const) {
    it(`is VERSION_PRUNED when they were dropped meanwhile: ${what}`, async () => {
      const { persistence, fs } = await openFS();
      await writeFiles(persistence, { a: bytes });
      const { content } = await entryOf(persistence, "a");
      await writeFiles(persistence, { a: "new" });
      const tree = await begin(persistence);
      if (content) await put(tree, "copy", content);
      await fs.vacuum(LATEST);

      await rejects(commit(persistence, tree), "VERSION_PRUNED");

      expect((await persistence.check({ deep: true })).findings).deep.equal([]);
      expect(await fs.root.exists("/copy")).equal(false);
    });

    it(`succeeds when another row keeps them: ${what}`, async () => {
      const { persistence, fs } = await openFS();
      await writeFiles(persistence, { a: bytes });
      await fs.root.copy("/a", "/b");
      const { content } = await entryOf(persistence, "a");
      await writeFiles(persistence, { a: "new" });
      const tree = await begin(persistence);
      if (content) await put(tree, "copy", content);
      await fs.vacuum(LATEST);

      await commit(persistence, tree);

      expect(await readBytes(persistence, "copy")).deep.equal(bytes);
      expect((await persistence.check({ deep: true })).findings).deep.equal([]);
    });
  }

  it("beside vacuum() either succeeds or says that they are gone", async () => {
    const { persistence, fs, root } = await openFS();
    const outcomes = new Set<unknown>();
    for (let round = 0; round < 20; round += 1) {
      const bytes = someBytes(round % 2 === 0 ? LARGE : 100, round);
      await root.writeFile("/a", bytes);
      const { version } = await root.writeFile("/a", "new");

      const restoring = root.restore("/a", version - 1).then(
        () => "restored",
        (error: unknown) => (error as { code: string }).code,
      );
      await fs.vacuum(LATEST);
      const outcome = await restoring;

      outcomes.add(outcome);
      if (outcome === "restored") expect(await root.readFile("/a")).deep.equal(bytes);
    }
    for (const outcome of outcomes) expect(["restored", "VERSION_PRUNED"]).include(outcome);
    expect((await persistence.check({ deep: true })).findings).deep.equal([]);
  });
});

describe("the versions of a file, read while vacuum() drops some", () => {
  afterEach(cleanUp);

  it("end with HISTORY_TRUNCATED where they cannot be followed, and never too early", async () => {
    const { fs, root } = await openFS();
    await root.writeFile("/a", "1");
    await fs.tag("first");
    for (const text of ["2", "3", "4", "5"]) await root.writeFile("/a", text);
    const versions = root.versions("/a")[Symbol.asyncIterator]();
    expect((await versions.next()).value).include({ version: 5 });
    expect((await versions.next()).value).include({ version: 4 });

    await fs.vacuum(LATEST);

    expect(await failureOf(versions.next())).include({ code: "HISTORY_TRUNCATED" });
    expect((await root.versions("/a")).map(({ version }) => version)).deep.equal([5, 1]);
  });

  it("follow what rows are tied to by then", async () => {
    const { fs, root } = await openFS();
    await root.writeFile("/a", "1");
    await fs.tag("first");
    for (const text of ["2", "3"]) await root.writeFile("/a", text);
    const versions = root.versions("/a")[Symbol.asyncIterator]();
    expect((await versions.next()).value).include({ version: 3 });

    await fs.vacuum(LATEST);

    expect((await versions.next()).value).include({ version: 1 });
    expect((await versions.next()).done).equal(true);
  });
});

describe("a series that was compacted", () => {
  afterEach(cleanUp);

  it("loses what the compaction stands for, and keeps its rows, versions and totals right", async () => {
    const { name, persistence, fs, root } = await openFS();
    await root.writeFile("/s", fakeParquet("1"), { entryType: "FileSeries" });
    await root.writeFile("/s", fakeParquet("2"), { append: true });
    await fs.tag("two");
    await root.writeFile("/s", fakeParquet("3"), { append: true });
    await compact(persistence, "s", fakeParquet("1 to 3"));
    await root.remove("/s");
    await root.restore("/s");
    await root.writeFile("/s", fakeParquet("4"), { append: true });
    await root.writeFile("/x", "1");
    const { nodeId } = await root.stat("/s");
    const sizes = async () => {
      const rows = await persistence.segmentsAt(nodeId, (await persistence.head()).seq);
      return liveSegments(rows).map(({ content }) => content.size);
    };

    await fs.vacuum(LATEST);
    expect(await rawKeys(name, "seg")).length(4); // the tagged commit reads two of them
    expect((await root.versions("/s")).map(({ version }) => version)).deep.equal([4, 2, 1]);
    await using two = await fs.snapshot({ tag: "two" });
    expect((await two.root.stat("/s")).version).equal(2);
    await two.close();
    await fs.untag("two");
    await fs.vacuum(LATEST);

    expect(await rawKeys(name, "seg")).length(2);
    expect(await sizes()).deep.equal([14, 12]);
    await rejects(root.readFile("/s", { version: 2 }), "VERSION_PRUNED");
    expect((await root.writeFile("/s", fakeParquet("5"), { append: true })).version).equal(5);
    expect(await sizes()).deep.equal([14, 12, 12]);
    expect((await persistence.check({ deep: true })).findings).deep.equal([]);
    await root.purge("/s");
    expect(await persistence.stats()).include({ versions: 1, versionBytes: 1 });
    expect((await persistence.check({ deep: true })).findings).deep.equal([]);
  });
});

/** As a compaction writes it: one segment that stands for all. */
async function compact(
  persistence: OpLogPersistence,
  name: string,
  bytes: Uint8Array,
): Promise<void> {
  const tree = await begin(persistence);
  const entry = await entryOf(persistence, name);
  const rows = await tree.segments(entry.nodeId);
  const [coversTo] = rows;
  if (!coversTo || liveSegments(rows).length < 2) throw new Error("There is nothing to compact");
  const content = await persistence.stageBytes(new Uint8Array(bytes));
  const spot = { place: place(name), path: `/${name}`, entry };
  tree.addSegments(spot, { kind: "compact", segments: [{ content }], coversTo });
  await commit(persistence, tree);
}
