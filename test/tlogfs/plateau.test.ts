import { expect } from "chai";
import { FS, WD } from "../../src/tinyfs/index.ts";
import { cleanUp, newPondName, openPond, rawly } from "./pond-fixture.ts";
import { until } from "./sleeping-page.ts";

const RETENTION = { keepVersions: 3, keepFor: 0 };
const OVERWRITES = 10_000;
const PER_COMMIT = 25;
/** What a browser may hold on to for a while: logs of its databases that it has not compacted. */
const SLACK_BYTES = 4 << 20;

describe("a pond with a policy", () => {
  afterEach(cleanUp);

  it("does not grow when a folder is filled and removed 50 times", async function () {
    this.timeout(180_000);
    const { name, persistence, root, fs } = await openFS();
    const sizes: number[] = [];
    const usages: (number | undefined)[] = [];
    for (let round = 0; round < 50; round += 1) {
      await fs.transaction(async (tx) => {
        await tx.root.createDir("/d");
        for (let n = 0; n < 20; n += 1) await tx.root.writeFile(`/d/${n}`, "x".repeat(1000));
        await tx.root.writeFile("/d/large", new Uint8Array(1 << 20).fill(round));
      });
      await root.remove("/d", { recursive: true });
      if (round % 5 !== 4) continue;
      await fs.vacuum();
      sizes.push(await countRows(name));
      usages.push(await usage());
    }

    expect(new Set(sizes).size, String(sizes)).equal(1);
    expect(await persistence.stats()).include({
      versions: 0,
      versionBytes: 0,
      blobBytes: 0,
      inlineBytes: 0,
    });
    levelsOff(usages);
  });

  it(`does not grow when one file is overwritten ${OVERWRITES} times`, async function () {
    this.timeout(300_000);
    const { name, persistence, fs } = await openFS();
    const rows: number[] = [];
    const bytes: number[] = [];
    const usages: (number | undefined)[] = [];
    for (let count = 0; count < OVERWRITES; count += PER_COMMIT) {
      // Made at once they take turns at the name, each with a commit of its own.
      const numbers = Array.from({ length: PER_COMMIT }, (_, n) => count + n);
      await Promise.all(numbers.map((n) => fs.root.writeFile("/a", `${n}`.padEnd(200))));
      if ((count + PER_COMMIT) % 500 !== 0) continue;
      await until(async () => (await persistence.stats()).versions <= 600);
      rows.push(await countRows(name));
      bytes.push((await persistence.stats()).versionBytes);
      usages.push(await usage());
    }

    // After a run in an idle moment up to 256 versions may come to an end before the next.
    expect(Math.max(...rows), String(rows)).below(4000);
    expect(Math.max(...bytes), String(bytes)).below(600 * 200 + 1);
    levelsOff(usages);
    expect((await fs.root.stat("/a")).version).equal(OVERWRITES);
    await fs.vacuum();
    expect(await fs.root.versions("/a")).length(3);
    expect(await countRows(name)).below(12);
  });
});

async function openFS() {
  const name = newPondName();
  const persistence = await openPond({ name, retention: RETENTION, durability: "relaxed" });
  const fs = new FS({ persistence }, (context) => new WD(context), { durability: "relaxed" });
  return { name, persistence, fs, root: fs.root };
}

function countRows(name: string): Promise<number> {
  return rawly(name, (oplog) => oplog.count());
}

/** What the browser says of the whole origin, which test files share; `undefined` if it gives no figure. */
async function usage(): Promise<number | undefined> {
  const { usage: bytes } = await navigator.storage.estimate();
  return bytes;
}

/** The second half of a run takes up no more than the first did. */
function levelsOff(usages: readonly (number | undefined)[]): void {
  const known = usages.flatMap((bytes) => bytes ?? []);
  if (known.length === 0) return;
  const half = known.length >> 1;
  const most = Math.max(...known.slice(0, half));
  const later = known.slice(half).sort((a, b) => a - b);
  expect(later[later.length >> 1], String(known)).below(most + SLACK_BYTES);
}
