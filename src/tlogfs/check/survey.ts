import { promisifyRequest } from "idb-keyval";
import type { PondTotals } from "../../tinyfs/change.ts";
import type { Place } from "../../tinyfs/entry.ts";
import { type EntryType, supportsLargeFiles } from "../../tinyfs/entry-type.ts";
import type { NodeId } from "../../tinyfs/node-id.ts";
import { type Key, keysBelow, META_KEY, oldKey, rangeAfter } from "../keys.ts";
import { hasRow } from "../oplog-rows.ts";
import type { PondDatabase } from "../pond-database.ts";
import type { StoredTotals } from "../txn-row.ts";
import { DirectoryMap, isOrphanOfDirectory } from "./directory-map.ts";
import { eachSlice, fieldsOf, getRaw, type RawRow } from "./raw-rows.ts";
import { usesOf } from "./row-uses.ts";

/** How many packs one request holds: 4 MiB. */
export const SLICE_PACKS = 64;

/** Who counts names: users add, what stands for them takes away. */
export interface Tally {
  add(name: string, times: number): void;
}

/** Sums over a pond, from its rows. */
export interface Survey {
  readonly directories: DirectoryMap;
  /** Where each series stands, or stood last. */
  readonly series: ReadonlyMap<string, Place>;
  readonly totals: PondTotals;
  readonly stored: StoredTotals;
}

/** The name under which the uses of a slot are counted. */
function slotName(pack: Key, slot: number): string {
  return JSON.stringify([...pack, slot]);
}

/** The name under which a reference and what it stands for are counted. */
function refName(key: Key): string {
  return JSON.stringify(key);
}

/** Changes whenever a pond does: two equal ones say that nothing was written in between. */
export async function epochOf(database: PondDatabase): Promise<string> {
  return database.use(["oplog", "packs"])("readonly", epochIn);
}

/** The same within a transaction over both stores. */
export async function epochIn(oplog: IDBObjectStore): Promise<string> {
  const packs = oplog.transaction.objectStore("packs");
  const facts = await Promise.all([
    promisifyRequest<unknown>(oplog.get(keysBelow("txn"))),
    getRaw(oplog, META_KEY),
    promisifyRequest(oplog.count()),
    promisifyRequest(packs.count()),
  ]);
  return JSON.stringify(facts);
}

/** Reads every row once, a slice at a time, and counts what it uses. */
export class Surveyor {
  readonly #database: PondDatabase;
  readonly #tally: Tally;
  readonly #tick: (rows: number) => Promise<void>;
  readonly #directories = new DirectoryMap();
  readonly #series = new Map<string, Place>();
  #versions = 0;
  #versionBytes = 0;
  #blobs = 0;
  #blobBytes = 0;
  #inlineBytes = 0;

  /** @param tick called after each slice */
  constructor(database: PondDatabase, tally: Tally, tick: (rows: number) => Promise<void>) {
    this.#database = database;
    this.#tally = tally;
    this.#tick = tick;
  }

