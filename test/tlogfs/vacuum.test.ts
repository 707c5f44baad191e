import { expect } from "chai";
import { FS, WD } from "../../src/tinyfs/index.ts";
import type { OpLogPersistence } from "../../src/tlogfs/oplog-persistence.ts";
import { fakeParquet, toText } from "../tinyfs/contract/bytes.ts";
import { rejects } from "../tinyfs/contract/rejects.ts";
import { someBytes } from "../worker/storage-pond.ts";
import { cleanUp, newPondName, openPond, rawKeys, rawly, rawPacks } from "./pond-fixture.ts";
import { listLargeFiles } from "./pond-folder.ts";

const LATEST = { keepVersions: 1, keepFor: 0 };
const LARGE = 65_536;

async function openFS(): Promise<{
  name: string;
  persistence: OpLogPersistence;
  fs: FS;
  root: WD;
}> {
  const name = newPondName();
  const persistence = await openPond({ name });
  const fs = new FS({ persistence }, (context) => new WD(context));
  return { name, persistence, fs, root: fs.root };
}

describe("rows after vacuum()", () => {
  afterEach(cleanUp);

  it("are those of the present tree and one commit", async () => {
    const { name, fs, root } = await openFS();
    for (let n = 0; n < 5; n += 1) await root.writeFile("/a", `${n}`);

    const report = await fs.vacuum(LATEST);

    expect(report).include({ droppedVersions: 4, droppedCommits: 4, horizon: 5, freedBytes: 4 });
    expect(await rawKeys(name, "old")).deep.equal([]);
    expect(await rawKeys(name, "txn")).deep.equal([["txn", -5]]);
    expect(await rawKeys(name, "chg")).deep.equal([["chg", 5, 0]]);
    expect((await rawPacks(name)).size).equal(1);
    expect(toText(await root.readFile("/a"))).equal("4");
  });

  it("hold no more than the totals say", async () => {
    const { persistence, fs, root } = await openFS();
    await root.writeFile("/small", "12345");
    await root.writeFile("/large", someBytes(LARGE));
    await root.writeFile("/small", "1");
    await root.writeFile("/large", someBytes(LARGE, 2));

    const report = await fs.vacuum(LATEST);

    expect(report.freedBytes).equal(LARGE + 5);
    expect(await persistence.stats()).deep.include({
      files: 2,
      versions: 2,
      versionBytes: LARGE + 1,
      liveBytes: LARGE + 1,
      blobs: 1,
      blobBytes: LARGE,
      inlineBytes: 1,
    });
  });

  it("keep slot numbers when a pack shrinks, and lose the pack with its last slot", async () => {
    const { name, persistence, fs, root } = await openFS();
    await fs.transaction(async (tx) => {
      for (const file of ["a", "b", "c"]) await tx.root.writeFile(`/${file}`, file.repeat(100));
    });
    await root.writeFile("/b", "");
    await fs.vacuum(LATEST);

    const packs = [...(await rawPacks(name)).values()];
    expect(packs.map(({ counts, offsets }) => [counts, offsets])).deep.include([
      [1, 0, 1],
      [0, 100, 100, 200],
    ]);
    expect(toText(await root.readFile("/c"))).equal("c".repeat(100));

    await root.remove("/a");
    await root.remove("/c");
    await fs.vacuum(LATEST);
    expect((await persistence.stats()).inlineBytes).equal(0);
  });

  it("go below a removed directory, however deep, with links and series", async () => {
    const { name, persistence, fs, root } = await openFS();
    await root.createDir("/d/e/f", { recursive: true });
    await root.writeFile("/d/e/f/a", someBytes(LARGE));
    await root.writeFile("/d/e/f/a", "again");
    await root.writeFile("/d/s", fakeParquet("1"), { entryType: "FileSeries" });
    await root.writeFile("/d/s", fakeParquet("2"), { append: true });
    await root.createSymlink("/d/l", "/d/e");
    await root.remove("/d", { recursive: true });
    await root.writeFile("/x", "1");

    await fs.vacuum(LATEST);

    for (const family of ["old", "seg", "ref", "blob", "dead"]) {
      expect(await rawKeys(name, family), family).deep.equal([]);
    }
    expect(await rawKeys(name, "dir")).length(1);
    expect(await listLargeFiles(name)).deep.equal([]);
    expect(await persistence.stats()).include({ versions: 1, versionBytes: 1, inlineBytes: 1 });
  });

  it("keep what stands elsewhere when the directory it came from goes", async () => {
    const { fs, root } = await openFS();
    await root.createDir("/d");
    await root.writeFile("/d/f", "one");
    await root.writeFile("/d/f", "two");
    await root.writeFile("/d/s", fakeParquet("1"), { entryType: "FileSeries" });
    await root.rename("/d/f", "/f");
    await root.rename("/d/s", "/s");
    await root.remove("/d", { recursive: true });

    await fs.vacuum({ keepVersions: 2, keepFor: 0 });
    await fs.vacuum({ keepVersions: 2, keepFor: 0 });

    expect((await root.versions("/f")).map(({ version }) => version)).deep.equal([2, 1]);
    expect(toText(await root.readFile("/f", { version: 1 }))).equal("one");
    expect((await root.stat("/s")).version).equal(1);
    expect(await root.readFile("/s")).deep.equal(fakeParquet("1"));
  });

  it("tie what is kept on both sides of what went", async () => {
    const { fs, root } = await openFS();
    await root.writeFile("/a", "1");
    await fs.tag("first");
    for (const text of ["2", "3", "4"]) await root.writeFile("/a", text);

    await fs.vacuum({ keepVersions: 2, keepFor: 0 });

    expect((await root.versions("/a")).map(({ version }) => version)).deep.equal([4, 3, 1]);
    await rejects(root.readFile("/a", { version: 2 }), "VERSION_PRUNED");
    await rejects(root.restore("/a", 2), "VERSION_PRUNED");
    expect((await root.restore("/a", 1)).version).equal(5);
  });

  it("are left by a run that is interrupted so that the next one ends the work", async () => {
    const { name, persistence, fs, root } = await openFS();
    await fs.transaction(async (tx) => {
      for (let n = 0; n < 300; n += 1) await tx.root.writeFile(`/d-${n % 3}-${n}`, `${n}`);
    });
    await fs.transaction(async (tx) => {
      for (let n = 0; n < 300; n += 1) await tx.root.writeFile(`/d-${n % 3}-${n}`, "new");
    });
    const ending = new AbortController();

    const cut = fs.vacuum(LATEST, { signal: ending.signal, onProgress: () => ending.abort() });

    expect(await cut.catch((error: Error) => error.name)).equal("AbortError");
    const between = await persistence.stats();
    expect(between.versions).within(301, 599);
    expect(toText(await root.readFile("/d-0-0"))).equal("new");
    await fs.vacuum(LATEST);
    expect(await persistence.stats()).include({
      versions: 300,
      versionBytes: 900,
      inlineBytes: 900,
    });
    expect(await rawKeys(name, "old")).deep.equal([]);
    expect(await rawKeys(name, "txn")).length(1);
  });

  it("are the same before and after a dry run, which tells what the run then does", async () => {
    const { name, fs, root } = await openFS();
    await root.createDir("/d");
    await root.writeFile("/d/f", someBytes(LARGE));
    await root.writeFile("/a", "one");
    await root.writeFile("/a", "four");
    await root.remove("/d", { recursive: true });
    const before = await rawly(name, (oplog) => oplog.getAll());

    const told = await fs.vacuum(LATEST, { dryRun: true });

    expect(await rawly(name, (oplog) => oplog.getAll())).deep.equal(before);
    expect(told.dropped.map(({ path, version, size }) => [path, version, size])).deep.equal([
      ["/a", 1, 3],
      ["/d/f", 1, LARGE],
    ]);
    const { dropped: _, ...done } = await fs.vacuum(LATEST);
    const { dropped: __, ...expected } = told;
    expect(done).deep.equal(expected);
  });

  it("are not touched where `paths` do not reach", async () => {
    const { fs, root } = await openFS();
    for (const path of ["/a", "/b", "/a", "/b"]) await root.writeFile(path, path);

    const { droppedVersions } = await fs.vacuum(LATEST, { paths: ["/a*"] });

    expect(droppedVersions).equal(1);
    expect(await root.versions("/a")).length(1);
    expect(await root.versions("/b")).length(2);
  });
});
