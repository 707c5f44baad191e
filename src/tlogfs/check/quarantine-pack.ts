import type { StorageStrategy } from "../content.ts";
import type { PackKey } from "../keys.ts";
import { hasRow, seal } from "../oplog-rows.ts";
import { idbKey } from "../packs.ts";

/** A pack of one slot that has no bytes: where rows point whose bytes are lost. */
const QUARANTINE_PACK: PackKey = ["", "quarantine"];

/** What stands for bytes that cannot be found: reading it is CORRUPT_BLOB, of whatever length. */
export const QUARANTINE_STORAGE: StorageStrategy = {
  kind: "inline",
  pack: QUARANTINE_PACK,
  slot: 0,
};

/** The hash of bytes of which nobody knows any more what it was. */
export const UNKNOWN_SHA256: string = "0".repeat(64);

/** Makes sure that the pack is there. Uses are counted when everything else is mended. */
export async function useQuarantinePack(oplog: IDBObjectStore): Promise<void> {
  const packs = oplog.transaction.objectStore("packs");
  const key = idbKey(QUARANTINE_PACK);
  if (await hasRow(packs, key)) return;
  const table = { offsets: [0, 0], counts: [1] };
  packs.put({ ...seal(key, table), bytes: new Uint8Array(0) }, key);
}
