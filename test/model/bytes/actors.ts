import type { BytesRules } from "../rules.ts";
import type { ByteStore, Owner } from "./store.ts";

/** What an actor works with. Between two steps others act, or it dies. */
export interface Scene {
  readonly store: ByteStore;
  readonly rules: BytesRules;
  readonly me: Owner;
  /** A name that nobody else has. */
  readonly id: string;
  pick<Item>(items: readonly Item[]): Item;
}

/** A step of an actor ends here. */
type Steps = Generator<void, void>;

/** The protocol has been broken. */
export class Violation extends Error {}

const HASHES = ["x", "y"] as const;
const TRIES = 4;

/** Stages bytes, publishes them, and commits a row that names them. */
export function* commitBytes(scene: Scene): Steps {
  const { store, rules, me, id, pick } = scene;
  const sha256 = pick(HASHES);
  if (rules.ownerLockFirst) me.isLocked = true;
  // A stream is written before anybody knows its hash; bytes at hand may turn out to be stored.
  const isStream = pick([true, false]);
  let temporary = isStream || !isStored(scene, sha256);
  const isInMemory = !temporary && rules.keepBytes;
  if (temporary) store.temporaries.set(id, me);
  yield;
  me.isLocked = true;
  for (let attempt = 0; attempt < TRIES; attempt++) {
    yield* lockShared(scene, sha256);
    const left = publish(scene, sha256, temporary, isInMemory, attempt > 0);
    if (left === "damaged") break; // a typed error; nothing is committed
    temporary = left;
    const isSound = store.files.get(sha256) === "good";
    yield;
    const pack = pick([id, undefined]);
    if (pack) {
      store.packs.set(pack, me);
      yield;
    }
    const fate = pick(["conflict", "committed", "committed", "answer lost", "failed"] as const);
    if (fate === "committed" || fate === "answer lost") {
      if (!isSound)
        throw new Violation(`a row names a blob that was seen to be damaged: ${sha256}`);
      store.rows.push({ id, sha256, pack });
      store.blobRows.add(sha256);
    }
    yield;
    if (fate === "committed") break;
    if (!rules.holdLock) me.shared.delete(sha256);
    yield;
    const isKnown = rules.lookUpOutcome && store.rows.some((row) => row.id === id);
    if (isKnown) break;
  }
  if (temporary) store.temporaries.delete(id);
  if (!store.rows.some((row) => row.id === id)) store.packs.delete(id);
}

function isStored({ store, rules }: Scene, sha256: string): boolean {
  return rules.askTheFile ? store.files.has(sha256) : store.blobRows.has(sha256);
}

function* lockShared({ store, me }: Scene, sha256: string): Steps {
  while (!me.shared.has(sha256) && store.isExclusive(sha256)) yield;
  me.shared.add(sha256);
}

/**
 * Brings bytes to their final name.
 * @returns whether the temporary is still there, or that bytes published before have been damaged since
 */
function publish(
  scene: Scene,
  sha256: string,
  temporary: boolean,
  isInMemory: boolean,
  isAgain: boolean,
): boolean | "damaged" {
  const { store, rules, id } = scene;
  if (temporary && !store.temporaries.has(id)) throw new Violation(`temporary of ${id} is gone`);
  const hasBytes = temporary || isInMemory;
  const isThere = isStored(scene, sha256);
  const isDamaged = rules.verifyShared && store.files.get(sha256) === "bad";
  if (isThere && !isDamaged) {
    return temporary; // until the outcome is known: what is stored may be damaged or go
  }
  if (!hasBytes) {
    if (isAgain && isThere) return "damaged";
    throw new Violation(`bytes of ${id} are lost`);
  }
  store.files.set(sha256, "good");
  if (temporary) store.temporaries.delete(id);
  return false;
}

/** Deletes blobs that no row names, and what dead owners have left. */
export function* collect({ store, rules, me }: Scene): Steps {
  for (const sha256 of store.listBlobs()) {
    if (store.references(sha256) > 0) continue;
    yield;
    if (store.isShared(sha256) || store.isExclusive(sha256)) continue;
    me.exclusive = sha256;
    yield;
    if (!rules.rereadUnderLock || store.references(sha256) === 0) {
      store.files.delete(sha256);
      yield;
      if (store.references(sha256) === 0) store.blobRows.delete(sha256);
    }
    me.exclusive = undefined;
    yield;
  }
  yield* sweep(store, rules);
}

function* sweep(store: ByteStore, rules: BytesRules): Steps {
  const mayGo = (owner: Owner) => !rules.spareLiveOwners || !store.isLive(owner);
  // Listed first: whoever was seen and holds no lock afterwards is dead.
  const packs = [...store.packs];
  const temporaries = [...store.temporaries];
  yield;
  for (const [pack, owner] of packs) {
    const isNamed = store.rows.some((row) => row.pack === pack);
    if (!isNamed && mayGo(owner)) store.packs.delete(pack);
    yield;
  }
  for (const [temporary, owner] of temporaries)
    if (mayGo(owner)) store.temporaries.delete(temporary);
}

/** Drops a row, as retention does. */
export function* dropRow({ store, pick }: Scene): Steps {
  yield;
  if (store.rows.length === 0) return;
  const dropped = pick(store.rows);
  store.rows.splice(store.rows.indexOf(dropped), 1);
}

/** Turns a bit of a blob. */
export function* damage({ store, pick }: Scene): Steps {
  yield;
  const sha256 = pick(HASHES);
  if (store.files.has(sha256)) store.files.set(sha256, "bad");
}
