import type { NodeId } from "../../tinyfs/node-id.ts";
import { keepsRow, type RetentionRules } from "../../tinyfs/retention-rules.ts";
import { type Key, keysBelow, oldKey, rangeAfter } from "../keys.ts";
import type { EndedOplogEntry, OplogEntry } from "../oplog-entry.ts";
import { hasRow, readRows } from "../oplog-rows.ts";
import { isPassed, liveRow, nextRow } from "./chain.ts";
import { dropRow } from "./drop-row.ts";
import { PAGE_ROWS, type Run } from "./run.ts";

/** Tells whether a run is to look at a row at all. */
export type RowFilter = (row: EndedOplogEntry, live: OplogEntry | undefined) => boolean;

/** Drops ended rows that nothing retained sees and no policy keeps. */
export async function sweepEnded(run: Run, isWanted: RowFilter = () => true): Promise<void> {
  for (let after: Key | undefined; ; ) {
    const page = await run.slice(async (slice) => {
      const { oplog } = slice;
      const rows = await readEndedPage(oplog, after);
      const dropped = await findDroppable(oplog, rows, run.rules, isWanted);
      let isSpliced = false;
      // The oldest of a name first: what it ties together then does not go next.
      for (const { row } of dropped.reverse()) {
        // An earlier drop may have changed it: its links are read again.
        if (!(await hasRow(oplog, oldKey(row)))) continue;
        const [fresh] = await readRows<EndedOplogEntry>(
          oplog,
          IDBKeyRange.only(oldKey(row)),
          oldKey,
        );
        if (fresh) isSpliced = (await dropRow(slice, fresh)).isSpliced || isSpliced;
      }
      if (isSpliced) await run.noteSplice(oplog);
      return rows;
    });
    run.scanned(page.length);
    const last = page.at(-1);
    if (!last || page.length < PAGE_ROWS) return;
    after = oldKey(last);
  }
}

/** A page of all ended rows. */
export function readEndedPage(oplog: IDBObjectStore, after?: Key): Promise<EndedOplogEntry[]> {
  const range = after ? rangeAfter(["old"], after) : keysBelow("old");
  return readRows<EndedOplogEntry>(oplog, range, oldKey, PAGE_ROWS);
}

/** A row that is to go, and where its node stands now. */
export interface Droppable {
  readonly row: EndedOplogEntry;
  readonly live: OplogEntry | undefined;
}

/** Which rows of a page are to go, in their order. */
export async function findDroppable(
  oplog: IDBObjectStore,
  rows: readonly EndedOplogEntry[],
  rules: RetentionRules,
  isWanted: RowFilter,
): Promise<Droppable[]> {
  const living = new Map<NodeId, OplogEntry | undefined>();
  const found: Droppable[] = [];
  for (const row of rows) {
    // What passed a name keeps it from being restored for as long as commits after it are kept.
    if (keepsRow(rules, row, undefined) || (isPassed(row) && row.endSeq > rules.horizon)) continue;
    if (!living.has(row.nodeId)) living.set(row.nodeId, await liveRow(oplog, row));
    const live = living.get(row.nodeId);
    if (await isKeptAsVersion(oplog, row, rules, live)) continue;
    if (isWanted(row, live)) found.push({ row, live });
  }
  return found;
}

async function isKeptAsVersion(
  oplog: IDBObjectStore,
  row: EndedOplogEntry,
  rules: RetentionRules,
  live: OplogEntry | undefined,
): Promise<boolean> {
  if (!live || !row.storage || !keepsRow(rules, row, live.version)) return false;
  if (row.end !== "moved") return true;
  return (await nextRow(oplog, row))?.version !== row.version; // else that one holds the version
}
