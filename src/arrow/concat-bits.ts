import type { Data } from "apache-arrow";

/** The bits of several columns after each other, where each begins at its own offset. */
export function concatBits(
  chunks: readonly Data[],
  bitsOf: (chunk: Data) => Uint8Array | undefined,
): Uint8Array {
  const length = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  const joined = new Uint8Array((length + 7) >> 3);
  let at = 0;
  for (const chunk of chunks) {
    copyBits(bitsOf(chunk), chunk.offset, joined, at, chunk.length);
    at += chunk.length;
  }
  return joined;
}

/** The validity of several columns after each other. */
export function validityOf(chunks: readonly Data[]): Uint8Array {
  return concatBits(chunks, (chunk) => (chunk.nullCount > 0 ? chunk.nullBitmap : undefined));
}

/** @param source absent: all bits are set */
function copyBits(
  source: Uint8Array | undefined,
  from: number,
  target: Uint8Array,
  to: number,
  length: number,
): void {
  let done = 0;
  // Whole bytes while both sides stand at one; what is left, and what never meets, bit by bit.
  if (((from | to) & 7) === 0) {
    const bytes = length >> 3;
    if (source) target.set(source.subarray(from >> 3, (from >> 3) + bytes), to >> 3);
    else target.fill(255, to >> 3, (to >> 3) + bytes);
    done = bytes << 3;
  }
  for (; done < length; done += 1) {
    const bit = from + done;
    const isSet = !source || ((source[bit >> 3] ?? 0) >> (bit & 7)) & 1;
    if (isSet) setBit(target, to + done);
  }
}

function setBit(bits: Uint8Array, at: number): void {
  bits[at >> 3] = (bits[at >> 3] ?? 0) | (1 << (at & 7));
}
