interface Task {
  readonly folder: string;
  /** Fills the folder up to so many files. */
  readonly fill?: number;
  readonly bytes?: number;
  /** Deletes so many of its files. */
  readonly remove?: number;
}

addEventListener("message", ({ data }: MessageEvent<Task>) => void run(data).then(postMessage));

async function run({ folder: name, fill = 0, bytes = 0, remove = 0 }: Task): Promise<number> {
  const root = await navigator.storage.getDirectory();
  const folder = await root.getDirectoryHandle(name, { create: true });
  const names: string[] = [];
  for await (const found of folder.keys()) names.push(found);
  for (let count = names.length; count < fill; count += 1) await write(folder, bytes);
  const start = performance.now();
  for (const found of names.slice(0, remove)) await folder.removeEntry(found);
  return performance.now() - start;
}

async function write(folder: FileSystemDirectoryHandle, bytes: number): Promise<void> {
  const file = await folder.getFileHandle(crypto.randomUUID(), { create: true });
  const handle = await file.createSyncAccessHandle();
  handle.write(crypto.getRandomValues(new Uint8Array(bytes)));
  handle.flush();
  handle.close();
}
