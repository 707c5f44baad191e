import { joinBytes } from "./join-bytes.ts";

const MEMORY_SECTION = 5;
const PAGE_BYTES = 64 * 1024;
/** "\0asm" and the version. */
const HEADER_BYTES = 8;

/**
 * The module with a maximum for its memory: what asks for more fails within it, instead of in the
 * page's process.
 * @throws Error where the module has no memory of its own
 */
export function withMemoryLimit(
  module: Uint8Array<ArrayBuffer>,
  maxBytes: number,
): Uint8Array<ArrayBuffer> {
  let at = HEADER_BYTES;
  while (at < module.length) {
    const size = readVarint(module, at + 1);
    const end = size.next + size.value;
    if (module[at] === MEMORY_SECTION) {
      const section = limitedSection(module.subarray(size.next, end), maxBytes);
      return joinBytes([module.subarray(0, at), section, module.subarray(end)]);
    }
    at = end;
  }
  throw new Error("The module has no memory section");
}

/** One memory: its count, a flag for the maximum, the least size and the greatest. */
function limitedSection(section: Uint8Array, maxBytes: number): Uint8Array<ArrayBuffer> {
  const min = readVarint(section, 2);
  const max = Math.max(min.value, Math.ceil(maxBytes / PAGE_BYTES));
  const body = [1, 1, ...varint(min.value), ...varint(max)];
  return Uint8Array.of(MEMORY_SECTION, ...varint(body.length), ...body);
}

function readVarint(bytes: Uint8Array, at: number): { value: number; next: number } {
  let value = 0;
  let factor = 1;
  for (let next = at; next < bytes.length; factor *= 128) {
    const byte = bytes[next++] ?? 0;
    value += (byte & 0x7f) * factor;
    if (byte < 0x80) return { value, next };
  }
  throw new Error("The module ends too early");
}

function varint(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(Math.floor(value / 128))];
}
