import { expect } from "chai";
import { failureOf, sha256Of, someBytes } from "../worker/storage-pond.ts";
import {
  begin,
  cleanUp,
  commit,
  entryOf,
  move,
  newPondName,
  openPond,
  put,
  rawKeys,
  rawly,
  rawPacks,
  readBytes,
  readText,
  remove,
  writeFiles,
} from "./pond-fixture.ts";

describe("packs", () => {
  afterEach(cleanUp);

  it("hold the bytes of up to 64 files of one commit, inside the commit", async () => {
    const name = newPondName();
    const persistence = await openPond({ name });
    const files = Object.fromEntries(
      Array.from({ length: 64 }, (_, n) => [`f${n}`, someBytes(10 + n, n + 1)]),
    );

    await writeFiles(persistence, files);

    const packs = [...(await rawPacks(name))];
    expect(packs).length(1);
    expect(packs[0]?.[0]).match(/^,/);
    expect(packs[0]?.[1].counts).deep.equal(Array(64).fill(1));
    expect(packs[0]?.[1].offsets).length(65);
    expect(await rawKeys(name, "ref")).deep.equal([]);
    expect(await readBytes(persistence, "f63")).deep.equal(someBytes(73, 64));
  });

  it("are written before the commit when they are more than one, with a reference each", async () => {
    const name = newPondName();
    const persistence = await openPond({ name });
    const files = Object.fromEntries(
      Array.from({ length: 130 }, (_, n) => [`f${n}`, someBytes(10, n + 1)]),
    );

    await writeFiles(persistence, files);

    const packs = await rawPacks(name);
    expect([...packs.values()].map(({ counts }) => counts.length).sort()).deep.equal([2, 64, 64]);
    const [owners, ids] = [0, 1].map((at) => [...packs.keys()].map((key) => key.split(",")[at]));
    expect(new Set(owners).size).equal(1);
    expect(owners?.[0]).match(/^[0-9a-f-]{36}$/);
    expect(await rawKeys(name, "ref")).deep.equal(ids?.sort().map((id) => ["ref", id, "", 1, 0]));
    expect(await readBytes(persistence, "f129")).deep.equal(someBytes(10, 130));
  });

  it("hold at most 63 KiB, but for a file that is larger", async () => {
    const name = newPondName();
    const persistence = await openPond({ name });
    const [a, d] = [someBytes(64_511), someBytes(65_535, 4)];
    const files = { a, b: someBytes(1, 2), c: someBytes(1, 3), d };

    await writeFiles(persistence, files);

    const sizes = [...(await rawPacks(name)).values()].map(({ bytes }) => bytes.byteLength);
    expect(sizes.sort((one, other) => one - other)).deep.equal([1, 64_512, 65_535]);
    for (const [path, bytes] of Object.entries(files)) {
      expect(await readBytes(persistence, path)).deep.equal(bytes);
    }
  });

  it("count one more row for a move, a copy and an attribute change", async () => {
    const name = newPondName();
    const persistence = await openPond({ name });
    await writeFiles(persistence, { a: "aa", b: "b", c: "c" });

    const tree = await begin(persistence);
    await move(tree, "a", "moved");
    const b = await entryOf(persistence, "b");
    tree.use(b);
    await put(tree, "copy", b.content!);
    await put(tree, "copy 2", b.content!);
    await remove(tree, "c");
    await commit(persistence, tree);

    const packs = [...(await rawPacks(name)).values()];
    expect(packs.map(({ counts }) => counts)).deep.equal([[2, 3, 1]]);
    expect(await readText(persistence, "moved")).equal("aa");
    expect(await readText(persistence, "copy")).equal("b");
  });

  it("count every row of the commit that brings the bytes", async () => {
    const name = newPondName();
    const persistence = await openPond({ name });
    const content = await persistence.stageBytes(someBytes(5));
    const tree = await begin(persistence);
    await put(tree, "a", content);
    await put(tree, "b", content);

    await commit(persistence, tree);

    const packs = [...(await rawPacks(name)).values()];
    expect(packs.map(({ counts }) => counts)).deep.equal([[2]]);
  });

  it("store a view's bytes and not the buffer it looks into", async () => {
    const name = newPondName();
    const persistence = await openPond({ name });
    const view = new Uint8Array(16 << 20).subarray(5_000_000, 5_001_000);

    await writeFiles(persistence, { a: view });

    const [pack] = (await rawPacks(name)).values();
    expect(pack?.bytes.buffer.byteLength).equal(1000);
  });

  it("keep an empty file", async () => {
    const persistence = await openPond();

    await writeFiles(persistence, { empty: "" });

    expect(await readBytes(persistence, "empty")).length(0);
    expect((await entryOf(persistence, "empty")).sha256).equal(await sha256Of(new Uint8Array(0)));
  });

  it("with a flipped bit give CORRUPT_BLOB for that file alone", async () => {
    const name = newPondName();
    const persistence = await openPond({ name });
    await writeFiles(persistence, { a: "aaaa", b: "bbbb" });
    const { sha256 } = await entryOf(persistence, "a");
    await tamperPack(name, (pack) => {
      pack.bytes[1] = 0;
    });

    const failure = await failureOf(readBytes(persistence, "a"));

    expect(failure).include({ code: "CORRUPT_BLOB", sha256 });
    expect(await readText(persistence, "b")).equal("bbbb");
  });

  it("with a changed slot table give CORRUPT_ROW", async () => {
    const name = newPondName();
    const persistence = await openPond({ name });
    await writeFiles(persistence, { a: "aaaa" });
    await tamperPack(name, (pack) => {
      pack.offsets[1] = 3;
    });

    expect(await failureOf(readBytes(persistence, "a"))).include({ code: "CORRUPT_ROW" });
  });

  it("that are missing give CORRUPT_BLOB, never empty bytes", async () => {
    const name = newPondName();
    const persistence = await openPond({ name });
    await writeFiles(persistence, { a: "aaaa" });
    await rawly(name, (_, packs) => packs.clear());

    expect(await failureOf(readBytes(persistence, "a"))).include({ code: "CORRUPT_BLOB" });
  });

  it("of a commit that failed are taken back, and its contents can be committed again", async () => {
    const name = newPondName();
    const persistence = await openPond({ name });
    const tree = await begin(persistence);
    const contents = await Promise.all(
      Array.from({ length: 100 }, (_, n) => persistence.stageBytes(someBytes(9, n + 1))),
    );
    for (const [n, content] of contents.entries()) await put(tree, `f${n}`, content);
    await writeFiles(persistence, { f0: "first" });

    const failure = await failureOf(commit(persistence, tree));
    const packsAfterFailure = (await rawPacks(name)).size;
    const again = await begin(persistence);
    for (const [n, content] of contents.entries()) await put(again, `f${n}`, content);
    await commit(persistence, again);

    expect(failure).include({ code: "CONFLICT" });
    expect(packsAfterFailure).equal(1);
    expect(await readBytes(persistence, "f99")).deep.equal(someBytes(9, 100));
  });

  it("that could not be written before their commit are put in it", async () => {
    const name = newPondName();
    const persistence = await openPond({ name });
    const tree = await begin(persistence);
    for (let n = 0; n < 65; n += 1) {
      await put(tree, `f${n}`, await persistence.stageBytes(someBytes(9, n + 1)));
    }
    const stop = failNextWriteOf("packs");

    await commit(persistence, tree).finally(stop);

    expect((await rawPacks(name)).size).equal(2);
    expect(await readBytes(persistence, "f0")).deep.equal(someBytes(9, 1));
    expect(await readBytes(persistence, "f64")).deep.equal(someBytes(9, 65));
  });
});

/** Aborts the next write over this store alone, before it has put anything. */
function failNextWriteOf(store: string): () => void {
  const original = IDBDatabase.prototype.transaction;
  const stop = () => {
    IDBDatabase.prototype.transaction = original;
  };
  IDBDatabase.prototype.transaction = function (names, mode, options) {
    const transaction = original.call(this, names, mode, options);
    if (mode === "readwrite" && [names].flat().join() === store) {
      stop();
      transaction.abort();
    }
    return transaction;
  };
  return stop;
}

async function tamperPack(
  name: string,
  change: (pack: { bytes: Uint8Array; offsets: number[] }) => void,
): Promise<void> {
  const [key, pack] = [...(await rawPacks(name))][0] ?? ["", undefined];
  if (!pack) throw new Error("There is no pack");
  change(pack);
  await rawly(name, (_, packs) => packs.put(pack, key.split(",")));
}
