/** Where a value is within a row: names of fields, and indexes. */
export type LeafPath = readonly (string | number)[];

/** All values within a row that are not made of others. */
export function leavesOf(value: unknown, path: LeafPath = []): LeafPath[] {
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) {
    return value === undefined ? [] : [path];
  }
  const entries = Array.isArray(value)
    ? value.map((part, index): [number, unknown] => [index, part])
    : Object.entries(value);
  return entries.flatMap(([name, part]) => leavesOf(part, [...path, name]));
}

/** A row with one bit of one value flipped. @param position from 0 to 1, over the bits of the value */
export function flipBit(row: unknown, [name, ...rest]: LeafPath, position: number): unknown {
  if (name === undefined) return flipped(row, position);
  const copy = (Array.isArray(row) ? [...row] : { ...(row as object) }) as Record<string, unknown>;
  copy[name] = flipBit(copy[name], rest, position);
  return copy;
}

function flipped(value: unknown, position: number): unknown {
  if (value instanceof Uint8Array) return flippedBytes(value, position);
  if (typeof value === "number") {
    const bytes = flippedBytes(new Uint8Array(new Float64Array([value]).buffer), position);
    return new Float64Array(bytes.buffer)[0];
  }
  if (typeof value === "bigint") return value ^ 1n;
  if (typeof value === "string") return flippedText(value, position);
  return typeof value === "boolean" ? !value : value;
}

function flippedText(text: string, position: number): string {
  if (text === "") return "\u0001";
  const at = Math.min(Math.floor(position * text.length), text.length - 1);
  const unit = String.fromCharCode(text.charCodeAt(at) ^ 1);
  return text.slice(0, at) + unit + text.slice(at + 1);
}

/** Bytes with one bit flipped. */
export function flippedBytes(bytes: Uint8Array, position: number): Uint8Array<ArrayBuffer> {
  const copy = bytes.slice() as Uint8Array<ArrayBuffer>;
  const bit = Math.min(Math.floor(position * copy.length * 8), copy.length * 8 - 1);
  if (copy.length === 0) return new Uint8Array(1);
  const at = bit >> 3;
  copy[at] = (copy[at] ?? 0) ^ (1 << (bit & 7));
  return copy;
}
