import { expect } from "chai";
import type { FindingKind, Repaired } from "../../src/tlogfs/check/report.ts";
import { rejects } from "../tinyfs/contract/rejects.ts";
import { DamagedPond, LARGE } from "./damaged-pond.ts";
import { cleanUp } from "./pond-fixture.ts";

type Outcome = Repaired["outcome"];

interface Fault {
  readonly title: string;
  readonly kind: FindingKind;
  readonly outcome: Outcome;
  readonly path?: string;
  damage(pond: DamagedPond): Promise<unknown>;
  /** What holds after the repair, beyond a check that finds nothing new. */
  after?(pond: DamagedPond): Promise<void>;
}

const reads =
  (path: string, text: string) =>
  async ({ root }: DamagedPond) => {
    expect(new TextDecoder().decode(await root.readFile(path))).equal(text);
  };

const readsLarge = async ({ root }: DamagedPond) => {
  expect(await root.readFile("/d/large")).deep.equal(LARGE);
};

const FAULTS: readonly Fault[] = [
  {
    title: "a damaged row of a name",
    kind: "corrupt-row",
    outcome: "restored",
    path: "/d/small",
    damage: (pond) => pond.tamper(pond.dirKey("/d/small"), { version: 9 }),
    after: reads("/d/small", "the second text"),
  },
  {
    title: "a damaged row of a name whose storage is lost",
    kind: "corrupt-row",
    outcome: "quarantined",
    path: "/alone",
    damage: (pond) => pond.tamper(pond.dirKey("/alone"), { storage: 7, sha256: "x" }),
    after: async ({ root }) => {
      const error = await rejects(root.readFile("/alone"), "CORRUPT_BLOB");
      expect(error).include({ path: "/alone", version: 1 });
    },
  },
  {
    title: "a damaged row of a directory",
    kind: "corrupt-row",
    outcome: "restored",
    path: "/d",
    damage: (pond) => pond.tamper(pond.dirKey("/d"), { nodeId: "nonsense" }),
    after: reads("/d/small", "the second text"),
  },
  {
    title: "a damaged row of a link",
    kind: "corrupt-row",
    outcome: "restored",
    path: "/link",
    damage: (pond) => pond.tamper(pond.dirKey("/link"), { sum: 1 }),
    after: reads("/link", "the second text"),
  },
  {
    title: "a damaged row of history",
    kind: "corrupt-row",
    outcome: "restored",
    path: "/d/small",
    damage: (pond) => pond.tamper(["old", pond.ids.d, "small", -2], { endSeq: 9 }),
    after: async ({ root }) => {
      const bytes = await root.readFile("/d/small", { version: 1 });
      expect(new TextDecoder().decode(bytes)).equal("the first text");
    },
  },
  {
    title: "a damaged row of a series",
    kind: "corrupt-row",
    outcome: "restored",
    path: "/s",
    damage: (pond) => pond.tamper(["seg", pond.ids.s, -7, 0], { version: 5 }),
  },
  {
    title: "a damaged row of a series that cannot be made out",
    kind: "corrupt-row",
    outcome: "quarantined",
    path: "/s",
    damage: (pond) => pond.tamper(["seg", pond.ids.s, -7, 0], { segments: 5 }),
    after: async ({ root }) => {
      expect(await root.list("/").toArray()).length(5);
    },
  },
  {
    title: "the damaged row of the newest commit",
    kind: "corrupt-row",
    outcome: "restored",
    damage: (pond) => pond.tamper(["txn", -10], { totals: { files: 99 } }),
    after: async ({ persistence }) => {
      expect((await persistence.head()).totals).include({ files: 5, directories: 1 });
    },
  },
  {
    title: "a damaged row of changes",
    kind: "corrupt-row",
    outcome: "quarantined",
    damage: (pond) => pond.tamper(["chg", 3, 0], { changes: [] }),
  },
  {
    title: "a damaged reference",
    kind: "corrupt-row",
    outcome: "restored",
    damage: async (pond) => pond.tamper((await pond.keys("ref"))[0] ?? [], { sum: 5 }),
  },
  {
    title: "the pond's own damaged row",
    kind: "corrupt-row",
    outcome: "restored",
    damage: (pond) => pond.tamper(["meta"], { horizon: 5 }),
  },
  {
    title: "the damaged table of a pack",
    kind: "corrupt-row",
    outcome: "restored",
    damage: (pond) => pond.changePack("/alone", (pack) => ({ ...pack, counts: [4] })),
    after: reads("/alone", "nobody else has this"),
  },
  {
    title: "a row that is gone of a file that was moved",
    kind: "missing-row",
    outcome: "restored",
    path: "/d/large",
    damage: (pond) => pond.delete(pond.dirKey("/d/large")),
    after: readsLarge,
  },
  {
    title: "a row of history that is gone, of a file that moved on",
    kind: "missing-row",
    outcome: "restored",
    path: "/large",
    damage: async (pond) => {
      const key = (await pond.keys("old")).find((one) => one[2] === "large");
      await pond.delete(key ?? []);
    },
    after: readsLarge,
  },
  {
    title: "the row of a directory that is gone",
    kind: "missing-row",
    outcome: "restored",
    damage: (pond) => pond.delete(pond.dirKey("/d")),
    after: reads("/d/small", "the second text"),
  },
  {
    title: "the row of a small file that is gone",
    kind: "missing-row",
    outcome: "quarantined",
    path: "/alone",
    damage: (pond) => pond.delete(pond.dirKey("/alone")),
    after: async ({ root }) => {
      const error = await rejects(root.readFile("/alone"), "CORRUPT_BLOB");
      expect(error).include({ path: "/alone", version: 1 });
      await root.rename("/alone", "/moved");
      await root.writeFile("/moved", "again");
    },
  },
  {
    title: "a segment that is gone",
    kind: "missing-row",
    outcome: "quarantined",
    path: "/s",
    damage: (pond) => pond.delete(["seg", pond.ids.s, -7, 0]),
    after: async ({ root }) => {
      expect(await root.stat("/s")).include({ version: 2 });
    },
  },
  {
    title: "changes that are gone",
    kind: "missing-row",
    outcome: "quarantined",
    damage: (pond) => pond.delete(["chg", 8, 0]),
  },
  {
    title: "a pack that is gone, of bytes that another one has",
    kind: "missing-pack",
    outcome: "restored",
    path: "/d/small",
    damage: (pond) => pond.deletePack("/d/small"),
    after: reads("/d/small", "the second text"),
  },
  {
    title: "a pack that is gone",
    kind: "missing-pack",
    outcome: "quarantined",
    path: "/alone",
    damage: (pond) => pond.deletePack("/alone"),
    after: async ({ root }) => {
      const error = await rejects(root.readFile("/alone"), "CORRUPT_BLOB");
      expect(error).include({ path: "/alone", version: 1 });
      await root.rename("/alone", "/moved");
    },
  },
  {
    title: "damaged small bytes that another pack has",
    kind: "corrupt-bytes",
    outcome: "restored",
    path: "/d/small",
    damage: (pond) => pond.flipInline("/d/small"),
    after: reads("/d/small", "the second text"),
  },
  {
    title: "damaged small bytes",
    kind: "corrupt-bytes",
    outcome: "quarantined",
    path: "/alone",
    damage: (pond) => pond.flipInline("/alone"),
    after: async ({ root }) => {
      await rejects(root.readFile("/alone"), "CORRUPT_BLOB");
    },
  },
  {
    title: "a blob that is gone",
    kind: "missing-blob",
    outcome: "quarantined",
    path: "/d/large",
    damage: (pond) => pond.removeBlob(),
    after: async ({ root }) => {
      const error = await rejects(root.readFile("/d/large"), "LARGE_FILE_NOT_FOUND");
      expect(error).include({ path: "/d/large" });
    },
  },
  {
    title: "a blob that is cut off",
    kind: "truncated-blob",
    outcome: "quarantined",
    path: "/d/large",
    damage: (pond) => pond.truncateBlob(),
  },
  {
    title: "a blob with a flipped bit",
    kind: "corrupt-blob",
    outcome: "quarantined",
    path: "/d/large",
    damage: (pond) => pond.flipBlob(),
    after: async (pond) => {
      expect(await pond.filesIn("_quarantine")).deep.equal([`${pond.sha256}.data`]);
    },
  },
  {
    title: "a damaged blob of which a temporary has the bytes",
    kind: "corrupt-blob",
    outcome: "restored",
    path: "/d/large",
    damage: async (pond) => {
      await pond.flipBlob();
      await pond.plantTemporary(LARGE);
    },
    after: readsLarge,
  },
  {
    title: "the row of a blob that is gone",
    kind: "missing-blob-row",
    outcome: "restored",
    path: "/d/large",
    damage: (pond) => pond.delete(["blob", pond.sha256]),
    after: readsLarge,
  },
  {
    title: "the damaged row of a blob",
    kind: "corrupt-blob-row",
    outcome: "restored",
    path: "/d/large",
    damage: (pond) => pond.tamper(["blob", pond.sha256], { size: 5 }),
    after: readsLarge,
  },
  {
    title: "wrong page checksums in the row of a blob",
    kind: "corrupt-blob-row",
    outcome: "restored",
    path: "/d/large",
    damage: (pond) => pond.forge(["blob", pond.sha256], { pageSums: new Uint8Array(32) }),
    after: readsLarge,
  },
  {
    title: "a reference that is gone",
    kind: "missing-ref",
    outcome: "restored",
    path: "/d/large",
    damage: async (pond) => pond.delete((await pond.keys("ref")).at(-1) ?? []),
  },
  {
    title: "a reference without a row",
    kind: "stray-ref",
    outcome: "removed",
    damage: (pond) => pond.put(["ref", pond.sha256, "somebody", 4, 0], {}),
  },
  {
    title: "a blob that no row names",
    kind: "orphan-blob",
    outcome: "removed",
    damage: (pond) => pond.strayBlob(),
  },
  {
    title: "a pack of a commit that did not come",
    kind: "orphan-pack",
    outcome: "removed",
    damage: (pond) => pond.strayPack(),
  },
  {
    title: "a temporary of a tab that is gone",
    kind: "orphan-temporary",
    outcome: "removed",
    damage: (pond) => pond.plantTemporary(LARGE.slice(0, 100)),
  },
  {
    title: "rows in a directory that is not there",
    kind: "orphan-row",
    outcome: "quarantined",
    damage: async (pond) => {
      const row = { dirId: "nowhere", name: "x", nodeId: "n", entryType: "Symlink", version: 1 };
      const numbers = { txnSeq: 1, placedSeq: 1, timestamp: 1, size: 0, sha256: "", target: "y" };
      await pond.put(["dir", "nowhere", "x"], { ...row, ...numbers });
    },
  },
  {
    title: "a wrong count of uses",
    kind: "wrong-count",
    outcome: "restored",
    damage: (pond) => pond.forgeCounts("/alone", [7]),
  },
  {
    title: "wrong sums in the newest commit",
    kind: "wrong-totals",
    outcome: "restored",
    damage: (pond) =>
      pond.forge(["txn", -10], { stored: { blobs: 7, blobBytes: 1, inlineBytes: 1 } }),
    after: async ({ persistence }) => {
      expect(await persistence.stats()).include({ blobs: 1, blobBytes: LARGE.length });
    },
  },
  {
    title: "a commit whose row is gone",
    kind: "gap-in-log",
    outcome: "restored",
    damage: (pond) => pond.delete(["txn", -5]),
  },
  {
    title: "the newest commit, whose row is gone",
    kind: "gap-in-log",
    outcome: "restored",
    damage: (pond) => pond.delete(["txn", -10]),
    after: async ({ persistence }) => {
      expect(await persistence.head()).include({ seq: 10 });
    },
  },
  {
    title: "rows of one name that overlap",
    kind: "broken-history",
    outcome: "quarantined",
    path: "/d/small",
    damage: (pond) => pond.forge(["old", pond.ids.d, "small", -2], { endSeq: 5 }),
  },
];

