import { expect } from "chai";
import { deletePond, openPond, type Pond } from "../../src/index.ts";
import { FORMAT_STEPS } from "../../src/tlogfs/migration-steps.ts";
import { FORMAT_VERSION } from "../../src/tlogfs/open-database.ts";
import { rowSum } from "../../src/tlogfs/row-sum.ts";
import { dumpPond, loadPond, openRaw, type PondDump, settled } from "../fixtures/pond-dump.ts";
import { describePond } from "../fixtures/sample-pond.ts";
import { rejects } from "../tinyfs/contract/rejects.ts";
import { failureOf } from "../worker/storage-pond.ts";

interface Fixture extends PondDump {
  readonly expected: unknown;
}

const FORMATS = Array.from({ length: FORMAT_VERSION }, (_, index) => index + 1);

let name = "";
const opened: Pond[] = [];

async function fixture(format: number): Promise<Fixture> {
  const url = new URL(`../fixtures/format-${format}.json`, import.meta.url);
  return (await (await fetch(url)).json()) as Fixture;
}

async function load(format: number): Promise<Fixture> {
  const dump = await fixture(format);
  await loadPond(name, dump);
  return dump;
}

async function open(): Promise<Pond> {
  const pond = await openPond(name, { mustExist: true });
  opened.push(pond);
  return pond;
}

async function closeAll(): Promise<void> {
  for (const pond of opened.splice(0)) await pond.close();
}

async function putRow(key: IDBValidKey, change: (row: object) => object): Promise<void> {
  const database = await openRaw(name);
  const store = database.transaction("oplog", "readwrite").objectStore("oplog");
  const row = await settled<object>(store.get(key));
  await settled(store.put(change(row), key));
  database.close();
}

beforeEach(() => {
  name = `format-${crypto.randomUUID()}`;
});

afterEach(async () => {
  await closeAll();
  await deletePond(name);
});

for (const format of FORMATS) {
  describe(`a pond of format ${format}`, () => {
    it("is read whole: files, tables, series, versions, snapshots and log", async function () {
      this.timeout(60_000);
      const { expected } = await load(format);

      const found = await describePond(await open());

      expect(found).deep.equal(expected);
    });

    it("takes writes and collection, and opens again", async () => {
      await load(format);
      const pond = await open();
      const before = await pond.root.readFile("/large.bin");

      await pond.root.writeFile("/notes/new.md", "new");
      await pond.root.remove("/large.bin");
      await pond.root.restore("/large.bin", 1);
      const { deletedCount } = await pond.gc();
      await closeAll();
      const again = await open();

      expect(deletedCount).equal(0);
      expect(new TextDecoder().decode(await again.root.readFile("/notes/new.md"))).equal("new");
      expect(await again.root.readFile("/large.bin")).deep.equal(before);
    });
  });
}

