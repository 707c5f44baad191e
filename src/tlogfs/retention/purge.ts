import type { RowRef } from "../../tinyfs/entry.ts";
import { ConflictError, TinyFSError } from "../../tinyfs/errors.ts";
import type { NodeId } from "../../tinyfs/node-id.ts";
import { isSeen, type RetentionRules } from "../../tinyfs/retention-rules.ts";
import { dirKey, dirRange, oldKey } from "../keys.ts";
import type { EndedOplogEntry, OplogEntry } from "../oplog-entry.ts";
import { readRow, readRows } from "../oplog-rows.ts";
import type { PondContext } from "../pond-context.ts";
import { type AnyRow, isEnded, isSameRow, nextRow, previousRow } from "./chain.ts";
import { sweepDead } from "./dead-sweep.ts";
import { dropRow } from "./drop-row.ts";
import { Run } from "./run.ts";
import { findKept, raiseHorizon, type VacuumParts } from "./vacuum.ts";

/** How many rows of a directory are read at a time. */
const DIRECTORY_ROWS = 500;

/** Drops what was removed, and all versions of it. Whoever calls holds the lock for it. */
export async function purge(parts: VacuumParts, ref: RowRef): Promise<void> {
  const { context } = parts;
  const row = await context.database.use("oplog")("readonly", (oplog) => {
    return readRow<EndedOplogEntry>(oplog, oldKey(ref));
  });
  if (!row) return;
  await checkUnused(context, row); // before anything is changed
  await raiseHorizon(context, row.endSeq);
  const kept = await findKept(context);
  await checkUnused(context, row); // by a reader that came before the horizon was raised
  const rules = { horizon: row.endSeq, kept, keepVersions: 0, cutoff: 0 };
  const run = new Run({ ...parts, rules });
  for (let isDone = false; !isDone; ) isDone = await dropOldest(run, row);
  await sweepDead(run);
}

/** Drops the oldest row of a node's history. Returns whether it was the last. */
function dropOldest(run: Run, row: EndedOplogEntry): Promise<boolean> {
  return run.slice(async (slice) => {
    const { oplog } = slice;
    for (let count = 0; count < 100; count += 1) {
      const last = await readRow<EndedOplogEntry>(oplog, oldKey(row));
      if (!last) return true;
      if (await nextRow(oplog, last)) throw restored(row);
      const before = await previousRow(oplog, last);
      if (!before) {
        await dropRow(slice, last);
        return true;
      }
      await dropRow(slice, before);
    }
    return false;
  });
}

/**
 * Looks for whoever keeps what a purge would drop, of an entry that stands or of one that has ended.
 * @throws HISTORY_IN_USE when a tag or a reader shows any of it
 */
export async function checkUnused(context: PondContext, ref: RowRef): Promise<void> {
  const row = await context.database.use("oplog")(
    "readonly",
    async (oplog): Promise<AnyRow | undefined> => {
      const current = await readRow<OplogEntry>(oplog, dirKey(ref));
      if (current && isSameRow(current, ref)) return current;
      return readRow<EndedOplogEntry>(oplog, oldKey(ref));
    },
  );
  if (!row) return;
  const rules = { horizon: Number.POSITIVE_INFINITY, kept: await findKept(context) };
  await checkHistory(context, rules, row, isEnded(row) ? row.endSeq : Number.POSITIVE_INFINITY);
}

type Kept = Pick<RetentionRules, "horizon" | "kept">;

async function checkHistory(
  context: PondContext,
  kept: Kept,
  row: AnyRow,
  until: number,
): Promise<void> {
  await context.database.use("oplog")("readonly", async (oplog) => {
    for (let at: AnyRow | undefined = row; at; at = await previousRow(oplog, at)) {
      if (isSeen(kept, at.placedSeq, isEnded(at) ? at.endSeq : until)) throw inUse(row);
    }
  });
  if (row.entryType === "Directory") await checkBelow(context, kept, row.nodeId, until);
}

async function checkBelow(
  context: PondContext,
  kept: Kept,
  dirId: NodeId,
  until: number,
): Promise<void> {
  for (let after: string | undefined; ; ) {
    const range = dirRange(dirId, after);
    const rows = await context.database.use("oplog")("readonly", (oplog) => {
      return readRows<OplogEntry>(oplog, range, dirKey, DIRECTORY_ROWS);
    });
    for (const row of rows) await checkHistory(context, kept, row, until);
    const last = rows.at(-1);
    if (!last || rows.length < DIRECTORY_ROWS) return;
    after = last.name;
  }
}

function inUse({ name }: RowRef): TinyFSError {
  const message = `Cannot purge "${name}": a tag, or somebody who reads, keeps a commit that shows it. Drop the tag or close the reader, and purge it again`;
  return new TinyFSError("HISTORY_IN_USE", message, { path: name });
}

function restored({ name }: RowRef): ConflictError {
  return new ConflictError(`Cannot purge "${name}": it was restored meanwhile`, { path: name });
}
