import { expect } from "chai";
import { ROOT_ID } from "../../src/tinyfs/node-id.ts";
import { rowSum } from "../../src/tlogfs/row-sum.ts";
import { failureOf, sha256Of, someBytes } from "../worker/storage-pond.ts";
import {
  begin,
  cleanUp,
  collect,
  commit,
  entryOf,
  move,
  newPondName,
  openPond,
  place,
  put,
  rawKeys,
  rawPacks,
  rawRow,
  remove,
  tamper,
  writeFiles,
} from "./pond-fixture.ts";

const LARGE = 65_536;

describe("rows of a commit", () => {
  afterEach(cleanUp);

  it("puts an inline file under [dir, dirId, name] with all its fields", async () => {
    const name = newPondName();
    const persistence = await openPond({ name });

    const { info, settled } = await writeFiles(persistence, { "a.txt": "hello" });

    const row = await rawRow(name, ["dir", ROOT_ID, "a.txt"]);
    const [packKey] = [...(await rawPacks(name)).keys()];
    expect(row).deep.equal({
      dirId: ROOT_ID,
      name: "a.txt",
      nodeId: settled.placed[0]?.nodeId,
      entryType: "FileData",
      version: 1,
      txnSeq: 1,
      placedSeq: 1,
      timestamp: info.time,
      size: 5,
      sha256: await sha256Of(new Uint8Array(new TextEncoder().encode("hello"))),
      storage: { kind: "inline", pack: packKey?.split(","), slot: 0 },
      sum: row["sum"],
    });
    expect(packKey).match(/^,[\w-]{12}$/);
  });

  it("moves a superseded row to [old, dirId, name, -placedSeq] with its end", async () => {
    const name = newPondName();
    const persistence = await openPond({ name });
    await writeFiles(persistence, { a: "1", b: "1", c: "1" });

    const tree = await begin(persistence);
    await put(tree, "a", await persistence.stageBytes(someBytes(10)));
    await remove(tree, "b");
    await move(tree, "c", "d");
    await commit(persistence, tree);

    expect(await rawKeys(name, "old")).deep.equal([
      ["old", ROOT_ID, "a", -1],
      ["old", ROOT_ID, "b", -1],
      ["old", ROOT_ID, "c", -1],
    ]);
    const ends = await Promise.all(
      ["a", "b", "c"].map((old) => rawRow(name, ["old", ROOT_ID, old, -1])),
    );
    expect(ends.map(({ endSeq, end }) => [endSeq, end])).deep.equal([
      [2, "replaced"],
      [2, "removed"],
      [2, "moved"],
    ]);
    expect(await rawKeys(name, "dir")).deep.equal([
      ["dir", ROOT_ID, "a"],
      ["dir", ROOT_ID, "d"],
    ]);
    const moved = await rawRow(name, ["dir", ROOT_ID, "d"]);
    expect(moved["from"]).deep.equal({ dirId: ROOT_ID, name: "c", placedSeq: 1 });
    expect([moved["placedSeq"], moved["txnSeq"]]).deep.equal([2, 1]);
  });

  it("keeps symlinks and directories without storage", async () => {
    const name = newPondName();
    const persistence = await openPond({ name });
    const tree = await begin(persistence);
    tree.create(
      { place: place("link"), path: "/link", entry: undefined },
      { entryType: "Symlink", target: "/a.txt", size: 6, sha256: "0".repeat(64) },
    );
    tree.create(
      { place: place("dir"), path: "/dir", entry: undefined },
      { entryType: "Directory" },
    );

    await commit(persistence, tree);

    const link = await rawRow(name, ["dir", ROOT_ID, "link"]);
    expect(link).include({ target: "/a.txt", size: 6 });
    expect(link).not.have.property("storage");
    const directory = await rawRow(name, ["dir", ROOT_ID, "dir"]);
    expect(directory["partId"]).equal(directory["nodeId"]);
    expect(await entryOf(persistence, "link")).include({ target: "/a.txt", partId: ROOT_ID });
  });

  it("writes the commit under [txn, -seq] and its changes under [chg, seq, n]", async () => {
    const name = newPondName();
    const persistence = await openPond({ name });
    await writeFiles(persistence, { a: "1" });

    const { info } = await writeFiles(persistence, { b: "22" });

    expect(await rawKeys(name, "txn")).deep.equal([
      ["txn", -2],
      ["txn", -1],
    ]);
    const row = await rawRow(name, ["txn", -2]);
    expect(row).deep.equal({
      seq: 2,
      id: info.id,
      time: info.time,
      kind: "user",
      changeCount: 1,
      totals: { files: 2, directories: 0, liveBytes: 3, versions: 2, versionBytes: 3 },
      stored: { blobs: 0, blobBytes: 0, inlineBytes: 3 },
      sum: row["sum"],
    });
    const chunk = await rawRow(name, ["chg", 2, 0]);
    expect(chunk["changes"]).deep.equal(await collect(info.changes()));
  });

  it("cuts changes into chunks of 1,000", async () => {
    const name = newPondName();
    const persistence = await openPond({ name });
    const content = await persistence.stageBytes(someBytes(1));
    const tree = await begin(persistence);
    for (let n = 0; n < 2001; n += 1) await put(tree, `file-${n}`, content);

    const { info } = await commit(persistence, tree);

    expect(await rawKeys(name, "chg")).deep.equal([
      ["chg", 1, 0],
      ["chg", 1, 1],
      ["chg", 1, 2],
    ]);
    expect(await collect(info.changes())).length(2001);
  });

  it("names a large file's blob in a blob row and in one reference for each row", async () => {
    const name = newPondName();
    const persistence = await openPond({ name });
    const bytes = someBytes(LARGE);
    const sha256 = await sha256Of(bytes);
    await writeFiles(persistence, { a: bytes });
    const { nodeId } = await entryOf(persistence, "a");

    const tree = await begin(persistence);
    await move(tree, "a", "b");
    await commit(persistence, tree);

    expect(await rawKeys(name, "ref")).deep.equal([
      ["ref", sha256, nodeId, 1, 0],
      ["ref", sha256, nodeId, 2, 0],
    ]);
    const blob = await rawRow(name, ["blob", sha256]);
    expect(blob["size"]).equal(LARGE);
    expect(blob["at"]).match(/^tmp\/[0-9a-f-]{36}\/[0-9a-f-]{36}$/);
    expect((blob["pageSums"] as Uint8Array).buffer.byteLength).equal(8);
    const row = await rawRow(name, ["dir", ROOT_ID, "b"]);
    expect(row["storage"]).deep.equal({ kind: "blob" });
    const txn = await rawRow(name, ["txn", -2]);
    expect(txn["stored"]).deep.equal({ blobs: 1, blobBytes: LARGE, inlineBytes: 0 });
  });

  it("puts segments under [seg, nodeId, -txnSeq, -n], each blob with a reference of its own", async () => {
    const name = newPondName();
    const persistence = await openPond({ name });
    const spot = { place: place("s"), path: "/s", entry: undefined };
    const tree = await begin(persistence);
    const entry = tree.create(spot, { entryType: "FileSeries" });
    const large = await persistence.stageBytes(someBytes(LARGE));
    const small = await persistence.stageBytes(someBytes(9));
    const segments = [
      { content: large, rowCount: 3 },
      { content: large, rowCount: 4 },
    ];
    tree.addSegments({ ...spot, entry }, { kind: "append", segments: [{ content: small }] });
    tree.addSegments({ ...spot, entry }, { kind: "append", segments });

    await commit(persistence, tree);

    const { nodeId } = entry;
    expect(await rawKeys(name, "seg")).deep.equal([
      ["seg", nodeId, -1, -1],
      ["seg", nodeId, -1, 0],
    ]);
    expect(await rawKeys(name, "ref")).deep.equal([
      ["ref", large.sha256, nodeId, 1, 2 ** 32],
      ["ref", large.sha256, nodeId, 1, 2 ** 32 + 1],
    ]);
    const [newest, oldest] = await persistence.segmentsAt(nodeId, 1);
    expect(newest).include({ kind: "append", version: 2, txnSeq: 1, n: 1 });
    expect(newest?.totals).deep.equal({ segments: 3, rows: 7, bytes: 9 + 2 * LARGE });
    expect(oldest?.segments[0]?.content.sha256).equal(small.sha256);
    expect((await persistence.newestSegment(nodeId, 1))?.n).equal(1);
    expect(await persistence.newestSegment(nodeId, 0)).equal(undefined);
  });

  it("seals every row with the checksum of its key and fields", async () => {
    const name = newPondName();
    const persistence = await openPond({ name });
    await writeFiles(persistence, { a: someBytes(LARGE), b: "1" });
    await writeFiles(persistence, { b: "2" });

    const families = ["dir", "old", "txn", "chg", "blob", "ref"];
    const keys = (await Promise.all(families.map((family) => rawKeys(name, family)))).flat();
    const rows = await Promise.all([["meta"], ...keys].map((key) => rawRow(name, key)));

    expect(rows.map(({ sum }) => sum)).deep.equal(
      [["meta"], ...keys].map((key, index) => rowSum(key, rows[index] ?? {})),
    );
  });
});

