import { expect } from "chai";
import { ROOT_ID } from "../../src/tinyfs/node-id.ts";
import { plant, sha256Of, someBytes } from "../worker/storage-pond.ts";
import {
  begin,
  cleanUp,
  commit,
  entryOf,
  folderOf,
  newPondName,
  openPond,
  put,
  rawKeys,
  rawly,
  rawPacks,
  rawRow,
  readBytes,
  readText,
  tamper,
  writeFiles,
} from "./pond-fixture.ts";
import { listLargeFiles, listTemporaries } from "./pond-folder.ts";

const LARGE = 65_536;
const NOTHING = { deletedCount: 0, freedBytes: 0, skippedInUse: 0, sweptTemporaries: 0 };

describe("gc()", () => {
  afterEach(cleanUp);

  it("deletes a large file that no row names, and no other", async () => {
    const name = newPondName();
    const persistence = await openPond({ name });
    await writeFiles(persistence, { a: someBytes(LARGE) });
    const orphan = await plantLargeFile(name, someBytes(100_000, 2));

    const stats = await persistence.gc();

    expect(stats).deep.equal({ ...NOTHING, deletedCount: 1, freedBytes: 100_000 });
    expect(await listLargeFiles(name)).deep.equal([`${await sha256Of(someBytes(LARGE))}.data`]);
    expect(await listLargeFiles(name)).not.include(`${orphan}.data`);
    expect(await persistence.gc()).deep.equal(NOTHING);
  });

  it("with dryRun only tells", async () => {
    const name = newPondName();
    const persistence = await openPond({ name });
    await plantLargeFile(name, someBytes(LARGE));

    const stats = await persistence.gc({ dryRun: true });

    expect(stats).deep.equal({ ...NOTHING, deletedCount: 1, freedBytes: LARGE });
    expect(await listLargeFiles(name)).length(1);
  });

  it("tells how far it is, and ends with the signal's reason between two pages of files", async () => {
    const name = newPondName();
    const persistence = await openPond({ name });
    await writeFiles(persistence, { a: someBytes(LARGE) });
    for (let at = 1; at <= 3; at += 1) await plantLargeFile(name, someBytes(LARGE, at + 1));
    const told: unknown[] = [];

    const stats = await persistence.gc({ onProgress: (progress) => told.push(progress) });

    expect(stats).deep.equal({ ...NOTHING, deletedCount: 3, freedBytes: 3 * LARGE });
    expect(told[0]).deep.equal({ checked: 0, deletedCount: 0, freedBytes: 0 });
    expect(told.at(-1)).deep.equal({ checked: 5, deletedCount: 3, freedBytes: 3 * LARGE });
    await plantLargeFile(name, someBytes(LARGE, 9));
    const controller = new AbortController();
    const reason = new Error("enough");
    const onProgress = () => controller.abort(reason);
    const ended = await persistence.gc({ onProgress, signal: controller.signal }).then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(ended).equal(reason);
    expect(await listLargeFiles(name)).length(2);
  });

  it("leaves a file whose lock a commit holds, and says so", async () => {
    const name = newPondName();
    const persistence = await openPond({ name });
    const orphan = await plantLargeFile(name, someBytes(LARGE));

    const stats = await navigator.locks.request(
      `tinypond/${name}/blob/${orphan}`,
      { mode: "shared" },
      () => persistence.gc(),
    );

    expect(stats).deep.equal({ ...NOTHING, skippedInUse: 1 });
    expect(await listLargeFiles(name)).length(1);
  });

  it("reads the references again under the lock", async () => {
    const name = newPondName();
    const persistence = await openPond({ name });
    const orphan = await plantLargeFile(name, someBytes(LARGE));
    const original = LockManager.prototype.request;
    LockManager.prototype.request = async function (this: LockManager, ...args: unknown[]) {
      const [lockName] = args as [string];
      if (lockName.endsWith(orphan)) {
        LockManager.prototype.request = original;
        await rawly(name, (oplog) => oplog.put({ sum: 0 }, ["ref", orphan, "node", 1, 0]));
      }
      return Reflect.apply(original, this, args);
    } as typeof original;

    const stats = await persistence.gc().finally(() => {
      LockManager.prototype.request = original;
    });

    expect(stats).deep.equal(NOTHING);
    expect(await listLargeFiles(name)).length(1);
  });

  it("leaves what another tab has open to read", async () => {
    const name = newPondName();
    const [here, there] = [await openPond({ name }), await openPond({ name })];
    await writeFiles(there, { a: someBytes(LARGE) });
    const source = await there.open((await entryOf(there, "a")).content!);
    await source.read(0, 10);
    await dropRefs(name);

    const stats = await here.gc();

    expect(stats).satisfy(({ deletedCount, skippedInUse }: typeof stats) => {
      return deletedCount + skippedInUse === 1;
    });
    await source.close();
  });

  it("takes a deleted file from the pond's totals, with its row", async () => {
    const name = newPondName();
    const persistence = await openPond({ name });
    await writeFiles(persistence, { a: someBytes(LARGE), b: "1" });
    await dropRefs(name);

    const stats = await persistence.gc();

    expect(stats).include({ deletedCount: 1, freedBytes: LARGE });
    expect(await rawKeys(name, "blob")).deep.equal([]);
    expect(await persistence.stats()).include({ blobs: 0, blobBytes: 0, inlineBytes: 1 });
  });

  it("drops a row whose file went before", async () => {
    const name = newPondName();
    const persistence = await openPond({ name });
    await writeFiles(persistence, { a: someBytes(LARGE) });
    await dropRefs(name);
    await removeLargeFiles(name);

    const stats = await persistence.gc();

    expect(stats).include({ deletedCount: 1, freedBytes: 0 });
    expect(await rawKeys(name, "blob")).deep.equal([]);
  });

  it("deletes packs of dead owners that no commit names, and leaves those of living ones", async () => {
    const name = newPondName();
    const persistence = await openPond({ name });
    const files = Object.fromEntries(Array.from({ length: 70 }, (_, n) => [`f${n}`, `${n}`]));
    await writeFiles(persistence, files);
    const [[key, pack] = []] = await rawPacks(name);
    const [living] = key!.split(",");
    await rawly(name, (_, packs) => packs.put(pack, [living!, "orphan"]));
    await rawly(name, (_, packs) => packs.put(pack, ["dead", "orphan"]));

    const stats = await persistence.gc();

    expect(stats).include({ deletedCount: 1, freedBytes: pack!.bytes.byteLength });
    const keys = [...(await rawPacks(name)).keys()];
    expect(keys).include(`${living},orphan`);
    expect(keys).not.include("dead,orphan");
    expect(keys).length(3);
  });
});

