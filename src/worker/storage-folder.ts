import { retryWhile } from "./retry.ts";
import { guarded, isNotFound } from "./storage-failure.ts";
import { walk } from "./storage-paths.ts";

/**
 * Removes a folder of OPFS with all it holds; one that is not there, as where there is no OPFS, is
 * no error. @throws STORAGE_UNAVAILABLE
 */
export async function removeFolder(directory: readonly string[]): Promise<void> {
  const parents = directory.slice(0, -1);
  const name = directory.at(-1);
  if (name === undefined) throw new TypeError("Cannot remove the root of OPFS");
  const root = await opfsRoot();
  if (!root) return;
  await guarded(`remove the folder "${directory.join("/")}"`, async () => {
    try {
      const parent = await walk(root, parents);
      await retryWhile(isOpenElsewhere, () => parent.removeEntry(name, { recursive: true }));
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  });
}

/** The root of OPFS, or `undefined` where this browser, or its present mode, has none. */
async function opfsRoot(): Promise<FileSystemDirectoryHandle | undefined> {
  try {
    return await navigator.storage.getDirectory();
  } catch {
    return undefined; // what cannot be reached here is swept by the next pond of this name
  }
}

function isOpenElsewhere(error: unknown): boolean {
  return (
    error instanceof Error &&
    ["NoModificationAllowedError", "InvalidStateError"].includes(error.name)
  );
}
