import { putNewMeta } from "../../src/tlogfs/meta.ts";
import { openDatabase } from "../../src/tlogfs/open-database.ts";
import { deletePondDatabase } from "../../src/tlogfs/ponds.ts";
import { StorageClient, type StorageOptions } from "../../src/worker/storage-client.ts";
import type { FinishedTemporary } from "../../src/worker/storage-writer.ts";

const opened: StorageClient[] = [];
const folders: string[][] = [];
const databases: string[] = [];

/** A folder of its own for one test; `cleanUp` removes it. */
export function newFolder(): string[] {
  const folder = ["storage-test", crypto.randomUUID()];
  folders.push(folder);
  return folder;
}

/** The name of a pond whose database is empty; `cleanUp` removes it. */
export async function newDatabase(): Promise<string> {
  const pond = `storage-test-${crypto.randomUUID()}`;
  databases.push(pond);
  const database = await openDatabase(pond, { fill: (oplog) => putNewMeta(oplog, "indexeddb") });
  database.close();
  return pond;
}

/** A client over a folder of its own, or the given one. */
export function openStorage(options: Partial<StorageOptions> = {}): Promise<StorageClient> {
  return openAt({ directory: newFolder(), ...options });
}

/** A client that `cleanUp` closes. */
export async function openAt(options: StorageOptions): Promise<StorageClient> {
  const client = await StorageClient.open(options);
  opened.push(client);
  return client;
}

/** Closes and removes what the test has opened. */
export async function cleanUp(): Promise<void> {
  await Promise.all(opened.splice(0).map((client) => client.close()));
  await Promise.all([
    ...folders.splice(0).map((folder) => StorageClient.destroy(folder)),
    ...databases.splice(0).map((pond) => deletePondDatabase(pond)),
  ]);
}

/** Bytes that differ from page to page and from seed to seed. */
export function someBytes(size: number, seed = 1): Uint8Array<ArrayBuffer> {
  const words = new Uint32Array(Math.ceil(size / 4));
  let state = seed;
  for (let index = 0; index < words.length; index++) {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    words[index] = state;
  }
  return new Uint8Array(words.buffer, 0, size);
}

/** Writes a temporary in chunks of the given size. */
export async function writeTemporary(
  client: StorageClient,
  bytes: Uint8Array<ArrayBuffer>,
  {
    owner = "owner",
    chunkBytes = 1 << 20,
    sha256,
  }: { owner?: string; chunkBytes?: number; sha256?: string } = {},
): Promise<FinishedTemporary> {
  const writer = await client.createTemporary(owner, sha256 === undefined ? {} : { sha256 });
  for (let at = 0; at < bytes.length; at += chunkBytes)
    await writer.write(bytes.slice(at, at + chunkBytes));
  return await writer.close();
}

/** Writes and publishes. */
export async function storeBlob(
  client: StorageClient,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<FinishedTemporary> {
  const temporary = await writeTemporary(client, bytes);
  await client.publish(temporary);
  return temporary;
}

/** SHA-256 by WebCrypto, in hex. */
export async function sha256Of(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function folderOf(folder: readonly string[]): Promise<FileSystemDirectoryHandle> {
  let directory = await navigator.storage.getDirectory();
  for (const name of folder) directory = await directory.getDirectoryHandle(name, { create: true });
  return directory;
}

/** The file of a blob, past the engine. */
export async function blobFile(
  folder: readonly string[],
  sha256: string,
): Promise<FileSystemFileHandle> {
  return await (await folderOf([...folder, "_large_files"])).getFileHandle(`${sha256}.data`);
}

/** Changes one bit of a file, past the engine. */
export async function flipBit(file: FileSystemFileHandle, at: number): Promise<void> {
  const bytes = new Uint8Array(await (await file.getFile()).arrayBuffer());
  bytes.set([(bytes[at] ?? 0) ^ 1], at);
  await overwrite(file, bytes);
}

/** Gives a file other bytes, past the engine. */
export async function overwrite(
  file: FileSystemFileHandle,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<void> {
  const stream = await file.createWritable();
  await stream.write(bytes.slice());
  await stream.close();
}

/** Puts a file below the folder, past the engine. */
export async function plant(
  folder: readonly string[],
  name: string,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<void> {
  await overwrite(await (await folderOf(folder)).getFileHandle(name, { create: true }), bytes);
}

/** What a rejected promise was rejected with. */
export async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return await promise.then(
    () => {
      throw new Error("It was expected to fail");
    },
    (error: unknown) => error,
  );
}
