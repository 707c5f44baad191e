import { storageUnavailable } from "./idb-failure.ts";
import { pondOfDatabase } from "./names.ts";
import { deleteDatabase } from "./open-database.ts";

/** The names of all ponds of this origin, sorted. @throws STORAGE_UNAVAILABLE */
export async function listPonds(): Promise<string[]> {
  try {
    const databases = await indexedDB.databases();
    return databases.flatMap(({ name = "" }) => pondOfDatabase(name) ?? []).sort();
  } catch (error) {
    throw storageUnavailable("list ponds", error);
  }
}

/**
 * Deletes a pond's rows and small files; one that is not there is no error. Its large files are to be
 * deleted afterwards: without rows they are orphans. Tabs that have it open find it missing.
 * @throws STORAGE_UNAVAILABLE while another tab holds on to it
 */
export async function deletePondDatabase(pond: string, signal?: AbortSignal): Promise<void> {
  await deleteDatabase(pond, signal);
}
