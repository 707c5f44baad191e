import type { Pond } from "../../../src/index.ts";
import { openPond } from "../../../src/index.ts";

/** Counters that sums are moved between. */
export const COUNTERS = 12;
/** What they sum up to, always. */
export const TOTAL = COUNTERS * 1_000;
/** Series that all tabs append to. */
export const SERIES = ["/series/a", "/series/b"] as const;
/** How many tabs write. */
export const SLOTS = 8;
/** Files of one writer, and files of all. */
export const FILES = 6;

/** Opens the pond that all tabs share. */
export function openSoakPond(storage?: () => Worker): Promise<Pond> {
  return openPond("soak", { durability: "relaxed", ...(storage && { workers: { storage } }) });
}

export function counterPath(index: number): string {
  return `/counters/${index}`;
}

/** Bytes that tell who wrote them, and of which each can be told from the others. */
export function bytesOf(id: string, size: number): Uint8Array<ArrayBuffer> {
  const head = new TextEncoder().encode(`${id}|`);
  const bytes = new Uint8Array(Math.max(size, head.length)).fill(hueOf(id));
  bytes.set(head);
  return bytes;
}

/** Who wrote bytes. @throws when they are not what one writer wrote */
export function writerOf(path: string, bytes: Uint8Array): string {
  const end = bytes.indexOf(124);
  const id = new TextDecoder().decode(bytes.subarray(0, end));
  const hue = hueOf(id);
  const isWhole = end > 0 && bytes.subarray(end + 1).every((byte) => byte === hue);
  if (!isWhole)
    throw new Error(`${path} is torn: it begins with ${JSON.stringify(id.slice(0, 40))}`);
  return id;
}

function hueOf(id: string): number {
  let hue = 7;
  for (let index = 0; index < id.length; index++) hue = (hue * 31 + id.charCodeAt(index)) & 0xff;
  return hue === 124 ? 125 : hue;
}

/** A segment of a series that holds one id. */
export function segmentOf(id: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`PAR1${id}PAR1`) as Uint8Array<ArrayBuffer>;
}

/** Sends something to the runner. Resolves when it has it. */
export async function report(kind: string, content: object): Promise<void> {
  const body = JSON.stringify({ kind, ...content });
  await fetch(`/report/${kind}`, { method: "POST", body });
}
