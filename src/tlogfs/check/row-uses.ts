import type { StorageStrategy } from "../content.ts";
import { type Key, refKey, segmentRefNumber } from "../keys.ts";
import { fieldsOf, type RawRow } from "./raw-rows.ts";

/** Bytes that a row names. */
export interface Use {
  readonly sha256: string;
  readonly size: number;
  readonly storage: StorageStrategy;
  /** The reference that stands for it, where the bytes are a blob. */
  readonly ref: Key;
}

/** What a row of a name or of a series uses; of a damaged one whatever still can be made out. */
export function usesOf({ key, value }: RawRow): Use[] {
  const row = fieldsOf(value);
  if (key[0] === "seg") return usesOfSegments(key, row);
  const { sha256, size, nodeId, placedSeq } = row;
  const storage = toStorage(row["storage"]);
  if (!storage || typeof sha256 !== "string") return [];
  const ref = refKey(sha256, String(nodeId), Number(placedSeq), 0);
  return [{ sha256, size: Number(size), storage, ref }];
}

function usesOfSegments(key: Key, row: Readonly<Record<string, unknown>>): Use[] {
  const { segments } = row;
  if (!Array.isArray(segments)) return [];
  const [, nodeId, txn, n] = key;
  return segments.flatMap((segment: unknown, index): Use[] => {
    const { sha256, size, storage: stored } = fieldsOf(segment);
    const storage = toStorage(stored);
    if (!storage || typeof sha256 !== "string") return [];
    const number = segmentRefNumber(0 - Number(n), index);
    const ref = refKey(sha256, String(nodeId), 0 - Number(txn), number);
    return [{ sha256, size: Number(size), storage, ref }];
  });
}

function toStorage(value: unknown): StorageStrategy | undefined {
  const { kind, pack, slot } = fieldsOf(value);
  if (kind === "blob") return { kind };
  if (kind !== "inline" || !Array.isArray(pack) || !Number.isInteger(slot)) return undefined;
  const [owner, packId] = pack as unknown[];
  if (typeof owner !== "string" || typeof packId !== "string") return undefined;
  return { kind, pack: [owner, packId], slot: Number(slot) };
}
