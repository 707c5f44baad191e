import { TinyFSError } from "../tinyfs/errors.ts";
import { retryWhile } from "./retry.ts";
import { isFolderLost, isFull, isInUse, isNotFound } from "./storage-failure.ts";
import { locate, newTemporaryPath } from "./storage-paths.ts";

/** How files can be opened here. */
export interface Capabilities {
  /** Whether files are written through sync access handles or through `createWritable`. */
  readonly mode: "sync" | "writable";
  /** Whether several read-only sync handles can be open on one file. */
  readonly sharedReads: boolean;
}

/**
 * Tries the handles on a throw-away file below `tmp`, never on a real one: a refused handle leaves
 * the file locked in WebKitGTK, and Firefox ignores modes.
 * @throws STORAGE_UNAVAILABLE where there is neither way of writing
 */
export async function probe(root: FileSystemDirectoryHandle): Promise<Capabilities> {
  try {
    return await probeFile(root);
  } catch (error) {
    // A store without room for one more file must open nevertheless, to be read and to be cleared.
    if (!isFull(error)) throw error;
    return { mode: "sync", sharedReads: false };
  }
}

async function probeFile(root: FileSystemDirectoryHandle): Promise<Capabilities> {
  // Another tab may just find the folder empty and remove it, and keeps it locked to find that out.
  const { directory, name, file } = await retryWhile(isFolderLost, () => createFile(root));
  const found = await tryHandles(file);
  // Best effort: a file that the browser keeps locked is swept later, as every leftover below tmp.
  await directory.removeEntry(name).catch(() => {});
  if (found.mode === "sync" || "createWritable" in file) return found;
  throw new TinyFSError(
    "STORAGE_UNAVAILABLE",
    "Cannot write to OPFS: no sync handles, no createWritable",
  );
}

async function createFile(root: FileSystemDirectoryHandle) {
  const { directory, name } = await locate(root, newTemporaryPath("probe"), { create: true });
  return { directory, name, file: await directory.getFileHandle(name, { create: true }) };
}

async function tryHandles(file: FileSystemFileHandle): Promise<Capabilities> {
  const first = await unlessRefused(() => retryWhile(isInUse, () => openHandle(file)));
  if (!first) return { mode: "writable", sharedReads: false };
  const second = await unlessRefused(() => openHandle(file));
  first.close();
  second?.close();
  return { mode: "sync", sharedReads: second !== undefined };
}

function openHandle(file: FileSystemFileHandle): Promise<FileSystemSyncAccessHandle> {
  return file.createSyncAccessHandle({ mode: "read-only" });
}

async function unlessRefused<Handle>(open: () => Promise<Handle>): Promise<Handle | undefined> {
  try {
    return await open();
  } catch (error) {
    if (isNotFound(error)) throw error;
    return undefined;
  }
}
