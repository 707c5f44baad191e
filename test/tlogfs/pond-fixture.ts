import type { CommitInfo } from "../../src/tinyfs/change.ts";
import { CommittedTree } from "../../src/tinyfs/committed-tree.ts";
import type { Content, Entry, Place } from "../../src/tinyfs/entry.ts";
import { newTransactionId } from "../../src/tinyfs/new-ids.ts";
import { ROOT_ID } from "../../src/tinyfs/node-id.ts";
import type { CommitOptions, Committed } from "../../src/tinyfs/persistence.ts";
import { StagedTree } from "../../src/tinyfs/staged-tree.ts";
import { sourceToBytes } from "../../src/tinyfs/streams.ts";
import { databaseName } from "../../src/tlogfs/names.ts";
import { FORMAT_VERSION, openDatabase } from "../../src/tlogfs/open-database.ts";
import type { OpenOptions } from "../../src/tlogfs/open-pond.ts";
import { OpLogPersistence } from "../../src/tlogfs/oplog-persistence.ts";
import { deletePondDatabase } from "../../src/tlogfs/ponds.ts";
import { StorageClient } from "../../src/worker/storage-client.ts";

const opened: OpLogPersistence[] = [];
const names = new Set<string>();

/** A name that no other test uses; `cleanUp` removes the pond. */
export function newPondName(): string {
  const name = `test-${crypto.randomUUID()}`;
  names.add(name);
  return name;
}

/** Where a pond's large files are. */
export function folderOf(name: string): string[] {
  return ["tlogfs-test", encodeURIComponent(name)];
}

/** Opens a pond of its own, or the named one, with its own storage worker. */
export async function openPond(options: Partial<OpenOptions> = {}): Promise<OpLogPersistence> {
  const name = options.name ?? newPondName();
  const engine = () => StorageClient.open({ directory: folderOf(name) });
  const persistence = await OpLogPersistence.open({ engine, ...options, name });
  opened.push(persistence);
  return persistence;
}

/** Closes and removes what the test has opened. */
export async function cleanUp(): Promise<void> {
  await Promise.all(opened.splice(0).map((persistence) => persistence.close()));
  const removed = [...names].flatMap((name) => [
    deletePondDatabase(name),
    StorageClient.destroy(folderOf(name)),
  ]);
  names.clear();
  await Promise.all(removed);
}

/** Closes one pond and removes it. */
export async function removePond(name: string, persistence: OpLogPersistence): Promise<void> {
  await persistence.close();
  await deletePondDatabase(name);
  await StorageClient.destroy(folderOf(name));
  names.delete(name);
}

/** A name in the root directory. */
export function place(name: string): Place {
  return { dirId: ROOT_ID, name };
}

/** A transaction's tree over the newest commit, or the given one. */
export async function begin(persistence: OpLogPersistence, seq?: number): Promise<StagedTree> {
  return new StagedTree(new CommittedTree(persistence, seq ?? (await persistence.head()).seq));
}

/** Commits a tree. */
export function commit(
  persistence: OpLogPersistence,
  tree: StagedTree,
  options?: CommitOptions,
): Promise<Committed> {
  return persistence.commit(tree.writeSet(newTransactionId()), options);
}

/** Puts content at a name in the root, whatever stands there. */
export async function put(tree: StagedTree, name: string, content: Content): Promise<void> {
  const entry = await tree.entry(place(name));
  const spot = { place: place(name), path: `/${name}` };
  if (entry) tree.rewrite({ ...spot, entry }, { content });
  else tree.create({ ...spot, entry }, { entryType: "FileData", content });
}

/** Frees a name in the root. */
export async function remove(tree: StagedTree, name: string): Promise<void> {
  const entry = await tree.entry(place(name));
  if (entry) await tree.remove({ place: place(name), path: `/${name}`, entry });
}

/** Moves what stands at a name in the root to a free one. */
export async function move(tree: StagedTree, from: string, to: string): Promise<void> {
  const entry = await tree.entry(place(from));
  if (!entry) throw new Error(`There is no "${from}"`);
  tree.move(
    { place: place(from), path: `/${from}`, entry },
    { place: place(to), path: `/${to}`, entry: undefined },
  );
}

