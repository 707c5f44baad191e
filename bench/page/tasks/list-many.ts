import { deletePond, openPond, type Pond } from "tinypond";
import { scaled } from "../by-hand.ts";
import { compare, type Figure, timed } from "../figure.ts";
import { RawStore } from "../raw-store.ts";

const POND = "bench-list-many";
const RAW = "bench-list-many-raw";
const PER_COMMIT = 5000;

/** Listing a large folder whose files have been written twice, against getAll of as many records. */
export async function listMany(): Promise<Figure[]> {
  const count = scaled(100_000);
  await deletePond(POND);
  const raw = await RawStore.open(RAW);
  const pond = await openPond(POND, { durability: "relaxed" });
  try {
    for (const version of [1, 2]) await fill(pond, count, version);
    for (let at = 0; at < count; at += PER_COMMIT) await raw.putAll(records(at, count));
    const contest = {
      what: `list of ${count} files with an older version each, against getAll of as many records`,
      limit: 1.5,
      ours: () => timed(async () => assertCount((await pond.root.list("/d")).length, count)),
      byHand: () => timed(async () => assertCount((await raw.getAll()).length, count)),
    };
    return [await compare(contest)];
  } finally {
    raw.close();
    await RawStore.delete(RAW);
    await pond.close();
    await deletePond(POND);
  }
}

async function fill(pond: Pond, count: number, version: number): Promise<void> {
  for (let at = 0; at < count; at += PER_COMMIT) {
    await pond.transaction(async (tx) => {
      await tx.root.createDir("/d", { recursive: true });
      const numbers = Array.from({ length: Math.min(PER_COMMIT, count - at) }, (_, n) => at + n);
      await Promise.all(
        numbers.map((n) => tx.root.writeFile(`/d/${nameOf(n)}`, `file ${n}, ${version}`)),
      );
    });
  }
}

/** What a listing tells of a file, as somebody would keep it who has no history. */
function* records(at: number, count: number): Generator<readonly [string, object]> {
  for (let n = at; n < Math.min(count, at + PER_COMMIT); n += 1) {
    const name = nameOf(n);
    const details = { entryType: "data", nodeId: crypto.randomUUID(), size: 12, version: 2 };
    const sha256 = name.padEnd(64, "0");
    yield [name, { name, ...details, timestamp: 1_700_000_000_000 + n, sha256 }];
  }
}

function nameOf(index: number): string {
  return `file-${String(index).padStart(6, "0")}`;
}

function assertCount(found: number, wanted: number): void {
  if (found !== wanted) throw new Error(`${found} of ${wanted} entries were listed`);
}
