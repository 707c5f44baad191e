import type { Content } from "../tinyfs/entry.ts";
import { CorruptBlobError } from "../tinyfs/errors.ts";
import { sha256Of } from "../tinyfs/sha256.ts";
import { type StagedContent, storageOf } from "./content.ts";
import type { Key, PackKey } from "./keys.ts";
import { type Sealed, seal, unseal } from "./oplog-rows.ts";

/** How many files' bytes a pack holds at most. */
const MAX_PACK_SLOTS = 64;

/**
 * How many bytes of them. Chromium puts a value of 64 KiB and more into a file of its own, which takes twice
 * as long to write and to read; what a pack says of itself takes less than the kibibyte that is left.
 */
const MAX_PACK_BYTES = 63 << 10;

/** What a pack says of itself: its checksum covers this, each slot's bytes have their own SHA-256. */
interface PackTable extends Sealed {
  /** Where each slot begins, and where the last one ends. */
  readonly offsets: readonly number[];
  /** How many rows use each slot. */
  readonly counts: readonly number[];
}

/** Bytes of several small files, stored as one record. */
export interface Pack extends PackTable {
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Small bytes of a commit, and how many of its rows name them. */
export interface PackInput {
  readonly content: StagedContent;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly uses: number;
}

/** A pack that is to be written, and whose bytes are in which slot. */
export interface FilledPack {
  readonly key: PackKey;
  readonly pack: Pack;
  readonly contents: readonly StagedContent[];
}

/** A new identity: 72 random bits in 12 characters, since every row of the pack repeats it. */
export function newPackId(): string {
  const bits = crypto.getRandomValues(new Uint8Array(9));
  return btoa(String.fromCharCode(...bits))
    .replaceAll("+", "-")
    .replaceAll("/", "_");
}

/** Fills packs in order. @param keyOf gives the key of the pack with this index */
export function fillPacks(
  inputs: readonly PackInput[],
  keyOf: (index: number, count: number) => PackKey,
): FilledPack[] {
  const groups = groupInputs(inputs);
  return groups.map((group, index) => {
    const key = keyOf(index, groups.length);
    return { key, pack: fillPack(key, group), contents: group.map(({ content }) => content) };
  });
}

function groupInputs(inputs: readonly PackInput[]): PackInput[][] {
  const groups: PackInput[][] = [];
  let group: PackInput[] = [];
  let room = 0;
  for (const input of inputs) {
    if (group.length === 0 || group.length === MAX_PACK_SLOTS || input.bytes.byteLength > room) {
      group = [];
      groups.push(group);
      room = MAX_PACK_BYTES;
    }
    group.push(input);
    room -= input.bytes.byteLength;
  }
  return groups;
}

function fillPack(key: PackKey, group: readonly PackInput[]): Pack {
  const offsets = [0];
  for (const { bytes } of group) offsets.push((offsets.at(-1) ?? 0) + bytes.byteLength);
  // A buffer of its own: IndexedDB stores a view with everything it looks into.
  const bytes = new Uint8Array(offsets.at(-1) ?? 0);
  group.forEach((input, slot) => {
    bytes.set(input.bytes, offsets[slot]);
  });
  return sealPack(key, { offsets, counts: group.map(({ uses }) => uses) }, bytes);
}

/** A pack in which more rows use some slots. @param added how many more by slot */
export function raiseCounts(key: PackKey, pack: Pack, added: ReadonlyMap<number, number>): Pack {
  const counts = pack.counts.map((count, slot) => count + (added.get(slot) ?? 0));
  return sealPack(key, { offsets: pack.offsets, counts }, pack.bytes);
}

/**
 * A pack that fewer rows use. The bytes of slots that none uses go; the others keep their numbers.
 * @param taken how many less by slot
 */
export function lowerCounts(key: PackKey, pack: Pack, taken: ReadonlyMap<number, number>): Pack {
  const counts = pack.counts.map((count, slot) => Math.max(0, count - (taken.get(slot) ?? 0)));
  const offsets = [0];
  const kept: Uint8Array[] = [];
  counts.forEach((count, slot) => {
    const used = count > 0 ? pack.bytes.subarray(pack.offsets[slot], pack.offsets[slot + 1]) : [];
    if (used.length > 0) kept.push(used as Uint8Array);
    offsets.push((offsets.at(-1) ?? 0) + used.length);
  });
  const bytes = new Uint8Array(offsets.at(-1) ?? 0);
  let at = 0;
  for (const piece of kept) {
    bytes.set(piece, at);
    at += piece.byteLength;
  }
  return sealPack(key, { offsets, counts }, bytes);
}

function sealPack(
  key: PackKey,
  table: Omit<PackTable, "sum">,
  bytes: Uint8Array<ArrayBuffer>,
): Pack {
  return { ...seal(key, table), bytes };
}

/** A pack as it was sealed, but for its bytes. @throws CORRUPT_ROW */
export function unsealPack(key: PackKey, value: unknown): Pack {
  const { bytes, ...table } = Object(value) as Pack;
  unseal(key, table);
  return { ...table, bytes };
}

/** How many of these contents use which slot, by the text of the pack's key. */
export function packUses(contents: Iterable<Content>): Map<string, Map<number, number>> {
  const uses = new Map<string, Map<number, number>>();
  for (const content of contents) {
    const storage = storageOf(content);
    if (storage.kind !== "inline") continue;
    const key = String(idbKey(storage.pack));
    const slots = uses.get(key) ?? new Map<number, number>();
    uses.set(key, slots.set(storage.slot, (slots.get(storage.slot) ?? 0) + 1));
  }
  return uses;
}

/** The bytes of a slot. @throws CORRUPT_BLOB when they are not those of the hash */
export async function readSlot(
  pack: Pack,
  slot: number,
  sha256: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = pack.bytes.slice(pack.offsets[slot], pack.offsets[slot + 1]);
  if ((await sha256Of(bytes)) === sha256) return bytes;
  throw new CorruptBlobError(`Cannot read bytes "${sha256}": they are not what was written`, {
    sha256,
  });
}

/** The error for a pack that is not there. */
export function missingPack(key: PackKey, sha256: string): CorruptBlobError {
  const where = JSON.stringify(key);
  return new CorruptBlobError(`Cannot read bytes "${sha256}": pack ${where} is missing`, {
    sha256,
  });
}

/** A pack's key as IndexedDB takes it. */
export function idbKey([owner, packId]: PackKey): Key {
  return [owner, packId];
}