describe("check() and repair() of", () => {
  afterEach(cleanUp);

  for (const { title, kind, outcome, path, damage, after } of FAULTS) {
    it(`${title}: ${kind}, ${outcome}`, async () => {
      const pond = await DamagedPond.make();
      const { persistence } = pond;
      await damage(pond);

      const report = await persistence.check({ deep: true });
      const { repaired } = await persistence.repair(report);
      const again = await persistence.check({ deep: true });

      const found = report.findings.map((finding) => `${finding.kind} ${finding.message}`);
      const index = report.findings.findIndex((finding) => finding.kind === kind);
      expect(index, found.join("\n")).greaterThan(-1);
      if (path !== undefined) expect(report.findings[index]).include({ path });
      expect(repaired.map(({ finding }) => finding)).deep.equal(report.findings);
      expect(repaired[index]?.outcome, repaired[index]?.message).equal(outcome);
      const rest = again.findings.filter(({ severity }) => severity !== "known");
      expect(rest).deep.equal([]);
      if (outcome !== "quarantined") expect(again.findings).deep.equal([]);
      else expect(again.findings).not.length(0);
      expect((await persistence.repair(again)).repaired).length(again.findings.length);
      expect(new TextDecoder().decode(await pond.root.readFile("/twin"))).equal("the second text");
      await after?.(pond);
      await pond.root.writeFile("/later", "can be written");
    });
  }
});
