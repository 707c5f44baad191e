import { expect } from "chai";
import { deletePond, listPonds, openPond, type Pond } from "../../src/index.ts";
import { rejects } from "../tinyfs/contract/rejects.ts";

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

describe("openPond()", () => {
  let name = "";
  const opened: Pond[] = [];
  const open = async (options = {}) => {
    const pond = await openPond(name, options);
    opened.push(pond);
    return pond;
  };

  beforeEach(() => {
    name = `open-pond-${crypto.randomUUID()}`;
  });

  afterEach(async () => {
    for (const pond of opened.splice(0)) await pond.close();
    await deletePond(name);
  });

  it("finds again what an earlier opening wrote, small and large", async () => {
    const large = crypto.getRandomValues(new Uint8Array(65_536));
    const first = await open();
    await first.root.writeFile("/small.txt", "kept");
    await first.root.writeFile("/large.bin", large);
    await first.close();

    const second = await open();

    expect(second.id).equal(first.id);
    expect(text(await second.root.readFile("/small.txt"))).equal("kept");
    expect(await second.root.readFile("/large.bin")).deep.equal(large);
  });

  it("says which storage is in force", async () => {
    const pond = await open();

    expect(pond.storage.mode).equal("opfs");
    expect(pond.storage.persisted).a("boolean");
  });

  it("keeps nothing of a pond in memory", async () => {
    const pond = await open({ storage: "memory" });
    await pond.root.writeFile("/a", "a");
    await pond.close();

    const again = await open({ storage: "memory" });

    expect(pond.storage.mode).equal("memory");
    expect(await again.root.exists("/a")).equal(false);
    expect(await listPonds()).not.include(name);
  });

  it("makes nothing when the pond must exist and does not", async () => {
    await rejects(open({ mustExist: true }), "POND_MISSING");

    expect(await listPonds()).not.include(name);
  });

  it("refuses a pond with another id than expected", async () => {
    const pond = await open();

    await rejects(open({ expect: crypto.randomUUID() }), "POND_MISSING");

    await pond.root.writeFile("/still", "usable");
  });

  it("opens the pond that has the expected id", async () => {
    const { id } = await open();

    const again = await open({ expect: id });

    expect(again.id).equal(id);
  });

  it("refuses names that no store could keep", async () => {
    await rejects(openPond(""), "INVALID_PATH");
    await rejects(openPond("x".repeat(81)), "INVALID_PATH");
    await rejects(openPond("\uD800"), "INVALID_PATH");
  });

  it("keeps ponds apart whose names look alike", async () => {
    const other = await openPond(`${name}/..`);
    const pond = await open();

    await other.root.writeFile("/a", "other");

    expect(await pond.root.exists("/a")).equal(false);
    await other.close();
    await deletePond(`${name}/..`);
  });

  it("gives up when its signal is aborted", async () => {
    const reason = new Error("changed my mind");

    const error = await openPond(name, { signal: AbortSignal.abort(reason) }).catch((e) => e);

    expect(error).equal(reason);
  });
});

describe("Pond", () => {
  let name = "";
  let pond: Pond;

  beforeEach(async () => {
    name = `pond-${crypto.randomUUID()}`;
    pond = await openPond(name);
  });

  afterEach(async () => {
    await pond.close();
    await deletePond(name);
  });

  it("is listed until it is deleted", async () => {
    const before = await listPonds();
    await pond.close();
    await deletePond(name);

    const after = await listPonds();

    expect(before).include(name);
    expect(after).not.include(name);
  });

  it("leaves nothing in the private file system when it is deleted", async () => {
    await pond.root.writeFile("/large", new Uint8Array(100_000));
    await pond.close();
    await deletePond(name);

    const root = await navigator.storage.getDirectory();
    const ponds = await root.getDirectoryHandle("tinypond");
    const left = await ponds.getDirectoryHandle(name).catch((error: DOMException) => error.name);

    expect(left).equal("NotFoundError");
  });

  it("refuses every call after it was closed", async () => {
    await pond.close();

    await rejects(pond.root.writeFile("/a", "a"), "POND_CLOSED");
    await rejects(pond.root.readFile("/a"), "POND_CLOSED");
    await rejects(pond.begin(), "POND_CLOSED");
    await rejects(pond.gc(), "POND_CLOSED");
    await rejects(pond.stats(), "POND_CLOSED");
  });

  it("commits many files together or not at all", async () => {
    await pond.root.writeFile("/a", "old");

    const failed = pond.transaction(async (tx) => {
      await tx.root.writeFile("/a", "new");
      await tx.root.writeFile("/b", "new");
      throw new Error("stop");
    });

    expect((await failed.catch((error: Error) => error)).message).equal("stop");
    expect(text(await pond.root.readFile("/a"))).equal("old");
    expect(await pond.root.exists("/b")).equal(false);
  });

  it("shows the past in a snapshot and the commits in the log", async () => {
    const { txnSeq } = await pond.root.writeFile("/a", "one");
    await pond.transaction((tx) => tx.root.writeFile("/a", "two"), { label: "second" });

    await using then = await pond.snapshot({ seq: txnSeq });
    const labels: (string | undefined)[] = [];
    for await (const commit of pond.log()) labels.push(commit.label);

    expect(text(await then.root.readFile("/a"))).equal("one");
    expect(labels).deep.equal([undefined, "second"]);
  });

  it("counts files, versions and bytes as they are written and removed", async () => {
    await pond.root.createDir("/d");
    await pond.root.writeFile("/d/small", new Uint8Array(10));
    await pond.root.writeFile("/d/small", new Uint8Array(30));
    await pond.root.writeFile("/d/large", new Uint8Array(70_000));
    await pond.root.writeFile("/d/again", new Uint8Array(70_000));
    const full = await pond.stats();
    await pond.root.remove("/d", { recursive: true });
    const empty = await pond.stats();

    const { files, directories, versions, liveBytes, versionBytes, blobs, blobBytes } = full;
    expect({ files, directories, versions, liveBytes, versionBytes, blobs, blobBytes }).deep.equal({
      files: 3,
      directories: 1,
      versions: 4,
      liveBytes: 140_030,
      versionBytes: 140_040,
      blobs: 1,
      blobBytes: 70_000,
    });
    expect(full.dedupSavings).equal(70_000);
    expect(empty.files).equal(0);
    expect(empty.directories).equal(0);
    expect(empty.liveBytes).equal(0);
    expect(empty.historyBytes).equal(140_040);
  });

  it("collects nothing that history still names", async () => {
    await pond.root.writeFile("/large", crypto.getRandomValues(new Uint8Array(65_536)));
    await pond.root.remove("/large");

    const { deletedCount } = await pond.gc();
    await pond.root.restore("/large");

    expect(deletedCount).equal(0);
    expect((await pond.root.readFile("/large")).byteLength).equal(65_536);
  });

  it("drops the bytes of a transaction that was rolled back", async () => {
    const tx = await pond.begin();
    await tx.root.writeFile("/large", new Uint8Array(200_000));
    await tx.rollback();

    const { sweptTemporaries, deletedCount } = await pond.gc();
    const { blobs } = await pond.stats();

    expect({ sweptTemporaries, deletedCount, blobs }).deep.equal({
      sweptTemporaries: 0,
      deletedCount: 0,
      blobs: 0,
    });
  });
});