describe("a pond of an older format", () => {
  it("has a step and a fixture for each format before the present one", async () => {
    const fixtures = await Promise.all(FORMATS.map(fixture));

    expect(FORMAT_STEPS.map(({ from }) => from)).deep.equal(FORMATS.slice(0, -1));
    expect(fixtures.map(({ format }) => format)).deep.equal(FORMATS);
  });

  it("of format 1 keeps every row but its own, which says times in milliseconds", async () => {
    const before = await load(1);
    const { id } = await open();
    await closeAll();

    const after = await dumpPond(name);

    const others = (dump: PondDump) => {
      return dump.stores["oplog"]?.filter(([key]) => (key as string[])[0] !== "meta");
    };
    expect(others(before)?.length).above(50);
    expect(others(after)).deep.equal(others(before));
    expect(after.stores["packs"]).deep.equal(before.stores["packs"]);
    expect(after.files).deep.equal(before.files);
    expect(metaOf(after)).deep.include({
      id,
      ...{ format: 2, minReader: 2, minWriter: 2, blobs: "opfs" },
      retention: { keepVersions: 10, keepFor: 604_800_000 },
    });
  });

  it("stays as it was when its migration is cut short, and is migrated the next time", async () => {
    const before = await load(1);
    const put = IDBObjectStore.prototype.put;
    IDBObjectStore.prototype.put = function (value, key) {
      const request = put.call(this, value, key);
      request.addEventListener("success", () => this.transaction.abort());
      return request;
    };

    const failure = await failureOf(open()).finally(() => {
      IDBObjectStore.prototype.put = put;
    });
    const { stores, format } = await dumpPond(name);

    expect(failure).include({ code: "STORAGE_UNAVAILABLE" });
    expect({ stores, format }).deep.equal({ stores: before.stores, format: 1 });
    expect(await describePond(await open())).deep.equal(before.expected);
  });

  it("is migrated once an older version of the library lets go of it", async () => {
    const { expected } = await load(1);
    const older = await openRaw(name);
    let isAsked = false;
    older.onversionchange = () => {
      isAsked = true;
      older.close();
    };

    const pond = await open();

    expect(isAsked).equal(true);
    expect(await describePond(pond)).deep.equal(expected);
  });

  it("is STORAGE_UNAVAILABLE, in words, as long as an older version of the library holds on to it", async () => {
    await load(1);
    const older = await openRaw(name);
    const original = globalThis.setTimeout;
    globalThis.setTimeout = ((work: () => void) => original(work, 100)) as typeof setTimeout;

    const failure = await failureOf(openPond(name)).finally(() => {
      globalThis.setTimeout = original;
    });
    const version = older.version;
    older.close();

    expect(failure).include({ code: "STORAGE_UNAVAILABLE" });
    expect((failure as Error).message).match(/another tab holds on to it\. Close that tab/);
    expect(version).equal(1);
    await open();
  });

  it("whose own row is damaged is CORRUPT_ROW, and stays damaged", async () => {
    await load(1);
    await putRow(["meta"], (row) => ({ ...row, created: 1 }));

    await rejects(open(), "CORRUPT_ROW");

    const meta = metaOf(await dumpPond(name));
    expect(meta).include({ created: 1, format: 1 });
  });
});

describe("a pond of a newer format", () => {
  it("is FORMAT_TOO_NEW by the version of its database", async () => {
    await load(FORMAT_VERSION);
    (await openRaw(name, FORMAT_VERSION + 1)).close();

    await rejects(openPond(name), "FORMAT_TOO_NEW");
  });

  it("is FORMAT_TOO_NEW by the reader that it asks for", async () => {
    await load(FORMAT_VERSION);
    await putRow(["meta"], (row) => reseal(["meta"], { ...row, minReader: FORMAT_VERSION + 1 }));

    await rejects(openPond(name), "FORMAT_TOO_NEW");
  });

  it("is read, and not written, where only its writers must be newer", async () => {
    await load(FORMAT_VERSION);
    await putRow(["meta"], (row) => reseal(["meta"], { ...row, minWriter: FORMAT_VERSION + 1 }));
    const { root } = await open();

    await rejects(root.writeFile("/x", "x"), "FORMAT_TOO_NEW");

    expect(await root.readFile("/empty")).deep.equal(new Uint8Array(0));
    expect(await root.exists("/x")).equal(false);
  });
});

describe("the row of a pond itself", () => {
  it("is read from its copy where it is damaged", async () => {
    const { expected } = await load(FORMAT_VERSION);
    await putRow(["meta"], (row) => ({ ...row, horizon: 7 }));

    const pond = await open();
    await pond.root.writeFile("/x", "x");

    expect((expected as { id: string }).id).equal(pond.id);
    expect(await pond.root.exists("/x")).equal(true);
  });

  it("is CORRUPT_ROW where its copy is damaged as well", async () => {
    await load(FORMAT_VERSION);
    await putRow(["meta"], (row) => ({ ...row, horizon: 7 }));
    await putRow(["meta", "copy"], (row) => ({ ...row, horizon: 7 }));

    await rejects(open(), "CORRUPT_ROW");
  });
});

function metaOf(dump: PondDump): object {
  const found = dump.stores["oplog"]?.find(([key]) => String(key) === "meta");
  return Object(found?.[1]) as object;
}

function reseal(key: readonly unknown[], row: object): object {
  return { ...row, sum: rowSum(key, row) };
}
