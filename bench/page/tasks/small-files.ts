import { deletePond, openPond } from "tinypond";
import { compare, type Figure, timed } from "../figure.ts";

const FILES = 10_000;
const FILE_BYTES = 1024;
const POND = "bench-small-files";
const RAW = "bench-raw-puts";

/** Ten thousand files of 1 KiB in one transaction, against the puts of their bytes in one. */
export async function smallFiles(): Promise<Figure[]> {
  const files = Array.from({ length: FILES }, () => randomBytes(FILE_BYTES));
  const figure = await compare({
    what: "10,000 files of 1 KiB in one transaction, against 10,000 puts of the bytes in one strict transaction",
    limit: 1.25,
    ours: () => writeFiles(files),
    byHand: () => putFiles(files),
  });
  return [figure];
}

async function writeFiles(files: readonly Uint8Array[]): Promise<number> {
  await deletePond(POND);
  const pond = await openPond(POND);
  try {
    return await timed(() =>
      pond.transaction(async (tx) => {
        await Promise.all(files.map((bytes, i) => tx.root.writeFile(`/${i}.bin`, bytes)));
      }),
    );
  } finally {
    await pond.close();
    await deletePond(POND);
  }
}

async function putFiles(files: readonly Uint8Array[]): Promise<number> {
  const database = await openRaw();
  try {
    return await timed(
      () =>
        new Promise<void>((resolve, reject) => {
          const transaction = database.transaction("files", "readwrite", { durability: "strict" });
          const store = transaction.objectStore("files");
          for (const [i, bytes] of files.entries()) store.put(bytes, i);
          transaction.oncomplete = () => resolve();
          transaction.onabort = () => reject(transaction.error);
        }),
    );
  } finally {
    database.close();
    indexedDB.deleteDatabase(RAW);
  }
}

function openRaw(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(RAW, 1);
    request.onupgradeneeded = () => request.result.createObjectStore("files");
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function randomBytes(length: number): Uint8Array<ArrayBuffer> {
  return crypto.getRandomValues(new Uint8Array(length));
}
