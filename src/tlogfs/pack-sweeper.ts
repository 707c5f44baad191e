import { promisifyRequest } from "idb-keyval";
import { type Key, keysBelow, prewrittenPacks } from "./keys.ts";
import { hasRow } from "./oplog-rows.ts";
import { findDeadOwners } from "./owners.ts";
import type { Pack } from "./packs.ts";
import type { PondContext } from "./pond-context.ts";
import type { Swept } from "./temporary-sweeper.ts";

/** How many rows one transaction looks at or deletes. */
const SLICE_ROWS = 1000;

/** Deletes packs that were written before a commit which did not come, by tabs that are gone. */
export class PackSweeper {
  readonly #context: PondContext;

  constructor(context: PondContext) {
    this.#context = context;
  }

  async sweep({ dryRun = false }: { readonly dryRun?: boolean } = {}): Promise<Swept> {
    const orphans = await this.#findOrphans();
    let bytes = 0;
    for (const keys of slices(orphans)) bytes += await this.#measure(keys);
    if (!dryRun) for (const keys of slices(orphans)) await this.#delete(keys);
    return { count: orphans.length, bytes };
  }

  async #findOrphans(): Promise<Key[]> {
    const { database } = this.#context;
    const keys = await database.use("packs")("readonly", async (packs) => {
      return (await promisifyRequest(packs.getAllKeys(prewrittenPacks()))) as Key[];
    });
    const dead = await findDeadOwners(
      this.#context,
      keys.map(([owner]) => String(owner)),
    );
    const orphans: Key[] = [];
    for (const slice of slices(keys.filter(([owner]) => dead.has(String(owner))))) {
      orphans.push(...(await this.#withoutCommit(slice)));
    }
    return orphans;
  }

  #withoutCommit(keys: readonly Key[]): Promise<Key[]> {
    return this.#context.database.use("oplog")("readonly", async (oplog) => {
      const named = await Promise.all(
        keys.map(([, packId]) => hasRow(oplog, keysBelow("ref", String(packId)))),
      );
      return keys.filter((_, index) => !named[index]);
    });
  }

  async #measure(keys: readonly Key[]): Promise<number> {
    let bytes = 0;
    for (const key of keys) {
      const pack = await this.#context.database.use("packs")("readonly", (packs) => {
        return promisifyRequest<Pack | undefined>(packs.get(key));
      });
      bytes += pack?.bytes.byteLength ?? 0;
    }
    return bytes;
  }

  #delete(keys: readonly Key[]): Promise<void> {
    return this.#context.database.use("packs", "relaxed")("readwrite", (packs) => {
      for (const key of keys) packs.delete(key);
    });
  }
}

function* slices(keys: readonly Key[]): Generator<readonly Key[], void> {
  for (let at = 0; at < keys.length; at += SLICE_ROWS) yield keys.slice(at, at + SLICE_ROWS);
}
