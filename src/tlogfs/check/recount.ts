import { promisifyRequest } from "idb-keyval";
import { type Key, keysBelow, txnKey } from "../keys.ts";
import { seal } from "../oplog-rows.ts";
import type { TxnRow } from "../txn-row.ts";
import { fieldsOf, getRaw, readStand } from "./raw-rows.ts";
import type { RepairRun } from "./repair-run.ts";
import { type Counted, countAll } from "./sum-check.ts";
import { epochIn } from "./survey.ts";

/** How often everything is counted again because other tabs wrote meanwhile. */
const ATTEMPTS = 5;

/** Makes counts, references and sums agree with the rows. Returns whether the pond stood still for it. */
export async function recount(run: RepairRun): Promise<boolean> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const counted = await countAll(run, 1);
    const isDone = await run.use("readwrite", async (oplog) => {
      if ((await epochIn(oplog)) !== counted.epoch) return false;
      // One after the other: slots of one pack are in one record.
      for (const one of counted.unequal) await correct(oplog, one);
      await putTotals(oplog, counted);
      return true;
    });
    if (isDone) return true;
  }
  return false;
}

async function correct(
  oplog: IDBObjectStore,
  { name, uses, held }: Counted["unequal"][number],
): Promise<void> {
  const key = JSON.parse(name) as Key;
  if (key[0] !== "ref") {
    const slot = Number(key.pop());
    return putCount(oplog, key, slot, uses);
  }
  // One for a row that is there was put before this, unless its blob could not be brought back.
  if (uses < held) oplog.delete(key);
  else oplog.put(seal(key, {}), key);
}

async function putCount(
  oplog: IDBObjectStore,
  key: Key,
  slot: number,
  uses: number,
): Promise<void> {
  const packs = oplog.transaction.objectStore("packs");
  const { bytes, offsets, counts } = fieldsOf(await promisifyRequest<unknown>(packs.get(key)));
  if (!Array.isArray(counts) || slot >= counts.length) return;
  const table = { offsets, counts: counts.map((count, index) => (index === slot ? uses : count)) };
  packs.put({ ...seal(key, table), bytes }, key);
}

async function putTotals(
  oplog: IDBObjectStore,
  { survey: { totals, stored } }: Counted,
): Promise<void> {
  const key = txnKey((await readStand(oplog)).head);
  const head = await getRaw(oplog, key);
  if (!head?.intact || !(await promisifyRequest(oplog.getKey(keysBelow("txn"))))) return;
  const { sum: _, ...row } = head.value as TxnRow;
  oplog.put(
    seal(key, {
      ...row,
      totals: { ...row.totals, ...totals },
      stored: { ...row.stored, ...stored },
    }),
    key,
  );
}
