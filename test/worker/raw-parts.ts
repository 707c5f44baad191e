import { databaseName } from "../../src/tlogfs/names.ts";
import { openDatabase } from "../../src/tlogfs/open-database.ts";

/** The pond whose database this is. */
export function pondOf(database: string): string {
  return decodeURIComponent(database.slice(databaseName("x").length - 1));
}

/** Runs requests on the store `parts` of a pond, past the engine. */
export async function rawParts<T>(
  pond: string,
  work: (parts: IDBObjectStore) => IDBRequest<T>,
): Promise<T> {
  const database = await openDatabase(pond, {});
  try {
    const transaction = database.transaction("parts", "readwrite");
    const request = work(transaction.objectStore("parts"));
    return await new Promise((resolve, reject) => {
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = () => reject(transaction.error);
    });
  } finally {
    database.close();
  }
}

/** All keys of the store `parts`. */
export function partKeys(pond: string): Promise<IDBValidKey[]> {
  return rawParts(pond, (parts) => parts.getAllKeys());
}

/** Where the pieces of a blob stand. */
export async function recordOfBlob(
  pond: string,
  sha256: string,
): Promise<{ readonly at: string; readonly size: number }> {
  return await rawParts(pond, (parts) => parts.get(["file", `_large_files/${sha256}.data`]));
}

/** Changes one piece of a blob, or takes it away. */
export async function changePiece(
  pond: string,
  { sha256, n }: { readonly sha256: string; readonly n: number },
  change: (piece: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer> | undefined,
): Promise<void> {
  const { at } = await recordOfBlob(pond, sha256);
  const piece = await rawParts<Uint8Array<ArrayBuffer>>(pond, (parts) => parts.get([at, n]));
  const changed = change(piece);
  await rawParts<IDBValidKey | undefined>(pond, (parts) => {
    return (changed ? parts.put(changed, [at, n]) : parts.delete([at, n])) as IDBRequest;
  });
}
