import type { NamedFile } from "../contenders/contender.ts";

/** Small files of random bytes. */
export function makeFiles(count: number, bytesEach: number, firstIndex = 0): NamedFile[] {
  return Array.from({ length: count }, (_, index) => ({
    name: fileName(firstIndex + index),
    bytes: crypto.getRandomValues(new Uint8Array(bytesEach)),
  }));
}

/** Names of one length, in the order of their numbers. */
export function fileName(index: number): string {
  return `file-${String(index).padStart(7, "0")}.bin`;
}

/** The same values in an order that is another each time. */
export function shuffled<Value>(values: readonly Value[]): Value[] {
  const mixed = [...values];
  for (let last = mixed.length - 1; last > 0; last -= 1) {
    const other = Math.floor(Math.random() * (last + 1));
    [mixed[last], mixed[other]] = [mixed[other] as Value, mixed[last] as Value];
  }
  return mixed;
}

/** Throws unless both are the same bytes. */
export function compareBytes(found: Uint8Array, wanted: Uint8Array): void {
  const isSame =
    found.byteLength === wanted.byteLength && found.every((byte, at) => byte === wanted[at]);
  if (!isSame) throw new Error(`${found.byteLength} bytes were read that are not what was written`);
}
