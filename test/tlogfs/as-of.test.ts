import { expect } from "chai";
import fc from "fast-check";
import type { Entry } from "../../src/tinyfs/entry.ts";
import { ROOT_ID } from "../../src/tinyfs/node-id.ts";
import type { OpLogPersistence } from "../../src/tlogfs/oplog-persistence.ts";
import { someBytes } from "../worker/storage-pond.ts";
import {
  begin,
  cleanUp,
  commit,
  entryOf,
  move,
  openPond,
  place,
  put,
  readText,
  remove,
  seqsOf,
  writeFiles,
} from "./pond-fixture.ts";

const NAMES = ["a", "b", "c", "d", "é", "😀", "ﬀ", "B"];

type Step =
  | { readonly kind: "put"; readonly name: string }
  | { readonly kind: "remove"; readonly name: string }
  | { readonly kind: "move"; readonly name: string; readonly to: string };

const name = fc.constantFrom(...NAMES);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("put" as const), name }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("remove" as const), name }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("move" as const), name, to: name }) },
);
const history = fc.array(fc.array(step, { minLength: 1, maxLength: 4 }), { maxLength: 12 });

describe("reads as of a commit", () => {
  afterEach(cleanUp);

  it("give at every commit what a remembered snapshot says, page by page", async function () {
    this.timeout(120_000);
    await fc.assert(
      fc.asyncProperty(history, fc.integer({ min: 1, max: 4 }), async (commits, limit) => {
        const persistence = await openPond();
        const snapshots = [new Map<string, Entry>()];
        for (const steps of commits) {
          const before = snapshots.at(-1) ?? new Map<string, Entry>();
          const after = await apply(persistence, before, steps);
          if (after) snapshots.push(after);
        }
        for (const [seq, snapshot] of snapshots.entries()) {
          expect(await listByPages(persistence, seq, limit)).deep.equal(sorted(snapshot));
          const single = await Promise.all(NAMES.map((n) => persistence.entryAt(place(n), seq)));
          expect(single).deep.equal(NAMES.map((n) => snapshot.get(n)));
        }
        await cleanUp();
      }),
      { numRuns: 25 },
    );
  });

  it("list names that were removed, replaced and added since, without reading past the limit", async () => {
    const persistence = await openPond();
    const files = Object.fromEntries(
      Array.from({ length: 300 }, (_, n) => [
        `f${String(n).padStart(3, "0")}`,
        someBytes(4, n + 1),
      ]),
    );
    await writeFiles(persistence, files);
    const tree = await begin(persistence);
    for (let n = 0; n < 300; n += 2) await remove(tree, `f${String(n).padStart(3, "0")}`);
    await commit(persistence, tree);
    await writeFiles(persistence, { e: "1", f0005: "2", g: "3" });

    const names = (await persistence.entriesAt(ROOT_ID, 1, { limit: 1000 })).map((row) => row.name);
    const page = await persistence.entriesAt(ROOT_ID, 1, { after: "f100", limit: 3 });

    expect(names).deep.equal(Object.keys(files));
    expect(page.map((row) => row.name)).deep.equal(["f101", "f102", "f103"]);
  });

  it("find the row that one continues, under its name and across moves", async () => {
    const persistence = await openPond();
    await writeFiles(persistence, { a: "1" });
    await writeFiles(persistence, { a: "2" });
    const tree = await begin(persistence);
    await move(tree, "a", "b");
    await commit(persistence, tree);

    const rows = [await entryOf(persistence, "b")];
    for (let row = rows.at(-1); row; row = await persistence.previousEntry(row)) rows.push(row);

    const texts = await Promise.all(rows.slice(1).map((row) => readText(persistence, row)));
    expect(texts).deep.equal(["2", "2", "1"]);
  });

  it("find no row before a new node under an old name", async () => {
    const persistence = await openPond();
    await writeFiles(persistence, { a: "1" });
    const tree = await begin(persistence);
    await remove(tree, "a");
    await commit(persistence, tree);
    await writeFiles(persistence, { a: "2" });

    expect(await persistence.previousEntry(await entryOf(persistence, "a"))).equal(undefined);
  });

  it("find the newest row at a name that had ended", async () => {
    const persistence = await openPond();
    await writeFiles(persistence, { a: "1" });
    await writeFiles(persistence, { a: "2" });
    const tree = await begin(persistence);
    await remove(tree, "a");
    await commit(persistence, tree);

    const ended = await Promise.all([1, 2, 3].map((seq) => persistence.lastEnded(place("a"), seq)));

    expect(ended.map((row) => row && [row.placedSeq, row.endSeq, row.end])).deep.equal([
      undefined,
      [1, 2, "replaced"],
      [2, 3, "removed"],
    ]);
  });
});