describe("a row that was changed", () => {
  afterEach(cleanUp);

  it("is CORRUPT_ROW when it is read by name, and names the file", async () => {
    const name = newPondName();
    const persistence = await openPond({ name });
    await writeFiles(persistence, { "a.txt": "1" });
    await tamper(name, ["dir", ROOT_ID, "a.txt"], { version: 7 });

    const failure = await failureOf(persistence.entryAt(place("a.txt"), 1));

    expect(failure).include({ code: "CORRUPT_ROW", path: "a.txt" });
  });

  it("is CORRUPT_ROW in a listing", async () => {
    const name = newPondName();
    const persistence = await openPond({ name });
    await writeFiles(persistence, { a: "1", b: "2" });
    await tamper(name, ["dir", ROOT_ID, "b"], { size: 2 });

    const failure = await failureOf(persistence.entriesAt(ROOT_ID, 1, { limit: 10 }));

    expect(failure).include({ code: "CORRUPT_ROW", path: "b" });
  });

  it("is CORRUPT_ROW under the key of another row", async () => {
    const name = newPondName();
    const persistence = await openPond({ name });
    await writeFiles(persistence, { a: "1", b: "2" });
    await tamper(name, ["dir", ROOT_ID, "a"], await rawRow(name, ["dir", ROOT_ID, "b"]));

    const failure = await failureOf(persistence.entryAt(place("a"), 1));

    expect(failure).include({ code: "CORRUPT_ROW" });
  });

  it("is CORRUPT_ROW in history, in a series and in the log", async () => {
    const name = newPondName();
    const persistence = await openPond({ name });
    await writeFiles(persistence, { a: "1" });
    await writeFiles(persistence, { a: "2" });
    await tamper(name, ["old", ROOT_ID, "a", -1], { endSeq: 3 });
    await tamper(name, ["chg", 2, 0], { changes: [] });
    const [, info] = await collect(persistence.commits());

    const failures = await Promise.all([
      failureOf(persistence.entryAt(place("a"), 1)),
      failureOf(persistence.lastEnded(place("a"), 2)),
      failureOf(collect(info!.changes())),
    ]);

    expect(failures.map((failure) => (failure as { code: string }).code)).deep.equal([
      "CORRUPT_ROW",
      "CORRUPT_ROW",
      "CORRUPT_ROW",
    ]);
  });

  it("is CORRUPT_ROW at the head and stops a commit", async () => {
    const name = newPondName();
    const persistence = await openPond({ name });
    await writeFiles(persistence, { a: "1" });
    const tree = await begin(persistence);
    await put(tree, "b", await persistence.stageBytes(someBytes(5)));
    await tamper(name, ["txn", -1], { time: 5 });

    const failures = [
      await failureOf(persistence.head()),
      await failureOf(commit(persistence, tree)),
    ];

    expect(failures.map((failure) => (failure as { code: string }).code)).deep.equal([
      "CORRUPT_ROW",
      "CORRUPT_ROW",
    ]);
    expect(await rawKeys(name, "txn")).length(1);
  });
});

describe("rowSum()", () => {
  it("does not depend on the order of fields, nor on absent ones", () => {
    const key = ["dir", "x", "y"];

    const sums = [
      rowSum(key, { a: 1, b: "2" }),
      rowSum(key, { b: "2", a: 1, c: undefined }),
      rowSum(key, { b: "2", a: 1, sum: 5 }),
    ];

    expect(new Set(sums).size).equal(1);
  });

  it("tells types, nesting, names and bytes apart", () => {
    const rows = [
      { a: 1 },
      { a: "1" },
      { a: 1n },
      { a: -1n },
      { a: true },
      { a: [1] },
      { a: { b: 1 } },
      { ab: 1 },
      { a: Uint8Array.of(1) },
      { a: Uint8Array.of(1, 0) },
      { a: "", b: "" },
      { a: "b" },
      { a: "ā" },
      {},
    ];

    const sums = rows.map((row) => rowSum(["k"], row));

    expect(new Set(sums).size).equal(rows.length);
  });
});
