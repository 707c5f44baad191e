import { expect } from "chai";
import { type FS, isTinyFSError } from "../../src/tinyfs/index.ts";
import { liveSegments } from "../../src/tinyfs/series.ts";
import type { OpLogPersistence } from "../../src/tlogfs/oplog-persistence.ts";
import { fakeParquet, toText } from "../tinyfs/contract/bytes.ts";
import { someBytes } from "../worker/storage-pond.ts";
import { MortalTab } from "./mortal-tab.ts";
import { begin, cleanUp, commit, newPondName, place, rawKeys, rawPacks } from "./pond-fixture.ts";
import { listLargeFiles } from "./pond-folder.ts";

const POLICY = { keepVersions: 2, keepFor: 0 };
const FAMILIES = ["dir", "old", "seg", "txn", "chg", "ref", "blob", "dead"];
const LARGE = 65_536;
/** More than one transaction looks at. */
const MANY = 250;
const TABS: MortalTab[] = [];

async function openTab(name: string): Promise<MortalTab> {
  const tab = await MortalTab.open(name);
  TABS.push(tab);
  return tab;
}

async function closeTabs(): Promise<void> {
  await Promise.all(TABS.splice(0).map(({ persistence }) => persistence.close()));
  await cleanUp();
}

describe("a tab that dies while it drops old versions", () => {
  afterEach(closeTabs);

  for (const [what, act] of [
    ["vacuum()", (fs: FS) => fs.vacuum(POLICY)],
    ["purge()", (fs: FS) => fs.root.purge("/d")],
  ] as const) {
    it(`leaves a sound pond before every transaction of ${what}, and the next run ends its work`, async function () {
      this.timeout(120_000);
      const whole = await stateAfter(act, 0);
      let deaths = 0;
      for (let at = 1; ; at += 1) {
        const state = await stateAfter(act, at);
        if (!state) break;
        expect(state, `killed before transaction ${at}`).deep.equal(whole);
        deaths += 1;
      }
      expect(deaths).above(5);
    });
  }
});

describe("two tabs", () => {
  afterEach(closeTabs);

  it("that drop old versions at once come to the same, and to no more", async () => {
    const name = newPondName();
    const [one, other] = [await openTab(name), await openTab(name)];
    await fill(one.fs, one.persistence);

    const reports = await Promise.all([one.fs.vacuum(POLICY), other.fs.vacuum(POLICY)]);

    const dropped = reports.map(({ droppedVersions }) => droppedVersions).sort((a, b) => a - b);
    expect(dropped[0]).equal(0);
    expect(dropped[1]).above(MANY);
    const state = await stateOf(name, other);
    expect(state).deep.equal(await stateAfter((fs) => fs.vacuum(POLICY), 0));
  });
});

/**
 * What is left after a run that was killed before its nth transaction, and a whole one by another tab;
 * `undefined` where it has fewer. With 0 nobody dies.
 */
async function stateAfter(act: (fs: FS) => Promise<unknown>, at: number) {
  const name = newPondName();
  const first = await openTab(name);
  await fill(first.fs, first.persistence);
  if (at > 0 && !(await dieBefore(at, first, () => act(first.fs)))) return undefined;
  const next = at === 0 ? first : await openTab(name);
  await isSound(next);
  await reads(next.fs);
  await act(next.fs).catch((error: unknown) => {
    // No row of it was left, and what was below it waits for the next run.
    if (!isTinyFSError(error, "NOT_FOUND")) throw error;
  });
  await next.fs.vacuum(POLICY);
  const state = await stateOf(name, next);
  await Promise.all(TABS.splice(0).map(({ persistence }) => persistence.close()));
  return state;
}

/** Kills a tab when it begins its nth writing transaction. Returns whether it had so many. */
async function dieBefore(
  at: number,
  tab: MortalTab,
  work: () => Promise<unknown>,
): Promise<boolean> {
  const { prototype } = IDBDatabase;
  const original = prototype.transaction;
  let count = 0;
  prototype.transaction = function (...args) {
    if (args[1] === "readwrite") count += 1;
    if (count < at) return original.apply(this, args);
    prototype.transaction = original;
    tab.die();
    throw new DOMException("The tab is dead", "InvalidStateError");
  };
  try {
    await work().catch(() => {}); // nobody is left to hear of it
  } finally {
    prototype.transaction = original;
  }
  return count >= at;
}