describe("the log", () => {
  afterEach(cleanUp);

  it("lists commits in both directions and by range, page by page", async function () {
    this.timeout(60_000);
    const persistence = await openPond();
    for (let n = 1; n <= 205; n += 1) {
      await writeFiles(persistence, { a: String(n) }, { durability: "relaxed" });
    }

    const all = Array.from({ length: 205 }, (_, index) => index + 1);
    expect(await seqsOf(persistence.commits())).deep.equal(all);
    expect(await seqsOf(persistence.commits({ reverse: true }))).deep.equal(all.toReversed());
    expect(await seqsOf(persistence.commits({ from: 3, to: 5 }))).deep.equal([3, 4, 5]);
    expect(await seqsOf(persistence.commits({ from: 204, reverse: true }))).deep.equal([205, 204]);
    expect(await seqsOf(persistence.commits({ from: 206 }))).deep.equal([]);
  });

  it("finds the commit of a time", async () => {
    const persistence = await openPond();
    const times = [];
    for (let n = 0; n < 7; n += 1) {
      times.push((await writeFiles(persistence, { a: String(n) })).info.time);
    }

    const found = await Promise.all(times.map((time) => persistence.seqAt(time)));
    const before = await Promise.all(times.map((time) => persistence.seqAt(time - 1)));

    expect(found).deep.equal([1, 2, 3, 4, 5, 6, 7]);
    expect(before).deep.equal([0, 1, 2, 3, 4, 5, 6]);
    expect(await persistence.seqAt(Number.MAX_SAFE_INTEGER)).equal(7);
  });

  it("begins with the head 0", async () => {
    const persistence = await openPond();

    expect(await persistence.head()).deep.equal({
      seq: 0,
      time: 0,
      totals: { files: 0, directories: 0, liveBytes: 0, versions: 0, versionBytes: 0 },
    });
    expect(await persistence.seqAt(Date.now() * 1000)).equal(0);
  });
});

/** Commits what of the steps is possible, and returns the directory after it. */
async function apply(
  persistence: OpLogPersistence,
  before: ReadonlyMap<string, Entry>,
  steps: readonly Step[],
): Promise<Map<string, Entry> | undefined> {
  const tree = await begin(persistence);
  for (const next of steps) await stage(persistence, tree, next);
  if (tree.writeSet("").names.length === 0) return undefined;
  const { settled } = await commit(persistence, tree, { durability: "relaxed" });
  const after = new Map(before);
  for (const row of settled.superseded) after.delete(row.name);
  for (const row of settled.placed) after.set(row.name, stored(row));
  return after;
}

async function stage(
  persistence: OpLogPersistence,
  tree: Awaited<ReturnType<typeof begin>>,
  next: Step,
): Promise<void> {
  if (next.kind === "put") {
    const bytes = someBytes(8, Math.floor(Math.random() * 1e6));
    await put(tree, next.name, await persistence.stageBytes(bytes));
    return;
  }
  if (next.kind !== "move") {
    await remove(tree, next.name);
    return;
  }
  const [from, to] = [await tree.entry(place(next.name)), await tree.entry(place(next.to))];
  if (from && !to) await move(tree, next.name, next.to);
}

/** The row as it is read again: with content that says where it is stored. */
function stored(row: Entry): Entry {
  const { content } = row;
  if (!content) return row;
  const { size, sha256 } = content;
  const { storage } = content as unknown as { storage: unknown };
  return { ...row, content: { size, sha256, storage } as Entry["content"] & object };
}

function sorted(snapshot: ReadonlyMap<string, Entry>): Entry[] {
  return [...snapshot.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

async function listByPages(
  persistence: OpLogPersistence,
  seq: number,
  limit: number,
): Promise<Entry[]> {
  const rows: Entry[] = [];
  for (;;) {
    const page = await persistence.entriesAt(ROOT_ID, seq, { after: rows.at(-1)?.name, limit });
    rows.push(...page);
    if (page.length < limit) return rows;
  }
}
