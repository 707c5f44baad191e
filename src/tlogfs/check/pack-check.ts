import { promisifyRequest } from "idb-keyval";
import { type Key, keysBelow, rangeAfter } from "../keys.ts";
import { hasRow, isIntact } from "../oplog-rows.ts";
import { findDeadOwners } from "../owners.ts";
import type { CheckRun } from "./check-run.ts";
import { eachSlice, fieldsOf, type RawRow } from "./raw-rows.ts";
import { SLICE_PACKS } from "./survey.ts";

/** Checks each pack by itself, and the rows of references. */
export class PackCheck {
  readonly #run: CheckRun;
  #done = 0;

  constructor(run: CheckRun) {
    this.#run = run;
  }

  /** Checks all of them. */
  async check(): Promise<void> {
    const { database } = this.#run.context;
    await eachSlice(database, ["ref"], (rows) => this.#refs(rows), this.#run.tickRows);
    for (let after: Key | undefined; ; ) {
      const range = after && rangeAfter([], after);
      const { keys, unnamed } = await database.use(["oplog", "packs"])("readonly", (oplog) => {
        return this.#look(oplog, range);
      });
      await this.#checkOrphans(unnamed);
      this.#done += keys.length;
      await this.#run.tick("packs", this.#done);
      after = keys.at(-1);
      if (!after || keys.length < SLICE_PACKS) return;
    }
  }

  #refs(rows: readonly RawRow[]): void {
    for (const { key, intact } of rows) {
      if (intact) continue;
      const message = "A reference to a blob or a pack is not what was written";
      this.#run.findings.add({ kind: "corrupt-row", message, key });
    }
  }

  async #look(
    oplog: IDBObjectStore,
    range: IDBKeyRange | undefined,
  ): Promise<{ keys: Key[]; unnamed: Key[] }> {
    const store = oplog.transaction.objectStore("packs");
    const [keys, values] = await Promise.all([
      promisifyRequest(store.getAllKeys(range, SLICE_PACKS)) as Promise<Key[]>,
      promisifyRequest<unknown[]>(store.getAll(range, SLICE_PACKS)),
    ]);
    keys.forEach((key, index) => {
      this.#lookAtTable(key, values[index]);
    });
    const prewritten = keys.filter(([owner]) => owner !== "");
    const named = await Promise.all(
      prewritten.map(([, packId]) => hasRow(oplog, keysBelow("ref", String(packId)))),
    );
    return { keys, unnamed: prewritten.filter((_, index) => !named[index]) };
  }

  #lookAtTable(key: Key, value: unknown): void {
    const { bytes, ...table } = fieldsOf(value);
    if (isIntact(key, table) && isSound(table, bytes)) return;
    this.#run.findings.add({
      kind: "corrupt-row",
      message: "The table of a pack is not what was written",
      key,
    });
  }

  /** Of living owners they may be named any moment. */
  async #checkOrphans(unnamed: readonly Key[]): Promise<void> {
    const dead = await findDeadOwners(
      this.#run.context,
      unnamed.map(([owner]) => String(owner)),
    );
    const suspects = unnamed.filter(([owner]) => dead.has(String(owner)));
    if (suspects.length === 0) return;
    // An owner that died was alive when it was listed, and may have committed in between.
    const still = await this.#run.context.database.use(["oplog", "packs"])("readonly", (oplog) => {
      const packs = oplog.transaction.objectStore("packs");
      return Promise.all(
        suspects.map(async (key) => {
          const [isNamed, isThere] = await Promise.all([
            hasRow(oplog, keysBelow("ref", String(key[1]))),
            hasRow(packs, key),
          ]);
          return isThere && !isNamed;
        }),
      );
    });
    suspects.forEach((key, index) => {
      if (!still[index]) return;
      const message = "A pack was written before a commit that did not come";
      this.#run.findings.add({ kind: "orphan-pack", severity: "leftover", message, key });
    });
  }
}

function isSound({ offsets, counts }: Readonly<Record<string, unknown>>, bytes: unknown): boolean {
  if (!Array.isArray(offsets) || !Array.isArray(counts)) return false;
  if (!(bytes instanceof Uint8Array) || offsets.length !== counts.length + 1) return false;
  const isAscending = offsets.every((at: number, index) => index === 0 || at >= offsets[index - 1]);
  return isAscending && offsets[0] === 0 && offsets.at(-1) === bytes.byteLength;
}