/** Writes files into the root in one commit. */
export async function writeFiles(
  persistence: OpLogPersistence,
  files: Readonly<Record<string, Uint8Array | string>>,
  options?: CommitOptions,
): Promise<Committed> {
  const tree = await begin(persistence);
  for (const [name, value] of Object.entries(files)) {
    const bytes =
      typeof value === "string" ? new TextEncoder().encode(value) : new Uint8Array(value);
    await put(tree, name, await persistence.stageBytes(bytes));
  }
  return commit(persistence, tree, options);
}

/** The current row of a name in the root. */
export async function entryOf(persistence: OpLogPersistence, name: string): Promise<Entry> {
  const entry = await persistence.entryAt(place(name), (await persistence.head()).seq);
  if (!entry) throw new Error(`There is no "${name}"`);
  return entry;
}

/** The bytes of a name in the root, or of a row. */
export async function readBytes(
  persistence: OpLogPersistence,
  from: string | Entry,
): Promise<Uint8Array> {
  const { content } = typeof from === "string" ? await entryOf(persistence, from) : from;
  if (!content) throw new Error("It holds no bytes");
  return sourceToBytes(await persistence.open(content));
}

/** The text of a name in the root, or of a row. */
export async function readText(
  persistence: OpLogPersistence,
  from: string | Entry,
): Promise<string> {
  return new TextDecoder().decode(await readBytes(persistence, from));
}

/** All of an async iterable. */
export async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}

/** The numbers of commits. */
export async function seqsOf(commits: AsyncIterable<CommitInfo>): Promise<number[]> {
  return (await collect(commits)).map(({ seq }) => seq);
}

/** Runs one transaction over a pond's database, past the library. */
export async function rawly<Value>(
  name: string,
  work: (oplog: IDBObjectStore, packs: IDBObjectStore) => IDBRequest<Value>,
): Promise<Value> {
  const database = await openDatabase(name, {});
  try {
    const transaction = database.transaction(["oplog", "packs"], "readwrite");
    const request = work(transaction.objectStore("oplog"), transaction.objectStore("packs"));
    return await new Promise((resolve, reject) => {
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = () => reject(transaction.error);
    });
  } finally {
    database.close();
  }
}

/** A row, past the library. */
export function rawRow<Row = Record<string, unknown>>(
  name: string,
  key: IDBValidKey,
): Promise<Row> {
  return rawly<Row>(name, (oplog) => oplog.get(key));
}

/** All keys of the log whose first element is this. */
export async function rawKeys(name: string, family: string): Promise<IDBValidKey[][]> {
  const range = IDBKeyRange.bound([family], [family, []]);
  return (await rawly(name, (oplog) => oplog.getAllKeys(range))) as IDBValidKey[][];
}

/** All packs by their keys. */
export async function rawPacks(name: string): Promise<Map<string, RawPack>> {
  const keys = await rawly(name, (_, packs) => packs.getAllKeys());
  const values = await rawly<RawPack[]>(name, (_, packs) => packs.getAll());
  return new Map(keys.map((key, index) => [String(key), values[index] as RawPack]));
}

/** A pack as it is stored. */
export interface RawPack {
  readonly offsets: number[];
  readonly counts: number[];
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly sum: number;
}

/** Changes a row, past the library. */
export async function tamper(
  name: string,
  key: IDBValidKey,
  fields: Record<string, unknown>,
): Promise<void> {
  const row = await rawRow(name, key);
  await rawly(name, (oplog) => oplog.put({ ...row, ...fields }, key));
}

/** A connection past the library that ends other connections as an upgrade does. */
export function upgradeDatabase(name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(databaseName(name), FORMAT_VERSION + 1);
    request.onupgradeneeded = () => {};
    request.onerror = () => reject(request.error);
    request.onsuccess = () => {
      request.result.close();
      resolve();
    };
  });
}