  /** Counts everything. */
  async run(): Promise<Survey> {
    const database = this.#database;
    await eachSlice(database, ["dir"], (rows, oplog) => this.#names(rows, oplog), this.#tick);
    await eachSlice(database, ["old"], (rows, oplog) => this.#names(rows, oplog), this.#tick);
    await eachSlice(database, ["seg"], (rows) => this.#segments(rows), this.#tick);
    await eachSlice(database, ["ref"], (rows) => this.#refs(rows), this.#tick);
    await eachSlice(database, ["blob"], (rows) => this.#blobRows(rows), this.#tick);
    await this.#packs();
    const live = this.#directories.live();
    return {
      directories: this.#directories,
      series: this.#series,
      totals: { ...live, versions: this.#versions, versionBytes: this.#versionBytes },
      stored: {
        blobs: this.#blobs,
        blobBytes: this.#blobBytes,
        inlineBytes: this.#inlineBytes,
      },
    };
  }

  async #names(rows: readonly RawRow[], oplog: IDBObjectStore): Promise<void> {
    const lookUps: Promise<void>[] = [];
    for (const raw of rows) {
      this.#count(raw);
      const [family, dirId, name] = raw.key;
      const place = { dirId: dirId as NodeId, name: String(name) };
      const row = fieldsOf(raw.value);
      const entryType = row["entryType"] as EntryType;
      const nodeId = String(row["nodeId"]);
      const isCurrent = family === "dir";
      const facts = this.#directories.at(place.dirId);
      if (isOrphanOfDirectory(raw)) {
        facts.rows += 1;
        facts.newest = Math.max(facts.newest, Number(row["placedSeq"] ?? 0));
      }
      if (entryType === "Directory") this.#directories.stands(nodeId, place, isCurrent);
      if (entryType === "FileSeries" && !(this.#series.has(nodeId) && !isCurrent)) {
        this.#series.set(nodeId, place);
      }
      if (isCurrent) {
        if (entryType === "Directory") facts.directories += 1;
        else if (supportsLargeFiles(entryType)) facts.files += 1;
        facts.bytes += Number(row["size"] ?? 0);
        if (entryType === "FileSeries") {
          lookUps.push(this.#addSeries(oplog, nodeId as NodeId, facts));
        }
      }
      if (row["storage"] !== undefined) lookUps.push(this.#version(oplog, row));
    }
    await Promise.all(lookUps);
  }

  async #addSeries(oplog: IDBObjectStore, nodeId: NodeId, facts: { bytes: number }): Promise<void> {
    const newest = await promisifyRequest<unknown>(oplog.get(keysBelow("seg", nodeId)));
    facts.bytes += Number(fieldsOf(fieldsOf(newest)["totals"])["bytes"] ?? 0);
  }

  /** A version is counted where it was made, or, if that row is gone, where it was moved to. */
  async #version(oplog: IDBObjectStore, row: Readonly<Record<string, unknown>>): Promise<void> {
    const { from, txnSeq, placedSeq, version, nodeId } = row;
    if (txnSeq !== placedSeq && from) {
      const ref = oldKey(from as Parameters<typeof oldKey>[0]);
      const earlier = fieldsOf((await getRaw(oplog, ref))?.value);
      if (earlier["nodeId"] === nodeId && earlier["version"] === version) return;
    }
    this.#versions += 1;
    this.#versionBytes += Number(row["size"] ?? 0);
  }

  #segments(rows: readonly RawRow[]): void {
    for (const raw of rows) {
      this.#count(raw);
      const { kind, coveredBytes = 0 } = fieldsOf(raw.value);
      if (kind === "compact") {
        this.#versionBytes += Number(coveredBytes); // of versions that are dropped and that it holds
        continue;
      }
      this.#versions += 1;
      for (const { size } of usesOf(raw)) this.#versionBytes += size;
    }
  }

  #count(raw: RawRow): void {
    for (const { storage, ref } of usesOf(raw)) {
      if (storage.kind === "blob") this.#tally.add(refName(ref), 1);
      else this.#tally.add(slotName([...storage.pack], storage.slot), 1);
    }
  }

  #refs(rows: readonly RawRow[]): void {
    for (const { key } of rows) this.#tally.add(refName(key), -1);
  }

  #blobRows(rows: readonly RawRow[]): void {
    for (const { value } of rows) {
      this.#blobs += 1;
      this.#blobBytes += Number(fieldsOf(value)["size"] ?? 0);
    }
  }

  async #packs(): Promise<void> {
    for (let after: Key | undefined; ; ) {
      const range = after && rangeAfter([], after);
      const packs = await this.#database.use(["oplog", "packs"])("readonly", async (oplog) => {
        const store = oplog.transaction.objectStore("packs");
        const [keys, values] = await Promise.all([
          promisifyRequest(store.getAllKeys(range, SLICE_PACKS)),
          promisifyRequest<unknown[]>(store.getAll(range, SLICE_PACKS)),
        ]);
        await Promise.all(
          (keys as Key[]).map((key, index) => this.#pack(oplog, key, fieldsOf(values[index]))),
        );
        return keys as Key[];
      });
      await this.#tick(packs.length);
      after = packs.at(-1);
      if (!after || packs.length < SLICE_PACKS) return;
    }
  }

  async #pack(
    oplog: IDBObjectStore,
    key: Key,
    { counts, bytes }: Readonly<Record<string, unknown>>,
  ): Promise<void> {
    const [owner, packId] = key;
    if (owner !== "") {
      const refs = keysBelow("ref", String(packId), "");
      if (!(await hasRow(oplog, refs))) return; // an orphan, or its commit is on the way
      for (const ref of await promisifyRequest(oplog.getAllKeys(refs))) {
        this.#tally.add(refName(ref as Key), 1);
      }
    }
    if (bytes instanceof Uint8Array) this.#inlineBytes += bytes.byteLength;
    if (!Array.isArray(counts)) return;
    for (const [slot, count] of counts.entries()) {
      this.#tally.add(slotName(key, slot), -Number(count));
    }
  }
}
