import { promisifyRequest } from "idb-keyval";
import type { Place } from "../../tinyfs/entry.ts";
import { sha256Of } from "../../tinyfs/sha256.ts";
import { blobKey, type Key } from "../keys.ts";
import { isIntact } from "../oplog-rows.ts";
import type { CheckRun } from "./check-run.ts";
import type { Found } from "./findings.ts";
import { fieldsOf, getRaw } from "./raw-rows.ts";
import type { Use } from "./row-uses.ts";

/** How many packs are in memory at a time: 4 MiB. */
const PACKS_AT_ONCE = 64;

/** A row's use of bytes, and what a finding about it says of the row. */
export interface NamedUse extends Use {
  readonly key: Key;
  readonly place?: Place;
  readonly version?: number;
}

interface Slot {
  readonly use: NamedUse;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Looks whether the bytes that rows name are there. */
export class ContentCheck {
  readonly #run: CheckRun;
  #slots: Slot[] = [];

  constructor(run: CheckRun) {
    this.#run = run;
  }

  /** Looks in the transaction in which the rows were read. */
  async look(oplog: IDBObjectStore, uses: readonly NamedUse[]): Promise<void> {
    this.#slots = []; // a lost connection repeats the slice
    const packs = new Map<string, NamedUse[]>();
    for (const use of uses) {
      if (use.storage.kind === "blob") continue;
      const id = JSON.stringify(use.storage.pack);
      packs.set(id, [...(packs.get(id) ?? []), use]);
    }
    await Promise.all(uses.map((use) => this.#lookAtBlob(oplog, use)));
    const store = oplog.transaction.objectStore("packs");
    const groups = [...packs];
    for (let at = 0; at < groups.length; at += PACKS_AT_ONCE) {
      const some = groups.slice(at, at + PACKS_AT_ONCE);
      await Promise.all(some.map(([id, users]) => this.#lookAtPack(store, id, users)));
    }
  }

  /** Hashes what the last slice has collected: nothing of the kind can be awaited in a transaction. */
  async hash(): Promise<void> {
    const slots = this.#slots.splice(0);
    await Promise.all(
      slots.map(async ({ use, bytes }) => {
        this.#run.bytes += bytes.byteLength;
        if ((await sha256Of(bytes)) === use.sha256) return;
        this.#add(use, "corrupt-bytes", "its bytes are not those that were written");
      }),
    );
  }

  async #lookAtBlob(oplog: IDBObjectStore, use: NamedUse): Promise<void> {
    const { storage, sha256, size, ref } = use;
    if (storage.kind !== "blob") return;
    const [row, refKey] = await Promise.all([
      getRaw(oplog, blobKey(sha256)),
      promisifyRequest(oplog.getKey(ref)),
    ]);
    if (!row) this.#add(use, "missing-blob-row", "the log does not know its blob", blobKey(sha256));
    else if (row.intact && fieldsOf(row.value)["size"] !== size) {
      this.#add(use, "corrupt-blob-row", "its blob has another length", row.key);
    }
    if (refKey === undefined) {
      this.#add(use, "missing-ref", "no reference keeps its blob from being collected", ref);
    }
  }

  async #lookAtPack(store: IDBObjectStore, id: string, uses: readonly NamedUse[]): Promise<void> {
    const key = JSON.parse(id) as Key;
    const value: unknown = await promisifyRequest<unknown>(store.get(key));
    if (value === undefined) {
      for (const use of uses) this.#add(use, "missing-pack", "the pack of its bytes is gone", key);
      return;
    }
    const { bytes, ...table } = fieldsOf(value);
    const { offsets } = table as { offsets?: unknown };
    // A damaged table is found where packs are looked at.
    if (!isIntact(key, table) || !(bytes instanceof Uint8Array) || !Array.isArray(offsets)) return;
    for (const use of uses) this.#lookAtSlot(use, bytes, offsets as number[]);
  }

  #lookAtSlot(use: NamedUse, bytes: Uint8Array, offsets: readonly number[]): void {
    const { storage, size } = use;
    const slot = storage.kind === "inline" ? storage.slot : 0;
    const [start, end] = [offsets[slot], offsets[slot + 1]];
    if (start === undefined || end === undefined || end - start !== size || end > bytes.length) {
      this.#add(use, "corrupt-bytes", "its bytes are cut off");
    } else if (this.#run.deep) this.#slots.push({ use, bytes: bytes.slice(start, end) });
  }

  #add(use: NamedUse, kind: Found["kind"], what: string, key?: Key): void {
    const { sha256, place, version } = use;
    const label = place ? ` "${place.name}"` : "";
    this.#run.findings.add({
      kind,
      message: `Version ${version ?? "?"} of${label || " a series"}: ${what}`,
      sha256,
      isCurrent: use.key[0] === "dir",
      ...(place && { place }),
      ...(version !== undefined && { version }),
      ...(key && { key }),
    });
  }
}
