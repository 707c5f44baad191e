import type { Content, RowRef, SupersededEntry } from "../tinyfs/entry.ts";
import { placeKey, type WriteSet } from "../tinyfs/write-set.ts";
import { type CommitPlan, contentsOf } from "./commit-plan.ts";
import { isStaged, storageOf } from "./content.ts";
import { dirKey, keysBelow } from "./keys.ts";
import type { OplogEntry } from "./oplog-entry.ts";
import { hasRow, readRow } from "./oplog-rows.ts";
import { idbKey, type Pack } from "./packs.ts";

/** Committed bytes that a transaction links once more. */
export function reusedContents({ names, series }: WriteSet): Content[] {
  const all = contentsOf(
    names.map(({ after }) => after),
    series.flatMap(({ rows }) => rows),
  );
  return all.filter((content) => !isStaged(content));
}

/** Which blobs of those that transactions link once more no row names any more. */
export async function findLostBlobs(
  oplog: IDBObjectStore,
  plans: readonly CommitPlan[],
): Promise<Set<string>> {
  const reused = plans.flatMap(({ writeSet }) => reusedContents(writeSet));
  const blobs = reused.filter((content) => storageOf(content).kind === "blob");
  const hashes = [...new Set(blobs.map(({ sha256 }) => sha256))];
  const named = await Promise.all(hashes.map((sha256) => hasRow(oplog, keysBelow("ref", sha256))));
  return new Set(hashes.filter((_, index) => !named[index]));
}

/** Whether committed bytes are still there to be linked once more. */
export function isKept(
  content: Content,
  packOf: (key: string) => Pack | undefined,
  lostBlobs: ReadonlySet<string>,
): boolean {
  const storage = storageOf(content);
  if (storage.kind === "blob") return !lostBlobs.has(content.sha256);
  return (packOf(String(idbKey(storage.pack)))?.counts[storage.slot] ?? 0) > 0;
}

/** What current rows continue now, by their place. */
export type Ties = ReadonlyMap<string, RowRef | undefined>;

/**
 * What the rows that transactions end continue: retention may have tied them to others since they
 * were read. @param spliced the newest commit when it last did so
 */
export async function readTies(
  oplog: IDBObjectStore,
  plans: readonly CommitPlan[],
  spliced: number | undefined,
): Promise<Ties> {
  const stale = plans.filter(({ writeSet }) => spliced !== undefined && writeSet.base <= spliced);
  const places = stale.flatMap(({ writeSet }) => writeSet.names.filter(({ before }) => before));
  const rows = await Promise.all(places.map((place) => readRow<OplogEntry>(oplog, dirKey(place))));
  return new Map(rows.flatMap((row) => (row ? [[placeKey(row), row.from] as const] : [])));
}

/** Rows that end, with what they continue by now. */
export function retie(superseded: readonly SupersededEntry[], ties: Ties): SupersededEntry[] {
  return superseded.map((row) => {
    const key = placeKey(row);
    if (!ties.has(key) || row.placedSeq === row.endSeq) return row;
    const { from: _, ...kept } = row;
    const from = ties.get(key);
    return { ...kept, ...(from && { from }) };
  });
}