async function fill(fs: FS, persistence: OpLogPersistence): Promise<void> {
  const { root } = fs;
  await fs.transaction(async (tx) => {
    for (let n = 0; n < MANY; n += 1) await tx.root.writeFile(`/${n}`, `${n}`);
  });
  await fs.transaction(async (tx) => {
    await tx.root.writeFile("/a", "first");
    await tx.root.writeFile("/s", fakeParquet("1"), { entryType: "FileSeries" });
  });
  await fs.transaction(async (tx) => {
    for (let n = 0; n < MANY; n += 1) await tx.root.remove(`/${n}`);
    await tx.root.writeFile("/a", someBytes(LARGE, 2));
    await tx.root.writeFile("/s", fakeParquet("2"), { append: true });
  });
  await compact(persistence, "s");
  await root.writeFile("/tagged", "tagged");
  await root.rename("/a", "/b");
  await root.writeFile("/b", someBytes(LARGE, 3));
  await root.writeFile("/b", someBytes(LARGE, 4));
  await fs.tag("kept");
  await fs.transaction(async (tx) => {
    await tx.root.createDir("/d/e", { recursive: true });
    await tx.root.writeFile("/d/e/large", someBytes(LARGE));
    await tx.root.writeFile("/d/small", "one");
    await tx.root.writeFile("/d/series", fakeParquet("d"), { entryType: "FileSeries" });
  });
  await root.writeFile("/d/small", "two");
  await root.writeFile("/tagged", "new");
  await root.writeFile("/tagged", "newer");
  await root.writeFile("/tagged", "newest");
  await root.createDir("/gone");
  await root.writeFile("/gone/x", someBytes(LARGE, 5));
  await root.remove("/gone", { recursive: true });
}

/** Everything that the policy keeps. */
async function reads(fs: FS): Promise<void> {
  const { root } = fs;
  expect(toText(await root.readFile("/tagged"))).equal("newest");
  expect(toText(await root.readFile("/tagged", { version: 3 }))).equal("newer");
  expect(await root.readFile("/b")).deep.equal(someBytes(LARGE, 4));
  expect(await root.readFile("/b", { version: 3 })).deep.equal(someBytes(LARGE, 3));
  expect(await root.readFile("/s")).deep.equal(fakeParquet("1+2"));
  const snapshot = await fs.snapshot({ tag: "kept" });
  expect(toText(await snapshot.root.readFile("/tagged"))).equal("tagged");
  await snapshot.close();
}

async function isSound({ persistence }: MortalTab): Promise<void> {
  const { findings } = await persistence.check({ deep: true });
  const errors = findings.filter(({ severity }) => severity === "error");
  expect(errors).deep.equal([]);
}

async function stateOf(name: string, tab: MortalTab) {
  await tab.persistence.gc();
  const { findings } = await tab.persistence.check({ deep: true });
  const { cache: _, reclaimable: __, ...stats } = await tab.persistence.stats();
  const rows = await Promise.all(
    FAMILIES.map(async (family) => (await rawKeys(name, family)).length),
  );
  return {
    findings,
    stats,
    rows: Object.fromEntries(FAMILIES.map((family, index) => [family, rows[index]])),
    packs: (await rawPacks(name)).size,
    files: [...(await listLargeFiles(name))].sort(),
  };
}

/** As a compaction writes it: one segment that stands for all. */
async function compact(persistence: OpLogPersistence, name: string): Promise<void> {
  const tree = await begin(persistence);
  const entry = await tree.entry(place(name));
  if (!entry) throw new Error(`There is no "${name}"`);
  const rows = await tree.segments(entry.nodeId);
  const [newest] = rows;
  expect(liveSegments(rows)).length(2);
  const content = await persistence.stageBytes(fakeParquet("1+2"));
  tree.addSegments(
    { place: place(name), path: `/${name}`, entry },
    { kind: "compact", segments: [{ content }], ...(newest && { coversTo: newest }) },
  );
  await commit(persistence, tree);
}
