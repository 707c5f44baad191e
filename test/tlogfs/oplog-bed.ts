import { FS, WD } from "../../src/tinyfs/index.ts";
import { databaseName } from "../../src/tlogfs/names.ts";
import { StorageClient, type StorageOptions } from "../../src/worker/storage-client.ts";
import type { OpenedFileSystem } from "../tinyfs/contract/file-system-bed.ts";
import { workerWithout } from "../worker/worker-without.ts";
import { folderOf, newPondName, openPond, removePond } from "./pond-fixture.ts";

/** The core as a page uses it, with nothing of the layers above it. */
export function openOnOplog(): Promise<OpenedFileSystem> {
  return openWith({});
}

/** The same without OPFS. */
export function openOnIndexedDB(): Promise<OpenedFileSystem> {
  return openWith({ blobs: "indexeddb" });
}

/** The same where files are written by `createWritable`. */
export function openWithoutSyncHandles(): Promise<OpenedFileSystem> {
  return openWith({ worker: workerWithout("sync handles") });
}

async function openWith(options: Partial<StorageOptions>): Promise<OpenedFileSystem> {
  const name = newPondName();
  const directory = folderOf(name);
  const database = databaseName(name);
  const engine = () => StorageClient.open({ directory, database, ...options });
  const persistence = await openPond({ name, engine });
  const fs = new FS({ persistence }, (context) => new WD(context));
  return { fs, head: () => persistence.head(), close: () => removePond(name, persistence) };
}
