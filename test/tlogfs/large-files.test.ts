import { expect } from "chai";
import { blobFile, failureOf, flipBit, sha256Of, someBytes } from "../worker/storage-pond.ts";
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
  rawRow,
  readBytes,
  writeFiles,
} from "./pond-fixture.ts";
import { listLargeFiles, listTemporaries } from "./pond-folder.ts";

const LARGE = 65_536;

describe("large files", () => {
  afterEach(cleanUp);

  it("begin at 65,536 bytes; 65,535 stay inline", async () => {
    const name = newPondName();
    const persistence = await openPond({ name });
    const [inline, blob] = [someBytes(LARGE - 1), someBytes(LARGE)];

    await writeFiles(persistence, { inline, blob });

    expect(await listLargeFiles(name)).deep.equal([`${await sha256Of(blob)}.data`]);
    expect(await readBytes(persistence, "inline")).deep.equal(inline);
    expect(await readBytes(persistence, "blob")).deep.equal(blob);
  });

  it("of the same bytes are one file, without a second temporary", async () => {
    const name = newPondName();
    const persistence = await openPond({ name });
    const bytes = someBytes(200_000);
    await writeFiles(persistence, { a: bytes });

    const content = await persistence.stageBytes(bytes.slice());
    const temporaries = await listTemporaries(name);
    const tree = await begin(persistence);
    await put(tree, "b", content);
    await commit(persistence, tree);

    expect(temporaries).deep.equal([]);
    expect(await listLargeFiles(name)).length(1);
    expect(await readBytes(persistence, "b")).deep.equal(bytes);
    expect(await rawKeys(name, "ref")).length(2);
    expect(await persistence.stats()).include({
      blobs: 1,
      blobBytes: 200_000,
      dedupSavings: 200_000,
    });
  });

  it("beyond 4 MiB are hashed by the engine: the page's thread answers meanwhile", async () => {
    const name = newPondName();
    const persistence = await openPond({ name });
    const bytes = someBytes(5 << 20);
    const sha256 = await sha256Of(bytes);

    const hashed = await sizesHashedHere(async () => {
      await writeFiles(persistence, { a: bytes });
      await writeFiles(persistence, { b: bytes }); // known by then
    });

    expect(hashed.filter((size) => size >= LARGE)).deep.equal([]);
    expect(bytes).length(5 << 20); // the caller keeps them
    expect(await listLargeFiles(name)).deep.equal([`${sha256}.data`]);
    for (const path of ["a", "b"]) {
      expect((await entryOf(persistence, path)).sha256).equal(sha256);
      expect(await sha256Of(new Uint8Array(await readBytes(persistence, path)))).equal(sha256);
    }
  });

  it("are temporaries of this owner until the commit, and can be read", async () => {
    const name = newPondName();
    const persistence = await openPond({ name });
    const bytes = someBytes(LARGE);

    const content = await persistence.stageBytes(bytes.slice());
    const source = await persistence.open(content);

    expect(await source.read(0, 10)).deep.equal(bytes.slice(0, 10));
    expect(await listTemporaries(name)).length(1);
    expect(await listLargeFiles(name)).deep.equal([]);
    await source.close();
    await persistence.discard(content);
    expect(await listTemporaries(name)).deep.equal([]);
  });

  it("can be read through the staged content after the commit", async () => {
    const persistence = await openPond();
    const [small, large] = await Promise.all([
      persistence.stageBytes(someBytes(100)),
      persistence.stageBytes(someBytes(LARGE)),
    ]);
    const tree = await begin(persistence);
    await put(tree, "small", small);
    await put(tree, "large", large);

    await commit(persistence, tree);
    await persistence.discard(small);
    await persistence.discard(large);

    const sources = [await persistence.open(small), await persistence.open(large)];
    expect(await sources[0]?.read(0, 3)).deep.equal(someBytes(100).slice(0, 3));
    expect(await sources[1]?.read(LARGE - 3, LARGE)).deep.equal(someBytes(LARGE).slice(-3));
  });

  it("that are damaged are replaced by the same bytes written again", async () => {
    const name = newPondName();
    const persistence = await openPond({ name });
    const bytes = someBytes(3 * LARGE);
    await writeFiles(persistence, { a: bytes });
    const { sha256 } = await entryOf(persistence, "a");
    await flipBit(await blobFile(folderOf(name), sha256), 70_000);
    const failure = await failureOf(readBytes(persistence, "a"));

    await writeFiles(persistence, { b: bytes });

    expect(failure).include({ code: "CORRUPT_BLOB", sha256, page: 1 });
    expect(await readBytes(persistence, "a")).deep.equal(bytes);
    expect(await persistence.stats()).include({ blobs: 1, blobBytes: 3 * LARGE });
  });

  it("that went between staging and commit are written from the bytes that were kept", async () => {
    const name = newPondName();
    const persistence = await openPond({ name });
    const bytes = someBytes(LARGE);
    await writeFiles(persistence, { a: bytes });
    const content = await persistence.stageBytes(bytes.slice());
    await (await blobFile(folderOf(name), content.sha256)).getFile();
    await removeLargeFile(name, content.sha256);

    const tree = await begin(persistence);
    await put(tree, "b", content);
    await commit(persistence, tree);

    expect(await readBytes(persistence, "b")).deep.equal(bytes);
  });

  it("without a row of their own are LARGE_FILE_NOT_FOUND, and so are those without a file", async () => {
    const name = newPondName();
    const persistence = await openPond({ name });
    await writeFiles(persistence, { a: someBytes(LARGE), b: someBytes(LARGE, 2) });
    const b = await entryOf(persistence, "b");
    await removeLargeFile(name, b.sha256);

    const failure = await failureOf(readBytes(persistence, "b"));

    expect(failure).include({ code: "LARGE_FILE_NOT_FOUND", sha256: b.sha256 });
    expect(await readBytes(persistence, "a")).length(LARGE);
  });

  it("keep the page checksums of their row when they are written again", async () => {
    const name = newPondName();
    const persistence = await openPond({ name });
    await writeFiles(persistence, { a: someBytes(LARGE) });
    const [key] = await rawKeys(name, "blob");
    const before = await rawRow(name, key!);

    await writeFiles(persistence, { b: someBytes(LARGE) });

    expect(await rawRow(name, key!)).deep.equal(before);
  });
});

async function removeLargeFile(name: string, sha256: string): Promise<void> {
  let folder = await navigator.storage.getDirectory();
  for (const part of [...folderOf(name), "_large_files"]) {
    folder = await folder.getDirectoryHandle(part);
  }
  await folder.removeEntry(`${sha256}.data`);
}

/** The sizes of what this thread hashes at once while something runs. */
async function sizesHashedHere(work: () => Promise<void>): Promise<number[]> {
  const { subtle } = crypto;
  const sizes: number[] = [];
  Object.assign(subtle, {
    digest: (name: string, bytes: Uint8Array<ArrayBuffer>) => {
      sizes.push(bytes.byteLength);
      return SubtleCrypto.prototype.digest.call(subtle, name, bytes);
    },
  });
  try {
    await work();
  } finally {
    Reflect.deleteProperty(subtle, "digest");
  }
  return sizes;
}
