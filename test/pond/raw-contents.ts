/** All that a pond keeps, as text: every row and pack of its database, every file of its folder. */
export async function rawContents(name: string): Promise<Map<string, string>> {
  const contents = new Map<string, string>();
  await addDatabase(`tinypond/${encodeURIComponent(name)}`, contents);
  const root = await navigator.storage.getDirectory();
  const ponds = await root.getDirectoryHandle("tinypond");
  await addDirectory(await ponds.getDirectoryHandle(name), "", contents);
  return contents;
}

async function addDatabase(name: string, contents: Map<string, string>): Promise<void> {
  const database = await asPromise(indexedDB.open(name));
  for (const storeName of database.objectStoreNames) {
    const store = database.transaction(storeName).objectStore(storeName);
    const [keys, values] = await Promise.all([
      asPromise(store.getAllKeys()),
      asPromise<unknown[]>(store.getAll()),
    ]);
    keys.forEach((key, index) => {
      contents.set(`${storeName} ${JSON.stringify(key)}`, asText(values[index]));
    });
  }
  database.close();
}

async function addDirectory(
  directory: FileSystemDirectoryHandle,
  prefix: string,
  contents: Map<string, string>,
): Promise<void> {
  // The owner's empty folder for temporaries may come and go: files count.
  for await (const handle of valuesOf(directory)) {
    const path = `${prefix}/${handle.name}`;
    if (handle.kind === "directory") {
      await addDirectory(handle as FileSystemDirectoryHandle, path, contents);
    } else {
      const file = await (handle as FileSystemFileHandle).getFile();
      contents.set(`file ${path}`, asText(new Uint8Array(await file.arrayBuffer())));
    }
  }
}

function valuesOf(directory: FileSystemDirectoryHandle): AsyncIterable<FileSystemHandle> {
  return (directory as unknown as { values(): AsyncIterable<FileSystemHandle> }).values();
}

/** Values as text, bytes included: equal texts, equal values. */
function asText(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => {
    if (typeof part === "bigint") return `bigint ${part}`;
    return ArrayBuffer.isView(part) ? `bytes ${Array.from(part as Uint8Array).join()}` : part;
  });
}

function asPromise<Result>(request: IDBRequest<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
