import { promisifyRequest } from "idb-keyval";
import { type Key, keysBelow } from "../keys.ts";
import { isOrphanOfDirectory } from "./directory-map.ts";
import { putNote } from "./quarantine.ts";
import { eachSlice, fieldsOf, type RawRow, readStand } from "./raw-rows.ts";
import {
  keyOf,
  type Outcome,
  quarantined,
  type RepairRun,
  removed,
  WHOLE_AGAIN,
} from "./repair-run.ts";
import type { Finding } from "./report.ts";

/**
 * Deletes rows in a directory that is not there, if all of them are older than what history keeps:
 * then they are what a vacuum has left that was interrupted. Others may be all that is left of
 * somebody's files.
 */
export async function dropOrphanRows(run: RepairRun, finding: Finding): Promise<Outcome> {
  const [, dirId] = keyOf(finding) as [string, string];
  const { database } = run.context;
  const { horizon } = await run.use("readonly", readStand);
  if (await isNamed(run, dirId)) return WHOLE_AGAIN; // its row was brought back by now
  let newest = 0;
  const orphans = new Set<unknown>();
  const look = (rows: readonly RawRow[]) => {
    for (const row of rows.filter(isOrphanOfDirectory)) {
      const { placedSeq, nodeId } = fieldsOf(row.value);
      newest = row.intact ? Math.max(newest, Number(placedSeq)) : Number.POSITIVE_INFINITY;
      orphans.add(nodeId);
    }
  };
  for (const family of ["dir", "old"]) {
    await eachSlice(database, [family, dirId], look, () => run.tick());
  }
  if (newest > horizon) {
    await run.use("readwrite", (oplog) => putNote(oplog, finding));
    return quarantined("They may be files whose directory is lost: they are kept where they are");
  }
  await run.use("readwrite", async (oplog) => {
    for (const family of ["dir", "old"]) {
      const range = keysBelow(family, dirId);
      const [keys, rows] = await Promise.all([
        promisifyRequest(oplog.getAllKeys(range)) as Promise<Key[]>,
        promisifyRequest<unknown[]>(oplog.getAll(range)),
      ]);
      // Versions of what lives elsewhere stay.
      const gone = keys.filter((_, index) => orphans.has(fieldsOf(rows[index])["nodeId"]));
      for (const key of gone) oplog.delete(key);
    }
  });
  return removed("Deleted");
}

async function isNamed(run: RepairRun, dirId: string): Promise<boolean> {
  let isFound = false;
  const look = (rows: readonly RawRow[]) => {
    isFound ||= rows.some(({ value }) => fieldsOf(value)["nodeId"] === dirId);
  };
  for (const family of ["dir", "old"]) {
    await eachSlice(run.context.database, [family], look, () => run.tick());
  }
  return isFound;
}
