import { expect } from "chai";
import { FS, WD } from "../../src/tinyfs/index.ts";
import type { CheckProgress } from "../../src/tlogfs/check/report.ts";
import { fakeParquet } from "../tinyfs/contract/bytes.ts";
import { failureOf, rejects } from "../tinyfs/contract/rejects.ts";
import { someBytes } from "../worker/storage-pond.ts";
import { DamagedPond, LARGE } from "./damaged-pond.ts";
import { cleanUp, newPondName, openPond } from "./pond-fixture.ts";

async function openRoot() {
  const name = newPondName();
  const persistence = await openPond({ name });
  const fs = new FS({ persistence }, (context) => new WD(context));
  return { name, persistence, fs, root: fs.root };
}

describe("check()", function () {
  this.timeout(60_000);
  afterEach(cleanUp);

  it("finds nothing in a sound pond with history, moves, restores, series, links and copies", async () => {
    const { persistence, fs, root } = await openRoot();
    await root.writeFile("/a", "1");
    await root.writeFile("/a", "2", { attributes: { note: "x" } });
    await root.createDir("/d/e", { recursive: true });
    await root.rename("/a", "/d/b");
    await root.writeFile("/d/b", someBytes(70_000));
    await root.copy("/d/b", "/copy");
    await root.createSymlink("/link", "/d/b");
    await root.setAttributes("/copy", { color: "red" });
    await root.writeFile("/s", fakeParquet("1"), { entryType: "FileSeries" });
    await root.writeFile("/s", fakeParquet("2"), { append: true });
    await root.rename("/s", "/d/e/s");
    await root.restore("/d/b", 1);
    await root.remove("/d", { recursive: true });
    await root.restore("/d");
    await root.writeFile("/x", "x");
    await root.remove("/x");
    await fs.transaction(async (tx) => {
      await tx.root.restore("/x");
      await tx.root.rename("/x", "/y");
    });
    await root.remove("/d", { recursive: true });

    const report = await persistence.check({ deep: true });
    await persistence.gc();
    const collected = await persistence.check();
    await fs.vacuum({ keepVersions: 1, keepFor: 0 });
    const vacuumed = await persistence.check({ deep: true });

    expect(report.findings).deep.equal([]);
    expect(report).include({ seq: 18, settled: true });
    expect(collected.findings).deep.equal([]);
    expect(vacuumed.findings).deep.equal([]);
  });

  it("finds ten different faults in one pass", async () => {
    const pond = await DamagedPond.make();
    const { persistence, ids } = pond;
    await pond.tamper(["old", ids.d, "small", -2], { size: 1 });
    await pond.delete(["chg", 8, 0]);
    await pond.deletePack("/twin");
    await pond.flipInline("/alone");
    await pond.flipBlob();
    await pond.delete((await pond.keys("ref")).at(-1) ?? []);
    await pond.strayBlob();
    await pond.strayPack();
    await pond.delete(["txn", -5]);
    await pond.tamper(["meta"], { horizon: 4 });
    await pond.plantTemporary(someBytes(10));

    const { findings } = await persistence.check({ deep: true });

    expect(new Set(findings.map(({ kind }) => kind))).include.all.keys(
      "corrupt-row",
      "missing-row",
      "missing-pack",
      "corrupt-bytes",
      "corrupt-blob",
      "missing-ref",
      "orphan-blob",
      "orphan-pack",
      "gap-in-log",
      "orphan-temporary",
    );
    expect(findings.find(({ kind }) => kind === "corrupt-blob")).include({
      path: "/d/large",
      version: 1,
      sha256: pond.sha256,
      page: 1,
    });
    expect(findings.filter(({ kind }) => kind === "corrupt-row")).length(2);
  });

  it("reads no bytes of blobs unless it is deep", async () => {
    const pond = await DamagedPond.make();
    await pond.flipBlob();

    const shallow = await pond.persistence.check();
    const deep = await pond.persistence.check({ deep: true });

    expect(shallow).deep.include({ findings: [], bytes: 0, blobs: 1 });
    expect(deep.findings.map(({ kind }) => kind)).deep.equal(["corrupt-blob"]);
    expect(deep.bytes).greaterThan(LARGE.length);
  });

  it("tells how far it is, and ends with the reason of its signal", async () => {
    const { persistence } = await DamagedPond.make();
    const seen: CheckProgress[] = [];
    const controller = new AbortController();

    await persistence.check({ onProgress: (progress) => seen.push(progress) });
    const failure = await failureOf(
      persistence.check({
        signal: controller.signal,
        onProgress: () => controller.abort(new Error("enough")),
      }),
    );

    expect(new Set(seen.map(({ phase }) => phase))).deep.equal(new Set(["rows", "packs", "blobs"]));
    expect(failure).include({ message: "enough" });
  });

  it("finds nothing while another tab writes, moves and collects", async () => {
    const { name, persistence, root } = await openRoot();
    for (let n = 0; n < 20; n += 1) await root.writeFile(`/f${n}`, `${n}`);
    const other = await openPond({ name });
    const theirs = new FS({ persistence: other }, (context) => new WD(context)).root;
    let isOver = false;
    const busy = (async () => {
      for (let n = 0; !isOver; n += 1) {
        await theirs.writeFile(`/f${n % 20}`, n % 5 === 0 ? someBytes(70_000, n + 1) : `new ${n}`);
        await theirs.rename(`/f${n % 20}`, `/g${n}`);
        await theirs.remove(`/g${n}`);
        if (n % 4 === 0) await other.gc();
      }
    })();

    const reports = [];
    for (let n = 0; n < 5; n += 1) reports.push(await persistence.check({ deep: true }));
    isOver = true;
    await busy;

    for (const { findings } of reports) expect(findings).deep.equal([]);
    expect((await persistence.check()).findings).deep.equal([]);
  });

  it("holds no more than a slice of the rows of 5,000 files at a time", async () => {
    const { persistence, fs } = await openRoot();
    await fs.transaction(async (tx) => {
      for (let n = 0; n < 5_000; n += 1) await tx.root.writeFile(`/file-${n}`, "same");
    });
    const original = IDBObjectStore.prototype.getAll;
    const sizes: number[] = [];
    IDBObjectStore.prototype.getAll = function (...args: Parameters<typeof original>) {
      const request = original.apply(this, args);
      request.addEventListener("success", () => sizes.push(request.result.length));
      return request;
    };

    const report = await persistence.check().finally(() => {
      IDBObjectStore.prototype.getAll = original;
    });

    expect(report.findings).deep.equal([]);
    expect(report.rows).greaterThan(5_000);
    expect(Math.max(...sizes)).most(500);
  });
});

