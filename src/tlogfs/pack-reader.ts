import { get, promisifyRequest } from "idb-keyval";
import type { ContentCache } from "./content-cache.ts";
import type { PackKey } from "./keys.ts";
import { idbKey, missingPack, type Pack, readSlot, unsealPack } from "./packs.ts";
import type { PondDatabase } from "./pond-database.ts";

/** Where the bytes of a small file stand. */
interface Slot {
  readonly pack: PackKey;
  readonly slot: number;
}

/**
 * Reads the bytes of small files. What was written together is mostly read together, and a pack comes from
 * the database as a whole: so it is kept for its other files, and whoever asks for it meanwhile waits for it.
 */
export class PackReader {
  readonly #database: PondDatabase;
  readonly #cache: ContentCache;
  readonly #fetching = new Map<string, Promise<Pack | undefined>>();

  constructor(database: PondDatabase, cache: ContentCache) {
    this.#database = database;
    this.#cache = cache;
  }

  /**
   * The bytes of a hash, verified; nobody may change them.
   * @param transaction to read in, where it spans packs
   * @throws CORRUPT_BLOB, CORRUPT_ROW
   */
  async read(
    sha256: string,
    { pack: key, slot }: Slot,
    transaction?: IDBTransaction,
  ): Promise<Uint8Array<ArrayBuffer>> {
    const known =
      this.#cache.content(sha256) ?? (await this.#readKept(sha256, { pack: key, slot }));
    this.#cache.count(known !== undefined);
    if (known) return known;
    const pack = await this.#fetch(key, transaction);
    if (pack === undefined) throw missingPack(key, sha256);
    const bytes = await readSlot(pack, slot, sha256);
    this.#cache.keepPack(nameOf(key), pack);
    this.#cache.keepContent(sha256, bytes);
    return bytes;
  }

  /** What a kept pack has. One that differs is forgotten: what stands in the database counts. */
  async #readKept(
    sha256: string,
    { pack: key, slot }: Slot,
  ): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const pack = this.#cache.pack(nameOf(key));
    if (!pack) return undefined;
    try {
      const bytes = await readSlot(pack, slot, sha256);
      this.#cache.keepContent(sha256, bytes);
      return bytes;
    } catch {
      this.#cache.dropPack(nameOf(key));
      return undefined;
    }
  }

  /** The pack that another call fetches, or one of its own where that fails. */
  async #fetch(key: PackKey, transaction?: IDBTransaction): Promise<Pack | undefined> {
    const name = nameOf(key);
    const underWay = this.#fetching.get(name);
    const shared = underWay && (await underWay.catch(() => undefined)); // whoever began it has the error
    if (shared) return shared;
    const fetching = this.#get(key, transaction);
    this.#fetching.set(name, fetching);
    try {
      return await fetching;
    } finally {
      if (this.#fetching.get(name) === fetching) this.#fetching.delete(name);
    }
  }

  async #get(key: PackKey, transaction?: IDBTransaction): Promise<Pack | undefined> {
    const value = await (transaction?.objectStoreNames.contains("packs")
      ? promisifyRequest<unknown>(transaction.objectStore("packs").get(idbKey(key)))
      : get<unknown>(idbKey(key), this.#database.use("packs")));
    return value === undefined ? undefined : unsealPack(key, value);
  }
}

function nameOf(key: PackKey): string {
  return String(idbKey(key));
}
