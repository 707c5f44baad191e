import { deletePond, openPond, type Pond } from "tinypond";
import { compare, type Figure, timed } from "../figure.ts";

const BLOBS = 10_000;
const DEAD = 5000;
const BLOB_BYTES = 65_536;
const PER_COMMIT = 250;
const ROUNDS = 3;
const POND = "bench-gc";
const FOLDER = "bench-gc-by-hand";

/** Collecting blobs that nothing names, among others, against deleting as many files in one worker. */
export async function gc(): Promise<Figure[]> {
  await deletePond(POND);
  const worker = new Worker(new URL("../delete-by-hand.worker.ts", import.meta.url), {
    type: "module",
  });
  try {
    let round = 0;
    const contest = {
      what: `gc of ${BLOBS} blobs of ${BLOB_BYTES} bytes, ${DEAD} of them dead, against deleting ${DEAD} files`,
      limit: 2,
      ours: async () => {
        round += 1;
        await fill(round, round === 1 ? BLOBS : DEAD);
        await forgetReferences();
        const pond = await openPond(POND);
        const ms = await timed(() => collect(pond));
        await pond.close();
        return ms;
      },
      byHand: async () => {
        await ask(worker, { folder: FOLDER, fill: BLOBS, bytes: BLOB_BYTES });
        return ask(worker, { folder: FOLDER, remove: DEAD });
      },
    };
    return [await compare(contest, ROUNDS)];
  } finally {
    worker.terminate();
    await deletePond(POND);
    await (await navigator.storage.getDirectory()).removeEntry(FOLDER, { recursive: true });
  }
}

async function collect(pond: Pond): Promise<void> {
  const { deletedCount } = await pond.gc();
  if (deletedCount !== DEAD) throw new Error(`${deletedCount} blobs were deleted`);
}

async function fill(round: number, count: number): Promise<void> {
  const pond = await openPond(POND, { durability: "relaxed" });
  await pond.root.createDir(`/${round}`);
  for (let at = 0; at < count; at += PER_COMMIT) {
    await pond.transaction(async (tx) => {
      for (let n = at; n < at + PER_COMMIT; n += 1) {
        const bytes = crypto.getRandomValues(new Uint8Array(BLOB_BYTES));
        await tx.root.writeFile(`/${round}/${n}`, bytes);
      }
    });
  }
  await pond.close();
}

/** What a crash between dropping rows and collecting what they named leaves behind. */
async function forgetReferences(): Promise<void> {
  const database = await settled(indexedDB.open(`tinypond/${POND}`));
  const oplog = database.transaction("oplog", "readwrite").objectStore("oplog");
  const keys = await settled(oplog.getAllKeys(IDBKeyRange.bound(["ref"], ["ref", []]), DEAD));
  await Promise.all(keys.map((key) => settled(oplog.delete(key))));
  database.close();
}

function settled<Result>(request: IDBRequest<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function ask(worker: Worker, task: object): Promise<number> {
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = (event) => reject(new Error(event.message));
    worker.postMessage(task);
  });
}
