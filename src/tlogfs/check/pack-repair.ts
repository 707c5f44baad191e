import { promisifyRequest } from "idb-keyval";
import { sha256Of } from "../../tinyfs/sha256.ts";
import type { Key } from "../keys.ts";
import { seal } from "../oplog-rows.ts";
import type { PondDatabase } from "../pond-database.ts";
import { putNote } from "./quarantine.ts";
import { eachSlice, fieldsOf, type RawRow } from "./raw-rows.ts";
import {
  keyOf,
  type Outcome,
  quarantined,
  type RepairRun,
  restored,
  WHOLE_AGAIN,
} from "./repair-run.ts";
import type { Finding } from "./report.ts";
import { usesOf } from "./row-uses.ts";

/** A slot that rows use. */
interface SlotUse {
  readonly pack: Key;
  readonly slot: number;
  readonly sha256: string;
  readonly size: number;
}

/** Mends packs: their bytes from other slots of the same hash, their tables from the rows. */
export async function mendPacks(run: RepairRun, findings: readonly Finding[]): Promise<void> {
  if (findings.length === 0) return;
  const packs = new Set<string>();
  const hashes = new Set<string>();
  for (const finding of findings) {
    if (finding.kind === "corrupt-bytes") hashes.add(finding.sha256 ?? "");
    else packs.add(JSON.stringify(keyOf(finding)));
  }
  const ofPacks = await findSlots(run, ({ pack }) => packs.has(JSON.stringify(pack)));
  for (const { sha256 } of ofPacks) hashes.add(sha256);
  const slots = await findSlots(run, ({ sha256 }) => hashes.has(sha256));
  const lost = new Set<string>();
  for (const sha256 of hashes) {
    const same = slots.filter((slot) => slot.sha256 === sha256);
    if (!(await mendBytes(run, same))) lost.add(sha256);
  }
  for (const finding of findings) {
    const pack = JSON.stringify(keyOf(finding));
    const concerned =
      finding.kind === "corrupt-bytes"
        ? [finding.sha256 ?? ""]
        : ofPacks.filter((use) => JSON.stringify(use.pack) === pack).map(({ sha256 }) => sha256);
    run.outcomes.set(
      finding,
      await outcomeOf(
        run,
        finding,
        concerned.filter((one) => lost.has(one)),
      ),
    );
  }
}

async function outcomeOf(
  run: RepairRun,
  finding: Finding,
  lost: readonly string[],
): Promise<Outcome> {
  if (lost.length === 0) return restored("Its bytes are whole");
  await run.use("readwrite", (oplog) => {
    for (const sha256 of lost) putNote(oplog, { ...finding, kind: "corrupt-bytes", sha256 });
  });
  return quarantined("No other copy of its bytes was found: reading them is an error that says so");
}

/** Copies whole bytes to where they are damaged. Returns whether there were any. */
async function mendBytes(run: RepairRun, same: readonly SlotUse[]): Promise<boolean> {
  let whole: Uint8Array<ArrayBuffer> | undefined;
  const damaged: SlotUse[] = [];
  for (const use of same) {
    const bytes = await readSlot(run, use);
    if (bytes && (await sha256Of(bytes)) === use.sha256) whole = bytes;
    else damaged.push(use);
  }
  for (const use of damaged) await writeSlot(run, use, whole);
  return whole !== undefined;
}

async function readSlot(
  run: RepairRun,
  { pack, slot, size }: SlotUse,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const value = await run.use("readonly", (oplog) => getPack(oplog, pack));
  const { offsets, bytes } = fieldsOf(value);
  if (!Array.isArray(offsets) || !(bytes instanceof Uint8Array)) return undefined;
  const [start, end] = [Number(offsets[slot]), Number(offsets[slot + 1])];
  // A damaged table may still lead to the right bytes: their hash decides.
  return end - start === size ? (bytes.slice(start, end) as Uint8Array<ArrayBuffer>) : undefined;
}

/** Gives a slot its bytes, or none where they are lost, in a pack that is made if it is not there. */
function writeSlot(
  run: RepairRun,
  { pack, slot }: SlotUse,
  whole: Uint8Array<ArrayBuffer> | undefined,
): Promise<void> {
  return run.use("readwrite", async (oplog) => {
    const value = await getPack(oplog, pack);
    if (value !== undefined && !whole) return; // what is there is kept: its hash says that it is damaged
    const pieces = cut(value);
    while (pieces.length <= slot) pieces.push(new Uint8Array(0));
    pieces[slot] = whole ?? new Uint8Array(0);
    const { counts } = fieldsOf(value);
    const kept: unknown[] = Array.isArray(counts) ? counts : [];
    putPack(
      oplog,
      pack,
      pieces,
      pieces.map((_, index) => Number(kept[index] ?? 1)),
    );
  });
}

/** Seals the table of a pack anew, if it holds together; the counts are counted later. */
export function sealTable(run: RepairRun, finding: Finding): Promise<Outcome> {
  const key = keyOf(finding);
  return run.use("readwrite", async (oplog) => {
    const value = await getPack(oplog, key);
    const pieces = cut(value);
    if (value === undefined) return WHOLE_AGAIN;
    const { counts } = fieldsOf(value);
    const kept: unknown[] = Array.isArray(counts) ? counts : [];
    putPack(
      oplog,
      key,
      pieces,
      pieces.map((_, index) => Number(kept[index] ?? 0)),
    );
    return restored("Its table was made anew");
  });
}

function getPack(oplog: IDBObjectStore, key: Key): Promise<unknown> {
  return promisifyRequest<unknown>(oplog.transaction.objectStore("packs").get(key));
}

function putPack(
  oplog: IDBObjectStore,
  key: Key,
  pieces: readonly Uint8Array[],
  counts: readonly number[],
): void {
  const offsets = [0];
  for (const { byteLength } of pieces) offsets.push((offsets.at(-1) ?? 0) + byteLength);
  const bytes = new Uint8Array(offsets.at(-1) ?? 0);
  for (const [index, piece] of pieces.entries()) bytes.set(piece, offsets[index]);
  oplog.transaction.objectStore("packs").put({ ...seal(key, { offsets, counts }), bytes }, key);
}

/** The bytes of all slots, as far as the table tells. */
function cut(value: unknown): Uint8Array[] {
  const { offsets, bytes } = fieldsOf(value);
  if (!Array.isArray(offsets) || !(bytes instanceof Uint8Array)) return [];
  return offsets.slice(1).map((end: unknown, index) => {
    const start = Number(offsets[index]);
    const isSound = start >= 0 && Number(end) >= start;
    return isSound ? bytes.slice(start, Number(end)) : new Uint8Array(0);
  });
}

/** All slots that rows use and that are wanted, each once. */
async function findSlots(run: RepairRun, isWanted: (use: SlotUse) => boolean): Promise<SlotUse[]> {
  const found = new Map<string, SlotUse>();
  const look = (rows: readonly RawRow[]) => {
    for (const raw of rows) {
      for (const { storage, sha256, size } of usesOf(raw)) {
        if (storage.kind !== "inline") continue;
        const use: SlotUse = { pack: [...storage.pack], slot: storage.slot, sha256, size };
        if (isWanted(use)) found.set(JSON.stringify([use.pack, use.slot, sha256]), use);
      }
    }
  };
  const { database }: { database: PondDatabase } = run.context;
  for (const family of ["dir", "old", "seg"]) {
    await eachSlice(database, [family], look, () => run.tick());
  }
  return [...found.values()];
}