describe("opening a pond", () => {
  afterEach(cleanUp);

  it("sweeps temporaries of dead owners, *.crswap included, and leaves those of living ones", async () => {
    const name = newPondName();
    const living = await openPond({ name });
    const content = await living.stageBytes(someBytes(LARGE));
    await plant([...folderOf(name), "tmp", "dead"], "one", someBytes(10));
    await plant([...folderOf(name), "tmp", "dead"], "one.crswap", someBytes(10));

    await openPond({ name });

    expect(await listTemporaries(name)).length(1);
    expect((await listTemporaries(name))[0]).not.match(/^dead/);
    expect((await living.open(content)).size).equal(LARGE);
  });

  it("first looks there for a large file that is missing under its name", async () => {
    const name = newPondName();
    const before = await openPond({ name });
    const bytes = someBytes(3 * LARGE);
    await writeFiles(before, { a: bytes });
    const { sha256 } = await entryOf(before, "a");
    const { at } = await rawRow<{ at: string }>(name, ["blob", sha256]);
    await before.close();
    await removeLargeFiles(name);
    const [tmp, owner, file] = at.split("/");
    await plant([...folderOf(name), tmp!, owner!], file!, bytes);

    const after = await openPond({ name });

    expect(await readBytes(after, "a")).deep.equal(bytes);
    expect(await listTemporaries(name)).deep.equal([]);
  });

  it("goes on, and deletes nothing, when a row that it needs for sweeping is damaged", async () => {
    const name = newPondName();
    const before = await openPond({ name });
    await writeFiles(before, { a: someBytes(LARGE), b: "1" });
    const [key] = await rawKeys(name, "blob");
    await tamper(name, key!, { size: 1 });
    await before.close();
    await plant([...folderOf(name), "tmp", "dead"], "one", someBytes(10));

    const after = await openPond({ name });

    expect(await readText(after, "b")).equal("1");
    expect(await listTemporaries(name)).deep.equal(["dead/one"]);
    expect(await after.gc()).include({ sweptTemporaries: 0 });
    expect(await listTemporaries(name)).deep.equal(["dead/one"]);
  });

  it("sweeps packs of dead owners that no commit names", async () => {
    const name = newPondName();
    const before = await openPond({ name });
    await writeFiles(before, { a: "1" });
    const [[, pack] = []] = await rawPacks(name);
    await rawly(name, (_, packs) => packs.put(pack, ["dead", "orphan"]));
    await before.close();

    await openPond({ name });

    await eventually(async () => !(await rawPacks(name)).has("dead,orphan"));
    expect((await rawPacks(name)).size).equal(1);
  });

  it("keeps committed packs of dead owners", async () => {
    const name = newPondName();
    const before = await openPond({ name });
    const tree = await begin(before);
    for (let n = 0; n < 70; n += 1) {
      await put(tree, `f${n}`, await before.stageBytes(someBytes(8, n + 1)));
    }
    await commit(before, tree);
    await before.close();

    const after = await openPond({ name });
    await after.gc();

    expect(await readBytes(after, "f69")).deep.equal(someBytes(8, 70));
    expect(await after.entriesAt(ROOT_ID, 1, { limit: 100 })).length(70);
  });
});

async function plantLargeFile(name: string, bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const sha256 = await sha256Of(bytes);
  await plant([...folderOf(name), "_large_files"], `${sha256}.data`, bytes);
  return sha256;
}

/** Takes all references away, as retention will. */
async function dropRefs(name: string): Promise<void> {
  await rawly(name, (oplog) => oplog.delete(IDBKeyRange.bound(["ref"], ["ref", []])));
}

async function removeLargeFiles(name: string): Promise<void> {
  let folder = await navigator.storage.getDirectory();
  for (const part of [...folderOf(name), "_large_files"]) {
    folder = await folder.getDirectoryHandle(part);
  }
  for (const file of await listLargeFiles(name)) await folder.removeEntry(file);
}

/** Waits for work in the background. */
async function eventually(isDone: () => Promise<boolean>): Promise<void> {
  while (!(await isDone())) await new Promise((resolve) => setTimeout(resolve, 10));
}
