import type { Contender } from "./contender.ts";

/** Each is loaded alone, so that a page holds no other's code. */
const contenders: Readonly<Record<string, () => Promise<Contender>>> = {
  tinypond: async () => (await import("./tinypond.ts")).contender,
  "raw-opfs": async () => (await import("./raw-opfs.ts")).contender,
  "raw-indexeddb": async () => (await import("./raw-indexeddb.ts")).contender,
  "idb-keyval": async () => (await import("./idb-keyval.ts")).contender,
  dexie: async () => (await import("./dexie.ts")).contender,
  "zenfs-indexeddb": async () => (await import("./zenfs.ts")).zenfsIndexedDb,
  "zenfs-opfs": async () => (await import("./zenfs.ts")).zenfsOpfs,
  "lightning-fs": async () => (await import("./lightning-fs.ts")).contender,
  "opfs-worker": async () => (await import("./opfs-worker.ts")).contender,
  sqlite: async () => (await import("./sqlite.ts")).contender,
  duckdb: async () => (await import("./duckdb.ts")).contender,
  "parquet-wasm": async () => (await import("./parquet-wasm.ts")).contender,
  hyparquet: async () => (await import("./hyparquet.ts")).contender,
};

/** All of them, in the order of tables. */
export const contenderNames: readonly string[] = Object.keys(contenders);

/** Loads one. */
export async function loadContender(name: string): Promise<Contender> {
  const load = contenders[name];
  if (!load) throw new Error(`There is no contender "${name}"`);
  return load();
}