describe("a damaged pond", () => {
  afterEach(cleanUp);

  it("opens, and can be checked, whatever row is damaged but the pond's own", async () => {
    const pond = await DamagedPond.make();
    await pond.persistence.close();
    for (const family of ["dir", "old", "seg", "txn", "chg", "blob", "ref"]) {
      const [key] = await pond.keys(family);
      await pond.tamper(key ?? [], { sum: 1 });
    }

    const persistence = await openPond({ name: pond.name });
    const report = await persistence.check();

    const kinds = new Set(report.findings.map(({ kind }) => kind));
    expect(kinds).include.all.keys("corrupt-row", "corrupt-blob-row");
    expect(report.findings.filter(({ kind }) => kind === "corrupt-row")).length(6);
  });

  it("is CORRUPT_ROW when both copies of its own row are damaged", async () => {
    const pond = await DamagedPond.make();
    await pond.persistence.close();
    await pond.tamper(["meta"], { sum: 1 });
    await pond.tamper(["meta", "copy"], { sum: 1 });

    await rejects(openPond({ name: pond.name }), "CORRUPT_ROW");
  });

  it("is healed by writing the good bytes again, small and large, after a repair or without", async () => {
    const pond = await DamagedPond.make();
    const { persistence, root } = pond;
    await pond.flipBlob();
    await pond.flipInline("/alone");
    await root.writeFile("/fresh", "nobody else has this");
    await root.writeFile("/again", LARGE);
    const [alone, again] = [
      await rejects(root.readFile("/alone"), "CORRUPT_BLOB"),
      await root.readFile("/again"),
    ];
    await persistence.repair(await persistence.check({ deep: true }));
    await pond.flipBlob();
    await persistence.repair(await persistence.check({ deep: true }));
    const { findings } = await persistence.check({ deep: true });
    await root.writeFile("/once-more", LARGE);
    await persistence.repair(await persistence.check({ deep: true }));

    expect(alone).include({ path: "/alone" });
    expect(again).deep.equal(LARGE);
    expect(new TextDecoder().decode(await root.readFile("/alone"))).equal("nobody else has this");
    expect(findings.map(({ kind, severity }) => `${kind} ${severity}`)).deep.equal([
      "quarantined known",
    ]);
    expect(await root.readFile("/d/large")).deep.equal(LARGE);
    expect((await persistence.check({ deep: true })).findings).deep.equal([]);
  });
});
