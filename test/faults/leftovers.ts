import { pondDirectory } from "../../src/backend.ts";
import { deletePond } from "../../src/pond.ts";
import { databaseName } from "../../src/tlogfs/names.ts";
import { loadPond, type PondDump } from "../fixtures/pond-dump.ts";

/** What lies in a pond's folder, and which packs and hashes its database names. Past the product. */
export interface RawListing {
  readonly temporaries: readonly string[];
  /** Hashes of the files in `_large_files`, and names of files that are no blobs. */
  readonly blobs: readonly string[];
  readonly blobRows: readonly string[];
  /** Hashes and packs that some row names. */
  readonly named: ReadonlySet<string>;
  /** Packs that were written before their commits. */
  readonly packs: readonly string[];
}

/** Lists everything of a closed pond. */
export async function listRaw(name: string): Promise<RawListing> {
  const files = await listFiles(await folderOf(name));
  const [oplog, packs] = await withDatabase(name, "readonly", (transaction) =>
    Promise.all([
      settled(transaction.objectStore("oplog").getAllKeys()),
      settled(transaction.objectStore("packs").getAllKeys()),
    ]),
  );
  const secondsOf = (family: string) =>
    oplog.flatMap((key) => (partOf(key, 0) === family ? partOf(key, 1) : []));
  return {
    temporaries: files.filter((path) => path.startsWith("tmp/")),
    blobs: files.flatMap((path) => /^_large_files\/(.*?)(?:\.data)?$/.exec(path)?.[1] ?? []),
    blobRows: secondsOf("blob"),
    named: new Set(secondsOf("ref")),
    packs: packs.flatMap((key) => (partOf(key, 0) === "" ? [] : partOf(key, 1))),
  };
}

/** What of a listing nobody needs, in words. */
export function leftoversOf(listing: RawListing): string[] {
  const { temporaries, blobs, blobRows, named, packs } = listing;
  const files = new Set(blobs);
  return [
    ...temporaries.map((path) => `temporary ${path}`),
    ...blobs.filter((sha256) => !named.has(sha256)).map((sha256) => `orphan blob ${sha256}`),
    ...blobRows.filter((sha256) => !named.has(sha256)).map((sha256) => `row of no use ${sha256}`),
    ...blobRows.filter((sha256) => !files.has(sha256)).map((sha256) => `missing blob ${sha256}`),
    ...packs.filter((packId) => !named.has(packId)).map((packId) => `orphan pack ${packId}`),
  ];
}

/** A large file that no row names: something that gc can free. */
export async function plantOrphan(name: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  const folder = await (await folderOf(name)).getDirectoryHandle("_large_files");
  await writeFile(folder, `${await sha256Of(bytes)}.data`, bytes);
}

/** What a tab leaves that died while it wrote. */
export async function abandonTemporary(name: string, bytes: Uint8Array<ArrayBuffer>) {
  const tmp = await (await folderOf(name)).getDirectoryHandle("tmp", { create: true });
  const owner = await tmp.getDirectoryHandle(crypto.randomUUID(), { create: true });
  await writeFile(owner, crypto.randomUUID(), bytes);
}

/** What a tab leaves that died between its packs and its commit. */
export async function abandonPacks(name: string, count: number): Promise<void> {
  const owner = crypto.randomUUID();
  await withDatabase(name, "readwrite", async (transaction) => {
    const packs = transaction.objectStore("packs");
    for (let n = 0; n < count; n += 1) {
      const bytes = new Uint8Array(1000);
      packs.put({ offsets: [0, 1000], counts: [1], bytes, sum: 0 }, [owner, crypto.randomUUID()]);
    }
  });
}

async function folderOf(name: string): Promise<FileSystemDirectoryHandle> {
  let folder = await navigator.storage.getDirectory();
  for (const part of pondDirectory(name)) {
    folder = await folder.getDirectoryHandle(part, { create: true });
  }
  return folder;
}

async function listFiles(folder: FileSystemDirectoryHandle, prefix = ""): Promise<string[]> {
  const found: string[] = [];
  for await (const [name, entry] of folder.entries()) {
    const path = `${prefix}${name}`;
    if (entry.kind === "file") found.push(path);
    else found.push(...(await listFiles(entry as FileSystemDirectoryHandle, `${path}/`)));
  }
  return found;
}

async function writeFile(
  folder: FileSystemDirectoryHandle,
  name: string,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<void> {
  const file = await folder.getFileHandle(name, { create: true });
  const stream = await file.createWritable();
  await stream.write(bytes);
  await stream.close();
}

async function sha256Of(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function partOf(key: IDBValidKey, index: number): string {
  return String(Array.isArray(key) ? key[index] : key);
}

async function withDatabase<Value>(
  name: string,
  mode: IDBTransactionMode,
  work: (transaction: IDBTransaction) => Promise<Value>,
): Promise<Value> {
  const database = await settled(indexedDB.open(databaseName(name)));
  try {
    const transaction = database.transaction(["oplog", "packs"], mode);
    const over = new Promise((resolve, reject) => {
      transaction.oncomplete = resolve;
      transaction.onabort = () => reject(transaction.error);
    });
    const value = await work(transaction);
    await over;
    return value;
  } finally {
    database.close();
  }
}

function settled<Value>(request: IDBRequest<Value>): Promise<Value> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** In the place of a pond one as the first released format wrote it: opening migrates it. */
export async function replaceByFormat1(name: string): Promise<void> {
  const url = new URL("../fixtures/format-1.json", import.meta.url);
  const dump = (await (await fetch(url)).json()) as PondDump;
  await deletePond(name);
  await loadPond(name, dump);
}
