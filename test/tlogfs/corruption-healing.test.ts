import { expect } from "chai";
import { FS, WD } from "../../src/tinyfs/index.ts";
import { failureOf, someBytes } from "../worker/storage-pond.ts";
import {
  cleanUp,
  newPondName,
  openPond,
  rawKeys,
  rawly,
  readBytes,
  readText,
  tamper,
  writeFiles,
} from "./pond-fixture.ts";

const LARGE = 70_000;

describe("a large file whose row is damaged", () => {
  afterEach(cleanUp);

  async function openDamaged() {
    const name = newPondName();
    const before = await openPond({ name });
    await writeFiles(before, { a: someBytes(LARGE), small: "1" });
    await before.close();
    const [key = []] = await rawKeys(name, "blob");
    await tamper(name, key, { size: 1 });
    return { name, persistence: await openPond({ name }) };
  }

  it("is CORRUPT_ROW, and other files stay readable", async () => {
    const { persistence } = await openDamaged();

    const failure = await failureOf(readBytes(persistence, "a"));

    expect(failure).include({ code: "CORRUPT_ROW" });
    expect(await readText(persistence, "small")).equal("1");
  });

  it("is mended by the same bytes written again, and counted once", async () => {
    const { persistence } = await openDamaged();

    await writeFiles(persistence, { b: someBytes(LARGE) });

    expect(await readBytes(persistence, "a")).deep.equal(someBytes(LARGE));
    expect(await readBytes(persistence, "b")).deep.equal(someBytes(LARGE));
    expect(await persistence.stats()).include({ blobs: 1, blobBytes: LARGE });
  });

  it("is collected like others once no row names it", async () => {
    const { name, persistence } = await openDamaged();
    for (const key of await rawKeys(name, "ref")) await rawly(name, (oplog) => oplog.delete(key));

    const { deletedCount, freedBytes } = await persistence.gc();

    expect({ deletedCount, freedBytes }).deep.equal({ deletedCount: 1, freedBytes: LARGE });
    expect(await persistence.stats()).include({ blobs: 0, blobBytes: 0 });
    expect(await rawKeys(name, "blob")).deep.equal([]);
  });
});

describe("a damaged row of a commit", () => {
  afterEach(cleanUp);

  for (const family of ["chg", "txn"]) {
    it(`["${family}"] that is old stops neither commits nor reads`, async () => {
      const name = newPondName();
      const persistence = await openPond({ name });
      for (const text of ["1", "2", "3"]) await writeFiles(persistence, { a: text });
      const keys = await rawKeys(name, family);
      const oldest = keys.find((key) => Math.abs(Number(key[1])) === 1);
      await tamper(name, oldest ?? [], { extra: 1 });

      const { info } = await writeFiles(persistence, { a: "4" });

      expect(info.seq).equal(4);
      expect(await readText(persistence, "a")).equal("4");
    });
  }
});

describe("a directory with a damaged name", () => {
  afterEach(cleanUp);

  it("still gives its other names to a transaction that looks up many", async () => {
    const name = newPondName();
    const persistence = await openPond({ name });
    const names = ["a", "b", "c", "d", "e", "f", "g"];
    await writeFiles(persistence, Object.fromEntries(names.map((one) => [one, one])));
    const [first = []] = await rawKeys(name, "dir");
    await tamper(name, first, { size: 7 });
    const fs = new FS({ persistence }, (context) => new WD(context));
    const tx = await fs.begin();

    const sizes = [];
    for (const one of names.slice(1)) sizes.push((await tx.root.stat(`/${one}`)).size);
    const failure = await failureOf(fs.root.stat("/a"));
    await tx.rollback();

    expect(sizes).deep.equal(Array(6).fill(1));
    expect(failure).include({ code: "CORRUPT_ROW", path: "/a" });
  });
});
