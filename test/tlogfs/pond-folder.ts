import { folderOf } from "./pond-fixture.ts";

/** File names in `_large_files`, past the library. */
export async function listLargeFiles(name: string): Promise<string[]> {
  return (await listFiles([...folderOf(name), "_large_files"])).sort();
}

/** `<owner>/<name>` of all temporaries, past the library. */
export async function listTemporaries(name: string): Promise<string[]> {
  return (await listFiles([...folderOf(name), "tmp"])).sort();
}

async function listFiles(path: readonly string[]): Promise<string[]> {
  let folder = await navigator.storage.getDirectory();
  for (const part of path) folder = await folder.getDirectoryHandle(part, { create: true });
  return filesBelow(folder, "");
}

async function filesBelow(folder: FileSystemDirectoryHandle, prefix: string): Promise<string[]> {
  const found: string[] = [];
  for await (const [name, entry] of folder.entries()) {
    if (entry.kind === "file") found.push(prefix + name);
    else found.push(...(await filesBelow(entry as FileSystemDirectoryHandle, `${prefix}${name}/`)));
  }
  return found;
}
