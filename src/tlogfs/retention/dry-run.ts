import { promisifyRequest } from "idb-keyval";
import type { DroppedVersion, VacuumReport } from "../../tinyfs/retention.ts";
import { keepsRow, type RetentionRules } from "../../tinyfs/retention-rules.ts";
import type { BlobRow } from "../blob-row.ts";
import {
  blobKey,
  dirKey,
  dirRange,
  type Key,
  keysBelow,
  oldKey,
  type PackKey,
  seqOfTxnKey,
  txnRange,
} from "../keys.ts";
import type { OplogEntry } from "../oplog-entry.ts";
import { readRow, readRows } from "../oplog-rows.ts";
import { idbKey, type Pack, unsealPack } from "../packs.ts";
import type { PondContext } from "../pond-context.ts";
import { type AnyRow, isEnded, nextRow, previousRow } from "./chain.ts";
import { findDroppable, readEndedPage } from "./ended-sweep.ts";
import { DirectoryPaths, type PathFilter } from "./path-filter.ts";
import { PAGE_ROWS } from "./run.ts";

/** What a rehearsal is told. */
export interface RehearsalOptions {
  readonly rules: RetentionRules;
  readonly logStart: number;
  readonly filter: PathFilter | undefined;
  readonly signal: AbortSignal | undefined;
}

/** Tells what a run would drop. Versions of series are not looked into. */
export async function rehearse(
  context: PondContext,
  { rules, logStart, filter, signal }: RehearsalOptions,
): Promise<VacuumReport> {
  const { database } = context;
  const paths = await DirectoryPaths.read(context);
  const uses = new DroppedUses();
  const dropped: DroppedVersion[] = [];
  const note = (row: AnyRow, isVersion: boolean) => {
    uses.add(row);
    if (!isVersion) return;
    const { version, txnSeq, size } = row;
    dropped.push({ path: paths.pathOf(row), version, txnSeq, size });
  };
  for (let after: Key | undefined; ; ) {
    signal?.throwIfAborted();
    const from = after;
    const page = await database.use("oplog")("readonly", async (oplog) => {
      const rows = await readEndedPage(oplog, from);
      const found = await findDroppable(oplog, rows, rules, (row, live) => {
        return filter?.finds(row, live) ?? true;
      });
      for (const { row } of found) {
        note(row, await takesVersion(oplog, row, rules));
        const isLast = row.end === "removed" && (await nextRow(oplog, row)) === undefined;
        if (row.entryType === "Directory" && isLast) await noteBelow(oplog, row, note);
      }
      return rows;
    });
    const last = page.at(-1);
    if (!last || page.length < PAGE_ROWS) break;
    after = oldKey(last);
  }
  const freedBytes = await uses.measure(context);
  const droppedCommits = filter ? 0 : await countCommits(context, rules, logStart);
  const { horizon } = rules;
  return { droppedVersions: dropped.length, droppedCommits, freedBytes, horizon, dropped };
}

async function noteBelow(
  oplog: IDBObjectStore,
  { nodeId }: OplogEntry,
  note: (row: AnyRow, isVersion: boolean) => void,
): Promise<void> {
  const rows = await readRows<OplogEntry>(oplog, dirRange(nodeId), dirKey);
  for (const row of rows) {
    note(row, row.storage !== undefined);
    if (row.entryType === "Directory") await noteBelow(oplog, row, note);
  }
}

/** Whether the version of a row goes with it: it counts at the last row that holds it. */
async function takesVersion(
  oplog: IDBObjectStore,
  row: AnyRow,
  rules: RetentionRules,
): Promise<boolean> {
  if (!row.storage || !isEnded(row)) return false;
  const next = await nextRow(oplog, row);
  if (next?.storage && next.version === row.version) return false;
  const previous = await previousRow(oplog, row);
  const isRepeated = previous?.storage !== undefined && previous.version === row.version;
  return !(isRepeated && keepsRow(rules, previous, undefined));
}

async function countCommits(
  { database }: PondContext,
  { kept }: RetentionRules,
  logStart: number,
): Promise<number> {
  if (logStart <= 1) return 0;
  const keys = await database.use("oplog")("readonly", (oplog) => {
    return promisifyRequest(oplog.getAllKeys(txnRange(1, logStart - 1)));
  });
  return keys.filter((key) => !kept.includes(seqOfTxnKey(key))).length;
}

/** How often rows that are to go name bytes. */
class DroppedUses {
  readonly #packs = new Map<string, { key: PackKey; slots: Map<number, number> }>();
  readonly #blobs = new Map<string, number>();

  add({ storage, sha256 }: AnyRow): void {
    if (!storage) return;
    if (storage.kind === "blob") {
      this.#blobs.set(sha256, (this.#blobs.get(sha256) ?? 0) + 1);
      return;
    }
    const text = String(idbKey(storage.pack));
    const use = this.#packs.get(text) ?? { key: storage.pack, slots: new Map<number, number>() };
    this.#packs.set(text, use);
    use.slots.set(storage.slot, (use.slots.get(storage.slot) ?? 0) + 1);
  }

  /** Bytes that nothing names without them. */
  async measure({ database }: PondContext): Promise<number> {
    let bytes = 0;
    for (const { key, slots } of this.#packs.values()) {
      const value = await database.use("packs")("readonly", (packs) => {
        return promisifyRequest<unknown>(packs.get(idbKey(key)));
      });
      if (value !== undefined) bytes += freedOf(unsealPack(key, value), slots);
    }
    for (const [sha256, count] of this.#blobs) {
      bytes += await database.use("oplog")("readonly", async (oplog) => {
        const named = await promisifyRequest(oplog.count(keysBelow("ref", sha256)));
        return named > count ? 0 : ((await readRow<BlobRow>(oplog, blobKey(sha256)))?.size ?? 0);
      });
    }
    return bytes;
  }
}

function freedOf({ counts, offsets }: Pack, slots: ReadonlyMap<number, number>): number {
  return counts.reduce((freed, count, slot) => {
    if (count === 0 || count > (slots.get(slot) ?? 0)) return freed;
    return freed + (offsets[slot + 1] ?? 0) - (offsets[slot] ?? 0);
  }, 0);
}
