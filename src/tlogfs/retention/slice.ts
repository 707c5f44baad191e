import { promisifyRequest } from "idb-keyval";
import type { StorageStrategy } from "../content.ts";
import { type Key, keysBelow, type PackKey, refKey, txnKey } from "../keys.ts";
import type { SegmentRowRecord } from "../oplog-entry.ts";
import { readRow, seal } from "../oplog-rows.ts";
import { idbKey, lowerCounts, type Pack, unsealPack } from "../packs.ts";
import { readHead } from "../txn-row.ts";

/** Bytes that a row names. */
interface Named {
  readonly storage?: StorageStrategy;
  readonly sha256: string;
}

/** Who names bytes: the last parts of a reference's key. */
interface Namer {
  readonly nodeId: string;
  readonly seq: number;
  readonly n: number;
}

/** What one transaction of retention has freed. */
export interface SliceResult {
  readonly versions: number;
  readonly versionBytes: number;
  /** Bytes of packs. */
  readonly packBytes: number;
  /** Blobs that one reference less names, if any still does. */
  readonly blobs: ReadonlySet<string>;
}

/**
 * What one transaction of retention drops. The totals of the newest commit and the counts of packs
 * change with it, so that the pond is whole whenever it is interrupted.
 */
export class Slice {
  readonly oplog: IDBObjectStore;
  readonly #packs: IDBObjectStore;
  readonly #uses = new Map<string, { key: PackKey; slots: Map<number, number> }>();
  readonly #blobs = new Set<string>();
  readonly #covered: { readonly key: Key; readonly bytes: number }[] = [];
  #versions = 0;
  #versionBytes = 0;
  #work = 0;

  /** @param oplog of a transaction that spans packs */
  constructor(oplog: IDBObjectStore) {
    this.oplog = oplog;
    this.#packs = oplog.transaction.objectStore("packs");
  }

  /** How many rows it has changed, packs included. */
  get work(): number {
    return this.#work + this.#uses.size;
  }

  delete(key: Key): void {
    this.#work += 1;
    this.oplog.delete(key);
  }

  put(key: Key, row: object): void {
    this.#work += 1;
    this.oplog.put(seal(key, row), key);
  }

  /** Takes bytes away from a row that names them. */
  release({ storage, sha256 }: Named, { nodeId, seq, n }: Namer): void {
    if (!storage) return;
    if (storage.kind === "blob") {
      this.#blobs.add(sha256);
      this.delete(refKey(sha256, nodeId, seq, n));
      return;
    }
    const text = String(idbKey(storage.pack));
    const use = this.#uses.get(text) ?? { key: storage.pack, slots: new Map<number, number>() };
    this.#uses.set(text, use);
    use.slots.set(storage.slot, (use.slots.get(storage.slot) ?? 0) + 1);
  }

  /** Takes a version from the totals. */
  countVersion(size: number, versions = 1): void {
    this.#versions += versions;
    this.#versionBytes += size;
  }

  /** Notes that a compaction stands for bytes of versions that went. */
  addCovered(key: Key, bytes: number): void {
    this.#covered.push({ key, bytes });
  }

  /** Brings packs and totals in line. The last thing to be called. */
  async finish(): Promise<SliceResult> {
    for (const { key, bytes } of this.#covered) await this.#cover(key, bytes);
    let packBytes = 0;
    for (const { key, slots } of this.#uses.values()) packBytes += await this.#shrink(key, slots);
    await this.#takeFromTotals(packBytes);
    const [versions, versionBytes] = [this.#versions, this.#versionBytes];
    return { versions, versionBytes, packBytes, blobs: this.#blobs };
  }

  async #cover(key: Key, bytes: number): Promise<void> {
    const row = await readRow<SegmentRowRecord>(this.oplog, key);
    if (!row) return;
    const { sum: _, coveredBytes = 0, ...kept } = row;
    this.put(key, { ...kept, coveredBytes: coveredBytes + bytes });
  }

  /** Returns how many bytes went. */
  async #shrink(key: PackKey, slots: ReadonlyMap<number, number>): Promise<number> {
    const value = await promisifyRequest<unknown>(this.#packs.get(idbKey(key)));
    if (value === undefined) return 0;
    const pack: Pack = unsealPack(key, value);
    const smaller = lowerCounts(key, pack, slots);
    if (smaller.counts.some((count) => count > 0)) this.#packs.put(smaller, idbKey(key));
    else {
      this.#packs.delete(idbKey(key));
      const [owner, packId] = key;
      if (owner !== "") this.oplog.delete(keysBelow("ref", packId));
    }
    return pack.bytes.byteLength - smaller.bytes.byteLength;
  }

  async #takeFromTotals(packBytes: number): Promise<void> {
    const [versions, bytes] = [this.#versions, this.#versionBytes];
    if (versions === 0 && bytes === 0 && packBytes === 0) return;
    const head = await readHead(this.oplog);
    if (!head) return;
    const { totals, stored } = head;
    const key = txnKey(head.seq);
    const row = {
      ...head,
      totals: {
        ...totals,
        versions: totals.versions - versions,
        versionBytes: totals.versionBytes - bytes,
      },
      stored: {
        ...stored,
        inlineBytes: stored.inlineBytes - packBytes,
        droppedBytes: (stored.droppedBytes ?? 0) + bytes,
      },
    };
    this.oplog.put(seal(key, row), key);
  }
}
